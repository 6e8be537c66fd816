//! Runs: begun, read, searched, ended.

use super::experiments::life;
use super::wire::{self, Int, Pair, Wire, cut, nullable, required};
use super::{get, post, said};
use crate::routes::Route;
use crate::web::{Answered, Caller};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use chorale_model::experiments::{
    Asked, CreateRun, DatasetInput, ExperimentId, KeyValue, LogBatch, ModelOutput, RunDataset, RunId, RunStatus,
    SearchRuns, UpdateRun,
};
use chorale_platform::experiments::{self, LONGEST_TAG};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/2.0/mlflow/runs/create", create).json(r#"{"experiment_id": "<experiment>", "start_time": 1000}"#),
        get("/api/2.0/mlflow/runs/get", load).query("run_id=<run>"),
        post("/api/2.0/mlflow/runs/update", update).json(r#"{"run_id": "<run>", "status": "FINISHED", "end_time": 2000}"#),
        post("/api/2.0/mlflow/runs/delete", delete).json(r#"{"run_id": "<doomed_run>"}"#),
        post("/api/2.0/mlflow/runs/restore", restore).json(r#"{"run_id": "<doomed_run>"}"#),
        post("/api/2.0/mlflow/runs/search", search).json(r#"{"experiment_ids": ["<experiment>"], "max_results": 10}"#),
        post("/api/2.0/mlflow/runs/count", count).json(r#"{"experiment_ids": ["<experiment>"]}"#),
        post("/api/2.0/mlflow/runs/set-tag", set_tag).json(r#"{"run_id": "<run>", "key": "team", "value": "a"}"#),
        post("/api/2.0/mlflow/runs/delete-tag", delete_tag).json(r#"{"run_id": "<run>", "key": "doomed"}"#),
        post("/api/2.0/mlflow/runs/log-parameter", log_param).json(r#"{"run_id": "<run>", "key": "a", "value": "b"}"#),
        post("/api/2.0/mlflow/runs/log-inputs", log_inputs).json(
            r#"{"run_id": "<run>", "datasets": [{"dataset": {"name": "cells", "digest": "d", "source_type": "local", "source": "{}"}}]}"#,
        ),
        post("/api/2.0/mlflow/runs/outputs", log_outputs)
            .json(r#"{"run_id": "<run>", "models": [{"model_id": "<logged_model>", "step": 0}]}"#),
        post("/api/2.0/mlflow/runs/log-model", log_model).json(
            r#"{"run_id": "<run>", "model_json": "{\"run_id\": \"<run>\", \"artifact_path\": \"model\", \"utc_time_created\": \"2026\", \"flavors\": {}}"}"#,
        ),
    ]
}

/// `run_uuid` is what older clients call it.
pub(super) fn run_id(run_id: String, run_uuid: String) -> Result<RunId, Fault> {
    required("run_id", if run_id.is_empty() { run_uuid } else { run_id })?.parse()
}

pub(super) fn experiment_ids(ids: &[String]) -> Result<Vec<ExperimentId>, Fault> {
    ids.iter().map(|id| id.parse()).collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct New {
    #[serde(deserialize_with = "nullable")]
    experiment_id: String,
    #[serde(deserialize_with = "nullable")]
    user_id: String,
    #[serde(deserialize_with = "nullable")]
    run_name: String,
    start_time: Option<Int>,
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
}

async fn create(Caller(ctx): Caller, Wire(new): Wire<New>) -> Answered<Response> {
    let experiment: ExperimentId = required("experiment_id", new.experiment_id)?.parse()?;
    let new = CreateRun {
        name: new.run_name,
        user_id: new.user_id,
        // An unset time is 0 there.
        started_ms: Some(new.start_time.map_or(0, |Int(at)| at)),
        tags: cut(new.tags, LONGEST_TAG),
    };
    let run = experiments::create_run(&ctx, experiment, new).await?;
    Ok(Json(OneRun { run: said::begun(run) }).into_response())
}

#[derive(Serialize)]
struct OneRun {
    run: said::SaidRun,
}

/// A run, with what else a request says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    run_uuid: String,
    #[serde(deserialize_with = "nullable")]
    key: String,
    #[serde(deserialize_with = "nullable")]
    value: String,
    #[serde(deserialize_with = "nullable")]
    model_json: String,
}

impl Named {
    fn id(&mut self) -> Result<RunId, Fault> {
        run_id(std::mem::take(&mut self.run_id), std::mem::take(&mut self.run_uuid))
    }
}

async fn load(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Response> {
    let run = experiments::load_run(&ctx, asked.id()?).await?;
    Ok(Json(OneRun { run: said::run(run) }).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Change {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    run_uuid: String,
    status: Option<Value>,
    end_time: Option<Int>,
    run_name: Option<String>,
}

/// A name, or its number.
fn status(said: Value) -> Result<RunStatus, Fault> {
    let text = match said {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let numbered = match text.as_str() {
        "1" => Some(RunStatus::Running),
        "2" => Some(RunStatus::Scheduled),
        "3" => Some(RunStatus::Finished),
        "4" => Some(RunStatus::Failed),
        "5" => Some(RunStatus::Killed),
        _ => None,
    };
    numbered.map_or_else(|| text.parse(), Ok)
}

async fn update(Caller(ctx): Caller, Wire(asked): Wire<Change>) -> Answered<Response> {
    let id = run_id(asked.run_id, asked.run_uuid)?;
    let change = UpdateRun {
        status: asked.status.filter(|status| !status.is_null()).map(status).transpose()?,
        ended_ms: asked.end_time.map(|Int(at)| at),
        name: asked.run_name,
    };
    let info = experiments::update_run(&ctx, id, change).await?;
    Ok(Json(json!({ "run_info": said::info(info) })).into_response())
}

async fn delete(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    experiments::delete_runs(&ctx, &[asked.id()?]).await?;
    Ok(Json(json!({})))
}

async fn restore(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    experiments::restore_runs(&ctx, &[asked.id()?]).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    #[serde(deserialize_with = "nullable")]
    experiment_ids: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    filter: String,
    run_view_type: Option<Value>,
    max_results: Option<Int>,
    #[serde(deserialize_with = "nullable")]
    order_by: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    page_token: String,
}

impl Search {
    fn read(self) -> Result<SearchRuns, Fault> {
        let asked = Asked {
            filter: self.filter,
            order_by: self.order_by,
            life: life(self.run_view_type)?,
            limit: self.max_results.map(|Int(most)| most),
            cursor: Some(self.page_token),
        };
        Ok(SearchRuns { experiments: experiment_ids(&self.experiment_ids)?, asked })
    }
}

#[derive(Serialize)]
struct FoundRuns {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<said::SaidRun>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

async fn search(Caller(ctx): Caller, Wire(asked): Wire<Search>) -> Answered<Response> {
    let found = experiments::search_runs(&ctx, &asked.read()?).await?;
    let runs = found.runs.into_iter().map(said::run).collect();
    Ok(Json(FoundRuns { runs, next_page_token: found.next_cursor }).into_response())
}

/// More than MLflow has: how many runs a filter finds.
async fn count(Caller(ctx): Caller, Wire(asked): Wire<Search>) -> Answered<Json<Value>> {
    let count = experiments::count_runs(&ctx, &asked.read()?).await?;
    Ok(Json(json!({ "count": count })))
}

async fn set_tag(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    let key = required("key", asked.key)?;
    let tags = cut(vec![Pair { key, value: asked.value }], LONGEST_TAG);
    experiments::log(&ctx, id, LogBatch { tags, ..LogBatch::default() }).await?;
    Ok(Json(json!({})))
}

async fn delete_tag(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    experiments::delete_tag(&ctx, id, &required("key", asked.key)?).await?;
    Ok(Json(json!({})))
}

async fn log_param(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    let key = required("key", asked.key)?;
    let params = cut(vec![Pair { key, value: asked.value }], experiments::LONGEST_PARAM);
    experiments::log(&ctx, id, LogBatch { params, ..LogBatch::default() }).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inputs {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    datasets: Vec<SaidInput>,
    models: Option<Vec<SaidModel>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaidInput {
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
    dataset: Option<SaidDataset>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaidDataset {
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    digest: String,
    #[serde(deserialize_with = "nullable")]
    source_type: String,
    #[serde(deserialize_with = "nullable")]
    source: String,
    schema: Option<String>,
    profile: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaidModel {
    #[serde(deserialize_with = "nullable")]
    model_id: String,
    step: Option<Int>,
}

impl From<SaidInput> for DatasetInput {
    fn from(input: SaidInput) -> DatasetInput {
        let SaidDataset { name, digest, source_type, source, schema, profile } = input.dataset.unwrap_or_default();
        DatasetInput {
            dataset: RunDataset { name, digest, source_type, source, schema, profile },
            tags: input.tags.into_iter().map(KeyValue::from).collect(),
        }
    }
}

async fn log_inputs(Caller(ctx): Caller, Wire(asked): Wire<Inputs>) -> Answered<Json<Value>> {
    let id = run_id(asked.run_id, String::new())?;
    let datasets = asked.datasets.into_iter().map(DatasetInput::from).collect();
    let models = asked.models.unwrap_or_default();
    let models = models.iter().map(|one| one.model_id.parse()).collect::<Result<Vec<_>, Fault>>()?;
    experiments::log_inputs(&ctx, id, datasets, models).await?;
    Ok(Json(json!({})))
}

async fn log_outputs(Caller(ctx): Caller, Wire(asked): Wire<Inputs>) -> Answered<Json<Value>> {
    let id = run_id(asked.run_id, String::new())?;
    let models = wire::present("models", asked.models)?;
    let output = |one: SaidModel| -> Result<ModelOutput, Fault> {
        Ok(ModelOutput { model: one.model_id.parse()?, step: one.step.map_or(0, |Int(step)| step) })
    };
    let models = models.into_iter().map(output).collect::<Result<Vec<_>, Fault>>()?;
    experiments::log_outputs(&ctx, id, models).await?;
    Ok(Json(json!({})))
}

async fn log_model(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    let text = required("model_json", asked.model_json)?;
    let model: Value =
        serde_json::from_str(&text).map_err(|e| Fault::field("model_json", format!("is no JSON: {e}")))?;
    let fields = ["artifact_path", "flavors", "utc_time_created", "run_id"];
    if let Some(field) = fields.iter().find(|field| model.get(**field).is_none()) {
        return Err(Fault::field("model_json", format!("has no \"{field}\"")).into());
    }
    experiments::record_model(&ctx, id, shortened(&model)).await?;
    Ok(Json(json!({})))
}

/// A model without its signature's long words, as old clients show it.
fn shortened(model: &Value) -> Value {
    let flavor = |(name, said): (&String, &Value)| {
        let mut said = said.clone();
        if let Some(fields) = said.as_object_mut() {
            fields.remove("config");
        }
        (name.clone(), said)
    };
    let flavors = model["flavors"].as_object().map(|flavors| flavors.iter().map(flavor).collect());
    json!({
        "run_id": model["run_id"],
        "artifact_path": model["artifact_path"],
        "utc_time_created": model["utc_time_created"],
        "model_uuid": model["model_uuid"],
        "flavors": Value::Object(flavors.unwrap_or_default()),
    })
}
