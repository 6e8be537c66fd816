//! From what a source said to terms: what is asked of annotators and what they suggest.

use crate::curation::Curation;
use crate::{CollectionId, DatasetId, Fault, SampleId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Items to a request.
pub const MOST_ITEMS: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Annotate {
    /// 1,000 at most.
    pub items: Vec<AnnotateItem>,
}

/// What is to be annotated: a text, or a sample's attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnnotateItem {
    /// A text or a number of the asker's choice; the answer repeats it.
    pub id: serde_json::Value,
    #[serde(default)]
    pub text: Option<String>,
    /// Instead of a text: what the source said, by key.
    #[serde(default)]
    pub attributes: Option<BTreeMap<String, String>>,
    /// The study it belongs to, which may say more about it.
    #[serde(default)]
    pub study: Option<String>,
}

impl Annotate {
    /// A fault that names the item which says nothing, too much, or who it is in a way that cannot be repeated.
    pub fn check(&self) -> Result<(), Fault> {
        if self.items.len() > MOST_ITEMS {
            let many = self.items.len();
            return Err(Fault::field("items", format!("{many} are too many; send {MOST_ITEMS} at a time")));
        }
        for (place, item) in self.items.iter().enumerate() {
            let refuse = |what: &str, why: &str| Err(Fault::field(&format!("items[{place}].{what}"), why));
            if !item.id.is_string() && !item.id.is_number() {
                return refuse("id", "must be a text or a number");
            }
            match (&item.text, &item.attributes) {
                (Some(_), None) | (None, Some(_)) => {}
                (None, None) => return refuse("text", "is missing; send a text, or attributes as {key: value}"),
                (Some(_), Some(_)) => return refuse("text", "stands beside attributes; send one of the two"),
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Annotations {
    /// In the order of the request.
    pub items: Vec<AnnotatedItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnotatedItem {
    pub id: serde_json::Value,
    pub suggestions: Vec<Suggestion>,
}

/// A term for a field, with whoever suggests it and what made them think so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// `disease`, `tissue`, …
    pub field: String,
    /// The id of a term: `MONDO:0007256`.
    pub term: String,
    pub label: String,
    #[serde(default)]
    pub state: ValueState,
    /// 0 to 1: how often suggestions with this score are right.
    pub score: f64,
    /// `dictionary`, `learned`, `both`, `pattern`, `rule`
    pub method: String,
    /// Of the model that suggests it.
    pub version: String,
    /// The next best term for the same field.
    #[serde(default)]
    pub runner_up: Option<RunnerUp>,
    /// None: nothing in the item says so by itself.
    pub evidence: Option<Evidence>,
}

/// Where in the item: offsets count Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The attribute's key; None in a text.
    pub attribute: Option<String>,
    pub start: u64,
    pub end: u64,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunnerUp {
    pub term: String,
    pub label: String,
    pub score: f64,
}

/// What a field of a sample says; never an overloaded "none".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ValueState {
    #[default]
    Present,
    Healthy,
    NotApplicable,
    NotReported,
    Unresolved,
}

impl ValueState {
    pub fn name(self) -> &'static str {
        match self {
            ValueState::Present => "present",
            ValueState::Healthy => "healthy",
            ValueState::NotApplicable => "not_applicable",
            ValueState::NotReported => "not_reported",
            ValueState::Unresolved => "unresolved",
        }
    }
}

/// Who said a value; the highest layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    Automatic,
    Submitter,
    Human,
}

/// One value of one field of a sample, as it stands now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Value {
    pub field: String,
    pub state: ValueState,
    /// The id of a term, or a choice, a quantity, a text; empty unless the state is present or healthy.
    pub term: String,
    pub label: String,
    pub layer: Layer,
    /// False: waits for review, and search does not know it.
    pub accepted: bool,
    /// 1 for people.
    pub score: f64,
    pub method: String,
    pub version: String,
    pub evidence: Option<Evidence>,
    pub runner_up: Option<RunnerUp>,
    /// Why it waits for review.
    #[serde(default)]
    pub reason: Option<String>,
    /// The decision that made it what it is.
    #[serde(default)]
    pub curation: Option<Box<Curation>>,
}

/// What is known of one sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampleValues {
    pub sample: SampleId,
    pub accession: String,
    pub values: Vec<Value>,
    /// None: not annotated yet.
    pub annotated_at: Option<Time>,
    /// Why values that were accepted automatically are in question: what accepted them turned out less precise than promised.
    #[serde(default)]
    pub in_question: Vec<Hold>,
}

