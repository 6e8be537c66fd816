//! Models and versions that come from another registry, with the numbers and times that they had there.

use crate::db::{Tx, Value, insert_many, sql};
use chorale_model::experiments::KeyValue;
use chorale_model::registry::Stage;
use chorale_model::{Fault, OrganizationId, Time};

/// Whether it was made: a name that is taken makes none.
pub async fn insert_model(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    kind: &str,
    description: &str,
    created_at: Time,
    updated_at: Time,
) -> Result<bool, Fault> {
    let made =
        sql("insert into registered_models (organization, name, kind, description, latest_version, created_at, \
           updated_at) values ($1, $2, $3, $4, 0, $5, $6) on conflict (organization, name) do nothing")
        .bind(organization)
        .bind(name)
        .bind(kind)
        .bind(description)
        .bind(created_at)
        .bind(updated_at)
        .run(tx)
        .await?;
    Ok(made == 1)
}

/// Tags that are not there yet.
pub async fn add_model_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let row = |one: &KeyValue| -> [Value; 4] {
        [organization.into(), name.into(), one.key.as_str().into(), one.value.as_str().into()]
    };
    let head = "insert into model_tags (organization, name, key, value)";
    insert_many(tx, head, tags.iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

/// What its source was called here; none where there is no such version.
pub async fn find_source(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
) -> Result<Option<String>, Fault> {
    let row: Option<(String,)> =
        sql("select source from model_versions where organization = $1 and name = $2 and version = $3")
            .bind(organization)
            .bind(name)
            .bind(version)
            .optional(tx)
            .await?;
    Ok(row.map(|(source,)| source))
}

/// A number is given once: the next one is larger than this.
pub async fn count_to(tx: &mut Tx, organization: OrganizationId, name: &str, version: i64) -> Result<(), Fault> {
    sql("update registered_models set latest_version = $3 \
         where organization = $1 and name = $2 and latest_version < $3")
    .bind(organization)
    .bind(name)
    .bind(version)
    .run(tx)
    .await
    .map(drop)
}

pub async fn set_stage(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    stage: Stage,
    updated_at: Time,
) -> Result<(), Fault> {
    sql("update model_versions set stage = $4, updated_at = $5 where organization = $1 and name = $2 and version = $3")
        .bind(organization)
        .bind(name)
        .bind(version)
        .bind(stage.name())
        .bind(updated_at)
        .run(tx)
        .await
        .map(drop)
}
