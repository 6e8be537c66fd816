//! Decisions out of the platform and into it: its own JSON and CSV, Label Studio's tasks, and spreadsheets.

use crate::curation::Curation;
use crate::sources::UploadedFile;
use crate::{BatchId, CollectionId};
use serde::{Deserialize, Serialize};

/// What the platform's own file of decisions says it is.
pub const FORMAT: &str = "chorale-decisions";
/// Of that file; a reader refuses later ones.
pub const FORMAT_VERSION: u64 = 1;

/// How decisions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Complete, one sample after the other.
    #[default]
    Json,
    /// A row for each decision.
    Csv,
}

/// Which decisions are wanted: what is absent narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportFilter {
    #[serde(default)]
    pub collection: Option<CollectionId>,
    #[serde(default)]
    pub field: Option<String>,
}

/// Which samples become tasks of Label Studio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskFilter {
    pub collection: CollectionId,
    /// This field alone.
    #[serde(default)]
    pub field: Option<String>,
    /// Only samples of which something waits for review.
    #[serde(default)]
    pub waiting: bool,
}

/// What people decided about one sample, as a file of decisions holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedSample {
    /// Its accession.
    pub sample: String,
    /// Accessions of the datasets that hold it.
    #[serde(default)]
    pub datasets: Vec<String>,
    #[serde(default)]
    pub collection: String,
    /// In the order in which they came to count; what was taken back too.
    pub decisions: Vec<Curation>,
}

/// What happens to a field that people decided otherwise before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Conflicts {
    /// It stays, and is listed.
    #[default]
    Keep,
    /// The file decides.
    Replace,
}

/// Reads decisions from an uploaded file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportDecisions {
    /// Whose samples it speaks of.
    pub collection: CollectionId,
    pub file: UploadedFile,
    #[serde(default)]
    pub conflicts: Conflicts,
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
    /// Only says what would be; nothing is decided.
    #[serde(default)]
    pub look: bool,
}

/// What a file of decisions came to; with the job's warnings, which name the lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundDecisions {
    /// `decisions`, `table` or `label_studio`.
    pub format: String,
    /// Of which the file speaks and that the collection has.
    pub samples: i64,
    /// Fields of samples that are decided.
    pub decided: i64,
    /// Fields of samples that people decided the same before.
    pub same: i64,
    /// Fields of samples that people decided otherwise before.
    pub conflicts: i64,
    /// Samples that the collection does not have.
    pub unknown_samples: i64,
    /// Values that their field does not take.
    pub unknown_values: i64,
    /// Nothing was decided: it was only looked at.
    pub looked: bool,
    /// What was asked; the same without the look takes it over.
    pub asked: Option<ImportDecisions>,
    pub batch: Option<BatchId>,
}
