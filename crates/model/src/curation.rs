//! What people decide about harmonized values. It lies above what annotators say and is never edited or deleted: a
//! batch of decisions is taken back as a whole, and stays in the history.

use crate::harmonize::ValueState;
use crate::{BatchId, CollectionId, JobId, SampleId, Time};
use serde::{Deserialize, Serialize};

/// How a batch came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchKind {
    /// Somebody decided values.
    Decision,
    /// A release of an ontology replaces terms.
    Upgrade,
    /// A rule that somebody made was applied.
    Rule,
    /// A file held them.
    Import,
}

impl BatchKind {
    pub fn name(self) -> &'static str {
        match self {
            BatchKind::Decision => "decision",
            BatchKind::Upgrade => "upgrade",
            BatchKind::Rule => "rule",
            BatchKind::Import => "import",
        }
    }
}

/// Decisions that were made together, and are taken back together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Batch {
    pub id: BatchId,
    pub kind: BatchKind,
    pub title: String,
    pub why: String,
    pub by: String,
    /// Since when it counts.
    pub at: Time,
    /// Whose values it changed.
    pub samples: i64,
    /// The job that wrote it, where it was one.
    pub job: Option<JobId>,
    pub reverted: Option<Reverted>,
}

/// That a batch was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reverted {
    pub by: String,
    pub at: Time,
    pub why: String,
}

/// What is listed: what is absent narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchFilter {
    #[serde(default)]
    pub kind: Option<BatchKind>,
    /// Whose decisions, by the name that rows carry: an e-mail address or a token's.
    #[serde(default)]
    pub by: Option<String>,
    /// Those that decide this field of some sample.
    #[serde(default)]
    pub field: Option<String>,
    /// Those that decide about samples of this collection.
    #[serde(default)]
    pub collection: Option<CollectionId>,
    #[serde(default)]
    pub state: BatchState,
    /// A day in UTC, `2026-03-04`: from its beginning on.
    #[serde(default)]
    pub from: Option<String>,
    /// Up to the end of this day.
    #[serde(default)]
    pub to: Option<String>,
}

/// Whether a batch counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    #[default]
    All,
    Standing,
    TakenBack,
}

/// How many samples of a collection a batch decides about in one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchPart {
    pub collection: CollectionId,
    pub collection_name: String,
    pub field: String,
    pub samples: i64,
}

/// The same change on many samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchSum {
    pub field: String,
    pub action: CurationAction,
    /// What stood there; none where nothing did.
    pub before: Option<Became>,
    /// None: nothing is said to be there.
    pub after: Option<Became>,
    pub samples: i64,
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Became {
    pub state: ValueState,
    pub term: String,
    pub label: String,
}

/// What a batch changed, and what became of it since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchSummary {
    pub batch: Batch,
    pub parts: Vec<BatchPart>,
    /// Those that change most samples first; the first 100.
    pub sums: Vec<BatchSum>,
    /// Single decisions of it that were taken back.
    pub withdrawn: i64,
    /// The newest 100 first.
    pub events: Vec<BatchEvent>,
}

/// That a batch, or a decision of it, was taken back or put back. Such rows are only ever added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchEvent {
    pub act: BatchAct,
    /// Of one decision: the sample and the field. None: of the whole batch.
    pub sample: Option<SampleId>,
    pub field: Option<String>,
    pub by: String,
    pub at: Time,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchAct {
    TakenBack,
    PutBack,
}

impl BatchAct {
    pub fn name(self) -> &'static str {
        match self {
            BatchAct::TakenBack => "taken_back",
            BatchAct::PutBack => "put_back",
        }
    }
}

/// One decision of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchChange {
    pub sample: SampleId,
    pub accession: String,
    pub field: String,
    pub action: CurationAction,
    pub state: Option<ValueState>,
    pub term: String,
    pub label: String,
    pub note: String,
    pub beneath: Option<Beneath>,
    /// That this decision alone was taken back.
    pub withdrawn: Option<Reverted>,
}

/// Names what a batch decided about one field of a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OneDecision {
    pub sample: SampleId,
    pub field: String,
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
}

/// Takes a batch back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevertBatch {
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
}

/// What a curation does to its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CurationAction {
    /// The values of the field are those that its batch sets, and no other.
    Set,
    /// There is none, for the reason that the state says.
    Remove,
    /// Another term stands for the one that was there, for as long as that one is said beneath.
    Replace,
    /// The value that was there waits for review, for as long as it is said beneath.
    Review,
    /// A value is among those of the field, whether it is said beneath or not; others stay as they are.
    Accept,
    /// A value is not among those of the field, though it may be said beneath; others stay as they are.
    Reject,
}

impl CurationAction {
    pub fn name(self) -> &'static str {
        match self {
            CurationAction::Set => "set",
            CurationAction::Remove => "remove",
            CurationAction::Replace => "replace",
            CurationAction::Review => "review",
            CurationAction::Accept => "accept",
            CurationAction::Reject => "reject",
        }
    }
}

/// One decision about one field of a sample, with its batch's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Curation {
    pub batch: BatchId,
    pub kind: BatchKind,
    /// Empty for another organization, which sees a shared sample.
    pub title: String,
    pub why: String,
    /// None for another organization.
    pub by: Option<String>,
    pub at: Time,
    pub reverted: Option<Reverted>,
    pub field: String,
    pub action: CurationAction,
    pub state: Option<ValueState>,
    pub term: String,
    pub label: String,
    /// Why this one, where the batch's words do not say it all.
    pub note: String,
    /// What stood there when it was decided.
    pub beneath: Option<Beneath>,
}

/// A value at the moment when somebody decided about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beneath {
    pub state: ValueState,
    pub term: String,
    pub label: String,
    pub score: f64,
    pub method: String,
    pub version: String,
}

/// Everything that was decided about a sample, the newest first; what was taken back too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampleHistory {
    pub sample: SampleId,
    /// The newest 500.
    pub items: Vec<Curation>,
}
