//! The bytes of a version: stored under fresh names before the rows that name them are written.

use super::{names, sql};
use crate::objects::{Key, sha256_hex};
use crate::{Ctx, Deployment};
use bytes::Bytes;
use chorale_model::{Fault, OrganizationId};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Artifacts to a version.
const MOST: usize = 1_000;

/// A file of a version to be.
#[derive(Clone, Debug)]
pub struct NewArtifact {
    /// Relative, as `model/weights.bin`.
    pub path: String,
    pub content: Content,
}

impl NewArtifact {
    pub fn bytes(path: &str, bytes: impl Into<Bytes>) -> Self {
        NewArtifact { path: path.to_owned(), content: Content::Bytes(bytes.into()) }
    }

    pub fn file(path: &str, file: impl Into<PathBuf>) -> Self {
        NewArtifact { path: path.to_owned(), content: Content::File(file.into()) }
    }
}

#[derive(Clone, Debug)]
pub enum Content {
    Bytes(Bytes),
    /// A local file, which nobody writes to meanwhile.
    File(PathBuf),
}

/// An artifact whose object is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub path: String,
    pub key: Key,
    pub sha256: String,
    pub size_bytes: i64,
}

/// Stores every artifact. What was stored when this or what follows fails is garbage, which the sweep removes.
pub async fn store(ctx: &Ctx, organization: OrganizationId, artifacts: Vec<NewArtifact>) -> Result<Vec<Stored>, Fault> {
    check(&artifacts)?;
    let mut stored = Vec::with_capacity(artifacts.len());
    for NewArtifact { path, content } in artifacts {
        let key = Key::model(organization, ctx.app.ids.uuid());
        let (sha256, size_bytes) = match content {
            Content::Bytes(bytes) => {
                let counted = (sha256_hex(&bytes), bytes.len() as u64);
                ctx.app.objects.put(&key, bytes).await?;
                counted
            }
            Content::File(file) => {
                let read = file.clone();
                let counted = tokio::task::spawn_blocking(move || hash(&read)).await;
                let counted = counted.map_err(|e| Fault::internal("reading an artifact", e))?;
                let counted = counted.map_err(|e| Fault::internal("reading an artifact", e))?;
                ctx.app.objects.put_file(&key, &file).await?;
                counted
            }
        };
        let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
        stored.push(Stored { path, key, sha256, size_bytes });
    }
    Ok(stored)
}

fn check(artifacts: &[NewArtifact]) -> Result<(), Fault> {
    if artifacts.is_empty() {
        return Err(Fault::field("artifacts", "are missing; a version has at least one file"));
    }
    if artifacts.len() > MOST {
        let many = artifacts.len();
        return Err(Fault::field("artifacts", format!("{many} are too many; pack them into {MOST} files at most")));
    }
    let mut seen = HashSet::new();
    for NewArtifact { path, .. } in artifacts {
        names::path(path)?;
        if !seen.insert(path) {
            return Err(Fault::field("artifacts", format!("\"{path}\" is given twice; a path names one file")));
        }
    }
    Ok(())
}

fn hash(file: &Path) -> std::io::Result<(String, u64)> {
    let (mut file, mut hasher, mut size) = (std::fs::File::open(file)?, Sha256::new(), 0);
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok((hex::encode(hasher.finalize()), size)),
            read => {
                hasher.update(&chunk[..read]);
                size += read as u64;
            }
        }
    }
}

/// The bytes of an artifact, for the platform's own use; they are those that were registered, or it is a fault.
pub async fn artifact(
    app: &Deployment,
    organization: OrganizationId,
    name: &str,
    version: i64,
    path: &str,
) -> Result<Bytes, Fault> {
    let found = sql::find_artifact(&app.db, organization, name, version, path).await?;
    let label = || format!("{name} version {version}: {path}");
    let (key, sha256) = found.ok_or_else(|| Fault::missing("artifact", label()))?;
    let bytes = app.objects.get(&key).await?;
    let read = bytes.clone();
    let same = tokio::task::spawn_blocking(move || sha256_hex(&read) == sha256).await;
    match same {
        Ok(true) => Ok(bytes),
        Ok(false) => {
            let why = format!("the object \"{key}\" of {} does not have the SHA-256 it was registered with", label());
            Err(Fault::internal("reading an artifact", why))
        }
        Err(error) => Err(Fault::internal("reading an artifact", error)),
    }
}
