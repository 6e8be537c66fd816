//! Logged models: what a run makes before anybody registers it.

use super::{experiment, names, search, sql};
use crate::filter::{Cut, Entity};
use crate::{Ctx, Tx, audit, filter};
use chorale_model::experiments::{
    CreateLoggedModel, ExperimentId, KeyValue, LoggedModel, LoggedModelId, ModelStatus, SearchLoggedModels,
};
use chorale_model::{Fault, OrganizationId, Page, Role};
use serde_json::json;

const MOST: i64 = 5_000;
/// In one search.
const MOST_DATASETS: usize = 100;
/// To one model.
const MOST_PARAMS: usize = 1_000;

fn check(params: &[KeyValue], tags: &[KeyValue]) -> Result<(), Fault> {
    if params.len() > MOST_PARAMS {
        return Err(Fault::field("params", format!("are {}; at most {MOST_PARAMS} fit", params.len())));
    }
    params.iter().enumerate().try_for_each(|(at, one)| names::param(&format!("params[{at}]."), one))?;
    tags.iter().enumerate().try_for_each(|(at, one)| names::tag(&format!("tags[{at}]."), one))
}

fn once(new: &CreateLoggedModel) -> Result<(), Fault> {
    names::once("params", &new.params)?;
    names::once("tags", &new.tags)
}

pub(super) fn name(name: &str) -> Result<(), Fault> {
    let strange = name.find(['/', ':', '.', '%', '"', '\'']);
    match strange {
        Some(at) => {
            let why = format!("\"{name}\" has a sign that a model's name may not have; leave out / : . % \" '");
            Err(Fault::field_at("name", Some(name[..at].chars().count() as u64), why))
        }
        None if name.chars().count() > 500 => Err(Fault::field("name", "is longer than 500 characters")),
        None => Ok(()),
    }
}

pub async fn create_logged_model(
    ctx: &Ctx,
    experiment: ExperimentId,
    new: CreateLoggedModel,
) -> Result<LoggedModel, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    name(&new.name)?;
    check(&new.params, &new.tags)?;
    once(&new)?;
    let id = LoggedModelId(ctx.app.ids.uuid());
    let now_ms = super::millis(ctx.now());
    let model = LoggedModel {
        id,
        experiment,
        name: if new.name.is_empty() { names::chosen(id.0) } else { new.name },
        model_type: new.model_type,
        source_run: new.source_run,
        status: ModelStatus::Pending,
        deleted: false,
        created_ms: now_ms,
        updated_ms: now_ms,
        artifact_uri: String::new(),
        params: new.params,
        tags: new.tags,
        metrics: Vec::new(),
    };
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                experiment::active(tx, &inner, organization, experiment).await?;
                sql::models::insert(tx, organization, &model).await?;
                let detail = json!({ "experiment": experiment, "name": model.name });
                audit::record(tx, &inner, "logged_model.created", "logged model", id, detail).await
            })
        })
        .await?;
    load_logged_model(ctx, id, false).await
}

/// One that is deleted is found where `deleted` is asked for.
pub async fn load_logged_model(ctx: &Ctx, id: LoggedModelId, deleted: bool) -> Result<LoggedModel, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::models::find(ctx.db(), organization, id).await?;
    let row = row.filter(|row| deleted || !row.deleted).ok_or_else(|| missing(id))?;
    sql::models::whole(ctx.db(), organization, vec![row]).await?.pop().ok_or_else(|| missing(id))
}

fn missing(id: LoggedModelId) -> Fault {
    Fault::missing("logged model", id)
}

async fn there(tx: &mut Tx, organization: OrganizationId, id: LoggedModelId) -> Result<(), Fault> {
    sql::models::find(tx, organization, id).await?.map(drop).ok_or_else(|| missing(id))
}

/// Says that its artifacts are there, or that they failed to come.
pub async fn finalize_logged_model(ctx: &Ctx, id: LoggedModelId, status: ModelStatus) -> Result<LoggedModel, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                there(tx, organization, id).await?;
                let now_ms = super::millis(inner.now());
                sql::models::update(tx, organization, id, Some(status), None, now_ms).await?;
                let detail = json!({ "status": status.name() });
                audit::record(tx, &inner, "logged_model.finalized", "logged model", id, detail).await
            })
        })
        .await?;
    load_logged_model(ctx, id, true).await
}

