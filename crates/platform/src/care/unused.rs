//! The statements of the sweep of objects. An object is used when a file of a dataset or an artifact of a model version or of a
//! run names it, when a finished import kept it because there was no dataset in it, or when a job that has not ended speaks
//! of it.

use super::sweep::UnusedObject;
use crate::db::{Db, Tx, Value, insert_many, sql, sql_in};
use crate::objects::Listed;
use chorale_model::{Fault, OrganizationId, Time};
use std::collections::HashSet;
use uuid::Uuid;

/// Objects removed between two looks at whether to stop.
const BATCH: usize = 100;

/// Whether a row names the object of `u`.
macro_rules! named {
    () => {
        "(exists (select 1 from files f where f.organization = $1 and f.object_key = u.key) \
          or exists (select 1 from model_artifacts a where a.organization = $1 and a.object_key = u.key) \
          or exists (select 1 from artifacts a where a.organization = $1 and a.object_key = u.key) \
          or exists (select 1 from artifact_upload_parts a where a.organization = $1 and a.object_key = u.key))"
    };
}

/// Whether a row `u` of `unused_objects` is used after all; `$1` is the organization. A raw object's key ends with the
/// 64 digits of its SHA-256.
macro_rules! used {
    () => {
        concat!(
            "(",
            named!(),
            " or (u.key like '%/raw/%' and ( \
            substr(u.key, length(u.key) - 63) in (select k.sha256 from jobs j join job_files k on k.job = j.id \
              where j.organization = $1 and k.state = 'succeeded' and k.datasets = '[]' and k.sha256 is not null) \
            or exists (select 1 from jobs j where j.organization = $1 and j.state in ('queued', 'running') \
              and j.payload like '%' || substr(u.key, length(u.key) - 63) || '%'))))"
        )
    };
}

pub async fn organization_exists(db: &Db, organization: OrganizationId) -> Result<bool, Fault> {
    let row: Option<(Uuid,)> =
        sql("select id from organizations where id = $1").bind(organization).optional(db).await?;
    Ok(row.is_some())
}

/// Forgets uploads in parts that were begun before, and with them their parts.
pub async fn forget_uploads(tx: &mut Tx, organization: OrganizationId, before: Time) -> Result<(), Fault> {
    sql("delete from artifact_uploads where organization = $1 and created_at < $2")
        .bind(organization)
        .bind(before)
        .run(tx)
        .await
        .map(drop)
}

/// Those that nothing uses.
pub async fn unused_of(db: &Db, organization: OrganizationId, listed: Vec<Listed>) -> Result<Vec<Listed>, Fault> {
    let keys: Vec<Value> = listed.iter().map(|object| Value::from(object.key.as_str())).collect();
    let mut named: HashSet<String> = HashSet::new();
    for head in [
        "select distinct object_key from files where organization = $1 and object_key in",
        "select object_key from model_artifacts where organization = $1 and object_key in",
        "select object_key from artifacts where organization = $1 and object_key in",
        "select object_key from artifact_upload_parts where organization = $1 and object_key in",
    ] {
        let rows: Vec<(String,)> = sql_in(head, vec![organization.into()], keys.clone(), "").all(db).await?;
        named.extend(rows.into_iter().map(|(key,)| key));
    }
    let mut unused: Vec<Listed> = listed.into_iter().filter(|object| !named.contains(&object.key)).collect();
    let raw: Vec<Value> = unused.iter().filter_map(|object| raw_sha256(&object.key)).map(Value::from).collect();
    if raw.is_empty() {
        return Ok(unused);
    }
    let head = "select distinct k.sha256 from jobs j join job_files k on k.job = j.id where j.organization = $1 \
                and k.state = 'succeeded' and k.datasets = '[]' and k.sha256 in";
    let kept: Vec<(String,)> = sql_in(head, vec![organization.into()], raw, "").all(db).await?;
    let kept: HashSet<String> = kept.into_iter().map(|(sha256,)| sha256).collect();
    let open: Vec<(String,)> =
        sql("select payload from jobs where organization = $1 and state in ('queued', 'running')")
            .bind(organization)
            .all(db)
            .await?;
    unused.retain(|object| {
        raw_sha256(&object.key)
            .is_none_or(|sha256| !kept.contains(sha256) && !open.iter().any(|(payload,)| payload.contains(sha256)))
    });
    Ok(unused)
}

fn raw_sha256(key: &str) -> Option<&str> {
    key.split_once("/raw/").map(|(_, sha256)| sha256)
}

/// Those that no sweep has seen before.
pub async fn unseen_of(db: &Db, organization: OrganizationId, listed: Vec<Listed>) -> Result<Vec<Listed>, Fault> {
    let keys = listed.iter().map(|object| Value::from(object.key.as_str())).collect();
    let head = "select key from unused_objects where organization = $1 and key in";
    let seen: Vec<(String,)> = sql_in(head, vec![organization.into()], keys, "").all(db).await?;
    let seen: HashSet<String> = seen.into_iter().map(|(key,)| key).collect();
    Ok(listed.into_iter().filter(|object| !seen.contains(&object.key)).collect())
}

