//! Models that versions from elsewhere are registered under: made, named, described, tagged, found, deleted.

use super::change::{Model, change};
use super::{Reserved, names, protect, sql};
use crate::db::Value;
use crate::filter::{self, Comparison, Cut, Entity, Expr, Sign, Test};
use crate::{Ctx, audit};
use chorale_model::experiments::{Asked, KeyValue};
use chorale_model::registry::{CreateModel, ModelVersion, RegisteredModel, Stage};
use chorale_model::{Fault, Page, Role};
use serde_json::json;

/// The kind of a model whose versions clients register. Whoever logs may change it; models of the platform are curators'
/// business, and deleting them admins'.
pub const REGISTERED: &str = "mlflow";
const MOST_MODELS: i64 = 1_000;
const MOST_VERSIONS: i64 = 200_000;

pub async fn create_model(ctx: &Ctx, new: CreateModel) -> Result<RegisteredModel, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    free_name(ctx, "name", &new.name)?;
    names::description(&new.description)?;
    names::tags(&new.tags)?;
    let (inner, name) = (ctx.clone(), new.name.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let CreateModel { name, description, tags } = new;
                let made =
                    sql::change::insert_model(tx, organization, &name, REGISTERED, &description, inner.now()).await?;
                if !made {
                    return Err(taken(&name));
                }
                sql::change::put_model_tags(tx, organization, &name, &tags).await?;
                audit::record(tx, &inner, "model.created", "model", &name, json!({})).await
            })
        })
        .await?;
    super::load_model(ctx, &name).await
}

/// A name that clients may give to a model of theirs.
pub(super) fn free_name(ctx: &Ctx, field: &str, name: &str) -> Result<(), Fault> {
    names::registered(field, name)?;
    match ctx.app.find_room::<Reserved>().is_some_and(|reserved| reserved.0.contains(&name)) {
        true => {
            Err(Fault::field(field, format!("\"{name}\" is what a model of the platform is called; choose another")))
        }
        false => Ok(()),
    }
}

fn taken(name: &str) -> Fault {
    Fault::conflict(format!("there is a model \"{name}\" already; choose another name, or register a version of it"))
}

pub async fn describe_model(ctx: &Ctx, name: &str, description: &str) -> Result<RegisteredModel, Fault> {
    names::description(description)?;
    let said = description.to_owned();
    change(ctx, name, None, move |tx, model| {
        Box::pin(async move {
            let Model { ctx, organization, name, .. } = model;
            sql::change::touch_model(tx, *organization, name, Some(&said), ctx.now()).await?;
            Ok(((), Some(("model.described", json!({})))))
        })
    })
    .await?;
    super::load_model(ctx, name).await
}

/// Its versions, aliases and tags go with it.
pub async fn rename_model(ctx: &Ctx, name: &str, new_name: &str) -> Result<RegisteredModel, Fault> {
    free_name(ctx, "new_name", new_name)?;
    let new = new_name.to_owned();
    change(ctx, name, None, move |tx, model| {
        Box::pin(async move {
            model.must_be_registered("which knows it by its name")?;
            let Model { ctx, organization, name, .. } = model;
            if *name == new {
                return Ok(((), None));
            }
            if sql::change::lock_model(tx, *organization, &new).await?.is_some() {
                return Err(taken(&new));
            }
            protect::refuse_where_protected(tx, *organization, name, None, "renamed").await?;
            sql::change::rename_model(tx, *organization, name, &new, ctx.now()).await?;
            Ok(((), Some(("model.renamed", json!({ "name": new, "before": name })))))
        })
    })
    .await?;
    super::load_model(ctx, new_name).await
}

/// Deletes a model with its versions; their numbers are given again if the name is.
pub async fn delete_model(ctx: &Ctx, name: &str) -> Result<(), Fault> {
    change(ctx, name, None, |tx, model| {
        Box::pin(async move {
            model.must_be_registered("which works with it; delete versions of it")?;
            protect::refuse_where_protected(tx, model.organization, &model.name, None, "deleted").await?;
            sql::change::delete_model(tx, model.organization, &model.name).await?;
            Ok(((), Some(("model.deleted", json!({})))))
        })
    })
    .await
}

pub async fn set_model_tag(ctx: &Ctx, name: &str, tag: KeyValue) -> Result<(), Fault> {
    names::tags(std::slice::from_ref(&tag))?;
    change(ctx, name, None, move |tx, model| {
        Box::pin(async move {
            let detail = json!({ "key": tag.key });
            sql::change::put_model_tags(tx, model.organization, &model.name, &[tag]).await?;
            Ok(((), Some(("model.tagged", detail))))
        })
    })
    .await
}

