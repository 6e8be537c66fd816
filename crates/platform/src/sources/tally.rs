//! What an import comes to, added up file by file.

use super::Payload;
use chorale_model::Fault;
use chorale_model::jobs::{JobDataset, JobFile};
use serde_json::{Value, json};

/// What an import comes to.
#[derive(Default)]
pub(super) struct Tally {
    datasets: Vec<JobDataset>,
    samples: i64,
    succeeded: i64,
    unchanged: i64,
    failed: i64,
    first_failure: Option<String>,
}

impl Tally {
    pub(super) fn add(&mut self, file: &JobFile) {
        match file.state.as_str() {
            "succeeded" => self.succeeded += 1,
            "unchanged" => self.unchanged += 1,
            _ => {
                self.failed += 1;
                self.first_failure.get_or_insert_with(|| format!("{}: {}", file.name, file.message));
            }
        }
        self.samples += file.samples;
        self.datasets.extend(file.datasets.iter().cloned());
    }

    /// The job's result; a fault when not one file could be imported.
    pub(super) fn result(self, payload: &Payload) -> Result<Value, Fault> {
        if let (0, Some(first)) = (self.succeeded + self.unchanged, self.first_failure) {
            let message = match self.failed {
                1 => first,
                many => format!("none of {many} files could be imported; the first: {first}"),
            };
            return Err(Fault::invalid(message));
        }
        Ok(json!({
            "collection": payload.collection,
            "datasets": self.datasets,
            "samples": self.samples,
            "files": { "succeeded": self.succeeded, "unchanged": self.unchanged, "failed": self.failed },
        }))
    }
}
