//! What changes of models and versions: words, tags, stages, names.

use crate::db::{Tx, Value, insert_many, sql};
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{Source, Stage};
use chorale_model::{Fault, OrganizationId, Time};

/// Whether it was made: a name that is taken makes none.
pub async fn insert_model(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    kind: &str,
    description: &str,
    now: Time,
) -> Result<bool, Fault> {
    let made =
        sql("insert into registered_models (organization, name, kind, description, latest_version, created_at, \
           updated_at) values ($1, $2, $3, $4, 0, $5, $5) on conflict (organization, name) do nothing")
        .bind(organization)
        .bind(name)
        .bind(kind)
        .bind(description)
        .bind(now)
        .run(tx)
        .await?;
    Ok(made == 1)
}

/// The kind of a model, whose row stays locked until the commit.
pub async fn lock_model(tx: &mut Tx, organization: OrganizationId, name: &str) -> Result<Option<String>, Fault> {
    let found: Option<(String,)> = sql("update registered_models set created_at = created_at \
         where organization = $1 and name = $2 returning kind")
    .bind(organization)
    .bind(name)
    .optional(tx)
    .await?;
    Ok(found.map(|(kind,)| kind))
}

/// What is absent stays; the time is now.
pub async fn touch_model(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    description: Option<&str>,
    now: Time,
) -> Result<(), Fault> {
    sql("update registered_models set description = coalesce($3, description), updated_at = $4 \
         where organization = $1 and name = $2")
    .bind(organization)
    .bind(name)
    .bind(description)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// What is absent stays; the time is now.
pub async fn touch_version(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    description: Option<&str>,
    stage: Option<Stage>,
    now: Time,
) -> Result<(), Fault> {
    sql("update model_versions set description = coalesce($4, description), stage = coalesce($5, stage), updated_at = $6 \
         where organization = $1 and name = $2 and version = $3")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(description)
    .bind(stage.map(Stage::name))
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// Moves what has a stage to the archive, but for one version.
pub async fn archive_others(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    stage: Stage,
    now: Time,
) -> Result<(), Fault> {
    sql("update model_versions set stage = 'Archived', updated_at = $5 \
         where organization = $1 and name = $2 and version <> $3 and stage = $4")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(stage.name())
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

pub async fn set_source(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    source: &Source,
) -> Result<(), Fault> {
    sql("update model_versions set source = $4, location = $5, run = $6, run_link = $7, logged_model = $8 \
         where organization = $1 and name = $2 and version = $3")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(&source.uri)
    .bind(&source.location)
    .bind(&source.run)
    .bind(&source.run_link)
    .bind(&source.logged_model)
    .run(tx)
    .await
    .map(drop)
}

pub async fn put_model_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let row =
        |one: &KeyValue| -> [Value; 4] { [organization.into(), name.into(), (&one.key).into(), (&one.value).into()] };
    let head = "insert into model_tags (organization, name, key, value)";
    let tail = "on conflict (organization, name, key) do update set value = excluded.value";
    insert_many(tx, head, tags.iter().map(row).collect(), tail).await.map(drop)
}

pub async fn delete_model_tag(tx: &mut Tx, organization: OrganizationId, name: &str, key: &str) -> Result<(), Fault> {
    sql("delete from model_tags where organization = $1 and name = $2 and key = $3")
        .bind(organization)
        .bind(name)
        .bind(key)
        .run(tx)
        .await
        .map(drop)
}

pub async fn put_version_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let row = |one: &KeyValue| -> [Value; 5] {
        [organization.into(), name.into(), version.into(), (&one.key).into(), (&one.value).into()]
    };
    let head = "insert into model_version_tags (organization, name, version, key, value)";
    let tail = "on conflict (organization, name, version, key) do update set value = excluded.value";
    insert_many(tx, head, tags.iter().map(row).collect(), tail).await.map(drop)
}

pub async fn delete_version_tag(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    key: &str,
) -> Result<(), Fault> {
    sql("delete from model_version_tags where organization = $1 and name = $2 and version = $3 and key = $4")
        .bind(organization)
        .bind(name)
        .bind(version)
        .bind(key)
        .run(tx)
        .await
        .map(drop)
}

/// The model with everything that belongs to it.
pub async fn delete_model(tx: &mut Tx, organization: OrganizationId, name: &str) -> Result<(), Fault> {
    for text in [
        "delete from promotion_requests where organization = $1 and name = $2",
        "delete from model_aliases where organization = $1 and name = $2",
        "delete from model_evaluations where organization = $1 and name = $2",
        "delete from model_artifacts where organization = $1 and name = $2",
        "delete from model_version_tags where organization = $1 and name = $2",
        "delete from model_versions where organization = $1 and name = $2",
        "delete from model_tags where organization = $1 and name = $2",
        "delete from registered_models where organization = $1 and name = $2",
    ] {
        sql(text).bind(organization).bind(name).run(&mut *tx).await?;
    }
    Ok(())
}

/// Moves everything to a new name. Rows point at each other by it: the new ones are made, what points is turned, and the old
/// ones go.
pub async fn rename_model(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    new_name: &str,
    now: Time,
) -> Result<(), Fault> {
    for text in [
        "insert into registered_models (organization, name, kind, description, latest_version, created_at, updated_at) \
         select organization, $3, kind, description, latest_version, created_at, $4 from registered_models \
         where organization = $1 and name = $2",
        "insert into model_versions (organization, name, version, description, params, created_at, created_by, source, \
           location, run, run_link, logged_model, stage, updated_at) \
         select organization, $3, version, description, params, created_at, created_by, source, location, run, run_link, \
           logged_model, stage, $4 from model_versions where organization = $1 and name = $2",
    ] {
        sql(text).bind(organization).bind(name).bind(new_name).bind(now).run(&mut *tx).await?;
    }
    for text in [
        "update promotion_requests set name = $3 where organization = $1 and name = $2",
        "update model_tags set name = $3 where organization = $1 and name = $2",
        "update model_aliases set name = $3 where organization = $1 and name = $2",
        "update model_evaluations set name = $3 where organization = $1 and name = $2",
        "update model_artifacts set name = $3 where organization = $1 and name = $2",
        "update model_version_tags set name = $3 where organization = $1 and name = $2",
    ] {
        sql(text).bind(organization).bind(name).bind(new_name).run(&mut *tx).await?;
    }
    for text in [
        "delete from model_versions where organization = $1 and name = $2",
        "delete from registered_models where organization = $1 and name = $2",
    ] {
        sql(text).bind(organization).bind(name).run(&mut *tx).await?;
    }
    Ok(())
}