pub async fn delete_logged_model(ctx: &Ctx, id: LoggedModelId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                there(tx, organization, id).await?;
                let now_ms = super::millis(inner.now());
                sql::models::update(tx, organization, id, None, Some(true), now_ms).await?;
                audit::record(tx, &inner, "logged_model.deleted", "logged model", id, json!({})).await
            })
        })
        .await
}

/// A param that is there already keeps its value; another value is refused.
pub async fn log_logged_model_params(ctx: &Ctx, id: LoggedModelId, params: Vec<KeyValue>) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    check(&params, &[])?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                there(tx, organization, id).await?;
                let before = sql::models::params_of(tx, organization, id).await?;
                for (key, value) in before {
                    if params.iter().any(|new| new.key == key && new.value != value) {
                        let why = format!("param \"{key}\" of {id} is \"{value}\" and keeps its value");
                        return Err(Fault::invalid(why));
                    }
                }
                sql::models::put_params(tx, organization, id, &params).await?;
                let keys: Vec<&str> = params.iter().map(|one| one.key.as_str()).collect();
                audit::record(tx, &inner, "logged_model.params_logged", "logged model", id, json!({ "keys": keys }))
                    .await
            })
        })
        .await
}

pub async fn set_logged_model_tags(ctx: &Ctx, id: LoggedModelId, tags: Vec<KeyValue>) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    check(&[], &tags)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                there(tx, organization, id).await?;
                sql::models::put_tags(tx, organization, id, &tags).await?;
                let keys: Vec<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
                let detail = json!({ "keys": keys });
                audit::record(tx, &inner, "logged_model.tagged", "logged model", id, detail).await
            })
        })
        .await
}

pub async fn delete_logged_model_tag(ctx: &Ctx, id: LoggedModelId, key: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (inner, key) = (ctx.clone(), key.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                there(tx, organization, id).await?;
                names::gone(sql::models::delete_tag(tx, organization, id, &key).await?, &key)?;
                let detail = json!({ "key": key });
                audit::record(tx, &inner, "logged_model.untagged", "logged model", id, detail).await
            })
        })
        .await
}

/// Models of experiments that the filter finds, newest first where nothing else is asked for.
pub async fn search_logged_models(ctx: &Ctx, asked: &SearchLoggedModels) -> Result<Page<LoggedModel>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let cut = Cut::of(asked.limit, 50, MOST, asked.cursor.as_deref())?;
    names::few("experiments", asked.experiments.len(), search::MOST_EXPERIMENTS)?;
    names::few("datasets", asked.datasets.len(), MOST_DATASETS)?;
    if asked.datasets.iter().any(|(name, _)| name.is_empty()) {
        return Err(Fault::field("datasets", "have names; write dataset_name"));
    }
    let said = filter::parse(&filter::LOGGED_MODELS, &asked.filter)?;
    let fields: Vec<String> = asked.order_by.iter().map(|one| quoted(&one.field)).collect();
    let mut order: Vec<(Entity, String, usize)> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        // The same metric may order by one dataset and by another.
        let key = filter::order(&filter::LOGGED_MODELS, std::slice::from_ref(field))?;
        order.extend(key.into_iter().map(|key| (key.on, key.key, at)));
    }
    if asked.experiments.is_empty() {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let wanted = sql::models::Wanted {
        organization,
        asked,
        filter: said.as_ref(),
        order: &order,
        limit: cut.limit + 1,
        offset: cut.offset,
    };
    let mut rows = sql::models::search(ctx.db(), &wanted).await?;
    let next_cursor = cut.cut(&mut rows);
    Ok(Page { items: sql::models::whole(ctx.db(), organization, rows).await?, next_cursor })
}

/// A field of an order is a name alone; its key may hold anything.
fn quoted(field: &str) -> String {
    match field.split_once('.') {
        Some((entity, key)) if !key.contains('`') && !key.contains('"') => format!("{entity}.`{key}`"),
        _ => field.to_owned(),
    }
}
