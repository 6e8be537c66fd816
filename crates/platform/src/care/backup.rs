//! A backup is a folder: the database as of one moment, every object, and a manifest. Objects are immutable and are
//! collected only days after nothing points at them, so copying the database first makes the pair consistent while
//! the deployment is in use. A second backup into the same folder copies only what is new.

use super::postgres;
use crate::db::SCHEMA_VERSION;
use crate::objects::Listed;
use crate::{Db, Deployment};
use chorale_model::{Fault, FaultKind};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a backup holds, and what `manifest.json` in its folder says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackupReport {
    pub made_at: chorale_model::Time,
    pub schema_version: i64,
    /// `sqlite` or `postgres`; a restore needs the same.
    pub engine: String,
    pub database_file: String,
    pub database_bytes: u64,
    pub objects: u64,
    pub objects_bytes: u64,
}

pub const MANIFEST: &str = "manifest.json";
pub const OBJECTS: &str = "objects";

/// Backs the deployment up into the folder `to`. `database_url` is needed for PostgreSQL's own `pg_dump`.
pub async fn backup(app: &Deployment, database_url: &str, to: &Path) -> Result<BackupReport, Fault> {
    let local = |e: std::io::Error| Fault::internal("writing the backup", e);
    tokio::fs::create_dir_all(to.join(OBJECTS)).await.map_err(local)?;
    // An interrupted backup has no manifest and is refused by restore.
    let manifest = to.join(MANIFEST);
    if manifest.exists() {
        tokio::fs::remove_file(&manifest).await.map_err(local)?;
    }
    let database_file = copy_database(&app.db, database_url, to).await?;
    let (mut objects, mut objects_bytes) = (0, 0);
    let mut listed = app.objects.each("");
    while let Some(object) = listed.try_next().await? {
        if copy_object(app, &object, &to.join(OBJECTS)).await? {
            objects += 1;
            objects_bytes += object.size_bytes;
        }
    }
    let report = BackupReport {
        made_at: app.clock.now(),
        schema_version: SCHEMA_VERSION,
        engine: app.db.engine().to_owned(),
        database_bytes: tokio::fs::metadata(to.join(&database_file)).await.map_err(local)?.len(),
        database_file,
        objects,
        objects_bytes,
    };
    let json = serde_json::to_vec_pretty(&report).map_err(|e| Fault::internal("writing the backup", e))?;
    let partial = to.join("manifest.json.partial");
    tokio::fs::write(&partial, json).await.map_err(local)?;
    tokio::fs::File::open(&partial).await.map_err(local)?.sync_all().await.map_err(local)?;
    tokio::fs::rename(&partial, &manifest).await.map_err(local)?;
    Ok(report)
}

async fn copy_database(db: &Db, database_url: &str, to: &Path) -> Result<String, Fault> {
    let local = |e: std::io::Error| Fault::internal("writing the backup", e);
    let name = if db.engine() == "sqlite" { "database.sqlite" } else { "database.dump" };
    let partial = to.join(format!("{name}.partial"));
    if partial.exists() {
        tokio::fs::remove_file(&partial).await.map_err(local)?;
    }
    match db {
        Db::Sqlite { .. } => db.copy_sqlite_to(&partial).await?,
        Db::Pg(_) => {
            let mut dump = postgres::program("pg_dump", database_url)?;
            dump.args(["--format=custom", "--no-owner", "--file"]).arg(&partial);
            postgres::run(dump, "pg_dump").await?;
        }
    }
    tokio::fs::File::open(&partial).await.map_err(local)?.sync_all().await.map_err(local)?;
    tokio::fs::rename(&partial, to.join(name)).await.map_err(local)?;
    Ok(name.to_owned())
}

/// False: it was removed since it was listed, so nothing in the copied database points at it.
async fn copy_object(app: &Deployment, object: &Listed, folder: &Path) -> Result<bool, Fault> {
    let local = |e: std::io::Error| Fault::internal("writing the backup", e);
    let path = object_path(folder, &object.key)?;
    if tokio::fs::metadata(&path).await.is_ok_and(|found| found.len() == object.size_bytes) {
        return Ok(true);
    }
    tokio::fs::create_dir_all(path.parent().unwrap_or(folder)).await.map_err(local)?;
    let partial = path.with_extension("partial");
    match app.objects.fetch(&object.key, &partial).await {
        Err(fault) if fault.kind == FaultKind::Missing => return Ok(false),
        fetched => fetched?,
    };
    tokio::fs::File::open(&partial).await.map_err(local)?.sync_all().await.map_err(local)?;
    tokio::fs::rename(&partial, &path).await.map_err(local)?;
    Ok(true)
}

/// A key's place in the backup; a key that would leave the folder is refused.
pub fn object_path(folder: &Path, key: &str) -> Result<PathBuf, Fault> {
    if key.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err(Fault::invalid(format!("the object \"{key}\" has no place in a backup")));
    }
    Ok(folder.join(key))
}
