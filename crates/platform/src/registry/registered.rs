//! Versions that clients register: files of theirs that lie elsewhere, with a stage, tags and words.

use super::models::{REGISTERED, changing, may_delete};
use super::{names, sql, versions};
use crate::{Ctx, audit};
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
    let organization = ctx.require(Role::Scientist)?;
    names::tags(&new.tags)?;
    let (inner, name) = (ctx.clone(), new.name.clone());
    let version = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let NewSource { name, description, tags, source } = new;
                let kind = changing(tx, &inner, organization, &name).await?;
                if kind != REGISTERED {
                    let why =
                        format!("\"{name}\" is a model of the platform, which makes its versions; choose another name");
                    return Err(Fault::invalid(why));
                }
                let (now, by) = (inner.now(), inner.actor_name());
                let made = sql::next_version(tx, organization, &name, &kind, "", now).await?;
                sql::insert_version(tx, organization, &name, made.version, &description, "[]", now, &by).await?;
                sql::change::set_source(tx, organization, &name, made.version, &source).await?;
                sql::change::put_version_tags(tx, organization, &name, made.version, &tags).await?;
                let detail = json!({ "version": made.version, "kind": kind, "source": source.uri });
                audit::record(tx, &inner, "model.version_created", "model", &name, detail).await?;
                Ok(made.version)
            })
        })
        .await?;
    super::load_version(ctx, &name, version).await
}

pub async fn describe_version(ctx: &Ctx, name: &str, version: i64, description: String) -> Result<ModelVersion, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (inner, name_) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                changing(tx, &inner, organization, &name_).await?;
                versions::lock(tx, organization, &name_, version).await?;
                let (now, said) = (inner.now(), Some(description.as_str()));
                sql::change::touch_version(tx, organization, &name_, version, said, None, now).await
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
    let organization = ctx.require(Role::Scientist)?;
    if archive && !matches!(stage, Stage::Staging | Stage::Production) {
        let why = "goes with Staging and Production: several versions may be in the others";
        return Err(Fault::field("archive_existing_versions", why));
    }
    let (inner, name_) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                changing(tx, &inner, organization, &name_).await?;
                versions::lock(tx, organization, &name_, version).await?;
                let now = inner.now();
                if archive {
                    sql::change::archive_others(tx, organization, &name_, version, stage, now).await?;
                }
                sql::change::touch_version(tx, organization, &name_, version, None, Some(stage), now).await?;
                sql::change::touch_model(tx, organization, &name_, None, now).await?;
                let detail = json!({ "version": version, "stage": stage.name() });
                audit::record(tx, &inner, "model.staged", "model", &name_, detail).await
            })
        })
        .await?;
    super::load_version(ctx, name, version).await
}

pub async fn set_version_tag(ctx: &Ctx, name: &str, version: i64, tag: KeyValue) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::tags(std::slice::from_ref(&tag))?;
    let (inner, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                changing(tx, &inner, organization, &name).await?;
                versions::lock(tx, organization, &name, version).await?;
                sql::change::put_version_tags(tx, organization, &name, version, &[tag]).await
            })
        })
        .await
}

/// One that is not there is gone already.
pub async fn delete_version_tag(ctx: &Ctx, name: &str, version: i64, key: &str) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (inner, name, key) = (ctx.clone(), name.to_owned(), key.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                changing(tx, &inner, organization, &name).await?;
                versions::lock(tx, organization, &name, version).await?;
                sql::change::delete_version_tag(tx, organization, &name, version, &key).await
            })
        })
        .await
}

/// Deletes a version with the aliases that stand for it, as its client expects; one of the platform's models keeps those
/// that an alias stands for.
pub async fn delete_registered_version(ctx: &Ctx, name: &str, version: i64) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let model = super::load_model(ctx, name).await?;
    may_delete(ctx, &model.kind)?;
    if model.kind != REGISTERED {
        return super::delete_version(ctx, name, version).await;
    }
    let (inner, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                versions::lock(tx, organization, &name, version).await?;
                sql::delete_version(tx, organization, &name, version).await?;
                sql::change::touch_model(tx, organization, &name, None, inner.now()).await?;
                let detail = json!({ "version": version });
                audit::record(tx, &inner, "model.version_deleted", "model", &name, detail).await
            })
        })
        .await
}
