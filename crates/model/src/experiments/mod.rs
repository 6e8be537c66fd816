//! Experiments, runs and what runs log, with MLflow's meanings: a run keeps params once, tags as they stand, metrics as
//! points. Times that clients send are milliseconds since 1970, as they sent them.

mod experiment;
mod ids;
mod lineage;
mod logged_model;
mod run;
mod search;

pub use experiment::{CreateExperiment, Experiment, ExperimentSummary, RenameExperiment, artifact_root};
pub use ids::{ExperimentId, LoggedModelId, RunId};
pub use lineage::{Lineage, LineageEdge, LineageKind, LineageNode};
pub use logged_model::{CreateLoggedModel, LoggedModel, ModelMetric, ModelOrder, ModelStatus, SearchLoggedModels};
pub use run::{
    CreateRun, DatasetInput, LogBatch, LogMetric, Logged, Metric, ModelOutput, Run, RunDataset, RunInfo, RunStatus,
    UpdateRun, WriteNote,
};
pub use search::{
    Asked, Curve, DatasetSummary, GroupMetric, GroupRuns, Life, RunGroup, RunGroups, RunKey, RunsPage, SearchRuns,
};

use serde::{Deserialize, Serialize};

/// The tag in which clients keep what is written about a run or an experiment.
pub const NOTE: &str = "mlflow.note.content";
/// The tag that names the run which began a run.
pub const PARENT: &str = "mlflow.parentRunId";

/// A param, or a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyValue {
    pub key: String,
    pub value: String,
}

impl KeyValue {
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> KeyValue {
        KeyValue { key: key.into(), value: value.into() }
    }

    /// What stands under a key.
    pub fn find<'a>(all: &'a [KeyValue], key: &str) -> Option<&'a str> {
        all.iter().find(|one| one.key == key).map(|one| one.value.as_str())
    }
}

/// A file, or a folder of files, of a run or a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArtifactEntry {
    /// Below the run or the model.
    pub path: String,
    pub is_folder: bool,
    /// Of a file.
    pub size_bytes: Option<i64>,
}
