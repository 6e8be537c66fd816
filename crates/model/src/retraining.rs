//! Retraining: the next version of an annotator from curators' decisions, and how it does beside the present one.

use crate::{JobId, SampleId, Time};
use serde::{Deserialize, Serialize};

/// What a next version would learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retraining {
    pub name: String,
    /// The version that works; none: the dictionary alone.
    pub champion: Option<i64>,
    /// A version that waits to be promoted.
    pub challenger: Option<i64>,
    /// When a version was trained last.
    pub trained_at: Option<Time>,
    /// Decisions that count and that no version was taught yet, and the samples that they settled.
    pub decisions: i64,
    pub samples: i64,
    /// All decisions that count, and their samples.
    pub all_decisions: i64,
    pub all_samples: i64,
    /// That trains one now.
    pub job: Option<JobId>,
}

/// How a version does beside the one that it would follow. Both were trained without what they are judged on, the new one
/// with the decisions that the other did not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    pub name: String,
    pub version: i64,
    /// The version that it was compared with; none: the dictionary alone.
    pub present: Option<i64>,
    /// Labels of tables, and labels that curators decided, of so many series.
    pub gold_labels: i64,
    pub decided_labels: i64,
    pub decided_series: i64,
    /// Of the decided series, those that judged and did not teach.
    pub held_out_series: i64,
    pub rows: Vec<ComparedField>,
    /// Held-out answers that one of the two has right, the commonest first.
    pub changes: Vec<ComparedAnswer>,
}

/// Which labels judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JudgedOn {
    /// What curators decided.
    Decisions,
    /// Tables of labels.
    Gold,
}

impl JudgedOn {
    pub fn name(self) -> &'static str {
        match self {
            JudgedOn::Decisions => "decisions",
            JudgedOn::Gold => "gold",
        }
    }
}

/// One field on held-out labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedField {
    pub on: JudgedOn,
    /// `tissue` (with cell types), `disease`, `sex`, `age`.
    pub field: String,
    /// Samples with a value that holds.
    pub samples: i64,
    /// Close F1: the same term, a descendant, or an ancestor at most two steps up.
    pub present: f64,
    pub new: f64,
    /// How much better the new one is, with its 95 % interval by bootstrap over series.
    pub difference: f64,
    pub low: f64,
    pub high: f64,
    /// Values that curators rejected, and how many of them each says again.
    pub rejected: i64,
    pub present_repeats: i64,
    pub new_repeats: i64,
}

impl ComparedField {
    /// Whether the difference is no luck of the draw.
    pub fn verdict(&self) -> Compared {
        match (self.low > 0.0, self.high < 0.0) {
            (true, _) => Compared::Better,
            (_, true) => Compared::Worse,
            _ => Compared::NoDifference,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    Better,
    Worse,
    NoDifference,
}

/// An answer that one of the two has right and the other has not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedAnswer {
    pub on: JudgedOn,
    pub field: String,
    /// What the label says; empty where a value was rejected.
    pub truth: String,
    pub truth_label: String,
    /// Empty where nothing is said.
    pub present: String,
    pub present_label: String,
    pub new: String,
    pub new_label: String,
    /// The new version has it right, and the present one had not; else the other way round.
    pub now_right: bool,
    pub samples: i64,
    /// One of them; absent where the labels came with a table.
    pub example: Option<SampleId>,
    pub example_accession: String,
    /// What its source says.
    pub example_text: String,
}
