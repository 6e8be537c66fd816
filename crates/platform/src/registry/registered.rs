//! Versions that clients register: files of theirs that lie elsewhere, with a stage, tags and words.

use super::change::{Model, change};
use super::models::REGISTERED;
use super::{names, protect, sql};
use crate::Ctx;
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{ModelVersion, Source, Stage};
use chorale_model::{Fault, Role};
use serde_json::json;

/// A version to be, whose source is checked.
#[derive(Clone, Debug)]
pub struct NewSource {
    pub name: String,
    pub description: String,
    pub tags: Vec<KeyValue>,
    pub source: Source,
}

/// Registers the next version of a model that there is.
pub async fn register_source(ctx: &Ctx, new: NewSource) -> Result<ModelVersion, Fault> {
    names::tags(&new.tags)?;
    names::description(&new.description)?;
    let name = new.name.clone();
    let version = change(ctx, &name, None, move |tx, model| {
        Box::pin(async move {
            model.must_be_registered("which makes its versions; choose another name")?;
            let Model { ctx, organization, name, kind } = model;
            let NewSource { description, tags, source, .. } = new;
            let (now, by) = (ctx.now(), ctx.actor_name());
            let made = sql::next_version(tx, *organization, name, kind, "", now).await?.version;
            sql::insert_version(tx, *organization, name, made, &description, "[]", now, &by).await?;
            sql::change::set_source(tx, *organization, name, made, &source).await?;
            sql::change::put_version_tags(tx, *organization, name, made, &tags).await?;
            let detail = json!({ "version": made, "kind": kind, "source": source.uri });
            Ok((made, Some(("model.version_created", detail))))
        })
    })
    .await?;
    super::load_version(ctx, &name, version).await
}

pub async fn describe_version(ctx: &Ctx, name: &str, version: i64, description: String) -> Result<ModelVersion, Fault> {
    names::description(&description)?;
    change(ctx, name, Some(version), move |tx, model| {
        Box::pin(async move {
            let Model { ctx, organization, name, .. } = model;
            let said = Some(description.as_str());
            sql::change::touch_version(tx, *organization, name, version, said, None, ctx.now()).await?;
            Ok(((), Some(("model.version_described", json!({ "version": version })))))
        })
    })
    .await?;
    super::load_version(ctx, name, version).await
}

/// Gives it a stage; `archive` moves what has it now to the archive.
pub async fn set_stage(
    ctx: &Ctx,
    name: &str,
    version: i64,
    stage: Stage,
    archive: bool,
) -> Result<ModelVersion, Fault> {
    ctx.require(Role::Scientist)?;
    if archive && !matches!(stage, Stage::Staging | Stage::Production) {
        let why = "goes with Staging and Production: several versions may be in the others";
        return Err(Fault::field("archive_existing_versions", why));
    }
    change(ctx, name, Some(version), move |tx, model| {
        Box::pin(async move {
            let Model { ctx, organization, name, .. } = model;
            protect::refuse_stage(tx, *organization, name, version, stage.name()).await?;
            let now = ctx.now();
            if archive {
                sql::change::archive_others(tx, *organization, name, version, stage, now).await?;
            }
            sql::change::touch_version(tx, *organization, name, version, None, Some(stage), now).await?;
            sql::change::touch_model(tx, *organization, name, None, now).await?;
            Ok(((), Some(("model.staged", json!({ "version": version, "stage": stage.name() })))))
        })
    })
    .await?;
    super::load_version(ctx, name, version).await
}

pub async fn set_version_tag(ctx: &Ctx, name: &str, version: i64, tag: KeyValue) -> Result<(), Fault> {
    names::tags(std::slice::from_ref(&tag))?;
    change(ctx, name, Some(version), move |tx, model| {
        Box::pin(async move {
            let detail = json!({ "version": version, "key": tag.key });
            sql::change::put_version_tags(tx, model.organization, &model.name, version, &[tag]).await?;
            Ok(((), Some(("model.version_tagged", detail))))
        })
    })
    .await
}

/// One that is not there is gone already.
pub async fn delete_version_tag(ctx: &Ctx, name: &str, version: i64, key: &str) -> Result<(), Fault> {
    let key = key.to_owned();
    change(ctx, name, Some(version), move |tx, model| {
        Box::pin(async move {
            sql::change::delete_version_tag(tx, model.organization, &model.name, version, &key).await?;
            Ok(((), Some(("model.version_untagged", json!({ "version": version, "key": key })))))
        })
    })
    .await
}

/// Deletes a version with the aliases that stand for it, as its client expects; one of the platform's models keeps those
/// that an alias stands for.
pub async fn delete_registered_version(ctx: &Ctx, name: &str, version: i64) -> Result<(), Fault> {
    if super::load_model(ctx, name).await?.kind != REGISTERED {
        return super::delete_version(ctx, name, version).await;
    }
    change(ctx, name, Some(version), move |tx, model| {
        Box::pin(async move {
            model.must_be_registered("which keeps versions that an alias stands for")?;
            let Model { ctx, organization, name, .. } = model;
            let doing = format!("version {version} of it deleted");
            protect::refuse_where_protected(tx, *organization, name, Some(version), &doing).await?;
            let (by, now) = (ctx.actor_name(), ctx.now());
            sql::promotions::withdraw_of_version(tx, *organization, name, version, &by, now).await?;
            sql::delete_version(tx, *organization, name, version).await?;
            sql::change::touch_model(tx, *organization, name, None, ctx.now()).await?;
            Ok(((), Some(("model.version_deleted", json!({ "version": version })))))
        })
    })
    .await
}