/// One that is not there is gone already.
pub async fn delete_model_tag(ctx: &Ctx, name: &str, key: &str) -> Result<(), Fault> {
    let key = key.to_owned();
    change(ctx, name, None, move |tx, model| {
        Box::pin(async move {
            sql::change::delete_model_tag(tx, model.organization, &model.name, &key).await?;
            Ok(((), Some(("model.untagged", json!({ "key": key })))))
        })
    })
    .await
}

/// What stands for the newest version, in the place of an alias; no alias may be called so.
pub const LATEST: &str = "latest";

/// The version that an alias stands for, if it stands for one.
pub async fn find_aliased(ctx: &Ctx, name: &str, alias: &str) -> Result<Option<ModelVersion>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let model = super::load_model(ctx, name).await?;
    let version = match alias.eq_ignore_ascii_case(LATEST) {
        true => Some(model.latest_version).filter(|version| *version > 0),
        false => sql::find_alias(ctx.db(), organization, name, alias).await?,
    };
    match version {
        Some(version) => super::load_version(ctx, name, version).await.map(Some),
        None => Ok(None),
    }
}

/// Whether a filter of models can be read.
///
/// # Errors
/// Where it cannot, and at which character.
pub fn check_filter(text: &str) -> Result<(), Fault> {
    filter::parse(&filter::MODELS, text).map(drop)
}

/// A model with the newest version of each stage.
pub type WithNewest = (RegisteredModel, Vec<ModelVersion>);

/// Models that a filter finds, by name where nothing else is asked for.
pub async fn search_models(ctx: &Ctx, asked: &Asked) -> Result<Page<WithNewest>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let cut = Cut::of(asked.limit, 100, MOST_MODELS, asked.cursor.as_deref())?;
    let said = filter::parse(&filter::MODELS, &asked.filter)?;
    let order = filter::order(&filter::MODELS, &asked.order_by)?;
    let (said, prompts) = without_prompts(said);
    let mut found = sql::search::models(ctx.db(), organization, said.as_ref(), prompts, &order, &cut).await?;
    let next_cursor = cut.cut(&mut found);
    let names = found.iter().map(|model| Value::from(model.name.as_str())).collect();
    let mut newest = sql::search::newest(ctx.db(), organization, names, &Stage::ALL).await?;
    let with = |model: RegisteredModel| {
        let own = newest.extract_if(.., |version| version.name == model.name).collect();
        (model, own)
    };
    Ok(Page { items: found.into_iter().map(with).collect(), next_cursor })
}

/// The newest version of each of some stages; of every one where none is named.
pub async fn newest_versions(ctx: &Ctx, name: &str, stages: &[Stage]) -> Result<Vec<ModelVersion>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    super::load_model(ctx, name).await?;
    let stages = if stages.is_empty() { &Stage::ALL[..] } else { stages };
    sql::search::newest(ctx.db(), organization, vec![name.into()], stages).await
}

/// Versions that a filter finds, those changed last first where nothing else is asked for.
pub async fn search_versions(ctx: &Ctx, asked: &Asked) -> Result<Page<ModelVersion>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let cut = Cut::of(asked.limit, MOST_VERSIONS, MOST_VERSIONS, asked.cursor.as_deref())?;
    let said = filter::parse(&filter::VERSIONS, &asked.filter)?;
    let order = filter::order(&filter::VERSIONS, &asked.order_by)?;
    let (said, prompts) = without_prompts(said);
    let mut found = sql::search::versions(ctx.db(), organization, said.as_ref(), prompts, &order, &cut).await?;
    let next_cursor = cut.cut(&mut found);
    Ok(Page { items: found, next_cursor })
}

/// The filter without what it says of prompts, and whether it asks for them: `is_prompt != 'true'` is said of models that
/// have no such tag, and would find none.
fn without_prompts(said: Option<Expr>) -> (Option<Expr>, bool) {
    let of_prompts = |expr: &Expr| matches!(expr, Expr::Is(Comparison { on: Entity::Tag, key, .. }) if key == "mlflow.prompt.is_prompt");
    let asks = |expr: &Expr| match expr {
        Expr::Is(Comparison { test: Test::Text(Sign::Equal, value), .. }) => value.eq_ignore_ascii_case("true"),
        Expr::Is(Comparison { test: Test::Text(Sign::Unequal, value), .. }) => value.eq_ignore_ascii_case("false"),
        _ => false,
    };
    match said {
        Some(expr) if of_prompts(&expr) => match asks(&expr) {
            true => (Some(expr), true),
            false => (None, false),
        },
        Some(Expr::All(mut parts)) if parts.iter().any(of_prompts) => {
            if parts.iter().any(|part| of_prompts(part) && asks(part)) {
                return (Some(Expr::All(parts)), true);
            }
            parts.retain(|part| !of_prompts(part));
            (Some(Expr::All(parts)).filter(|expr| !matches!(expr, Expr::All(parts) if parts.is_empty())), false)
        }
        said => (said, false),
    }
}