/// Every layer of a sample's values, field by field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampleLayers {
    pub sample: SampleId,
    pub accession: String,
    /// When the annotator's layer was written; None: not annotated yet.
    pub annotated_at: Option<Time>,
    /// In the order of the collection's fields; those of which anything was ever said.
    pub fields: Vec<FieldLayers>,
}

/// What was said about one field of a sample, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldLayers {
    pub field: String,
    pub label: String,
    /// What holds.
    pub current: Vec<Value>,
    /// Beneath every decision: what the annotator says now, and what the submitter gave with an id.
    pub said: Vec<Value>,
    /// What people decided, the newest first; what was taken back too. Each has what stood there at that moment, with its
    /// score, method and version.
    pub decisions: Vec<Curation>,
}

/// What the samples of a dataset say together, field by field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetValues {
    pub dataset: DatasetId,
    pub samples: i64,
    pub annotated: i64,
    pub fields: Vec<DatasetField>,
}

/// What the values of a dataset were made with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetPins {
    /// The version of the annotator, as values show it.
    pub annotator: String,
    /// Of the ontologies that the fields take terms from; empty where others are in use by now, until the dataset is
    /// annotated again.
    pub releases: Vec<PinnedRelease>,
    /// Of the collection's fields.
    pub fields_version: i64,
    pub annotated_at: Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PinnedRelease {
    pub name: String,
    /// As the release says it; may be empty.
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetField {
    pub field: String,
    pub label: String,
    /// Most samples first.
    pub values: Vec<DatasetValue>,
    /// Those that are not listed.
    #[serde(default)]
    pub others: OtherValues,
    /// Samples without a value.
    pub without: i64,
}

/// Rarer values, counted alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherValues {
    pub values: i64,
    /// A sample once for each of its values.
    pub samples: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetValue {
    pub state: ValueState,
    pub term: String,
    pub label: String,
    pub samples: i64,
    /// Of them, those that wait for review.
    pub in_review: i64,
    /// The series' own text says it too.
    #[serde(default)]
    pub stated: bool,
    /// The median of the samples' scores.
    pub score: f64,
    pub method: String,
    pub version: String,
    pub layer: Layer,
    /// The commonest words that it was read from, with their attribute.
    pub evidence: Option<Evidence>,
    /// A sample that says it in these words.
    #[serde(default)]
    pub sample: Option<SampleId>,
}

/// How well a collection is harmonized, field by field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coverage {
    pub collection: CollectionId,
    pub samples: i64,
    pub annotated: i64,
    pub fields: Vec<FieldCoverage>,
    /// Earlier counts, oldest first.
    pub history: Vec<CoveragePoint>,
    /// Fields of which nothing is accepted automatically for now.
    #[serde(default)]
    pub holds: Vec<Hold>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldCoverage {
    pub field: String,
    pub label: String,
    /// Samples with an accepted value, whatever its state.
    pub accepted: i64,
    /// Of these, accepted without a person.
    pub automatic: i64,
    pub in_review: i64,
    pub without: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoveragePoint {
    pub at: Time,
    pub samples: i64,
    pub fields: Vec<FieldCoverage>,
}

/// What is to be annotated again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartAnnotation {
    /// Neither: everything the organization owns.
    #[serde(default)]
    pub collection: Option<CollectionId>,
    #[serde(default)]
    pub dataset: Option<DatasetId>,
}

/// Nothing that a version of the annotator suggests in a field is accepted automatically, until somebody resolves the alert
/// that says why. What was accepted before stays, and is in question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    pub field: String,
    /// The version up to its ontologies: `harmonize-3`.
    pub annotator: String,
    pub since: Time,
    pub why: String,
}

/// How well an annotator agrees with labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quality {
    /// Of the annotator.
    pub version: String,
    pub rows: Vec<QualityRow>,
}

/// Figures of one source and field. Exact: the label's term; close: the term, a kind of it, or a term at most two steps
/// above it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QualityRow {
    pub source: String,
    pub field: String,
    pub samples: i64,
    /// The share of samples about which the annotator says nothing.
    pub no_prediction: f64,
    pub exact_precision: f64,
    pub exact_recall: f64,
    pub exact_f1: f64,
    pub close_precision: f64,
    pub close_recall: f64,
    pub close_f1: f64,
    /// The 95% interval of the close F1, by bootstrap over blocks of 2,000 accession numbers.
    pub close_f1_low: f64,
    pub close_f1_high: f64,
    /// Expected calibration error over ten intervals of one width.
    pub calibration_error: f64,
}
