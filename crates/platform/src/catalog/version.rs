//! What a publication is given: a version of one dataset as a source says it, with its samples outside of memory.

use chorale_model::{CollectionId, DatasetId, Fault, Time, VersionId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// What a new version does with the samples of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The source describes the whole dataset.
    Replace,
    /// The source describes some samples: the others stay.
    Add,
}

/// What a source says of the series itself.
#[derive(Clone, Debug, Default)]
pub struct Series {
    pub title: String,
    pub summary: String,
    pub attributes: Vec<(String, String)>,
    pub relations: Vec<(String, String)>,
}

/// Where a version comes from.
#[derive(Clone, Debug)]
pub struct NewSource {
    pub source: String,
    pub source_url: Option<String>,
    pub licence: String,
    pub retrieved_at: Time,
    pub file_name: String,
    pub raw_sha256: String,
    pub raw_size_bytes: i64,
    pub parser: String,
    pub lines: i64,
    pub warnings: i64,
}

/// A value table in a local file.
#[derive(Clone, Debug)]
pub struct NewValues {
    pub path: PathBuf,
    /// Over what it says; equal tables may differ in their bytes.
    pub content_sha256: String,
    pub features: i64,
    pub samples: i64,
}

/// A sample as a source says it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewSample {
    pub accession: String,
    pub title: String,
    pub platform: String,
    pub organisms: Vec<String>,
    pub attributes: Vec<(String, String)>,
    pub relations: Vec<(String, String)>,
}

impl NewSample {
    /// SHA-256 over what the source says: platform and attributes, from which the rest follows.
    pub fn content_sha256(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        put(&mut hasher, &self.platform);
        for (key, value) in &self.attributes {
            put(&mut hasher, key);
            put(&mut hasher, value);
        }
        hasher.finalize().into()
    }
}

/// What must be known of each sample before any is written.
#[derive(Clone, Debug)]
pub struct SampleEntry {
    pub accession: String,
    pub content_sha256: [u8; 32],
}

/// The samples of a version, kept outside of memory.
pub trait SampleSource: Send + Sync {
    fn entries(&self) -> &[SampleEntry];
    /// The sample of an entry, by its place.
    fn read(&mut self, entry: usize) -> Result<NewSample, Fault>;
}

/// The part of the job's progress that belongs to a publication, in bytes of the job's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub from: i64,
    pub to: i64,
    pub total: i64,
}

pub struct NewVersion {
    pub collection: CollectionId,
    pub accession: String,
    pub platform: String,
    pub platform_title: String,
    /// Absent when the source speaks of samples only: what is known of the series stays.
    pub series: Option<Series>,
    pub organisms: Vec<String>,
    pub mode: Mode,
    pub source: NewSource,
    pub samples: Box<dyn SampleSource>,
    pub values: Option<NewValues>,
    pub span: Span,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    pub dataset: DatasetId,
    pub version: VersionId,
    pub number: i64,
    pub samples: i64,
    /// False: this is what the dataset said before the job. A job that is run again finds its own version.
    pub changed: bool,
    /// What of the source could not be kept.
    pub remark: Option<String>,
}

/// A text into a hash, so that two texts are never taken for one.
pub(super) fn put(hasher: &mut Sha256, text: &str) {
    hasher.update((text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
