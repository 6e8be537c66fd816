//! Registered models: made, described, renamed, tagged, found; their aliases.

use super::versions::{listed_version, said_version};
use super::wire::{Int, Pair, Wire, nullable, present, required};
use super::{delete, get, patch, post};
use crate::routes::Route;
use crate::web::{Answered, Caller};
use axum::Json;
use chorale_model::Fault;
use chorale_model::experiments::{Asked, KeyValue};
use chorale_model::registry::{CreateModel, ModelVersion, Promote, RegisteredModel, Stage};
use chorale_platform::registry;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/2.0/mlflow/registered-models/create", create).json(r#"{"name": "forest <unique>"}"#),
        get("/api/2.0/mlflow/registered-models/get", load).query("name=<registered>"),
        patch("/api/2.0/mlflow/registered-models/update", update)
            .json(r#"{"name": "<registered>", "description": "trees"}"#),
        post("/api/2.0/mlflow/registered-models/rename", rename)
            .json(r#"{"name": "<doomed_registered>", "new_name": "renamed <unique>"}"#),
        delete("/api/2.0/mlflow/registered-models/delete", remove).json(r#"{"name": "<doomed_registered>"}"#),
        get("/api/2.0/mlflow/registered-models/search", search).query("max_results=10"),
        get("/api/2.0/mlflow/registered-models/get-latest-versions", latest).query("name=<registered>"),
        post("/api/2.0/mlflow/registered-models/get-latest-versions", latest).json(r#"{"name": "<registered>"}"#),
        post("/api/2.0/mlflow/registered-models/set-tag", set_tag)
            .json(r#"{"name": "<registered>", "key": "team", "value": "a"}"#),
        delete("/api/2.0/mlflow/registered-models/delete-tag", delete_tag)
            .json(r#"{"name": "<registered>", "key": "team"}"#),
        post("/api/2.0/mlflow/registered-models/alias", set_alias)
            .json(r#"{"name": "<registered>", "alias": "best", "version": "1"}"#),
        get("/api/2.0/mlflow/registered-models/alias", by_alias).query("name=<registered>&alias=kept"),
        delete("/api/2.0/mlflow/registered-models/alias", delete_alias)
            .json(r#"{"name": "<registered>", "alias": "doomed"}"#),
    ]
}

/// A model, with what else a request says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    new_name: String,
    #[serde(deserialize_with = "nullable")]
    description: String,
    #[serde(deserialize_with = "nullable")]
    tags: Vec<Pair>,
    #[serde(deserialize_with = "nullable")]
    stages: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    key: String,
    #[serde(deserialize_with = "nullable")]
    value: String,
    #[serde(deserialize_with = "nullable")]
    alias: String,
    version: Option<Value>,
}

impl Named {
    fn name(&mut self) -> Result<String, Fault> {
        required("name", std::mem::take(&mut self.name))
    }
}

fn said(model: RegisteredModel, newest: Vec<ModelVersion>) -> Value {
    let mut said = json!({
        "name": model.name,
        "creation_timestamp": model.created_at.0 / 1_000,
        "last_updated_timestamp": model.updated_at.0 / 1_000,
    });
    if !model.description.is_empty() {
        said["description"] = json!(model.description);
    }
    if !newest.is_empty() {
        said["latest_versions"] = newest.into_iter().map(listed_version).collect();
    }
    if !model.tags.is_empty() {
        said["tags"] = json!(model.tags);
    }
    if !model.aliases.is_empty() {
        let alias =
            |one: chorale_model::registry::Alias| json!({ "alias": one.alias, "version": one.version.to_string() });
        said["aliases"] = model.aliases.into_iter().map(alias).collect();
    }
    said
}

async fn whole(ctx: &chorale_platform::Ctx, model: RegisteredModel) -> Answered<Json<Value>> {
    let newest = registry::newest_versions(ctx, &model.name, &[]).await?;
    Ok(Json(json!({ "registered_model": said(model, newest) })))
}

async fn create(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    let tags = asked.tags.into_iter().map(KeyValue::from).collect();
    let made = registry::create_model(&ctx, CreateModel { name, description: asked.description, tags }).await?;
    whole(&ctx, made).await
}

async fn load(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let found = registry::load_model(&ctx, &asked.name()?).await?;
    whole(&ctx, found).await
}

async fn update(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let changed = registry::describe_model(&ctx, &asked.name()?, &asked.description).await?;
    whole(&ctx, changed).await
}

async fn rename(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    let renamed = registry::rename_model(&ctx, &name, &required("new_name", asked.new_name)?).await?;
    whole(&ctx, renamed).await
}

async fn remove(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    registry::delete_model(&ctx, &asked.name()?).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    #[serde(deserialize_with = "nullable")]
    filter: String,
    max_results: Option<Int>,
    #[serde(deserialize_with = "nullable")]
    order_by: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    page_token: String,
}

impl Search {
    pub(super) fn read(self) -> Asked {
        Asked {
            filter: self.filter,
            order_by: self.order_by,
            limit: self.max_results.map(|Int(most)| most),
            cursor: Some(self.page_token),
            ..Asked::default()
        }
    }
}

async fn search(Caller(ctx): Caller, Wire(asked): Wire<Search>) -> Answered<Json<Value>> {
    let page = registry::search_models(&ctx, &asked.read()).await?;
    Ok(Json(super::said::page("registered_models", page.map(|(model, newest)| said(model, newest)))))
}

async fn latest(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    let stages = asked.stages.iter().map(|stage| stage.parse()).collect::<Result<Vec<Stage>, Fault>>()?;
    let newest = registry::newest_versions(&ctx, &name, &stages).await?;
    let newest: Vec<Value> = newest.into_iter().map(said_version).collect();
    Ok(Json(if newest.is_empty() { json!({}) } else { json!({ "model_versions": newest }) }))
}

async fn set_tag(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    let tag = KeyValue { key: required("key", asked.key)?, value: asked.value };
    registry::set_model_tag(&ctx, &name, tag).await?;
    Ok(Json(json!({})))
}

async fn delete_tag(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    registry::delete_model_tag(&ctx, &name, &required("key", asked.key)?).await?;
    Ok(Json(json!({})))
}

/// A version's number, which is written as a text.
pub(super) fn number(said: Option<Value>) -> Result<i64, Fault> {
    let text = match present("version", said.filter(|said| !said.is_null()))? {
        Value::String(text) => required("version", text)?,
        other => return Err(Fault::field("version", format!("{other} is no text; write \"1\""))),
    };
    text.trim().parse().map_err(|_| Fault::field("version", format!("{text} is no number; versions are 1, 2, 3 …")))
}

async fn set_alias(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    let alias = required("alias", asked.alias)?;
    let promote = Promote { version: number(asked.version)?, alias, ..Promote::default() };
    registry::promote(&ctx, &name, promote).await?;
    Ok(Json(json!({})))
}

async fn by_alias(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    let alias = required("alias", asked.alias)?;
    // An alias that is missing is told as a mistake there, which clients tell from a model that is missing.
    let none = || Fault::field("alias", format!("\"{alias}\" stands for no version of \"{name}\""));
    let found = registry::find_aliased(&ctx, &name, &alias).await?.ok_or_else(none)?;
    Ok(Json(json!({ "model_version": said_version(found) })))
}

async fn delete_alias(Caller(ctx): Caller, Wire(mut asked): Wire<Named>) -> Answered<Json<Value>> {
    let name = asked.name()?;
    registry::remove_alias(&ctx, &name, &required("alias", asked.alias)?).await?;
    Ok(Json(json!({})))
}
