//! One job as a list shows it: the part of the model's `Job` that events carry and rows draw.

use chorale_model::jobs::{Job, JobState, Progress};
use chorale_ui::number::{bytes, count, counted};
use chorale_ui::{Icon, Tone};
use serde::{Deserialize, Serialize};

/// Deserializes from a whole `Job` too: an event's further fields are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobLine {
    pub id: String,
    pub kind: String,
    pub title: String,
    pub state: JobState,
    pub progress: Progress,
    #[serde(default)]
    pub cancelling: bool,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub warnings_total: i64,
    #[serde(default)]
    pub files: Vec<FileLine>,
    #[serde(default)]
    pub started_at: Option<String>,
}

/// One file of an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileLine {
    pub name: String,
    pub state: String,
    #[serde(default)]
    pub samples: i64,
}

impl From<&Job> for JobLine {
    fn from(job: &Job) -> Self {
        let file = |file: &chorale_model::jobs::JobFile| FileLine {
            name: file.name.clone(),
            state: file.state.clone(),
            samples: file.samples,
        };
        JobLine {
            id: job.id.to_string(),
            kind: job.kind.clone(),
            title: job.title.clone(),
            state: job.state,
            progress: job.progress.clone(),
            cancelling: job.cancelling,
            error: job.error.clone(),
            warnings_total: job.warnings_total,
            files: job.files.iter().map(file).collect(),
            started_at: job.started_at.map(|time| time.to_string()),
        }
    }
}

impl JobLine {
    /// Icon, tone and word of the state.
    pub fn mark(&self) -> (Tone, Icon, &'static str) {
        match self.state {
            JobState::Queued => (Tone::Plain, Icon::Clock, "queued"),
            JobState::Running if self.cancelling => (Tone::Warn, Icon::Run, "stopping"),
            JobState::Running => (Tone::Info, Icon::Run, "running"),
            JobState::Succeeded
                if !self.files.is_empty() && self.files.iter().all(|file| file.state == "unchanged") =>
            {
                (Tone::Ok, Icon::Ok, "already here")
            }
            JobState::Succeeded => (Tone::Ok, Icon::Ok, "succeeded"),
            JobState::Failed => (Tone::Bad, Icon::Bad, "failed"),
            JobState::Cancelled => (Tone::Plain, Icon::X, "cancelled"),
        }
    }

    /// What it is doing or what came of it, in a line.
    pub fn note(&self) -> String {
        if let Some(error) = &self.error {
            return error.clone();
        }
        let samples: i64 = self.files.iter().map(|file| file.samples).sum();
        match self.state {
            JobState::Running if self.progress.total > 0 => {
                let Progress { done, total, unit, message } = &self.progress;
                let (done, total) = (done.unsigned_abs(), total.unsigned_abs());
                match unit.as_str() {
                    "bytes" => format!("{message} · {} of {}", bytes(done), bytes(total)),
                    unit => format!("{message} · {} of {} {unit}", count(done), count(total)),
                }
            }
            JobState::Running => self.progress.message.clone(),
            JobState::Queued => "waits for a worker".to_owned(),
            JobState::Cancelled => "nothing of it was kept".to_owned(),
            _ if samples > 0 => format!(
                "{} in {}",
                counted(samples.unsigned_abs(), "sample", "samples"),
                counted(self.files.len() as u64, "file", "files")
            ),
            _ => self.progress.message.clone(),
        }
    }

    /// Seconds that are left at `now_ms` (since the Unix epoch), when enough is done to say so.
    pub fn left_s(&self, now_ms: f64) -> Option<i64> {
        let Progress { done, total, .. } = self.progress;
        let elapsed = (now_ms - millis(self.started_at.as_deref()?)?) / 1e3;
        let part = (total > 0).then(|| done as f64 / total as f64).filter(|part| *part > 0.02 && elapsed > 1.0)?;
        (self.state == JobState::Running).then(|| (elapsed / part * (1.0 - part)).ceil() as i64)
    }
}

/// A time of the API as milliseconds. The browser reads it itself: a parser in WASM would cost 20 KB.
#[cfg(feature = "hydrate")]
fn millis(text: &str) -> Option<f64> {
    Some(js_sys::Date::parse(text)).filter(|ms| ms.is_finite())
}

#[cfg(not(feature = "hydrate"))]
fn millis(text: &str) -> Option<f64> {
    text.parse::<chorale_model::Time>().ok().map(|time| time.0 as f64 / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> JobLine {
        serde_json::from_str(json).expect("a job line")
    }

    #[test]
    fn an_event_of_a_whole_job_is_read() {
        let line = line(
            r#"{"id":"018f0000-0000-7000-8000-000000000001","kind":"import","title":"GSE1.soft","state":"running","attempts":1,
            "progress":{"done":64,"total":100,"unit":"bytes","message":"reading"},"started_at":"2026-03-04T09:12:00Z","warnings":[]}"#,
        );
        assert_eq!(line.mark().2, "running");
        assert_eq!(line.note(), "reading · 64 bytes of 100 bytes");
        let start = millis("2026-03-04T09:12:00Z").expect("a time");
        assert_eq!(line.left_s(start + 64_000.0), Some(36));
    }

    #[test]
    fn the_same_bytes_again_are_already_here() {
        let line = line(
            r#"{"id":"018f0000-0000-7000-8000-000000000001","kind":"import","title":"","state":"succeeded",
            "progress":{"done":1,"total":1,"unit":"","message":""},"files":[{"name":"a","state":"unchanged"}]}"#,
        );
        assert_eq!(line.mark().2, "already here");
    }
}
