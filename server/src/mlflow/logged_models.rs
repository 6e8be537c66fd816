//! Logged models.

use super::artifacts::listing;
use super::runs::experiment_ids;
use super::wire::{Int, Pair, Wire, cut, nullable, present, required, truth};
use super::{delete, get, patch, post, said};
use crate::routes::Route;
use crate::web::{Answered, Caller, PathTexts};
use axum::Json;
use chorale_model::Fault;
use chorale_model::experiments::{
    CreateLoggedModel, ExperimentId, LoggedModelId, ModelOrder, ModelStatus, SearchLoggedModels,
};
use chorale_platform::experiments::{self, LONGEST_PARAM, LONGEST_TAG, Owner};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/2.0/mlflow/logged-models", create).json(r#"{"experiment_id": "<experiment>", "name": "forest"}"#),
        post("/api/2.0/mlflow/logged-models/search", search).json(r#"{"experiment_ids": ["<experiment>"]}"#),
        get("/api/2.0/mlflow/logged-models/{logged_model}", load),
        patch("/api/2.0/mlflow/logged-models/{logged_model}", finalize)
            .json(r#"{"model_id": "<logged_model>", "status": "LOGGED_MODEL_READY"}"#),
        delete("/api/2.0/mlflow/logged-models/{logged_model}", remove)
            .stands(&[("logged_model", "doomed_logged_model")]),
        patch("/api/2.0/mlflow/logged-models/{logged_model}/tags", set_tags)
            .json(r#"{"tags": [{"key": "team", "value": "a"}]}"#),
        delete("/api/2.0/mlflow/logged-models/{logged_model}/tags/{tag}", delete_tag).stands(&[("tag", "doomed_tag")]),
        post("/api/2.0/mlflow/logged-models/{logged_model}/params", log_params)
            .json(r#"{"model_id": "<logged_model>", "params": [{"key": "depth", "value": "3"}]}"#),
        get("/api/2.0/mlflow/logged-models/{logged_model}/artifacts/directories", list),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct New {
    #[serde(deserialize_with = "nullable")]
    experiment_id: String,
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    model_type: String,
    #[serde(deserialize_with = "nullable")]
    source_run_id: String,
    #[serde(deserialize_with = "nullable")]
    params: Vec<Pair>,
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
}

async fn create(Caller(ctx): Caller, Wire(new): Wire<New>) -> Answered<Json<Value>> {
    let experiment: ExperimentId = required("experiment_id", new.experiment_id)?.parse()?;
    let new = CreateLoggedModel {
        name: new.name,
        model_type: new.model_type,
        source_run: new.source_run_id,
        params: cut(new.params, LONGEST_PARAM),
        tags: cut(new.tags, LONGEST_TAG),
    };
    let made = experiments::create_logged_model(&ctx, experiment, new).await?;
    Ok(Json(json!({ "model": said::logged_model(made) })))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Deleted {
    #[serde(deserialize_with = "truth")]
    allow_deleted: bool,
}

async fn load(
    Caller(ctx): Caller,
    PathTexts(id): PathTexts<String>,
    Wire(asked): Wire<Deleted>,
) -> Answered<Json<Value>> {
    let found = experiments::load_logged_model(&ctx, id.parse()?, asked.allow_deleted).await?;
    Ok(Json(json!({ "model": said::logged_model(found) })))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Finalize {
    #[serde(deserialize_with = "nullable")]
    model_id: String,
    status: Option<Value>,
}

/// Clients name the model in the address and in the body.
fn the_same(id: &str, said: String) -> Result<(), Fault> {
    match required("model_id", said)? == id {
        true => Ok(()),
        false => Err(Fault::field("model_id", "is another model than the address names; send one")),
    }
}

async fn finalize(
    Caller(ctx): Caller,
    PathTexts(id): PathTexts<String>,
    Wire(asked): Wire<Finalize>,
) -> Answered<Json<Value>> {
    the_same(&id, asked.model_id)?;
    let text = match asked.status {
        Some(Value::String(text)) => text,
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let status = match text.as_str() {
        "1" => Some(ModelStatus::Pending),
        "2" => Some(ModelStatus::Ready),
        "3" => Some(ModelStatus::UploadFailed),
        name => ModelStatus::find(name),
    };
    let status = status.ok_or_else(|| {
        Fault::field("status", format!("\"{text}\" is none; write LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED"))
    })?;
    let found = experiments::finalize_logged_model(&ctx, id.parse()?, status).await?;
    Ok(Json(json!({ "model": said::logged_model(found) })))
}

async fn remove(Caller(ctx): Caller, PathTexts(id): PathTexts<String>) -> Answered<Json<Value>> {
    experiments::delete_logged_model(&ctx, id.parse()?).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pairs {
    #[serde(deserialize_with = "nullable")]
    model_id: String,
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
    #[serde(deserialize_with = "nullable")]
    params: Vec<Pair>,
}

async fn set_tags(
    Caller(ctx): Caller,
    PathTexts(id): PathTexts<String>,
    Wire(asked): Wire<Pairs>,
) -> Answered<Json<Value>> {
    experiments::set_logged_model_tags(&ctx, id.parse()?, cut(asked.tags, LONGEST_TAG)).await?;
    Ok(Json(json!({})))
}

async fn delete_tag(Caller(ctx): Caller, PathTexts((id, key)): PathTexts<(String, String)>) -> Answered<Json<Value>> {
    experiments::delete_logged_model_tag(&ctx, id.parse()?, &key).await?;
    Ok(Json(json!({})))
}

async fn log_params(
    Caller(ctx): Caller,
    PathTexts(id): PathTexts<String>,
    Wire(asked): Wire<Pairs>,
) -> Answered<Json<Value>> {
    the_same(&id, asked.model_id)?;
    experiments::log_logged_model_params(&ctx, id.parse()?, cut(asked.params, LONGEST_PARAM)).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OnDataset {
    #[serde(deserialize_with = "nullable")]
    dataset_name: String,
    #[serde(deserialize_with = "nullable")]
    dataset_digest: String,
}

#[derive(Deserialize)]
struct SaidOrder {
    #[serde(default, deserialize_with = "nullable")]
    field_name: String,
    #[serde(default = "ascending", deserialize_with = "unless_said")]
    ascending: bool,
    #[serde(default, deserialize_with = "nullable")]
    dataset_name: String,
    #[serde(default, deserialize_with = "nullable")]
    dataset_digest: String,
}

fn ascending() -> bool {
    true
}

fn unless_said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::<bool>::deserialize(deserializer).map(|said| said.unwrap_or(true))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    experiment_ids: Option<Vec<String>>,
    #[serde(deserialize_with = "nullable")]
    filter: String,
    datasets: Option<Vec<OnDataset>>,
    max_results: Option<Int>,
    order_by: Option<Vec<SaidOrder>>,
    #[serde(deserialize_with = "nullable")]
    page_token: String,
}

async fn search(Caller(ctx): Caller, Wire(asked): Wire<Search>) -> Answered<Json<Value>> {
    let order = |one: SaidOrder| ModelOrder {
        field: one.field_name,
        descending: !one.ascending,
        dataset_name: one.dataset_name,
        dataset_digest: one.dataset_digest,
    };
    let datasets = asked.datasets.unwrap_or_default().into_iter();
    let asked = SearchLoggedModels {
        experiments: experiment_ids(&present("experiment_ids", asked.experiment_ids)?)?,
        filter: asked.filter,
        datasets: datasets.map(|one| (one.dataset_name, one.dataset_digest)).collect(),
        order_by: asked.order_by.unwrap_or_default().into_iter().map(order).collect(),
        limit: asked.max_results.map(|Int(most)| most),
        cursor: Some(asked.page_token),
    };
    let page = experiments::search_logged_models(&ctx, &asked).await?;
    Ok(Json(said::page("models", page.map(said::logged_model))))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Folder {
    #[serde(deserialize_with = "nullable")]
    artifact_directory_path: String,
}

async fn list(
    Caller(ctx): Caller,
    PathTexts(id): PathTexts<String>,
    Wire(asked): Wire<Folder>,
) -> Answered<Json<Value>> {
    let id: LoggedModelId = id.parse()?;
    let model = experiments::load_logged_model(&ctx, id, false).await?;
    let found = experiments::list_artifacts(&ctx, Owner::Model(id), None, &asked.artifact_directory_path).await?;
    Ok(Json(listing(found, Some(&model.artifact_uri))))
}
