//! What comes from another store: rows with the ids and times that they had there, and marks of what came.

use crate::db::{Db, Tx, Value, insert_many, sql, sql_in};
use chorale_model::experiments::{ExperimentId, KeyValue, LoggedModelId, RunId, RunStatus};
use chorale_model::{Fault, OrganizationId, Time};
use std::collections::HashMap;

/// What became of something: its id here, and the digest of what it was there.
#[derive(Clone, Debug)]
pub struct Mark {
    pub ours: String,
    pub digest: String,
}

pub async fn marks(
    db: &Db,
    organization: OrganizationId,
    store: &str,
    kind: &'static str,
    theirs: Vec<Value>,
) -> Result<HashMap<String, Mark>, Fault> {
    let head =
        "select theirs, ours, digest from brought where organization = $1 and store = $2 and kind = $3 and theirs in";
    let first = vec![organization.into(), store.into(), kind.into()];
    let rows: Vec<(String, String, String)> = sql_in(head, first, theirs, "").all(db).await?;
    Ok(rows.into_iter().map(|(theirs, ours, digest)| (theirs, Mark { ours, digest })).collect())
}

pub async fn find_mark(
    tx: &mut Tx,
    organization: OrganizationId,
    store: &str,
    kind: &'static str,
    theirs: &str,
) -> Result<Option<Mark>, Fault> {
    let row: Option<(String, String)> = sql("select ours, digest from brought \
         where organization = $1 and store = $2 and kind = $3 and theirs = $4")
    .bind(organization)
    .bind(store)
    .bind(kind)
    .bind(theirs)
    .optional(tx)
    .await?;
    Ok(row.map(|(ours, digest)| Mark { ours, digest }))
}

pub async fn put_mark(
    tx: &mut Tx,
    organization: OrganizationId,
    store: &str,
    kind: &'static str,
    theirs: &str,
    mark: &Mark,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into brought (organization, store, kind, theirs, ours, digest, brought_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (organization, store, kind, theirs) do update set \
         ours = excluded.ours, digest = excluded.digest, brought_at = excluded.brought_at \
         where brought.ours <> excluded.ours or brought.digest <> excluded.digest")
    .bind(organization)
    .bind(store)
    .bind(kind)
    .bind(theirs)
    .bind(&mark.ours)
    .bind(&mark.digest)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// Numbers that are given from now on are larger. What MLflow's folders call experiments, numbers of 18 digits, are left out:
/// nobody counts so far.
pub async fn count_beyond(tx: &mut Tx, organization: OrganizationId, id: ExperimentId) -> Result<(), Fault> {
    const COUNTED: i64 = 1_000_000_000;
    if !(1..COUNTED).contains(&id.0) {
        return Ok(());
    }
    sql("insert into experiment_numbers (organization, next) values ($1, $2) on conflict (organization) do update set \
         next = case when experiment_numbers.next > excluded.next then experiment_numbers.next else excluded.next end")
    .bind(organization)
    .bind(id.0 + 1)
    .run(tx)
    .await
    .map(drop)
}

/// Tags that are not there yet.
pub async fn add_experiment_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ExperimentId,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let row = |one: &KeyValue| -> [Value; 4] {
        [organization.into(), id.into(), one.key.as_str().into(), one.value.as_str().into()]
    };
    let head = "insert into experiment_tags (organization, experiment, key, value)";
    insert_many(tx, head, tags.iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

pub async fn add_run_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    id: RunId,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let row = |one: &KeyValue| -> [Value; 4] {
        [organization.into(), id.into(), one.key.as_str().into(), one.value.as_str().into()]
    };
    let head = "insert into run_tags (organization, run, key, value)";
    insert_many(tx, head, tags.iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

pub async fn add_model_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let row = |one: &KeyValue| -> [Value; 4] {
        [organization.into(), id.into(), one.key.as_str().into(), one.value.as_str().into()]
    };
    let head = "insert into logged_model_tags (organization, model, key, value)";
    insert_many(tx, head, tags.iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

/// Ends a run that is not ended here; one that is stays as it is.
pub async fn end_run(
    tx: &mut Tx,
    organization: OrganizationId,
    id: RunId,
    status: RunStatus,
    ended_ms: Option<i64>,
) -> Result<(), Fault> {
    sql("update runs set status = $3, ended_ms = coalesce(ended_ms, $4) \
         where organization = $1 and id = $2 and status in ('RUNNING', 'SCHEDULED')")
    .bind(organization)
    .bind(id)
    .bind(status.name())
    .bind(ended_ms)
    .run(tx)
    .await
    .map(drop)
}
