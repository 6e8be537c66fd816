//! Background work as its owner sees it.

use crate::{JobId, Time};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl JobState {
    pub const ALL: [JobState; 5] =
        [JobState::Queued, JobState::Running, JobState::Succeeded, JobState::Failed, JobState::Cancelled];

    pub fn name(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Succeeded => "succeeded",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
    }

    pub fn ended(self) -> bool {
        matches!(self, JobState::Succeeded | JobState::Failed | JobState::Cancelled)
    }
}

/// Whether the platform starts jobs of this kind by itself: nobody can cancel them, because search would stay behind.
pub fn is_upkeep(kind: &str) -> bool {
    matches!(kind, "index" | "recount")
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for JobState {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        JobState::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| {
            crate::Fault::field(
                "state",
                format!("\"{text}\" is no job state; choose queued, running, succeeded, failed or cancelled"),
            )
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    pub id: JobId,
    /// `import`, `index`, `organization.export` …
    pub kind: String,
    /// What it works on, for a list: file names, an accession.
    pub title: String,
    pub state: JobState,
    pub progress: Progress,
    pub attempts: i64,
    pub max_attempts: i64,
    /// A cancel was asked for; the worker stops at its next step.
    pub cancelling: bool,
    pub result: Option<serde_json::Value>,
    pub error: Option<String>,
    pub created_by: Option<String>,
    pub created_at: Time,
    /// When it may start: later than now after a failed attempt.
    pub run_at: Time,
    pub started_at: Option<Time>,
    pub ended_at: Option<Time>,
    /// Files of an import, with what became of each.
    #[serde(default)]
    pub files: Vec<JobFile>,
    pub warnings_total: i64,
    /// The first 100; `/api/v1/jobs/{id}/warnings` has all that were kept.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

impl Job {
    /// It succeeded, and every file of it was taken in.
    pub fn is_whole(&self) -> bool {
        self.state == JobState::Succeeded && self.files.iter().all(JobFile::is_taken)
    }
}

/// How far a job is: `done` of `total` units; total 0 means unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub done: i64,
    pub total: i64,
    /// What `done` counts: bytes, samples.
    pub unit: String,
    /// What is being done now.
    pub message: String,
}

impl Progress {
    /// 0 to 100, where the total is known.
    pub fn percent(&self) -> Option<u8> {
        (self.total > 0).then(|| (self.done.clamp(0, self.total) * 100 / self.total) as u8)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobFile {
    pub name: String,
    /// `queued`, `running`, `succeeded`, `unchanged` (same content as before), `needs_mapping` (a table whose columns
    /// nobody explained yet), `failed` or `cancelled`.
    pub state: String,
    /// What became of it, in a sentence.
    pub message: String,
    pub sha256: Option<String>,
    pub size_bytes: Option<i64>,
    /// Datasets it made or renewed: accession and platform.
    #[serde(default)]
    pub datasets: Vec<JobDataset>,
    pub samples: i64,
}

impl JobFile {
    /// What it says is in the catalog, now or since an earlier import.
    pub fn is_taken(&self) -> bool {
        matches!(self.state.as_str(), "succeeded" | "unchanged")
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobDataset {
    pub id: crate::DatasetId,
    pub accession: String,
    pub platform: String,
    pub version: i64,
    pub samples: i64,
}

/// What a reader noticed: where, what was expected, what was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    pub file: String,
    /// 1-based; 0 when it concerns the whole file.
    pub line: i64,
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// One sentence that holds everything below.
    pub message: String,
    pub what: String,
    pub expected: String,
    pub done: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JobFilter {
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub state: Option<JobState>,
}
