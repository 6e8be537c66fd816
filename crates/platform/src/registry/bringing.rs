//! Models and versions that come from another registry, with the numbers and times that they had there. What stands here is
//! added to and never overwritten, so that the same once more changes nothing.

use super::change::{Model, change};
use super::models::{REGISTERED, free_name};
use super::{names, sql};
use crate::{Ctx, audit};
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{Source, Stage};
use chorale_model::{Fault, Role, Time};
use serde_json::json;

/// A model as it was there.
#[derive(Clone, Debug)]
pub struct BringModel {
    pub name: String,
    pub description: String,
    pub tags: Vec<KeyValue>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Brings a model; one of its name that is here gets the tags that it lacks. Whether it is new.
pub async fn bring_model(ctx: &Ctx, new: BringModel) -> Result<bool, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    free_name(ctx, "name", &new.name)?;
    names::description(&new.description)?;
    names::tags(&new.tags)?;
    let inner = ctx.clone();
    let (name, tags) = (new.name.clone(), new.tags.clone());
    let made = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let BringModel { name, description, tags, created_at, updated_at } = new;
                let made = sql::brought::insert_model(
                    tx,
                    organization,
                    &name,
                    REGISTERED,
                    &description,
                    created_at,
                    updated_at,
                )
                .await?;
                if made {
                    sql::brought::add_model_tags(tx, organization, &name, &tags).await?;
                    audit::record(tx, &inner, "model.brought", "model", &name, json!({})).await?;
                }
                Ok(made)
            })
        })
        .await?;
    if !made {
        change(ctx, &name, None, move |tx, model| {
            Box::pin(async move {
                model.must_be_registered("and has a name that a model of another registry has, too")?;
                sql::brought::add_model_tags(tx, model.organization, &model.name, &tags).await?;
                Ok(((), None))
            })
        })
        .await?;
    }
    Ok(made)
}

/// A version as it was there; its source is checked.
#[derive(Clone, Debug)]
pub struct BringVersion {
    pub version: i64,
    pub description: String,
    pub tags: Vec<KeyValue>,
    pub source: Source,
    pub stage: Stage,
    pub created_at: Time,
    pub updated_at: Time,
    pub created_by: String,
}

/// Brings a version of a model under its number; one that is here with the same source stays as it is. Whether it is new.
///
/// # Errors
/// Also when the number is another version's.
pub async fn bring_version(ctx: &Ctx, name: &str, new: BringVersion) -> Result<bool, Fault> {
    ctx.require(Role::Scientist)?;
    if new.version < 1 {
        return Err(Fault::field("version", format!("{} is no number of a version", new.version)));
    }
    names::description(&new.description)?;
    names::tags(&new.tags)?;
    change(ctx, name, None, move |tx, model| {
        Box::pin(async move {
            model.must_be_registered("which makes its versions")?;
            let Model { ctx, organization, name, .. } = model;
            let (organization, version) = (*organization, new.version);
            if let Some(source) = sql::brought::find_source(tx, organization, name, version).await? {
                return match source == new.source.uri {
                    true => Ok((false, None)),
                    // Its files were not here before.
                    false if source.is_empty() => {
                        sql::change::set_source(tx, organization, name, version, &new.source).await?;
                        Ok((false, None))
                    }
                    false => Err(Fault::conflict(format!(
                        "version {version} of \"{name}\" is here already and was made from {source}; it stays"
                    ))),
                };
            }
            let by = match new.created_by.is_empty() {
                true => ctx.actor_name(),
                false => new.created_by.clone(),
            };
            let BringVersion { description, source, tags, stage, created_at, updated_at, .. } = new;
            sql::insert_version(tx, organization, name, version, &description, "[]", created_at, &by).await?;
            sql::change::set_source(tx, organization, name, version, &source).await?;
            sql::brought::set_stage(tx, organization, name, version, stage, updated_at).await?;
            sql::change::put_version_tags(tx, organization, name, version, &tags).await?;
            sql::brought::count_to(tx, organization, name, version).await?;
            Ok((true, Some(("model.version_brought", json!({ "version": version, "source": source.uri })))))
        })
    })
    .await
}
