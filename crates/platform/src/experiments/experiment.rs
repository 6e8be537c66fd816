//! Experiments: made, found, renamed, deleted and brought back.

use super::{millis, names, sql};
use crate::db::Value;
use crate::filter::{self, Cut};
use crate::{Ctx, Tx, audit};
use chorale_model::experiments::{Asked, CreateExperiment, Experiment, ExperimentId, KeyValue};
use chorale_model::{Fault, OrganizationId, Page, Role};
use serde_json::json;

/// The experiment that runs belong to which name none.
const DEFAULT: ExperimentId = ExperimentId(0);
const DEFAULT_NAME: &str = "Default";
const MOST: i64 = 50_000;
/// Read by one statement, which has at most 32,766 parameters.
const TOGETHER: usize = 5_000;

pub async fn create_experiment(ctx: &Ctx, new: CreateExperiment) -> Result<Experiment, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::experiment_name(&new.name)?;
    names::artifact_location(&new.artifact_location)?;
    new.tags.iter().try_for_each(names::experiment_tag)?;
    names::once("tags", &new.tags)?;
    if new.name == DEFAULT_NAME {
        ensure_default(ctx, organization).await?;
    }
    let inner = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let now_ms = millis(inner.now());
                let id = sql::experiments::next_number(tx, organization).await?;
                let made = Experiment {
                    id,
                    name: new.name,
                    artifact_location: new.artifact_location,
                    deleted: false,
                    created_ms: now_ms,
                    updated_ms: now_ms,
                    tags: new.tags,
                };
                if !sql::experiments::insert(tx, organization, &made).await? {
                    return Err(taken(tx, organization, &made.name).await);
                }
                let detail = json!({ "name": made.name });
                audit::record(tx, &inner, "experiment.created", "experiment", id, detail).await?;
                Ok(id)
            })
        })
        .await?;
    load_experiment(ctx, id).await
}

async fn taken(tx: &mut Tx, organization: OrganizationId, name: &str) -> Fault {
    match sql::experiments::find_named(tx, organization, name).await {
        Ok(Some(other)) if other.deleted => Fault::conflict(format!(
            "there is an experiment \"{name}\" among the deleted ones (number {}); restore it, or choose another name",
            other.id
        )),
        Ok(_) => Fault::conflict(format!("there is an experiment \"{name}\" already; choose another name, or use it")),
        Err(fault) => fault,
    }
}

/// Makes the experiment of those who name none, once; whoever was faster made the same.
async fn make_default(tx: &mut Tx, ctx: &Ctx, organization: OrganizationId) -> Result<(), Fault> {
    let now_ms = millis(ctx.now());
    let made = Experiment {
        id: DEFAULT,
        name: DEFAULT_NAME.to_owned(),
        artifact_location: String::new(),
        deleted: false,
        created_ms: now_ms,
        updated_ms: now_ms,
        tags: Vec::new(),
    };
    sql::experiments::insert(tx, organization, &made).await.map(drop)
}

/// Before what finds it by its name, or among all.
async fn ensure_default(ctx: &Ctx, organization: OrganizationId) -> Result<(), Fault> {
    if sql::experiments::find(ctx.db(), organization, DEFAULT).await?.is_some() {
        return Ok(());
    }
    let inner = ctx.clone();
    ctx.db().write(move |tx| Box::pin(async move { make_default(tx, &inner, organization).await })).await
}

pub async fn load_experiment(ctx: &Ctx, id: ExperimentId) -> Result<Experiment, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let mut found = sql::experiments::find(ctx.db(), organization, id).await?;
    if found.is_none() && id == DEFAULT {
        ensure_default(ctx, organization).await?;
        found = sql::experiments::find(ctx.db(), organization, id).await?;
    }
    whole(ctx, organization, found.ok_or_else(|| missing(id))?).await
}

/// By its name, the deleted ones too.
pub async fn find_experiment_named(ctx: &Ctx, name: &str) -> Result<Option<Experiment>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if name == DEFAULT_NAME {
        ensure_default(ctx, organization).await?;
    }
    match sql::experiments::find_named(ctx.db(), organization, name).await? {
        Some(row) => whole(ctx, organization, row).await.map(Some),
        None => Ok(None),
    }
}

async fn whole(
    ctx: &Ctx,
    organization: OrganizationId,
    row: sql::experiments::ExperimentRow,
) -> Result<Experiment, Fault> {
    let mut tags = sql::experiments::tags_of(ctx.db(), organization, vec![row.id.into()]).await?;
    let own = tags.remove(&row.id).unwrap_or_default();
    Ok(row.with(own))
}

