//! Registered models, their versions and aliases, with how each version was evaluated.

use crate::harmonize::ValueState;
use crate::{SampleId, Time};
use serde::{Deserialize, Serialize};

/// A name under which versions of a model are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisteredModel {
    pub name: String,
    pub description: String,
    /// `annotator`, …
    pub kind: String,
    pub latest_version: i64,
    pub aliases: Vec<Alias>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// A name for one version, moved by promoting another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alias {
    /// `champion`
    pub alias: String,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelVersion {
    pub name: String,
    /// 1, 2, 3 …
    pub version: i64,
    pub description: String,
    pub aliases: Vec<String>,
    /// What it was trained with, by name.
    pub params: Vec<(String, String)>,
    pub artifacts: Vec<ModelArtifact>,
    pub evaluations: Vec<Evaluation>,
    pub created_at: Time,
    pub created_by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelArtifact {
    pub path: String,
    pub size_bytes: i64,
    pub sha256: String,
}

/// How a version did on one set of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evaluation {
    /// What it was judged on.
    pub dataset: String,
    /// Name and value, such as `ale/tissue/close_f1`.
    pub metrics: Vec<(String, f64)>,
    pub created_at: Time,
}

/// Points an alias at a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Promote {
    pub version: i64,
    pub alias: String,
}

/// What another version of the annotator would say of a bounded sample, beside the one that works now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionPreview {
    pub name: String,
    /// 0: the dictionary alone.
    pub version: i64,
    /// The annotator that works now, and the other one, as values show them.
    pub now: String,
    pub then: String,
    /// Samples that both annotated, of so many datasets.
    pub samples: i64,
    pub datasets: i64,
    /// False: time ran out before all chosen samples were annotated.
    pub whole: bool,
    /// Fields of which either says anything.
    pub fields: Vec<FieldPreview>,
}

/// Samples by what becomes of their accepted values in one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldPreview {
    pub field: String,
    pub label: String,
    pub same: i64,
    pub changed: i64,
    pub newly_said: i64,
    pub no_longer_said: i64,
    /// Samples on which a value waits for review, now and then.
    pub in_review_now: i64,
    pub in_review_then: i64,
    /// The commonest changes, the first ten.
    pub changes: Vec<PreviewChange>,
}

/// A change that some samples have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewChange {
    /// Values that go; empty: nothing was said.
    pub from: Vec<PreviewValue>,
    /// Values that come; empty: nothing is said any more.
    pub to: Vec<PreviewValue>,
    pub samples: i64,
    /// One of them.
    pub example: SampleId,
    pub example_accession: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewValue {
    pub term: String,
    pub label: String,
    pub state: ValueState,
}
