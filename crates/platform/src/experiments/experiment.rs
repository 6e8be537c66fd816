//! Experiments: made, found, renamed, deleted and brought back.

use super::{millis, names, sql};
use crate::db::{Builder, Value};
use crate::filter::sql::{condition, logged, tested};
use crate::filter::{self, Comparison, Cut, Entity, OrderKey, Test};
use crate::{Ctx, Tx, audit};
use chorale_model::experiments::{Asked, CreateExperiment, Experiment, ExperimentId, KeyValue, Life};
use chorale_model::{Fault, OrganizationId, Page, Role};
use serde_json::json;

/// The experiment that runs belong to which name none.
const DEFAULT: ExperimentId = ExperimentId(0);
const DEFAULT_NAME: &str = "Default";
const MOST: i64 = 50_000;

pub async fn create_experiment(ctx: &Ctx, new: CreateExperiment) -> Result<Experiment, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::experiment_name(&new.name)?;
    names::artifact_location(&new.artifact_location)?;
    new.tags.iter().try_for_each(names::experiment_tag)?;
    names::once("tags", &new.tags)?;
    if new.name == DEFAULT_NAME {
        ensure_default(ctx).await?;
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

/// Makes the experiment of those who name none, once.
async fn ensure_default(ctx: &Ctx) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if sql::experiments::exists(ctx.db(), organization, DEFAULT).await? {
        return Ok(());
    }
    let now_ms = millis(ctx.now());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let made = Experiment {
                    id: DEFAULT,
                    name: DEFAULT_NAME.to_owned(),
                    artifact_location: String::new(),
                    deleted: false,
                    created_ms: now_ms,
                    updated_ms: now_ms,
                    tags: Vec::new(),
                };
                // Whoever was faster made the same.
                sql::experiments::insert(tx, organization, &made).await.map(drop)
            })
        })
        .await
}

pub async fn load_experiment(ctx: &Ctx, id: ExperimentId) -> Result<Experiment, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if id == DEFAULT {
        ensure_default(ctx).await?;
    }
    let row = sql::experiments::find(ctx.db(), organization, id).await?.ok_or_else(|| missing(id))?;
    whole(ctx, organization, row).await
}

/// By its name, the deleted ones too.
pub async fn find_experiment_named(ctx: &Ctx, name: &str) -> Result<Option<Experiment>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if name == DEFAULT_NAME {
        ensure_default(ctx).await?;
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

/// An experiment that something is written to: a deleted one takes nothing.
pub(super) async fn active(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<sql::experiments::ExperimentRow, Fault> {
    match sql::experiments::find(tx, organization, id).await? {
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
    ensure_default(ctx).await?;
    let mut b = Builder::new(
        ctx.db(),
        "select e.id, e.name, e.artifact_location, e.deleted, e.created_ms, e.updated_ms from experiments e \
         where e.organization = ",
    );
    b.bind(organization).push(match asked.life {
        Life::Active => " and e.deleted = false",
        Life::Deleted => " and e.deleted = true",
        Life::All => "",
    });
    if let Some(said) = &said {
        b.push(" and ");
        condition(&mut b, said, &mut compared)?;
    }
    ordered(&mut b, &order);
    b.push(" limit ").bind(cut.limit + 1).push(" offset ").bind(cut.offset);
    let mut rows: Vec<sql::experiments::ExperimentRow> = b.query().all(ctx.db()).await?;
    let next_cursor = cut.cut(&mut rows);
    let ids = rows.iter().map(|row| Value::from(row.id)).collect();
    let mut tags = sql::experiments::tags_of(ctx.db(), organization, ids).await?;
    let items = rows.into_iter().map(|row| {
        let own = tags.remove(&row.id).unwrap_or_default();
        row.with(own)
    });
    Ok(Page { items: items.collect(), next_cursor })
}

fn compared(b: &mut Builder, Comparison { on, key, test }: &Comparison) -> Result<(), Fault> {
    if *on == Entity::Tag {
        let head = "select 1 from experiment_tags x where x.organization = e.organization and x.experiment = e.id";
        logged(b, head, key, test);
        return Ok(());
    }
    match (key.as_str(), test) {
        ("experiment_id", Test::Text(sign, text)) => {
            b.push("e.id ").push(sign.text()).push(" ").bind(text.parse::<ExperimentId>()?);
        }
        ("experiment_id", Test::In { texts, not }) => {
            let ids: Vec<ExperimentId> = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
            b.push(if *not { "e.id not in " } else { "e.id in " }).list(ids.into_iter().map(Value::from));
        }
        ("experiment_id", _) => {
            return Err(Fault::field("filter", "experiment_id is a number; compare it with =, != or IN, as '12'"));
        }
        (_, Test::Number(..)) => {
            return Err(Fault::field("filter", format!("{key} counts whole milliseconds; leave out the fraction")));
        }
        (key, test) => {
            b.push(column(key));
            tested(b, test);
        }
    }
    Ok(())
}

fn column(key: &str) -> &'static str {
    match key {
        "name" => "e.name",
        "creation_time" => "e.created_ms",
        "last_update_time" => "e.updated_ms",
        _ => "e.id",
    }
}

fn ordered(b: &mut Builder, order: &[OrderKey]) {
    b.push(" order by ");
    if order.is_empty() {
        b.push("e.created_ms desc, e.id");
        return;
    }
    for key in order {
        b.push(column(&key.key)).push(if key.descending { " desc, " } else { ", " });
    }
    b.push("e.id desc");
}

pub async fn rename_experiment(ctx: &Ctx, id: ExperimentId, name: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::experiment_name(name)?;
    if id == DEFAULT {
        ensure_default(ctx).await?;
    }
    let (inner, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let before = active(tx, organization, id).await?;
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
    if id == DEFAULT {
        ensure_default(ctx).await?;
    }
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
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
    if id == DEFAULT {
        ensure_default(ctx).await?;
    }
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, organization, id).await?;
                sql::experiments::put_tags(tx, organization, id, &[tag]).await
            })
        })
        .await
}

pub async fn delete_experiment_tag(ctx: &Ctx, id: ExperimentId, key: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let key = key.to_owned();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                active(tx, organization, id).await?;
                match sql::experiments::delete_tag(tx, organization, id, &key).await? {
                    true => Ok(()),
                    false => Err(Fault::missing("tag", key)),
                }
            })
        })
        .await
}
