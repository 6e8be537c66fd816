//! Brings a backup back into an empty deployment: never over one that has data. Checks every raw object against the
//! SHA-256 in its name before the database is put in place.

use super::backup::{BackupReport, MANIFEST, OBJECTS};
use super::postgres;
use crate::db::{SCHEMA_VERSION, sql};
use crate::objects::Objects;
use crate::{Db, objects};
use chorale_model::Fault;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tokio::io::AsyncReadExt;

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RestoreReport {
    pub backup: BackupReport,
    pub objects_copied: u64,
    pub objects_verified: u64,
}

/// Restores the backup in `from` to `database_url` and `objects`.
pub async fn restore(database_url: &str, store: &Objects, from: &Path) -> Result<RestoreReport, Fault> {
    let backup = read_manifest(from)?;
    check_empty(database_url, &backup).await?;
    let (mut copied, mut verified) = (0, 0);
    for path in files_under(&from.join(OBJECTS))? {
        let key = key_of(&from.join(OBJECTS), &path)?;
        if let Some(sha256) = key.split_once("/raw/").map(|(_, name)| name) {
            verify(&path, sha256).await?;
            verified += 1;
        }
        if !store.exists(&key).await? {
            store.put_file(&objects::Key::from_backup(&key), &path).await?;
            copied += 1;
        }
    }
    restore_database(database_url, &from.join(&backup.database_file), &backup).await?;
    Ok(RestoreReport { backup, objects_copied: copied, objects_verified: verified })
}

fn read_manifest(from: &Path) -> Result<BackupReport, Fault> {
    let path = from.join(MANIFEST);
    let text = std::fs::read(&path).map_err(|e| {
        Fault::invalid(format!(
            "{} cannot be read ({e}); a folder without it is no finished backup, choose another",
            path.display()
        ))
    })?;
    let backup: BackupReport = serde_json::from_slice(&text)
        .map_err(|e| Fault::invalid(format!("{} is damaged ({e}); choose another backup", path.display())))?;
    if backup.schema_version > SCHEMA_VERSION {
        return Err(Fault::invalid(format!(
            "the backup's schema is version {}, this chorale knows {SCHEMA_VERSION}; run the newer chorale",
            backup.schema_version
        )));
    }
    Ok(backup)
}

async fn check_empty(database_url: &str, backup: &BackupReport) -> Result<(), Fault> {
    let engine = if database_url.starts_with("sqlite:") { "sqlite" } else { "postgres" };
    if engine != backup.engine {
        return Err(Fault::invalid(format!(
            "the backup is of {}, the database is {engine}; set CHORALE_DATABASE_URL to a {} database",
            backup.engine, backup.engine
        )));
    }
    let occupied = || {
        Fault::conflict(
            "the database has data already and a restore never writes over it; point CHORALE_DATABASE_URL at an empty one",
        )
    };
    if engine == "sqlite" {
        return if sqlite_path(database_url).exists() { Err(occupied()) } else { Ok(()) };
    }
    let db = Db::open(database_url).await?;
    let (tables,): (i64,) =
        sql("select count(*) from information_schema.tables where table_schema = 'public'").one(&db).await?;
    db.close().await;
    if tables > 0 { Err(occupied()) } else { Ok(()) }
}

fn sqlite_path(url: &str) -> PathBuf {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    PathBuf::from(path.split('?').next().unwrap_or(path))
}

async fn restore_database(database_url: &str, file: &Path, backup: &BackupReport) -> Result<(), Fault> {
    let local = |e: std::io::Error| Fault::internal("restoring the database", e);
    if backup.engine == "sqlite" {
        let path = sqlite_path(database_url);
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(local)?;
        }
        let partial = path.with_extension("restoring");
        tokio::fs::copy(file, &partial).await.map_err(local)?;
        tokio::fs::File::open(&partial).await.map_err(local)?.sync_all().await.map_err(local)?;
        return tokio::fs::rename(&partial, &path).await.map_err(local);
    }
    let mut command = postgres::program("pg_restore", database_url)?;
    command.args(["--no-owner", "--single-transaction"]).arg(file);
    postgres::run(command, "pg_restore").await
}

fn files_under(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let local = |e: std::io::Error| Fault::internal("reading the backup", e);
    let (mut folders, mut files) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).map_err(local)? {
            let entry = entry.map_err(local)?;
            if entry.file_type().map_err(local)?.is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_none_or(|extension| extension != "partial") {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn key_of(folder: &Path, path: &Path) -> Result<String, Fault> {
    let relative = path.strip_prefix(folder).map_err(|e| Fault::internal("reading the backup", e))?;
    Ok(relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"))
}

async fn verify(path: &Path, sha256: &str) -> Result<(), Fault> {
    let local = |e: std::io::Error| Fault::internal("reading the backup", e);
    let mut file = tokio::fs::File::open(path).await.map_err(local)?;
    let (mut hasher, mut chunk) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut chunk).await.map_err(local)?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
    }
    if hex::encode(hasher.finalize()) == sha256 {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "{} is damaged: its bytes do not have the SHA-256 in its name; choose another backup",
        path.display()
    )))
}
