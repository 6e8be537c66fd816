//! A run and what it logs.

use super::{ExperimentId, KeyValue, LoggedModelId, RunId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;

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

impl Run {
    /// The newest point.
    pub fn find_metric(&self, key: &str) -> Option<&Metric> {
        self.metrics.iter().find(|one| one.key == key)
    }

    /// What it logged, as text: of a metric the newest value with every digit.
    pub fn find_value(&self, of: Logged, key: &str) -> Option<Cow<'_, str>> {
        match of {
            Logged::Metric => self.find_metric(key).map(|one| one.value.to_string().into()),
            Logged::Param => KeyValue::find(&self.params, key).map(Cow::from),
            Logged::Tag => KeyValue::find(&self.tags, key).map(Cow::from),
        }
    }

    /// Under which keys it logged something.
    pub fn keys(&self, of: Logged) -> Vec<&str> {
        match of {
            Logged::Metric => self.metrics.iter().map(|one| one.key.as_str()).collect(),
            Logged::Param => self.params.iter().map(|one| one.key.as_str()).collect(),
            Logged::Tag => self.tags.iter().map(|one| one.key.as_str()).collect(),
        }
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

/// What people say of a run, in Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// Empty: no note any more.
    pub text: String,
    /// What it said when the text was begun: where it says something else by now, nothing is written.
    #[serde(default)]
    pub before: Option<String>,
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