pub(super) fn missing(id: ExperimentId) -> Fault {
    Fault::missing("experiment", id)
}

/// An experiment that something is written to: a deleted one takes nothing. That of those who name none is made when it is
/// first needed.
pub(super) async fn active(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<sql::experiments::ExperimentRow, Fault> {
    let mut found = sql::experiments::find(&mut *tx, organization, id).await?;
    if found.is_none() && id == DEFAULT {
        make_default(tx, ctx, organization).await?;
        found = sql::experiments::find(tx, organization, id).await?;
    }
    match found {
        Some(row) if row.deleted => Err(Fault::invalid(format!(
            "experiment {id} is deleted and takes nothing; restore it first, or use another"
        ))),
        Some(row) => Ok(row),
        None => Err(missing(id)),
    }
}

/// Experiments that the filter finds, newest first where nothing else is asked for.
pub async fn search_experiments(ctx: &Ctx, asked: &Asked) -> Result<Page<Experiment>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let cut = Cut::of(asked.limit, 1_000, MOST, asked.cursor.as_deref())?;
    let said = filter::parse(&filter::EXPERIMENTS, &asked.filter)?;
    let order = filter::order(&filter::EXPERIMENTS, &asked.order_by)?;
    ensure_default(ctx, organization).await?;
    let mut rows = sql::experiments::search(ctx.db(), organization, asked.life, said.as_ref(), &order, &cut).await?;
    let next_cursor = cut.cut(&mut rows);
    let mut items = Vec::with_capacity(rows.len());
    for some in rows.chunks(TOGETHER) {
        let ids = some.iter().map(|row| Value::from(row.id)).collect();
        let mut tags = sql::experiments::tags_of(ctx.db(), organization, ids).await?;
        items.extend(some.iter().map(|row| row.clone().with(tags.remove(&row.id).unwrap_or_default())));
    }
    Ok(Page { items, next_cursor })
}

pub async fn rename_experiment(ctx: &Ctx, id: ExperimentId, name: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::experiment_name(name)?;
    let (inner, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let before = active(tx, &inner, organization, id).await?;
                let other = sql::experiments::find_named(&mut *tx, organization, &name).await?;
                if other.is_some_and(|other| other.id != id.0) {
                    return Err(taken(tx, organization, &name).await);
                }
                sql::experiments::rename(tx, organization, id, &name, millis(inner.now())).await?;
                let detail = json!({ "name": name, "before": before.name });
                audit::record(tx, &inner, "experiment.renamed", "experiment", id, detail).await
            })
        })
        .await
}

/// Deletes it with its runs; both can be restored.
pub async fn delete_experiment(ctx: &Ctx, id: ExperimentId) -> Result<(), Fault> {
    set_deleted(ctx, id, true).await
}

/// Brings it back with its runs.
pub async fn restore_experiment(ctx: &Ctx, id: ExperimentId) -> Result<(), Fault> {
    set_deleted(ctx, id, false).await
}

async fn set_deleted(ctx: &Ctx, id: ExperimentId, deleted: bool) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if id == DEFAULT {
                    make_default(tx, &inner, organization).await?;
                }
                if !sql::experiments::set_deleted(tx, organization, id, deleted, millis(inner.now())).await? {
                    return Err(missing(id));
                }
                let action = if deleted { "experiment.deleted" } else { "experiment.restored" };
                audit::record(tx, &inner, action, "experiment", id, json!({})).await
            })
        })
        .await
}

pub async fn set_experiment_tag(ctx: &Ctx, id: ExperimentId, tag: KeyValue) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::experiment_tag(&tag)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, &inner, organization, id).await?;
                let detail = json!({ "key": tag.key });
                sql::experiments::put_tags(tx, organization, id, &[tag]).await?;
                audit::record(tx, &inner, "experiment.tagged", "experiment", id, detail).await
            })
        })
        .await
}

pub async fn delete_experiment_tag(ctx: &Ctx, id: ExperimentId, key: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (inner, key) = (ctx.clone(), key.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, &inner, organization, id).await?;
                names::gone(sql::experiments::delete_tag(tx, organization, id, &key).await?, &key)?;
                audit::record(tx, &inner, "experiment.untagged", "experiment", id, json!({ "key": key })).await
            })
        })
        .await
}
