//! How right automatic curation is, as people's decisions say, and from which score on it is accepted.
//!
//! What is counted is questions: what sources say under one attribute with what an annotator made of it, whether five
//! samples say it or five thousand. A question counts once, as its newest decision says that was not taken back. A
//! suggestion is right where it was accepted as it is, and wrong where it was changed, rejected or said to be not
//! reported. A value that people gave where the annotator had said nothing was missed.
//!
//! Precision is right of right and wrong. Recall is right of right, changed and missed: of the values that people say, how
//! many the annotator said. Both are of what people looked at, which is mostly what waits for review.

use crate::harmonize::Hold;
use crate::{AlertId, CollectionId, Time};
use serde::{Deserialize, Serialize};

/// A share of questions with its 95% interval (Wilson).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    pub share: f64,
    pub low: f64,
    pub high: f64,
    /// Questions that were decided.
    pub of: i64,
}

/// What decisions say of one version of the annotator in one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionFigures {
    /// The version up to its ontologies: `harmonize-3`.
    pub annotator: String,
    /// It does the work now.
    pub present: bool,
    /// Questions.
    pub right: i64,
    pub wrong: i64,
    /// Of the wrong ones, those that became another value.
    pub changed: i64,
    /// Values that people gave where it had said nothing.
    pub missed: i64,
    /// Samples that these decisions settled.
    pub samples: i64,
    /// None: no question was decided.
    pub precision: Option<Share>,
    pub recall: Option<Share>,
    /// Precision of what is accepted automatically now.
    pub accepted: Option<Share>,
}

/// One field of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AutomaticField {
    pub field: String,
    pub label: String,
    /// The precision that the field asks of what is accepted automatically.
    pub promised: f64,
    /// Suggestions with this score or a greater one are accepted; None: none is.
    pub accepted_from: Option<f64>,
    /// Somebody chose the score.
    pub chosen: bool,
    /// Nothing is accepted automatically for now.
    pub hold: Option<Hold>,
    /// That says why.
    pub alert: Option<AlertId>,
    /// Suggestions on samples that wait for review, and those of them that wait by their score alone.
    pub waiting: i64,
    pub waiting_by_score: i64,
    /// Suggestions on samples that are accepted without a person.
    pub automatic: i64,
    /// The present one first, then the newest.
    pub versions: Vec<VersionFigures>,
}

/// All fields of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AutomaticFields {
    pub collection: CollectionId,
    /// The annotator that works now; None: no ontology is in use.
    pub annotator: Option<String>,
    /// Of the collection's fields; a threshold is set for the version that was read.
    pub version: i64,
    pub fields: Vec<AutomaticField>,
}

/// What decisions say of suggestions of one twentieth of the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BandFigures {
    pub from: f64,
    pub right: i64,
    pub wrong: i64,
    pub precision: Option<Share>,
    /// Suggestions on samples: those that wait by their score alone, and those that are accepted without a person.
    pub waiting: i64,
    pub automatic: i64,
}

/// What would hold if suggestions were accepted from a score on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    pub from: f64,
    /// Of what was decided from this score on.
    pub precision: Option<Share>,
    /// Of the samples that wait by their score, those that would be accepted.
    pub accepts: i64,
    /// Samples with an automatic value that would wait again.
    pub returns: i64,
    /// Of the samples that would be accepted, those in bands of which nobody decided anything.
    pub unjudged: i64,
}

/// One field with its bands and steps, of one version of the annotator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AutomaticDetail {
    /// Of the collection's fields; a threshold is set for the version that was read.
    pub version: i64,
    pub field: AutomaticField,
    pub annotator: String,
    /// Twenty, from 0 on.
    pub bands: Vec<BandFigures>,
    /// Twenty-one: from 0, 0.05, … 1.
    pub steps: Vec<Step>,
    /// The suggestions that people found wrong, those on most samples first; at most 20.
    pub errors: Vec<Mistake>,
}

/// A suggestion that people found wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mistake {
    pub term: String,
    pub label: String,
    /// The greatest of its questions.
    pub score: f64,
    /// What it became; empty where it was only rejected.
    pub to_term: String,
    pub to_label: String,
    pub questions: i64,
    pub samples: i64,
}

/// Which field is looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AutomaticAsked {
    /// The present one when absent.
    #[serde(default)]
    pub annotator: Option<String>,
}

/// A threshold that is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LookAtThreshold {
    /// Null: the one that follows from the precision that the field promises.
    pub from: Option<f64>,
}

/// What a threshold would change; nothing has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThresholdPreview {
    /// None: nothing would be accepted.
    pub from: Option<f64>,
    /// Precision of what was decided from there on.
    pub precision: Option<Share>,
    /// Samples and questions whose value would be accepted, of the samples that wait by their score.
    pub accepts: i64,
    pub accepts_questions: i64,
    pub waiting: i64,
    /// Samples and questions whose value is accepted and would wait.
    pub returns: i64,
    pub returns_questions: i64,
    /// Of what would be accepted, samples in bands of which nobody decided anything.
    pub unjudged: i64,
    /// Those on most samples first; at most 20.
    pub changes: Vec<ThresholdChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThresholdChange {
    pub attribute: String,
    pub words: String,
    pub term: String,
    pub label: String,
    pub score: f64,
    pub samples: i64,
    /// It would be accepted; false: it would wait.
    pub accepted: bool,
}

/// Sets from which score on a field's suggestions are accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetThreshold {
    /// Of the collection's fields, as it was read: another's change in between is a conflict.
    pub version: i64,
    /// Null: by the precision that the field promises.
    pub from: Option<f64>,
}

/// What was set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThresholdSet {
    /// Of the fields, now.
    pub version: i64,
    pub from: Option<f64>,
    /// What was set before, to go back to.
    pub before: Option<f64>,
    pub at: Time,
}
