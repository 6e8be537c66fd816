//! An upload whose name is its SHA-256: bytes go to a local file while they are hashed, and become an object only
//! when they are whole. An upload that breaks off leaves nothing but a temporary file, which is removed on drop.

use super::fault::write_fault;
use super::{Key, Objects, taken};
use chorale_model::{Fault, OrganizationId};
use object_store::ObjectStoreExt;
use sha2::{Digest, Sha256};
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// S3 wants parts of at least 5 MiB.
const PART_BYTES: usize = 8 << 20;

/// How large a file may become, and what it is called where it is too large.
#[derive(Clone, Debug)]
pub struct Limit {
    pub name: String,
    pub bytes: i64,
}

impl Limit {
    /// # Errors
    /// When `bytes` are more.
    pub fn check(&self, bytes: i64) -> Result<(), Fault> {
        if bytes <= self.bytes {
            return Ok(());
        }
        let (name, mib) = (&self.name, self.bytes >> 20);
        Err(Fault::too_large(format!(
            "\"{name}\" is larger than {mib} MiB; split it, or have the operator raise the limit"
        )))
    }
}

pub struct Upload {
    limit: Limit,
    objects: Objects,
    file: tokio::fs::File,
    path: tempfile::TempPath,
    hasher: Sha256,
    size_bytes: i64,
}

/// Bytes that came whole and are no object yet.
pub struct Whole {
    pub sha256: String,
    pub size_bytes: i64,
    objects: Objects,
    path: tempfile::TempPath,
}

impl Upload {
    pub(super) fn start(objects: Objects, cache_dir: &Path, limit: Limit) -> Result<Upload, Fault> {
        let local = |e: std::io::Error| Fault::internal("opening a temporary file for an upload", e);
        let folder = cache_dir.join("uploads");
        std::fs::create_dir_all(&folder).map_err(local)?;
        let (file, path) = tempfile::NamedTempFile::new_in(folder).map_err(local)?.into_parts();
        Ok(Upload { limit, objects, file: tokio::fs::File::from_std(file), path, hasher: Sha256::new(), size_bytes: 0 })
    }

    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        let size_bytes = self.size_bytes.saturating_add(i64::try_from(chunk.len()).unwrap_or(i64::MAX));
        self.limit.check(size_bytes)?;
        self.hasher.update(chunk);
        self.size_bytes = size_bytes;
        self.file.write_all(chunk).await.map_err(|e| Fault::internal("storing an upload", e))
    }

    pub fn size_bytes(&self) -> i64 {
        self.size_bytes
    }

    /// No more bytes will come.
    pub async fn finish(mut self) -> Result<Whole, Fault> {
        self.file.flush().await.map_err(|e| Fault::internal("storing an upload", e))?;
        let sha256 = hex::encode(self.hasher.finalize());
        Ok(Whole { sha256, size_bytes: self.size_bytes, objects: self.objects, path: self.path })
    }
}

impl Whole {
    /// Publishes the bytes under their SHA-256, durable when this returns; the same bytes are stored once.
    pub async fn store(&self, organization: OrganizationId) -> Result<Key, Fault> {
        let key = Key::raw(organization, &self.sha256);
        if !self.objects.exists(key.as_str()).await? {
            write(&self.objects, &key, &self.path).await?;
        }
        Ok(key)
    }

    /// Publishes the bytes under a fresh name, durable when this returns.
    pub async fn store_as(&self, key: &Key) -> Result<(), Fault> {
        put_file(&self.objects, key, &self.path).await
    }
}

pub(super) async fn put_file(objects: &Objects, key: &Key, path: &Path) -> Result<(), Fault> {
    // A multipart upload knows no "only if it is absent": names are fresh, so asking before is enough.
    if objects.exists(key.as_str()).await? { Err(taken(key)) } else { write(objects, key, path).await }
}

async fn write(objects: &Objects, key: &Key, path: &Path) -> Result<(), Fault> {
    let local = |e: std::io::Error| Fault::internal("reading a file that becomes an object", e);
    let mut file = tokio::fs::File::open(path).await.map_err(local)?;
    let size = file.metadata().await.map_err(local)?.len();
    if size <= PART_BYTES as u64 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await.map_err(local)?;
        return objects.put(key, bytes).await;
    }
    let broken = |e: object_store::Error| write_fault(key.as_str(), e);
    let mut parts = objects.store.put_multipart(&objects.path(key.as_str())).await.map_err(broken)?;
    loop {
        let mut part = Vec::with_capacity(PART_BYTES);
        (&mut file).take(PART_BYTES as u64).read_to_end(&mut part).await.map_err(local)?;
        if part.is_empty() {
            break;
        }
        if let Err(error) = parts.put_part(part.into()).await {
            if let Err(abort) = parts.abort().await {
                tracing::warn!(%abort, "an upload broke off and its parts could not be removed");
            }
            return Err(broken(error));
        }
    }
    parts.complete().await.map_err(broken)?;
    Ok(())
}
