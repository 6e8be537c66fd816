//! Answers as MLflow's clients read them: protobuf's JSON, whole numbers as numbers.

use chorale_model::Page;
use chorale_model::experiments::{DatasetInput, Experiment, KeyValue, LoggedModel, Metric, ModelMetric, Run, RunInfo};
use serde::Serialize;
use serde_json::{Value, json};

fn life(deleted: bool) -> &'static str {
    if deleted { "deleted" } else { "active" }
}

pub fn experiment(one: &Experiment) -> Value {
    let place = match one.artifact_location.as_str() {
        "" => format!("mlflow-artifacts:/{}", one.id),
        place => place.to_owned(),
    };
    let mut said = json!({
        "experiment_id": one.id.to_string(),
        "name": one.name,
        "artifact_location": place,
        "lifecycle_stage": life(one.deleted),
        "last_update_time": one.updated_ms,
        "creation_time": one.created_ms,
        "workspace": "default",
    });
    if !one.tags.is_empty() {
        said["tags"] = json!(one.tags);
    }
    said
}

/// A run's fields but for what it logged.
#[derive(Serialize)]
pub struct SaidInfo {
    run_uuid: String,
    run_id: String,
    run_name: String,
    experiment_id: String,
    user_id: String,
    status: &'static str,
    start_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<i64>,
    artifact_uri: String,
    lifecycle_stage: &'static str,
}

pub fn info(info: RunInfo) -> SaidInfo {
    let id = info.id.to_string();
    SaidInfo {
        run_uuid: id.clone(),
        run_id: id,
        run_name: info.name,
        experiment_id: info.experiment.to_string(),
        user_id: info.user_id,
        status: info.status.name(),
        start_time: info.started_ms,
        end_time: info.ended_ms,
        artifact_uri: info.artifact_uri,
        lifecycle_stage: life(info.deleted),
    }
}

#[derive(Serialize)]
pub struct SaidMetric {
    key: String,
    #[serde(with = "chorale_model::float")]
    value: f64,
    timestamp: i64,
    step: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset_digest: Option<String>,
}

impl From<Metric> for SaidMetric {
    fn from(one: Metric) -> SaidMetric {
        SaidMetric {
            key: one.key,
            value: one.value,
            timestamp: one.timestamp_ms,
            step: one.step,
            run_id: None,
            model_id: None,
            dataset_name: None,
            dataset_digest: None,
        }
    }
}

impl SaidMetric {
    pub fn of_run(self, run: String) -> SaidMetric {
        SaidMetric { run_id: Some(run), ..self }
    }
}

#[derive(Serialize)]
struct SaidData {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<SaidMetric>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    params: Vec<KeyValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<KeyValue>,
}

#[derive(Serialize)]
pub struct SaidRun {
    info: SaidInfo,
    data: SaidData,
    inputs: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<Value>,
}

pub fn run(run: Run) -> SaidRun {
    let mut inputs = serde_json::Map::new();
    if !run.datasets.is_empty() {
        inputs.insert("dataset_inputs".into(), run.datasets.iter().map(dataset).collect());
    }
    if !run.models_in.is_empty() {
        let models = run.models_in.iter().map(|id| json!({ "model_id": id.to_string() }));
        inputs.insert("model_inputs".into(), models.collect());
    }
    let outputs = run.models_out.iter().map(|one| json!({ "model_id": one.model.to_string(), "step": one.step }));
    let outputs: Vec<Value> = outputs.collect();
    SaidRun {
        info: info(run.info),
        data: SaidData {
            metrics: run.metrics.into_iter().map(SaidMetric::from).collect(),
            params: run.params,
            tags: run.tags,
        },
        inputs: Value::Object(inputs),
        outputs: Some(if outputs.is_empty() { json!({}) } else { json!({ "model_outputs": outputs }) }),
    }
}

/// A run that was just begun.
pub fn begun(begun: Run) -> SaidRun {
    SaidRun { outputs: None, ..run(begun) }
}

fn dataset(input: &DatasetInput) -> Value {
    let one = &input.dataset;
    let mut said = json!({
        "name": one.name,
        "digest": one.digest,
        "source_type": one.source_type,
        "source": one.source,
    });
    if let Some(schema) = &one.schema {
        said["schema"] = json!(schema);
    }
    if let Some(profile) = &one.profile {
        said["profile"] = json!(profile);
    }
    match input.tags.is_empty() {
        true => json!({ "dataset": said }),
        false => json!({ "tags": input.tags, "dataset": said }),
    }
}

pub fn logged_model(model: LoggedModel) -> Value {
    let id = model.id.to_string();
    let mut info = json!({
        "model_id": id,
        "experiment_id": model.experiment.to_string(),
        "name": model.name,
        "creation_timestamp_ms": model.created_ms,
        "last_updated_timestamp_ms": model.updated_ms,
        "artifact_uri": model.artifact_uri,
        "status": model.status.name(),
        "model_type": model.model_type,
        "source_run_id": model.source_run,
    });
    if !model.tags.is_empty() {
        info["tags"] = json!(model.tags);
    }
    let mut data = serde_json::Map::new();
    if !model.params.is_empty() {
        data.insert("params".into(), json!(model.params));
    }
    let metrics: Vec<SaidMetric> = model.metrics.into_iter().map(|one| measured(one, &id)).collect();
    if !metrics.is_empty() {
        data.insert("metrics".into(), json!(metrics));
    }
    json!({ "info": info, "data": data })
}

fn measured(one: ModelMetric, model: &str) -> SaidMetric {
    let named = |text: String| Some(text).filter(|text| !text.is_empty());
    SaidMetric {
        model_id: Some(model.to_owned()),
        dataset_name: named(one.dataset_name),
        dataset_digest: named(one.dataset_digest),
        ..SaidMetric::from(one.point).of_run(one.run.to_string())
    }
}

/// A page of a list, under its name; what is empty is not said.
pub fn page(name: &str, page: Page<Value>) -> Value {
    let mut answer = json!({});
    if !page.items.is_empty() {
        answer[name] = page.items.into();
    }
    if let Some(cursor) = page.next_cursor {
        answer["next_page_token"] = json!(cursor);
    }
    answer
}
