//! Model versions: registered from runs and logged models, described, staged, tagged, found.

use super::models::{Search, number};
use super::wire::{Pair, Wire, nullable, required, truth};
use super::{delete, get, patch, post};
use crate::routes::Route;
use crate::web::{Answered, Caller};
use axum::Json;
use chorale_model::Fault;
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{ModelVersion, Stage};
use chorale_platform::experiments::{self, RegisterVersion};
use chorale_platform::registry;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/2.0/mlflow/model-versions/create", create)
            .json(r#"{"name": "<registered>", "source": "runs:/<run>/model", "run_id": "<run>"}"#),
        get("/api/2.0/mlflow/model-versions/get", load).query("name=<registered>&version=1"),
        patch("/api/2.0/mlflow/model-versions/update", update)
            .json(r#"{"name": "<registered>", "version": "1", "description": "first"}"#),
        delete("/api/2.0/mlflow/model-versions/delete", remove)
            .json(r#"{"name": "<doomed_registered>", "version": "1"}"#),
        get("/api/2.0/mlflow/model-versions/search", search).query("max_results=10"),
        get("/api/2.0/mlflow/model-versions/get-download-uri", download_uri).query("name=<registered>&version=1"),
        post("/api/2.0/mlflow/model-versions/transition-stage", set_stage)
            .json(r#"{"name": "<registered>", "version": "1", "stage": "Staging"}"#),
        post("/api/2.0/mlflow/model-versions/set-tag", set_tag)
            .json(r#"{"name": "<registered>", "version": "1", "key": "team", "value": "a"}"#),
        delete("/api/2.0/mlflow/model-versions/delete-tag", delete_tag)
            .json(r#"{"name": "<registered>", "version": "1", "key": "team"}"#),
    ]
}

pub(super) fn said_version(version: ModelVersion) -> Value {
    let mut said = json!({
        "name": version.name,
        "version": version.version.to_string(),
        "creation_timestamp": version.created_at.0 / 1_000,
        "last_updated_timestamp": version.updated_at.0 / 1_000,
        "current_stage": version.stage.name(),
        "description": version.description,
        "source": version.source.uri,
        "run_id": version.source.run,
        "status": "READY",
        "run_link": version.source.run_link,
    });
    if !version.tags.is_empty() {
        said["tags"] = json!(version.tags);
    }
    if !version.aliases.is_empty() {
        said["aliases"] = json!(version.aliases);
    }
    said
}

/// A version in a list, which does not say its aliases.
pub(super) fn listed_version(version: ModelVersion) -> Value {
    said_version(ModelVersion { aliases: Vec::new(), ..version })
}

/// A version, with what else a request says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "nullable")]
    name: String,
    version: Option<Value>,
    description: Option<String>,
    #[serde(deserialize_with = "nullable")]
    stage: String,
    #[serde(deserialize_with = "truth")]
    archive_existing_versions: bool,
    #[serde(deserialize_with = "nullable")]
    key: String,
    #[serde(deserialize_with = "nullable")]
    value: String,
}

impl Named {
    fn version(&mut self) -> Result<(String, i64), Fault> {
        Ok((required("name", std::mem::take(&mut self.name))?, number(self.version.take())?))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct New {
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    source: String,
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    run_link: String,
    #[serde(deserialize_with = "nullable")]
    model_id: String,
    #[serde(deserialize_with = "nullable")]
    description: String,
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
}

async fn create(Caller(ctx): Caller, Wire(new): Wire<New>) -> Answered<Json<Value>> {
    let new = RegisterVersion {
        name: required("name", new.name)?,
        source: required("source", new.source)?,
        run: new.run_id,
        run_link: new.run_link,
        logged_model: new.model_id,
        description: new.description,
        tags: new.tags.into_iter().map(KeyValue::from).collect(),
    };
    let made = experiments::register_version(&ctx, new).await?;
    Ok(Json(json!({ "model_version": said_version(made) })))
}

async fn load(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    let found = registry::load_version(&ctx, &name, version).await?;
    Ok(Json(json!({ "model_version": said_version(found) })))
}

async fn update(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    let changed = registry::describe_version(&ctx, &name, version, asked.description.unwrap_or_default()).await?;
    Ok(Json(json!({ "model_version": said_version(changed) })))
}

async fn remove(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    registry::delete_registered_version(&ctx, &name, version).await?;
    Ok(Json(json!({})))
}

async fn search(Caller(ctx): Caller, Wire(asked): Wire<Search>) -> Answered<Json<Value>> {
    let page = registry::search_versions(&ctx, &asked.read()).await?;
    Ok(Json(super::said::page("model_versions", page.map(listed_version))))
}

async fn download_uri(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    let found = registry::load_version(&ctx, &name, version).await?;
    if found.source.location.is_empty() {
        let why = format!("version {version} of \"{name}\" was made by the platform; /models shows its files");
        return Err(Fault::invalid(why).into());
    }
    Ok(Json(json!({ "artifact_uri": found.source.location })))
}

async fn set_stage(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    let stage: Stage = required("stage", asked.stage)?.parse()?;
    let staged = registry::set_stage(&ctx, &name, version, stage, asked.archive_existing_versions).await?;
    Ok(Json(json!({ "model_version": said_version(staged) })))
}

async fn set_tag(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    let tag = KeyValue { key: required("key", asked.key)?, value: asked.value };
    registry::set_version_tag(&ctx, &name, version, tag).await?;
    Ok(Json(json!({})))
}

async fn delete_tag(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let (name, version) = asked.version()?;
    registry::delete_version_tag(&ctx, &name, version, &required("key", asked.key)?).await?;
    Ok(Json(json!({})))
}