/// Unused from now on, unless they were before.
pub async fn remember(tx: &mut Tx, organization: OrganizationId, unused: Vec<Listed>, now: Time) -> Result<(), Fault> {
    let rows = unused.into_iter().map(|object| {
        let size = i64::try_from(object.size_bytes).unwrap_or(i64::MAX);
        [organization.into(), object.key.into(), size.into(), "unused".into(), now.into()]
    });
    let head = "insert into unused_objects (organization, key, size_bytes, state, since)";
    insert_many(tx, head, rows.collect(), "on conflict (organization, key) do nothing").await.map(|_| ())
}

/// Of those that are unused, the ones that a row names by now.
pub async fn forget_used(tx: &mut Tx, organization: OrganizationId) -> Result<(), Fault> {
    sql(concat!(
        "delete from unused_objects where organization = $1 and state = 'unused' and key in \
         (select u.key from unused_objects u where u.organization = $1 and u.state = 'unused' and ",
        used!(),
        ")"
    ))
    .bind(organization)
    .run(tx)
    .await
    .map(|_| ())
}

/// What is to be removed now.
pub struct Removal {
    pub keys: Vec<String>,
    pub size_bytes: i64,
}

/// Closes the names of some objects that are unused since before `before` (and were forgotten if used, just before), with their rows; from here on nothing can
/// begin to use them. Answers every closed one that is not removed yet.
pub async fn doom(tx: &mut Tx, organization: OrganizationId, before: Time, now: Time) -> Result<Removal, Fault> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    // The outer condition is asked again of a row that somebody else held meanwhile.
    sql(concat!(
        "update unused_objects set state = 'doomed', since = $3 where organization = $1 and state = 'unused' \
         and since < $2 and key in (select u.key from unused_objects u where u.organization = $1 \
         and u.state = 'unused' and u.since < $2 and not ",
        named!(),
        " order by u.since, u.key limit $4)"
    ))
    .bind(organization)
    .bind(before)
    .bind(now)
    .bind(limit)
    .run(&mut *tx)
    .await?;
    sql("delete from objects where organization = $1 and key in \
         (select u.key from unused_objects u where u.organization = $1 and u.state = 'doomed')")
    .bind(organization)
    .run(&mut *tx)
    .await?;
    let doomed: Vec<(String, i64)> = sql("select key, size_bytes from unused_objects where organization = $1 \
         and state = 'doomed' order by key limit $2")
    .bind(organization)
    .bind(limit)
    .all(tx)
    .await?;
    let size_bytes = doomed.iter().map(|(_, size)| size).sum();
    Ok(Removal { keys: doomed.into_iter().map(|(key, _)| key).collect(), size_bytes })
}

/// They are removed; their names stay closed for a while.
pub async fn bury(tx: &mut Tx, organization: OrganizationId, keys: Vec<String>, now: Time) -> Result<(), Fault> {
    let head = "update unused_objects set state = 'gone', since = $2 where organization = $1 and state = 'doomed' \
                and key in";
    let keys = keys.into_iter().map(Value::from).collect();
    sql_in(head, vec![organization.into(), now.into()], keys, "").run(tx).await.map(|_| ())
}

pub async fn forget_gone(tx: &mut Tx, organization: OrganizationId, before: Time) -> Result<(), Fault> {
    sql("delete from unused_objects where organization = $1 and state = 'gone' and since < $2")
        .bind(organization)
        .bind(before)
        .run(tx)
        .await
        .map(|_| ())
}

/// Objects and bytes that are unused since before `before`, and those that are unused since then.
pub async fn count_unused(db: &Db, organization: OrganizationId, before: Time) -> Result<[(i64, i64); 2], Fault> {
    let (due, due_bytes, waiting, waiting_bytes): (i64, i64, i64, i64) = sql(concat!(
        "select count(case when u.since < $2 then 1 end), \
         cast(coalesce(sum(case when u.since < $2 then u.size_bytes end), 0) as bigint), \
         count(case when u.since >= $2 then 1 end), \
         cast(coalesce(sum(case when u.since >= $2 then u.size_bytes end), 0) as bigint) \
         from unused_objects u where u.organization = $1 and u.state in ('unused', 'doomed') and not ",
        used!()
    ))
    .bind(organization)
    .bind(before)
    .one(db)
    .await?;
    Ok([(due, due_bytes), (waiting, waiting_bytes)])
}

/// Known and still unused, oldest first.
pub async fn list_unused(db: &Db, organization: OrganizationId, limit: usize) -> Result<Vec<UnusedObject>, Fault> {
    sql(concat!(
        "select u.key, u.size_bytes, u.since from unused_objects u where u.organization = $1 \
         and u.state in ('unused', 'doomed') and not ",
        used!(),
        " order by u.since, u.key limit $2"
    ))
    .bind(organization)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .all(db)
    .await
}
