//! Experiments.

use super::wire::{Int, Pair, Wire, nullable, required};
use super::{get, post, said};
use crate::routes::Route;
use crate::web::{Answered, Caller};
use axum::Json;
use chorale_model::Fault;
use chorale_model::experiments::{Asked, CreateExperiment, KeyValue, Life};
use chorale_platform::experiments;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/2.0/mlflow/experiments/create", create).json(r#"{"name": "Made <unique>"}"#),
        get("/api/2.0/mlflow/experiments/get", load).query("experiment_id=<experiment>"),
        get("/api/2.0/mlflow/experiments/get-by-name", by_name).query("experiment_name=Default"),
        get("/api/2.0/mlflow/experiments/search", search).query("max_results=10"),
        post("/api/2.0/mlflow/experiments/search", search).json(r#"{"max_results": 10}"#),
        post("/api/2.0/mlflow/experiments/update", rename)
            .json(r#"{"experiment_id": "<experiment>", "new_name": "Renamed <unique>"}"#),
        post("/api/2.0/mlflow/experiments/delete", delete).json(r#"{"experiment_id": "<doomed_experiment>"}"#),
        post("/api/2.0/mlflow/experiments/restore", restore).json(r#"{"experiment_id": "<deleted_experiment>"}"#),
        post("/api/2.0/mlflow/experiments/set-experiment-tag", set_tag)
            .json(r#"{"experiment_id": "<experiment>", "key": "team", "value": "a"}"#),
        post("/api/2.0/mlflow/experiments/delete-experiment-tag", delete_tag)
            .json(r#"{"experiment_id": "<experiment>", "key": "doomed"}"#),
        post("/api/2.0/mlflow/experiments/search-datasets", datasets).json(r#"{"experiment_ids": ["<experiment>"]}"#),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct New {
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    artifact_location: String,
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
}

async fn create(Caller(ctx): Caller, Wire(new): Wire<New>) -> Answered<Json<Value>> {
    let name = required("name", new.name)?;
    let tags = new.tags.into_iter().map(KeyValue::from).collect();
    let new = CreateExperiment { name, artifact_location: new.artifact_location, tags };
    let made = experiments::create_experiment(&ctx, new).await?;
    Ok(Json(json!({ "experiment_id": made.id.to_string() })))
}

/// An experiment, with what else a request says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "nullable")]
    experiment_id: String,
    #[serde(deserialize_with = "nullable")]
    experiment_name: String,
    #[serde(deserialize_with = "nullable")]
    new_name: String,
    #[serde(deserialize_with = "nullable")]
    key: String,
    #[serde(deserialize_with = "nullable")]
    value: String,
}

impl Named {
    fn id(&self) -> Result<chorale_model::experiments::ExperimentId, Fault> {
        required("experiment_id", self.experiment_id.clone())?.parse()
    }
}

async fn load(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    let found = experiments::load_experiment(&ctx, asked.id()?).await?;
    Ok(Json(json!({ "experiment": said::experiment(&found) })))
}

async fn by_name(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = required("experiment_name", asked.experiment_name)?;
    let found = experiments::find_experiment_named(&ctx, &name).await?;
    let found = found.ok_or_else(|| Fault::missing("experiment", name))?;
    Ok(Json(json!({ "experiment": said::experiment(&found) })))
}

async fn rename(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    experiments::rename_experiment(&ctx, id, &required("new_name", asked.new_name)?).await?;
    Ok(Json(json!({})))
}

async fn delete(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    experiments::delete_experiment(&ctx, asked.id()?).await?;
    Ok(Json(json!({})))
}

async fn restore(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    experiments::restore_experiment(&ctx, asked.id()?).await?;
    Ok(Json(json!({})))
}

async fn set_tag(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    let tag = KeyValue { key: required("key", asked.key)?, value: asked.value };
    experiments::set_experiment_tag(&ctx, id, tag).await?;
    Ok(Json(json!({})))
}

async fn delete_tag(Caller(ctx): Caller, Wire(asked): Wire<Named>) -> Answered<Json<Value>> {
    let id = asked.id()?;
    experiments::delete_experiment_tag(&ctx, id, &required("key", asked.key)?).await?;
    Ok(Json(json!({})))
}

/// `ACTIVE_ONLY` or its number.
pub(super) fn life(said: Option<Value>) -> Result<Life, Fault> {
    let text = match said {
        None | Some(Value::Null) => return Ok(Life::Active),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    match text.as_str() {
        "ACTIVE_ONLY" | "1" => Ok(Life::Active),
        "DELETED_ONLY" | "2" => Ok(Life::Deleted),
        "ALL" | "3" => Ok(Life::All),
        _ => Err(Fault::field("view_type", format!("\"{text}\" is none; choose ACTIVE_ONLY, DELETED_ONLY or ALL"))),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    max_results: Option<Int>,
    #[serde(deserialize_with = "nullable")]
    page_token: String,
    #[serde(deserialize_with = "nullable")]
    filter: String,
    #[serde(deserialize_with = "nullable")]
    order_by: Vec<String>,
    view_type: Option<Value>,
}

async fn search(Caller(ctx): Caller, Wire(asked): Wire<Search>) -> Answered<Json<Value>> {
    let asked = Asked {
        filter: asked.filter,
        order_by: asked.order_by,
        life: life(asked.view_type)?,
        // An interface of its own has no "absent": a whole number that is not sent is 0, and 0 is refused.
        limit: Some(asked.max_results.map_or(0, |Int(most)| most)),
        cursor: Some(asked.page_token),
    };
    let page = experiments::search_experiments(&ctx, &asked).await?;
    Ok(Json(said::page("experiments", page.map(|one| said::experiment(&one)))))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfExperiments {
    #[serde(deserialize_with = "nullable")]
    experiment_ids: Vec<String>,
}

async fn datasets(Caller(ctx): Caller, Wire(asked): Wire<OfExperiments>) -> Answered<Json<Value>> {
    let ids = asked.experiment_ids.iter().map(|id| id.parse()).collect::<Result<Vec<_>, Fault>>()?;
    let found = experiments::search_datasets(&ctx, &ids).await?;
    let summaries: Vec<Value> = found
        .into_iter()
        .map(|one| {
            let mut said =
                json!({ "experiment_id": one.experiment.to_string(), "name": one.name, "digest": one.digest });
            if let Some(context) = one.context {
                said["context"] = json!(context);
            }
            said
        })
        .collect();
    Ok(Json(if summaries.is_empty() { json!({}) } else { json!({ "dataset_summaries": summaries }) }))
}
