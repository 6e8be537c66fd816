//! What an annotator answers.

use crate::field::Field;
use crate::quantity::Quantity;
use serde::{Deserialize, Serialize};

/// A value for one field of one sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    pub field: Field,
    /// The id of a term; the value itself where the field has no ontology; empty where the state says that there is none.
    pub term: String,
    pub label: String,
    pub state: State,
    /// How sure it is, 0 to 1.
    pub score: f32,
    pub method: Method,
    pub evidence: Option<Evidence>,
    /// The next best value: term, label, score.
    pub runner_up: Option<(String, String, f32)>,
    /// Numbers that belong to the value: an age, a drug's dose and time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<Quantity>,
}

/// Where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Index into [`crate::Item::attributes`].
    pub attribute: usize,
    /// Scalar values of that attribute's value, the end exclusive.
    pub start: u32,
    pub end: u32,
    pub text: String,
}

/// What kind of value it is. Absence is said, never left to an empty value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Present,
    /// No disease: the donor is healthy.
    Healthy,
    /// The question does not arise: the cell line of a biopsy.
    NotApplicable,
    /// The source says that it does not say.
    NotReported,
    /// The source says something, and it could not be read.
    Unresolved,
}

/// What found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A name of the term stands in the text.
    Dictionary,
    /// The text implies it without saying it.
    Learned,
    Both,
    /// The samples' titles differ in a way that says it.
    Pattern,
    /// It follows from other values or from how the text is built.
    Rule,
}
