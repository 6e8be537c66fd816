//! Runs: begun, read, ended, deleted and brought back.

use super::{experiment, millis, names, sql};
use crate::{Ctx, Tx, audit};
use chorale_model::experiments::{
    CreateRun, ExperimentId, KeyValue, LogBatch, LoggedModelId, NOTE, Run, RunId, RunInfo, RunStatus, UpdateRun,
    WriteNote, artifact_root,
};
use chorale_model::{Fault, OrganizationId, Role};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The tag in which clients before logged models list what a run made.
const MODELS_TAG: &str = "mlflow.log-model.history";

pub async fn create_run(ctx: &Ctx, experiment: ExperimentId, new: CreateRun) -> Result<Run, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::new_run(&new)?;
    names::once("tags", &new.tags)?;
    let named = new.tags.iter().rfind(|tag| tag.key == names::RUN_NAME).map(|tag| tag.value.clone());
    if let Some(named) = named.as_ref().filter(|named| !new.name.is_empty() && **named != new.name) {
        let why = format!("is \"{}\", and the tag {} says \"{named}\"; a run has one name", new.name, names::RUN_NAME);
        return Err(Fault::field("run_name", why));
    }
    let id = RunId(ctx.app.ids.uuid());
    let name = Some(new.name).filter(|name| !name.is_empty()).or(named).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| names::chosen(id.0));
    let started_ms = new.started_ms.unwrap_or_else(|| millis(ctx.now()));
    let mut tags: BTreeMap<(RunId, String), String> =
        new.tags.into_iter().map(|tag| ((id, tag.key), tag.value)).collect();
    tags.insert((id, names::RUN_NAME.to_owned()), name.clone());
    let kept: Vec<KeyValue> = tags.iter().map(|((_, key), value)| KeyValue::new(key, value)).collect();
    let (inner, user_id) = (ctx.clone(), new.user_id);
    let info = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let place = experiment::active(tx, &inner, organization, experiment).await?.artifact_location;
                let info = RunInfo {
                    id,
                    experiment,
                    name,
                    status: RunStatus::Running,
                    user_id,
                    started_ms,
                    ended_ms: None,
                    deleted: false,
                    artifact_uri: artifact_root(experiment, &place, &format!("{id}/artifacts")),
                };
                sql::runs::insert(tx, organization, &info).await?;
                sql::log::put_tags(tx, organization, tags).await?;
                let detail = json!({ "experiment": experiment, "name": info.name });
                audit::record(tx, &inner, "run.created", "run", id, detail).await?;
                Ok(info)
            })
        })
        .await?;
    let (params, metrics, datasets) = (Vec::new(), Vec::new(), Vec::new());
    Ok(Run { info, params, tags: kept, metrics, datasets, models_in: Vec::new(), models_out: Vec::new() })
}

pub async fn load_run(ctx: &Ctx, id: RunId) -> Result<Run, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::runs::find(ctx.db(), organization, id).await?;
    // What is being removed for good is gone for who reads it.
    let row = row.filter(|row| row.deleted_ms != Some(sql::runs::REMOVING)).ok_or_else(|| missing(id))?;
    let mut runs = whole(ctx, organization, vec![row]).await?;
    runs.pop().ok_or_else(|| missing(id))
}

pub(super) fn missing(id: RunId) -> Fault {
    Fault::missing("run", id)
}

/// Rows with everything that belongs to them, in their order.
pub(super) async fn whole(
    ctx: &Ctx,
    organization: OrganizationId,
    mut rows: Vec<sql::runs::RunRow>,
) -> Result<Vec<Run>, Fault> {
    /// A statement has at most 32,766 parameters.
    const TOGETHER: usize = 5_000;
    let mut runs = Vec::with_capacity(rows.len());
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(TOGETHER));
        runs.extend(some(ctx, organization, std::mem::replace(&mut rows, rest)).await?);
    }
    Ok(runs)
}

async fn some(ctx: &Ctx, organization: OrganizationId, rows: Vec<sql::runs::RunRow>) -> Result<Vec<Run>, Fault> {
    let ids = || rows.iter().map(|row| row.id.into()).collect::<Vec<crate::db::Value>>();
    let (logged, datasets, models) = tokio::try_join!(
        sql::runs::logged(ctx.db(), organization, ids()),
        sql::inputs::datasets_of(ctx.db(), organization, ids()),
        sql::inputs::models_of(ctx.db(), organization, ids()),
    )?;
    let mut logged: HashMap<_, _> = logged.into_iter().collect();
    let mut inputs: HashMap<_, Vec<_>> = HashMap::new();
    for (run, input) in datasets {
        inputs.entry(run).or_default().push(input);
    }
    let mut edges: HashMap<_, Vec<_>> = HashMap::new();
    for edge in models {
        edges.entry(edge.run).or_default().push(edge);
    }
    let run = |row: sql::runs::RunRow| {
        let own = logged.remove(&row.id).unwrap_or_default();
        let (made, read): (Vec<_>, Vec<_>) =
            edges.remove(&row.id).unwrap_or_default().into_iter().partition(|edge| edge.direction == "output");
        Ok(Run {
            datasets: inputs.remove(&row.id).unwrap_or_default(),
            models_in: read.into_iter().map(|edge| LoggedModelId(edge.model)).collect(),
            models_out: made.iter().map(sql::inputs::RunModelRow::output).collect(),
            params: own.params,
            tags: own.tags,
            metrics: own.metrics,
            info: row.info()?,
        })
    };
    rows.into_iter().map(run).collect()
}

