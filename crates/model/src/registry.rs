//! Registered models, their versions and aliases, with how each version was evaluated.

use crate::Time;
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
