//! Review by value: each distinct thing that sources say, with what it would become. One decision settles all samples
//! that say it.

use crate::catalog::RawAttribute;
use crate::harmonize::{Evidence, RunnerUp, Value, ValueState};
use crate::{BatchId, CollectionId, DatasetId, JobId, QuestionId, SampleId, Time};
use serde::{Deserialize, Serialize};

/// What sources say under one attribute, and what an annotator makes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewValue {
    /// The same as long as the same is said and made of it, however often samples are annotated again.
    pub id: QuestionId,
    pub field: String,
    /// Where it stands; empty where it was read in no one place.
    pub attribute: String,
    /// What the source says there. Numbers in titles and descriptions are written `#`, so that replicates are one question. Where
    /// nothing says it and the text implies it, the accession of the study.
    pub words: String,
    pub state: ValueState,
    pub term: String,
    pub label: String,
    /// The lowest of its samples.
    pub score: f64,
    pub method: String,
    pub runner_up: Option<RunnerUp>,
    /// Why it waits, where it does.
    pub reason: Option<String>,
    pub samples: i64,
    /// Of them, those on which it waits for review.
    pub waiting: i64,
    pub datasets: i64,
    /// One of the samples, to look at.
    pub sample: SampleId,
    /// One of the datasets.
    pub dataset: DatasetId,
}

/// Which values are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Those that wait on some sample.
    #[default]
    Waiting,
    /// Those that wait on none.
    Settled,
    All,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewSort {
    /// What settles most samples first.
    #[default]
    Samples,
    /// What an annotator learns most from first: many samples, little certainty. The next question of a curator is taken in
    /// this order too, but for terms of which many were decided already.
    Worth,
    /// What is least sure first.
    Score,
    /// By what sources say.
    Words,
}

/// Values of one field of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewFilter {
    pub collection: CollectionId,
    pub field: String,
    /// What the words, the term or its label hold; capitals are small letters.
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub state: ReviewState,
    /// From this score on.
    #[serde(default)]
    pub least: Option<f64>,
    /// Up to this score.
    #[serde(default)]
    pub most: Option<f64>,
}

/// How a list is ordered; it stands beside the filter in an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewOrder {
    #[serde(default)]
    pub sort: ReviewSort,
}

/// One page of values with the counts of all that match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewValues {
    pub items: Vec<ReviewValue>,
    pub next_cursor: Option<String>,
    /// Values that match.
    pub values: i64,
    /// Suggestions on samples that match and wait.
    pub waiting: i64,
    /// Those that wait by score, in twentieths: how many samples each band would settle.
    pub bands: Vec<i64>,
    /// The values are being gathered anew; counts may lag behind what was decided a moment ago.
    pub gathering: bool,
}

/// What is left to review in a field of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewField {
    pub collection: CollectionId,
    pub collection_name: String,
    pub field: String,
    pub label: String,
    /// Distinct values that wait, and the suggestions on samples behind them.
    pub values: i64,
    pub waiting: i64,
}

/// What is decided about values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewAnswer {
    /// It is what is suggested.
    Accept,
    /// It is another term or choice.
    Change,
    /// It is not what is suggested; what it is nobody says.
    Reject,
    /// The source does not say.
    NotReported,
    /// The field has no meaning for these samples.
    NotApplicable,
}

/// Decides about values: those that are named, or everything that matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideValues {
    pub matching: ReviewFilter,
    /// Of what matches; all of it when absent.
    #[serde(default)]
    pub values: Option<Vec<QuestionId>>,
    pub answer: ReviewAnswer,
    /// The id of the term, or the choice, that it is changed to.
    #[serde(default)]
    pub term: Option<String>,
    /// Further terms or choices that hold beside it, in a field that takes several.
    #[serde(default)]
    pub also: Vec<String>,
    /// Of all samples that say it, this one alone.
    #[serde(default)]
    pub only: Option<SampleId>,
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
}

/// What a decision would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionPreview {
    pub values: i64,
    /// Suggestions on samples that it settles.
    pub samples: i64,
    pub datasets: i64,
    /// What the samples become, the commonest first; at most 20.
    pub becomes: Vec<Becomes>,
    /// On so many samples the value is accepted now, and changes.
    pub replaces: i64,
}

/// A value that samples would have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Becomes {
    pub state: ValueState,
    /// Empty where the state says why there is none.
    pub term: String,
    pub label: String,
    pub samples: i64,
}

/// What became of a decision: few samples are settled at once, many by a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decided {
    /// That counts from now on; take it back as a whole.
    pub batch: Option<BatchId>,
    pub samples: i64,
    /// That settles them; nobody sees any of it before it is whole.
    pub job: Option<JobId>,
}

/// Asks for the next question of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NextTask {
    pub collection: CollectionId,
    pub field: String,
    /// The question that the asker passes over: it comes again a day later.
    #[serde(default)]
    pub skip: Option<QuestionId>,
    /// A question that is to be looked at, whatever is next.
    #[serde(default)]
    pub question: Option<QuestionId>,
    /// The question that the asker looks at and goes on holding: what comes after it is asked for.
    #[serde(default)]
    pub after: Option<QuestionId>,
}

/// A question that its holder will not answer now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FreeTask {
    pub collection: CollectionId,
    pub field: String,
    pub question: QuestionId,
}

/// An answer that somebody gave about the same words in this field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Earlier {
    pub batch: BatchId,
    pub question: QuestionId,
    pub answer: ReviewAnswer,
    /// What the samples became; empty where the answer names no term.
    pub term: String,
    pub label: String,
    pub samples: i64,
    pub by: String,
    pub at: Time,
    pub why: String,
    /// It was taken back.
    pub reverted: bool,
}

/// One question with everything that a curator needs to answer it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewTask {
    pub question: ReviewValue,
    /// One of the samples that say it.
    pub accession: String,
    pub attributes: Vec<RawAttribute>,
    /// Where it was read there.
    pub evidence: Option<Evidence>,
    /// The study: its accession, title and summary.
    pub study: String,
    pub study_title: String,
    pub study_summary: String,
    /// What it may be, the likeliest first; at most nine.
    pub ranked: Vec<Ranked>,
    /// What the same words became before in this field.
    pub before: Vec<Becomes>,
    /// Who answered about the same words in this field, the newest first; what was taken back too.
    pub earlier: Vec<Earlier>,
    /// What else is known of the sample, and of the field beside what is asked.
    pub known: Vec<Value>,
    /// The field takes several values.
    pub many: bool,
    /// Who else holds it, where somebody does: the first answer counts.
    pub held_by: Option<String>,
    pub guideline: String,
    /// Questions of the field that wait, and the suggestions on samples behind them.
    pub values: i64,
    pub waiting: i64,
    /// Until then nobody else gets it as the next one.
    pub until: Time,
}

/// A value that a question may be answered with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ranked {
    pub state: ValueState,
    pub term: String,
    pub label: String,
    /// Of an annotator.
    pub score: Option<f64>,
    /// By how much it lies before the next one that an annotator ranks.
    pub ahead: Option<f64>,
    /// Where an annotator read it in the sample that shows the question.
    pub read: Option<Evidence>,
    pub definition: String,
    /// Labels on the way to the root, the root first.
    pub path: Vec<String>,
    pub why: RankedWhy,
}

/// Why a value is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RankedWhy {
    Suggested,
    /// An annotator ranks it behind.
    RunnerUp,
    /// The same words became this before.
    DecidedBefore,
    /// A term has a name like the words.
    Named,
    /// A choice of the field.
    Choice,
}
