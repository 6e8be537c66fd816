//! Bytes that SQL rows point at: a local folder (each file and its folder synced before the answer) or S3 by URL.
//! Objects are immutable and written under fresh or content-derived names; the row that names one is written after
//! it, so an object without a row is garbage and a row never lacks its object. Keys are made here and nowhere else.
//! Must never write other bytes over an object. What every backend has to do is said by the suite in `conformance`.

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
mod fault;
mod keys;
mod open;
mod upload;

pub use keys::{Key, ONTOLOGIES, SWEPT};
pub use upload::{Limit, Upload, Whole};

use chorale_model::Fault;
use fault::{read_fault, write_fault};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::signer::Signer;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload, path::Path};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::Arc;

#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where the store gives out addresses of its own.
    signer: Option<Arc<dyn Signer>>,
    /// Before every key, without a slash at the end; empty for a local folder.
    prefix: String,
    url: String,
}

/// An object in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub size_bytes: u64,
    /// When it was written, in microseconds, by the store's clock.
    pub written_at: i64,
}

impl Objects {
    /// The URL it was opened with.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn path(&self, key: &str) -> Path {
        if self.prefix.is_empty() { Path::from(key) } else { Path::from(format!("{}/{key}", self.prefix)) }
    }

    /// Writes a whole object; it is durable when this returns. The same bytes again are no fault, so that a write whose
    /// answer was lost can be repeated; other bytes under the same name are a conflict and change nothing.
    pub async fn put(&self, key: &Key, bytes: impl Into<PutPayload>) -> Result<(), Fault> {
        let (bytes, path) = (bytes.into(), self.path(key.as_str()));
        let there = match self.store.put_opts(&path, bytes.clone(), PutMode::Create.into()).await {
            Ok(_) => return Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => true,
            // A server that cannot be told to write only what is absent: names are fresh, so asking before is enough.
            Err(object_store::Error::NotImplemented { .. }) => self.exists(key.as_str()).await?,
            Err(e) => return Err(write_fault(key.as_str(), e)),
        };
        if !there {
            return self.store.put(&path, bytes).await.map(drop).map_err(|e| write_fault(key.as_str(), e));
        }
        let same = self.get(key.as_str()).await? == bytes::Bytes::from(bytes);
        if same { Ok(()) } else { Err(taken(key)) }
    }

    /// Copies a local file into an object under a fresh name, in parts; nothing is visible before all of them are there.
    pub async fn put_file(&self, key: &Key, file: &std::path::Path) -> Result<(), Fault> {
        upload::put_file(self, key, file).await
    }

    /// Starts an upload of unknown length whose key is its SHA-256; nothing is visible before [`Whole::store`].
    pub fn upload(&self, cache_dir: &std::path::Path, most: Limit) -> Result<Upload, Fault> {
        Upload::start(self.clone(), cache_dir, most)
    }

    /// The whole object.
    pub async fn get(&self, key: &str) -> Result<bytes::Bytes, Fault> {
        let found = self.store.get(&self.path(key)).await.map_err(|e| read_fault(key, e))?;
        found.bytes().await.map_err(|e| read_fault(key, e))
    }

    /// Some bytes of the object; fewer at its end.
    pub async fn range(&self, key: &str, range: Range<u64>) -> Result<bytes::Bytes, Fault> {
        self.store.get_range(&self.path(key), range).await.map_err(|e| read_fault(key, e))
    }

    /// The object's size in bytes.
    pub async fn size(&self, key: &str) -> Result<u64, Fault> {
        self.store.head(&self.path(key)).await.map(|meta| meta.size).map_err(|e| read_fault(key, e))
    }

    /// The object as a stream of chunks, with its size in bytes.
    pub async fn stream(
        &self,
        key: &str,
    ) -> Result<(u64, BoxStream<'static, object_store::Result<bytes::Bytes>>), Fault> {
        let found = self.store.get(&self.path(key)).await.map_err(|e| read_fault(key, e))?;
        Ok((found.meta.size, found.into_stream()))
    }

    /// Some bytes of the object as a stream.
    pub async fn stream_range(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, object_store::Result<bytes::Bytes>>, Fault> {
        let asked = object_store::GetOptions { range: Some(range.into()), ..object_store::GetOptions::default() };
        let found = self.store.get_opts(&self.path(key), asked).await.map_err(|e| read_fault(key, e))?;
        Ok(found.into_stream())
    }

    /// An address at which anybody who has it reads the object for a while; none of a local folder.
    pub async fn address(&self, key: &str, lasts: std::time::Duration) -> Result<Option<String>, Fault> {
        let Some(signer) = &self.signer else { return Ok(None) };
        let signed = signer.signed_url(object_store::signer::Method::GET, &self.path(key), lasts).await;
        signed.map(|url| Some(url.to_string())).map_err(|e| read_fault(key, e))
    }

    /// Copies an object into a local file.
    pub async fn fetch(&self, key: &str, file: &std::path::Path) -> Result<u64, Fault> {
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
            Err(e) => Err(write_fault(key, e)),
        }
    }

    /// Every object under `prefix`, one after another, so that a large listing is never in memory.
    pub fn each(&self, prefix: &str) -> BoxStream<'static, Result<Listed, Fault>> {
        let own = if self.prefix.is_empty() { 0 } else { self.prefix.len() + 1 };
        let listed = move |meta: object_store::ObjectMeta| Listed {
            key: meta.location.as_ref()[own..].to_owned(),
            size_bytes: meta.size,
            written_at: meta.last_modified.timestamp_micros(),
        };
        let what = prefix.to_owned();
        Box::pin(
            self.store
                .list(Some(&self.path(prefix)))
                .map_ok(listed)
                .map_err(move |e| read_fault(&format!("{what}/"), e)),
        )
    }

    /// Every object under `prefix`.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Listed>, Fault> {
        self.each(prefix).try_collect().await
    }

    /// The first parts of all keys: organizations, and `shared`. One whose objects are gone may be among them.
    pub async fn roots(&self) -> Result<Vec<String>, Fault> {
        let path = self.path("");
        let found = self.store.list_with_delimiter(Some(&path)).await.map_err(|e| read_fault("/", e))?;
        let last = |path: &Path| path.filename().map(str::to_owned);
        Ok(found.common_prefixes.iter().filter_map(last).collect())
    }
}

fn taken(key: &Key) -> Fault {
    Fault::conflict(format!("the object \"{key}\" holds other bytes already; a name is used once"))
}

/// SHA-256 as 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
