//! Runs' and logged models' files registered as versions of a model. A source leads into a run or a model that is named beside
//! it and is the organization's, or to a place of the client's own; it never leads to a file of the server.

use super::{load_logged_model, load_run, names, sql};
use crate::Ctx;
use crate::registry::{self, NewSource};
use chorale_model::experiments::{KeyValue, LoggedModelId, RunId};
use chorale_model::registry::{ModelVersion, Source};
use chorale_model::{Fault, FaultKind, Role};
use serde_json::{Value as Json, json};

/// A version to be, as its client asks for it.
#[derive(Clone, Debug, Default)]
pub struct RegisterVersion {
    pub name: String,
    /// `runs:/…`, `models:/…`, `mlflow-artifacts:/…`, or an object store of the client's.
    pub source: String,
    pub run: String,
    pub run_link: String,
    pub logged_model: String,
    pub description: String,
    pub tags: Vec<KeyValue>,
}

/// The tag in which a logged model lists what it is registered as.
const VERSIONS_TAG: &str = "mlflow.modelVersions";
/// Places of prompts, which have no files.
const PLACEHOLDERS: [&str; 2] = ["dummy-source", "prompt-template"];

fn wrong(source: &str, why: &str) -> Fault {
    Fault::field("source", format!("\"{source}\" {why}"))
}

/// Registers the next version of a model.
pub async fn register_version(ctx: &Ctx, new: RegisterVersion) -> Result<ModelVersion, Fault> {
    let source = checked(ctx, &new).await?;
    if let Ok(run) = source.run.parse::<RunId>() {
        let found = sql::runs::find(ctx.db(), ctx.require(Role::Scientist)?, run).await?;
        if found.is_some_and(|row| row.deleted_ms == Some(sql::runs::REMOVING)) {
            return Err(super::run::removing(run));
        }
    }
    // Before anything is registered: who is told of a fault sends the same once more.
    let model = match source.logged_model.as_str() {
        "" => None,
        id => Some(load_logged_model(ctx, id.parse()?, true).await?.id),
    };
    let made = NewSource { name: new.name, description: new.description, tags: new.tags, source };
    let version = registry::register_source(ctx, made).await?;
    if let Some(model) = model {
        note(ctx, model, &version).await?;
    }
    Ok(version)
}

/// Adds a version to what a logged model says of itself; what is no list there is replaced by one, and of a list that grows
/// too long the oldest are left out.
async fn note(ctx: &Ctx, id: LoggedModelId, version: &ModelVersion) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let made = json!({ "name": version.name, "version": version.version });
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let before = sql::models::lock_tag(tx, organization, id, VERSIONS_TAG).await?;
                let mut versions = names::appended(VERSIONS_TAG, before.as_deref(), made.clone()).unwrap_or(vec![made]);
                let mut text = Json::from(versions.clone()).to_string();
                while text.chars().count() > names::LONGEST_TAG {
                    versions.remove(0);
                    text = Json::from(versions.clone()).to_string();
                }
                sql::models::put_tags(tx, organization, id, &[KeyValue::new(VERSIONS_TAG, text)]).await
            })
        })
        .await
}

/// Where the source leads, with the run and the model that it is of.
async fn checked(ctx: &Ctx, new: &RegisterVersion) -> Result<Source, Fault> {
    let uri = new.source.as_str();
    if uri.is_empty() {
        return Err(Fault::field("source", "is missing; name a run's or a model's files, as runs:/<run>/model"));
    }
    let plain = |location: &str, run: &str, model: &str| Source {
        uri: uri.to_owned(),
        location: location.to_owned(),
        run: run.to_owned(),
        run_link: new.run_link.clone(),
        logged_model: model.to_owned(),
    };
    if PLACEHOLDERS.contains(&uri) && new.tags.iter().any(|tag| tag.key == "mlflow.prompt.is_prompt") {
        return Ok(plain(uri, "", ""));
    }
    stays(uri)?;
    let (scheme, rest) = uri
        .split_once(':')
        .ok_or_else(|| wrong(uri, "is a path on somebody's disk; log the files to a run and register runs:/<run>/…"))?;
    match scheme.to_ascii_lowercase().as_str() {
        "runs" => {
            let run = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
            match run == new.run && rest.starts_with('/') && !rest.starts_with("//") {
                true => Ok(plain(uri, run, &new.logged_model)),
                false => Err(wrong(uri, "is not of the run that run_id names")),
            }
        }
        "models" if rest.starts_with("//") => Err(wrong(uri, "leads to another registry")),
        "models" => of_model(ctx, new, rest.trim_start_matches('/'), plain).await,
        "mlflow-artifacts" => {
            let made_by = within(ctx, new, uri).await?;
            let run = if new.run.is_empty() { &made_by } else { &new.run };
            Ok(plain(uri, run, &new.logged_model))
        }
        "http" | "https" => {
            Err(wrong(uri, "leads through a server; write mlflow-artifacts:/…, or name an object store"))
        }
        "s3" | "gs" | "wasb" | "wasbs" | "abfs" | "abfss" => {
            let run = match (new.run.as_str(), new.logged_model.parse::<LoggedModelId>()) {
                ("", Ok(model)) => load_logged_model(ctx, model, false).await?.source_run,
                (run, _) => run.to_owned(),
            };
            Ok(plain(uri, &run, &new.logged_model))
        }
        _ => Err(wrong(
            uri,
            "is no place that a version may have; name a run's files, as runs:/<run>/model, or an object store",
        )),
    }
}