/// A run that something is written to: a deleted one takes nothing.
pub(super) async fn active(tx: &mut Tx, organization: OrganizationId, id: RunId) -> Result<sql::runs::RunRow, Fault> {
    match sql::runs::find(tx, organization, id).await? {
        Some(row) if row.deleted_ms.is_some() => Err(deleted(id)),
        Some(row) => Ok(row),
        None => Err(missing(id)),
    }
}

pub(super) fn deleted(id: RunId) -> Fault {
    Fault::invalid(format!("run {id} is deleted and takes nothing; restore it first"))
}

/// Changes what is given. A name is also the run's tag of it.
pub async fn update_run(ctx: &Ctx, id: RunId, change: UpdateRun) -> Result<RunInfo, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let name = change.name.filter(|name| !name.is_empty());
    name.as_deref().map(names::run_name).transpose()?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, organization, id).await?;
                sql::runs::update(tx, organization, id, name.as_deref(), change.status, change.ended_ms).await?;
                if let Some(name) = name {
                    let tag = BTreeMap::from([((id, names::RUN_NAME.to_owned()), name)]);
                    sql::log::put_tags(tx, organization, tag).await?;
                }
                let detail = json!({ "status": change.status.map(RunStatus::name), "ended_ms": change.ended_ms });
                audit::record(tx, &inner, "run.updated", "run", id, detail).await?;
                sql::runs::find(tx, organization, id).await?.ok_or_else(|| missing(id))?.info()
            })
        })
        .await
}

/// Runs of one change.
const MOST_AT_ONCE: usize = 1_000;

/// Each once, and not too many.
pub(super) fn together(ids: &[RunId]) -> Result<BTreeSet<RunId>, Fault> {
    names::few("runs", ids.len(), MOST_AT_ONCE)?;
    Ok(ids.iter().copied().collect())
}

/// All of them, or none where one is missing; how many were not deleted before. They can be restored until they are removed
/// for good.
pub async fn delete_runs(ctx: &Ctx, ids: &[RunId]) -> Result<usize, Fault> {
    set_deleted(ctx, ids, true).await
}

/// All of them, or none where one is missing or being removed for good; how many were deleted.
pub async fn restore_runs(ctx: &Ctx, ids: &[RunId]) -> Result<usize, Fault> {
    set_deleted(ctx, ids, false).await
}

async fn set_deleted(ctx: &Ctx, ids: &[RunId], deleted: bool) -> Result<usize, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (inner, ids) = (ctx.clone(), together(ids)?);
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let mut changed = 0;
                for id in ids {
                    let before = sql::runs::find(&mut *tx, organization, id).await?.ok_or_else(|| missing(id))?;
                    if before.deleted_ms == Some(sql::runs::REMOVING) {
                        return Err(removing(id));
                    }
                    if before.deleted_ms.is_some() == deleted {
                        continue;
                    }
                    let at = deleted.then(|| millis(inner.now()));
                    if !sql::runs::set_deleted(tx, organization, id, at).await? {
                        return Err(removing(id));
                    }
                    let action = if deleted { "run.deleted" } else { "run.restored" };
                    audit::record(tx, &inner, action, "run", id, json!({})).await?;
                    changed += 1;
                }
                Ok(changed)
            })
        })
        .await
}

pub(super) fn removing(id: RunId) -> Fault {
    Fault::conflict(format!("run {id} is being removed for good; nothing brings it back"))
}

pub async fn delete_tag(ctx: &Ctx, id: RunId, key: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (inner, key) = (ctx.clone(), key.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, organization, id).await?;
                names::gone(sql::runs::delete_tag(tx, organization, id, &key).await?, &key)?;
                audit::record(tx, &inner, "run.untagged", "run", id, json!({ "key": key })).await
            })
        })
        .await
}

/// Writes what people say of a run, in Markdown; an empty text takes it away. It is a tag, which clients read and write too.
///
/// # Errors
/// When somebody else wrote one since it said `before`: theirs stands.
pub async fn write_note(ctx: &Ctx, id: RunId, note: WriteNote) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let tag = KeyValue::new(NOTE, note.text.replace("\r\n", "\n").trim());
    names::fits("text", &tag.value, names::LONGEST_TAG)?;
    let before = note.before.map(|text| text.replace("\r\n", "\n"));
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, organization, id).await?;
                let now = sql::runs::find_tag(tx, organization, id, NOTE).await?.unwrap_or_default();
                // A form brings a text without what surrounds it, and with one kind of line end.
                let is_another = |before: String| before.trim() != now.replace("\r\n", "\n").trim();
                if before.is_some_and(is_another) {
                    let why = "somebody else wrote this note meanwhile, and theirs stands; go back to copy what you wrote, \
                               load the run again and add it";
                    return Err(Fault::conflict(why));
                }
                match tag.value.is_empty() {
                    true => drop(sql::runs::delete_tag(tx, organization, id, NOTE).await?),
                    false => {
                        let tags = BTreeMap::from([((id, tag.key), tag.value)]);
                        sql::log::put_tags(tx, organization, tags).await?;
                    }
                }
                audit::record(tx, &inner, "run.noted", "run", id, json!({})).await
            })
        })
        .await
}

/// Adds a model's own words to the list that older clients read from a tag of the run.
pub async fn record_model(ctx: &Ctx, id: RunId, model: Json) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, organization, id).await?;
                let before = sql::runs::find_tag(tx, organization, id, MODELS_TAG).await?;
                let models = names::appended(MODELS_TAG, before.as_deref(), model)?;
                let tag = KeyValue::new(MODELS_TAG, Json::from(models).to_string());
                names::batch(&LogBatch { tags: vec![tag.clone()], ..LogBatch::default() })?;
                sql::log::put_tags(tx, organization, BTreeMap::from([((id, tag.key), tag.value)])).await
            })
        })
        .await
}
