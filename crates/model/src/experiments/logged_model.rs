//! A model that was logged, and how a list of them is asked for.

use super::{ExperimentId, KeyValue, LoggedModelId, Metric, RunId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ModelStatus {
    #[serde(rename = "LOGGED_MODEL_PENDING")]
    Pending,
    #[serde(rename = "LOGGED_MODEL_READY")]
    Ready,
    #[serde(rename = "LOGGED_MODEL_UPLOAD_FAILED")]
    UploadFailed,
}

impl ModelStatus {
    pub fn name(self) -> &'static str {
        match self {
            ModelStatus::Pending => "LOGGED_MODEL_PENDING",
            ModelStatus::Ready => "LOGGED_MODEL_READY",
            ModelStatus::UploadFailed => "LOGGED_MODEL_UPLOAD_FAILED",
        }
    }

    pub fn find(name: &str) -> Option<ModelStatus> {
        [ModelStatus::Pending, ModelStatus::Ready, ModelStatus::UploadFailed].into_iter().find(|one| one.name() == name)
    }
}

/// A model that was logged, before or without being registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedModel {
    pub id: LoggedModelId,
    pub experiment: ExperimentId,
    pub name: String,
    pub model_type: String,
    pub source_run: String,
    pub status: ModelStatus,
    pub deleted: bool,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub artifact_uri: String,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
    pub metrics: Vec<ModelMetric>,
}

/// A point that measures a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelMetric {
    pub point: Metric,
    pub run: RunId,
    pub dataset_name: String,
    pub dataset_digest: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateLoggedModel {
    /// Chosen when it is empty.
    pub name: String,
    pub model_type: String,
    pub source_run: String,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
}

/// A metric's order may be asked for on one dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelOrder {
    pub field: String,
    pub descending: bool,
    pub dataset_name: String,
    pub dataset_digest: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchLoggedModels {
    pub experiments: Vec<ExperimentId>,
    pub filter: String,
    /// Name, and digest where it matters: measured on one of these.
    pub datasets: Vec<(String, String)>,
    pub order_by: Vec<ModelOrder>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}
