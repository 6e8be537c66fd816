//! Fields: the harmonized columns of a collection, with the ontology branch, level, cardinality and guideline of each.
//! The default set follows CELLxGENE's schema 7.0.0 where it has the field, and adds what clinical and drug studies say.

use crate::{CollectionId, Time};
use serde::{Deserialize, Serialize};

/// Of what a field speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Donor,
    Sample,
    Study,
}

/// What a value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A term of one of the field's releases.
    Term,
    /// One of the field's choices.
    Choice,
    /// A number or an interval with a unit: `54 year`, `50-60 year`.
    Quantity,
    Text,
}

/// A harmonized column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// As in queries and JSON: `cell_type`.
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    pub level: Level,
    /// Several values may hold at once.
    pub many: bool,
    /// Names of ontology releases whose terms are taken: `MONDO`; empty for other kinds.
    #[serde(default)]
    pub releases: Vec<String>,
    /// Only this term and its descendants.
    #[serde(default)]
    pub branch: Option<String>,
    /// Of a choice: the values. Of a quantity: the units.
    #[serde(default)]
    pub choices: Vec<String>,
    /// For curators: what counts, with a hard case decided.
    #[serde(default)]
    pub guideline: String,
    /// Suggestions at least so precise, by the calibration curve, are accepted without review; between 0 and 1.
    pub accept_precision: f64,
    /// Suggestions with a smaller score are not kept.
    pub abstain_below: f64,
    /// From this score on suggestions are accepted, whatever the calibration curve says: somebody chose it by what
    /// decisions had shown. The precision stays what the field promises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_from: Option<f64>,
}

/// The fields of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CollectionFields {
    pub collection: CollectionId,
    /// Raised by every change; 0 is the default set.
    pub version: i64,
    pub fields: Vec<Field>,
    pub updated_at: Option<Time>,
    pub updated_by: Option<String>,
}

/// Replaces the fields of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateFields {
    /// The version that was edited: another's change in between is a conflict, not lost.
    pub version: i64,
    pub fields: Vec<Field>,
}

/// Changes one field of a collection, or takes the default set again.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeFields {
    /// The version that was read.
    pub version: i64,
    pub change: FieldChange,
}

/// Fields are named by their name.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldChange {
    /// As the last one.
    Add {
        field: Field,
    },
    Replace {
        name: String,
        field: Field,
    },
    Remove {
        name: String,
    },
    /// Past its neighbour.
    Move {
        name: String,
        up: bool,
    },
    Reset,
}

/// What the precision that fields ask for means with the annotator that does the work now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldThresholds {
    /// Its version; None: no ontology is in use, and nothing is annotated.
    pub annotator: Option<String>,
    /// In the order of the fields.
    pub fields: Vec<FieldThreshold>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldThreshold {
    pub field: String,
    /// Suggestions with this score or a greater one are accepted; None: at no score are so many right, and all wait.
    pub accepted_from: Option<f64>,
    /// By a calibration curve of the trained annotator. False: it is not trained for the field, and the score that a
    /// reading gives itself counts as its precision.
    pub calibrated: bool,
    /// Somebody chose it for the field, and no curve was asked.
    #[serde(default)]
    pub chosen: bool,
    /// What it would be if nobody had chosen.
    #[serde(default)]
    pub by_precision: Option<f64>,
}
