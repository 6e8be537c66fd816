//! Bytes that SQL rows point at: a local folder (each file and its folder synced before the answer) or S3 by URL.
//! Objects are immutable and written under fresh or content-derived names; the row that names one is written after
//! it, so an object without a row is garbage and a row never lacks its object. Keys are made here and nowhere else.

mod keys;
mod upload;

pub use keys::Key;
pub use upload::Upload;

use chorale_model::Fault;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, path::Path};
use sha2::{Digest, Sha256};
use std::sync::Arc;

#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Before every key, without a slash at the end; empty for a local folder.
    prefix: String,
    url: String,
}

impl Objects {
    /// Opens `file:///folder` or `s3://bucket/prefix`; S3 reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
    /// AWS_REGION, AWS_ENDPOINT and AWS_ALLOW_HTTP from the environment.
    pub fn open(url: &str) -> Result<Objects, Fault> {
        let parsed = url::Url::parse(url).map_err(|e| {
            Fault::field(
                "objects_url",
                format!("\"{url}\" is no URL ({e}); write file:///FOLDER or s3://BUCKET/PREFIX"),
            )
        })?;
        match parsed.scheme() {
            "file" => {
                let folder = parsed
                    .to_file_path()
                    .map_err(|()| Fault::field("objects_url", format!("\"{url}\" is no local folder")))?;
                std::fs::create_dir_all(&folder).map_err(|e| {
                    Fault::field("objects_url", format!("the folder {} cannot be made: {e}", folder.display()))
                })?;
                let store = LocalFileSystem::new_with_prefix(&folder)
                    .map_err(|e| {
                        Fault::field("objects_url", format!("the folder {} cannot be opened: {e}", folder.display()))
                    })?
                    .with_fsync(true);
                Ok(Objects { store: Arc::new(store), prefix: String::new(), url: url.to_owned() })
            }
            "s3" => {
                let store = AmazonS3Builder::from_env()
                    .with_url(url)
                    .build()
                    .map_err(|e| Fault::field("objects_url", format!("\"{url}\": {e}")))?;
                Ok(Objects {
                    store: Arc::new(store),
                    prefix: parsed.path().trim_matches('/').to_owned(),
                    url: url.to_owned(),
                })
            }
            other => {
                Err(Fault::field("objects_url", format!("\"{other}\" is no object store here; choose file or s3")))
            }
        }
    }

    /// The URL it was opened with.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn path(&self, key: &str) -> Path {
        if self.prefix.is_empty() { Path::from(key) } else { Path::from(format!("{}/{key}", self.prefix)) }
    }

    /// Writes a whole object; it is durable when this returns.
    pub async fn put(&self, key: &Key, bytes: impl Into<PutPayload>) -> Result<(), Fault> {
        let done = self.store.put(&self.path(key.as_str()), bytes.into()).await;
        done.map(|_| ()).map_err(|e| Fault::internal("writing an object", e))
    }

    /// Copies a local file into an object, in parts.
    pub async fn put_file(&self, key: &Key, file: &std::path::Path) -> Result<(), Fault> {
        upload::put_file(self, key, file).await
    }

    /// Starts an upload of unknown length whose key is its SHA-256; nothing is visible before [`Upload::finish`].
    pub fn upload(&self, cache_dir: &std::path::Path) -> Result<Upload, Fault> {
        Upload::start(self.clone(), cache_dir)
    }

    /// The whole object.
    pub async fn get(&self, key: &str) -> Result<bytes::Bytes, Fault> {
        let found = self.store.get(&self.path(key)).await.map_err(|e| read_fault(key, e))?;
        found.bytes().await.map_err(|e| read_fault(key, e))
    }

    /// The object as a stream of chunks, with its size in bytes.
    pub async fn stream(
        &self,
        key: &str,
    ) -> Result<(u64, futures::stream::BoxStream<'static, object_store::Result<bytes::Bytes>>), Fault> {
        let found = self.store.get(&self.path(key)).await.map_err(|e| read_fault(key, e))?;
        Ok((found.meta.size, found.into_stream()))
    }

    /// Copies an object into a local file, synced to the disk.
    pub async fn fetch(&self, key: &str, file: &std::path::Path) -> Result<u64, Fault> {
        use futures::TryStreamExt;
        use tokio::io::AsyncWriteExt;
        let (size, mut chunks) = self.stream(key).await?;
        let local = |e: std::io::Error| Fault::internal("writing a local copy of an object", e);
        let mut out = tokio::fs::File::create(file).await.map_err(local)?;
        while let Some(chunk) = chunks.try_next().await.map_err(|e| read_fault(key, e))? {
            out.write_all(&chunk).await.map_err(local)?;
        }
        out.flush().await.map_err(local)?;
        Ok(size)
    }

    pub async fn exists(&self, key: &str) -> Result<bool, Fault> {
        match self.store.head(&self.path(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(e) => Err(read_fault(key, e)),
        }
    }

    /// Deletes an object; one that is gone already is no fault.
    pub async fn delete(&self, key: &str) -> Result<(), Fault> {
        match self.store.delete(&self.path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(Fault::internal("deleting an object", e)),
        }
    }

    /// Every key under `prefix` with its size and the time of its writing, in microseconds.
    pub async fn list(&self, prefix: &str) -> Result<Vec<(String, u64, i64)>, Fault> {
        use futures::TryStreamExt;
        let own = if self.prefix.is_empty() { 0 } else { self.prefix.len() + 1 };
        let path = self.path(prefix);
        self.store
            .list(Some(&path))
            .map_ok(|meta| (meta.location.as_ref()[own..].to_owned(), meta.size, meta.last_modified.timestamp_micros()))
            .try_collect()
            .await
            .map_err(|e| Fault::internal("listing objects", e))
    }
}

fn read_fault(key: &str, error: object_store::Error) -> Fault {
    match error {
        object_store::Error::NotFound { .. } => Fault::missing("object", key),
        other => Fault::internal("reading an object", other),
    }
}

/// SHA-256 as 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
