//! Experiments, runs and what runs log, with MLflow's meanings: a run keeps params once, tags as they stand, metrics as
//! points. Times that clients send are milliseconds since 1970, as they sent them.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// An experiment's number in its organization; 0 is "Default".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ExperimentId(pub i64);

impl fmt::Display for ExperimentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ExperimentId {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(ExperimentId).map_err(|_| {
            crate::Fault::field(
                "experiment_id",
                format!("\"{text}\" is no number; experiments have numbers, as 0 or 12"),
            )
        })
    }
}

/// 32 hexadecimal digits, as MLflow writes run ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunId(pub Uuid);

/// `m-` and 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedModelId(pub Uuid);

macro_rules! written_as_text {
    ($name:ident, $prefix:literal, $word:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = crate::Fault;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // What is no id names nothing that exists, so it answers like a missing one.
                let digits = text.strip_prefix($prefix).filter(|rest| rest.len() >= 32);
                let id = digits.and_then(|digits| Uuid::parse_str(digits).ok());
                id.map($name).ok_or_else(|| crate::Fault::missing($word, text))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

written_as_text!(RunId, "", "run");
written_as_text!(LoggedModelId, "m-", "logged model");

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
}

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

/// Which of those that can be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Life {
    #[default]
    Active,
    Deleted,
    All,
}

/// A list asked for by a filter in MLflow's grammar, with OR, NOT and parentheses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Asked {
    pub filter: String,
    /// `metrics.loss desc`, in this order.
    pub order_by: Vec<String>,
    pub life: Life,
    /// How many; 1,000 when absent.
    pub limit: Option<i64>,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Runs asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct SearchRuns {
    pub experiments: Vec<ExperimentId>,
    #[serde(flatten)]
    pub asked: Asked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    Running,
    Scheduled,
    Finished,
    Failed,
    Killed,
}

impl RunStatus {
    pub const ALL: [RunStatus; 5] =
        [RunStatus::Running, RunStatus::Scheduled, RunStatus::Finished, RunStatus::Failed, RunStatus::Killed];

    pub fn name(self) -> &'static str {
        match self {
            RunStatus::Running => "RUNNING",
            RunStatus::Scheduled => "SCHEDULED",
            RunStatus::Finished => "FINISHED",
            RunStatus::Failed => "FAILED",
            RunStatus::Killed => "KILLED",
        }
    }
}

impl FromStr for RunStatus {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        RunStatus::ALL.into_iter().find(|status| status.name() == text).ok_or_else(|| {
            let known: Vec<&str> = RunStatus::ALL.iter().map(|status| status.name()).collect();
            crate::Fault::field("status", format!("\"{text}\" is none; choose one of {}", known.join(", ")))
        })
    }
}

/// A point of a metric. NaN and the infinities are values; JSON has them as `"NaN"`, `"Infinity"`, `"-Infinity"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metric {
    pub key: String,
    #[serde(with = "crate::float")]
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub value: f64,
    pub timestamp_ms: i64,
    pub step: i64,
}

/// A run without what it logged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunInfo {
    pub id: RunId,
    pub experiment: ExperimentId,
    pub name: String,
    pub status: RunStatus,
    /// What the client says of its user.
    pub user_id: String,
    pub started_ms: i64,
    pub ended_ms: Option<i64>,
    pub deleted: bool,
    /// `mlflow-artifacts:/<experiment>/<run>/artifacts`, or below the experiment's own place.
    pub artifact_uri: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    pub info: RunInfo,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
    /// The newest point of each.
    pub metrics: Vec<Metric>,
    pub datasets: Vec<DatasetInput>,
    pub models_in: Vec<LoggedModelId>,
    pub models_out: Vec<ModelOutput>,
}

/// Data that a run read, as its client names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunDataset {
    pub name: String,
    pub digest: String,
    pub source_type: String,
    pub source: String,
    pub schema: Option<String>,
    pub profile: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetInput {
    pub dataset: RunDataset,
    pub tags: Vec<KeyValue>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelOutput {
    pub model: LoggedModelId,
    pub step: i64,
}

/// A dataset with the context in which runs of an experiment read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetSummary {
    pub experiment: ExperimentId,
    pub name: String,
    pub digest: String,
    pub context: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateRun {
    /// Chosen when it is empty.
    pub name: String,
    pub user_id: String,
    /// Now when absent.
    pub started_ms: Option<i64>,
    pub tags: Vec<KeyValue>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateRun {
    pub status: Option<RunStatus>,
    pub ended_ms: Option<i64>,
    pub name: Option<String>,
}

/// A point to be logged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogMetric {
    pub key: String,
    #[serde(with = "crate::float")]
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub value: f64,
    pub timestamp_ms: i64,
    #[serde(default)]
    pub step: i64,
    /// The model that it measures, if it does.
    #[serde(default)]
    pub model: Option<LoggedModelId>,
    #[serde(default)]
    pub dataset_name: String,
    #[serde(default)]
    pub dataset_digest: String,
}

/// What a run logs at once: all of it stands, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LogBatch {
    pub metrics: Vec<LogMetric>,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
}

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
pub struct RenameExperiment {
    pub name: String,
}

/// A page of an experiment's runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunsPage {
    pub items: Vec<Run>,
    pub next_cursor: Option<String>,
    /// How many the filter finds on all pages.
    pub total: i64,
    pub took_ms: f64,
}

/// What a run logs under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Logged {
    Metric,
    Param,
    Tag,
}

impl Logged {
    pub const ALL: [Logged; 3] = [Logged::Metric, Logged::Param, Logged::Tag];

    /// As filters and tables write it before a key.
    pub fn word(self) -> &'static str {
        match self {
            Logged::Metric => "metrics",
            Logged::Param => "params",
            Logged::Tag => "tags",
        }
    }
}

/// A key that occurs among runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunKey {
    pub of: Logged,
    pub key: String,
    /// How many of the newest runs have it.
    pub runs: i64,
}

/// A metric's points by step, thinned where there are many: of each stretch its lowest and its highest stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Curve {
    pub points: Vec<Metric>,
    /// How many were logged.
    pub logged: i64,
}
