//! An experiment, and what is asked to change one.

use super::{ExperimentId, KeyValue};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Experiment {
    pub id: ExperimentId,
    pub name: String,
    /// Where its runs keep their artifacts; empty: here.
    pub artifact_location: String,
    pub deleted: bool,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub tags: Vec<KeyValue>,
}

impl Experiment {
    /// Where a run's or a model's artifacts are, as MLflow's clients are told.
    pub fn artifact_root(&self, path: &str) -> String {
        artifact_root(self.id, &self.artifact_location, path)
    }
}

/// Where artifacts of an experiment are: at the client's `location`, or here where it is empty.
pub fn artifact_root(id: ExperimentId, location: &str, path: &str) -> String {
    match location {
        "" => format!("mlflow-artifacts:/{id}/{path}"),
        place => format!("{}/{path}", place.trim_end_matches('/')),
    }
}

/// An experiment as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExperimentSummary {
    #[serde(flatten)]
    pub experiment: Experiment,
    /// Those that are not deleted; of a deleted experiment, all.
    pub runs: i64,
    /// When the last of them ended, or began where none ended later.
    pub active_ms: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateExperiment {
    pub name: String,
    /// A place of the client's own, such as `s3://bucket/folder`; the platform keeps the artifacts where it is empty.
    #[serde(default)]
    pub artifact_location: String,
    #[serde(default)]
    pub tags: Vec<KeyValue>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameExperiment {
    pub name: String,
}
