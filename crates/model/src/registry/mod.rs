//! Registered models, their versions and aliases, with how each version was evaluated.

mod card;
mod promotion;

pub use card::{Flavor, ModelFormat, Signature, SignatureColumn, VersionCard};
pub use promotion::{
    ApprovePromotion, ComparedMetric, ComparedParam, Promotion, PromotionFilter, PromotionRequest, PromotionReview,
    PromotionState, ProtectedAliases, RejectPromotion,
};

use crate::experiments::KeyValue;
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
    pub tags: Vec<KeyValue>,
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
    pub tags: Vec<KeyValue>,
    /// What it was made from, where that lies elsewhere.
    pub source: Source,
    pub stage: Stage,
    pub created_at: Time,
    pub created_by: String,
    pub updated_at: Time,
}

/// What a version was made from, as its client wrote it; empty where the platform made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// `runs:/<run>/model`, `models:/<model>`, `mlflow-artifacts:/…`, or a place of the client's own.
    pub uri: String,
    /// Where its files are, after names are looked up.
    pub location: String,
    /// The id of a run.
    pub run: String,
    pub run_link: String,
    /// The id of a logged model.
    pub logged_model: String,
}

/// MLflow's older way to say what a version is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stage {
    #[default]
    None,
    Staging,
    Production,
    Archived,
}

impl Stage {
    pub const ALL: [Stage; 4] = [Stage::None, Stage::Staging, Stage::Production, Stage::Archived];

    pub fn name(self) -> &'static str {
        match self {
            Stage::None => "None",
            Stage::Staging => "Staging",
            Stage::Production => "Production",
            Stage::Archived => "Archived",
        }
    }
}

impl std::str::FromStr for Stage {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Stage::ALL.into_iter().find(|stage| stage.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
            crate::Fault::field("stage", format!("\"{text}\" is none; choose None, Staging, Production or Archived"))
        })
    }
}

/// A model that versions from elsewhere are registered under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateModel {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: Vec<KeyValue>,
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

/// Words about a model or a version, in the place of those before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Describe {
    pub description: String,
}

/// Points an alias at a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Promote {
    pub version: i64,
    pub alias: String,
    /// For whoever approves it, where the alias is protected.
    #[serde(default)]
    pub why: String,
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
