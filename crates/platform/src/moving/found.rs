//! What a tracking store has, in words that all three kinds of stores share.

use chorale_model::experiments::{DatasetInput, KeyValue, LogMetric, ModelStatus, RunStatus};
use chorale_model::registry::Stage;

#[derive(Debug)]
pub struct FoundExperiment {
    pub id: String,
    pub name: String,
    pub artifact_location: String,
    pub deleted: bool,
    pub created_ms: Option<i64>,
    pub updated_ms: Option<i64>,
    pub tags: Vec<KeyValue>,
}

#[derive(Debug)]
pub struct FoundRun {
    pub id: String,
    pub name: String,
    pub status: RunStatus,
    pub user_id: String,
    pub started_ms: Option<i64>,
    pub ended_ms: Option<i64>,
    pub deleted: bool,
    pub artifact_uri: String,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
    pub datasets: Vec<DatasetInput>,
    pub models_in: Vec<String>,
    pub models_out: Vec<(String, i64)>,
    /// Each with a word that changes when points come to it.
    pub metrics: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct FoundModel {
    pub id: String,
    pub name: String,
    pub model_type: String,
    pub source_run: String,
    pub status: ModelStatus,
    pub deleted: bool,
    pub created_ms: Option<i64>,
    pub updated_ms: Option<i64>,
    pub artifact_uri: String,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
    /// Each with the run that measured it.
    pub metrics: Vec<(String, LogMetric)>,
}

#[derive(Debug)]
pub struct FoundRegistered {
    pub name: String,
    pub description: String,
    pub created_ms: Option<i64>,
    pub updated_ms: Option<i64>,
    pub tags: Vec<KeyValue>,
    pub aliases: Vec<(String, i64)>,
}

#[derive(Debug)]
pub struct FoundVersion {
    pub version: i64,
    pub description: String,
    pub stage: Stage,
    pub user: String,
    pub created_ms: Option<i64>,
    pub updated_ms: Option<i64>,
    pub source: String,
    pub run: String,
    pub run_link: String,
    pub logged_model: String,
    pub tags: Vec<KeyValue>,
}

/// Of a run or a logged model.
#[derive(Debug)]
pub struct FoundFile {
    pub path: String,
    pub size_bytes: Option<u64>,
}

/// Whose files.
#[derive(Clone, Copy)]
pub enum Holder<'a> {
    Run(&'a str),
    Model(&'a str),
}

/// A page, and where the next one begins.
pub struct Part<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

pub fn point(key: &str, value: f64, timestamp_ms: i64, step: i64) -> LogMetric {
    let (dataset_name, dataset_digest) = (String::new(), String::new());
    LogMetric { key: key.to_owned(), value, timestamp_ms, step, model: None, dataset_name, dataset_digest }
}

/// As Python writes a float.
pub fn float(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        other => other.parse().ok(),
    }
}

/// MLflow counts them in files and in its database.
pub fn run_status(number: i64) -> RunStatus {
    match number {
        2 => RunStatus::Scheduled,
        3 => RunStatus::Finished,
        4 => RunStatus::Failed,
        5 => RunStatus::Killed,
        _ => RunStatus::Running,
    }
}

pub fn model_status(number: i64) -> ModelStatus {
    match number {
        1 => ModelStatus::Pending,
        3 => ModelStatus::UploadFailed,
        _ => ModelStatus::Ready,
    }
}
