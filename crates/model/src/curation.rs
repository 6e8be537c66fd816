//! What people decide about harmonized values. It lies above what annotators say and is never edited or deleted: a
//! batch of decisions is taken back as a whole, and stays in the history.

use crate::harmonize::ValueState;
use crate::{BatchId, JobId, SampleId, Time};
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
}

impl BatchKind {
    pub fn name(self) -> &'static str {
        match self {
            BatchKind::Decision => "decision",
            BatchKind::Upgrade => "upgrade",
            BatchKind::Rule => "rule",
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

/// What is listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchFilter {
    /// All of them, when absent.
    #[serde(default)]
    pub kind: Option<BatchKind>,
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