/// Refuses what leads somewhere else when it is read by another.
fn stays(uri: &str) -> Result<(), Fault> {
    let mut read = uri.to_owned();
    loop {
        let path = read.split_once(':').map_or(read.as_str(), |(_, path)| path);
        let climbs = path.split(['/', '\\']).any(|part| matches!(part, "." | ".."));
        if climbs || read.contains(['\\', '#', '?']) || read.chars().any(char::is_control) {
            return Err(wrong(uri, "does not say plainly where it leads; leave out .., \\, ? and #"));
        }
        let decoded = percent_encoding::percent_decode_str(&read).decode_utf8_lossy().into_owned();
        if decoded == read {
            return Ok(());
        }
        read = decoded;
    }
}

/// `models:/m-…` is a logged model, `models:/NAME/VERSION` and `models:/NAME@ALIAS` a registered one.
async fn of_model(
    ctx: &Ctx,
    new: &RegisterVersion,
    path: &str,
    plain: impl Fn(&str, &str, &str) -> Source,
) -> Result<Source, Fault> {
    let first = path.split('/').next().unwrap_or_default();
    if let Ok(id) = first.parse::<LoggedModelId>() {
        if new.logged_model != first {
            return Err(wrong(&new.source, "is not of the model that model_id names"));
        }
        let model = load_logged_model(ctx, id, false).await?;
        let run = if new.run.is_empty() { model.source_run.clone() } else { new.run.clone() };
        return Ok(plain(&model.artifact_uri, &run, first));
    }
    let found = match path.rsplit_once('@') {
        Some((name, alias)) => aliased(ctx, name, alias).await?,
        None => match path.split_once('/') {
            Some((name, text)) => match text.parse::<i64>() {
                Ok(version) => registry::load_version(ctx, name, version).await?,
                Err(_) if text.eq_ignore_ascii_case(registry::LATEST) => aliased(ctx, name, text).await?,
                Err(_) => return Err(Fault::missing("model version", path)),
            },
            None => return Err(Fault::missing("model version", path)),
        },
    };
    let other = |said: &str, of: &str| !said.is_empty() && said != of;
    if other(&new.run, &found.source.run) || other(&new.logged_model, &found.source.logged_model) {
        return Err(wrong(&new.source, "is of another run or model than run_id and model_id name"));
    }
    let mut source = plain(&found.source.location, &found.source.run, &found.source.logged_model);
    source.uri = format!("models:/{}/{}", found.name, found.version);
    Ok(source)
}

async fn aliased(ctx: &Ctx, name: &str, alias: &str) -> Result<ModelVersion, Fault> {
    let found = registry::find_aliased(ctx, name, alias).await?;
    found.ok_or_else(|| Fault::missing("alias", format!("{name}@{alias}")))
}

/// Refuses a place that is not below the run or the model that is named beside it; the run that made it.
async fn within(ctx: &Ctx, new: &RegisterVersion, uri: &str) -> Result<String, Fault> {
    let missing = |fault: Fault| match fault.kind {
        FaultKind::Missing => wrong(uri, "is not of the run or the model that run_id or model_id names"),
        _ => fault,
    };
    let (root, made_by) = match new.logged_model.as_str() {
        "" => {
            let run = load_run(ctx, new.run.parse::<RunId>().map_err(missing)?).await.map_err(missing)?;
            (run.info.artifact_uri, new.run.clone())
        }
        model => {
            let id = model.parse::<LoggedModelId>().map_err(missing)?;
            let model = load_logged_model(ctx, id, false).await.map_err(missing)?;
            (model.artifact_uri, model.source_run)
        }
    };
    match uri == root || uri.strip_prefix(&root).is_some_and(|rest| rest.starts_with('/')) {
        true => Ok(made_by),
        false => Err(wrong(uri, &format!("does not lie below {root}"))),
    }
}
