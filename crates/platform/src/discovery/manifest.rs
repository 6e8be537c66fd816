//! What one generation of an index is made of, kept as an object beside its files.

use super::cache::cached_path;
use crate::objects::{Key, Objects};
use chorale_model::{Fault, FaultKind};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Why a generation cannot be laid out.
#[derive(Debug)]
pub enum Unreadable {
    /// A file is gone or holds other bytes: only a rebuild mends it.
    Damaged(Fault),
    /// The store or the local disk refuses now. The index is whole as far as anybody knows, and a rebuild would fail at
    /// the same place after much work.
    Away(Fault),
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        if fault.kind == FaultKind::Missing { Unreadable::Damaged(fault) } else { Unreadable::Away(fault) }
    }
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Damaged(fault) | Unreadable::Away(fault) => fault,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub files: Vec<ManifestFile>,
    pub documents: u64,
}

/// A file of the index and the object that holds it. Two writers may give one name to different bytes, so objects
/// have names of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestFile {
    pub name: String,
    pub size_bytes: u64,
    pub key: String,
}

impl Manifest {
    pub async fn load(objects: &Objects, key: &str) -> Result<Manifest, Unreadable> {
        let bytes = objects.get(key).await?;
        serde_json::from_slice(&bytes).map_err(|e| Unreadable::Damaged(Fault::internal("reading a search manifest", e)))
    }

    pub async fn store(&self, objects: &Objects, key: &Key) -> Result<(), Fault> {
        let bytes = serde_json::to_vec(self).map_err(|e| Fault::internal("writing a search manifest", e))?;
        objects.put(key, bytes).await
    }

    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }

    /// Lays the files out in `folder`, from the cache where they are there, else from the objects.
    pub async fn lay_out(&self, objects: &Objects, cache: &Path, folder: &Path) -> Result<(), Unreadable> {
        let local = |e: std::io::Error| Fault::internal("laying out a search index", e);
        tokio::fs::create_dir_all(folder).await.map_err(local)?;
        for file in &self.files {
            let cached = fetch(objects, cache, file).await?;
            let target = folder.join(&file.name);
            if tokio::fs::hard_link(&cached, &target).await.is_err() {
                tokio::fs::copy(&cached, &target).await.map_err(local)?;
            }
        }
        Ok(())
    }
}

/// The local copy of a file, named by its object so that equal names of different bytes stay apart.
async fn fetch(objects: &Objects, cache: &Path, file: &ManifestFile) -> Result<PathBuf, Unreadable> {
    let local = |e: std::io::Error| Fault::internal("caching a search file", e);
    let path = cached_path(cache, &file.key);
    if let Ok(found) = tokio::fs::metadata(&path).await
        && found.len() == file.size_bytes
    {
        return Ok(path);
    }
    let folder = path.parent().unwrap_or(cache);
    tokio::fs::create_dir_all(folder).await.map_err(local)?;
    let partial = tempfile::NamedTempFile::new_in(folder).map_err(local)?.into_temp_path();
    let size = objects.fetch(&file.key, &partial).await?;
    if size != file.size_bytes {
        let what = format!("{} has {size} bytes, not {}", file.key, file.size_bytes);
        return Err(Unreadable::Damaged(Fault::internal("caching a search file", what)));
    }
    partial.persist(&path).map_err(|e| local(e.error))?;
    Ok(path)
}
