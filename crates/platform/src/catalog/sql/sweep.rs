//! The statements of the sweep, each over at most a few hundred rows.

use crate::db::{Db, Tx, sql};
use chorale_model::{Fault, OrganizationId, Time};
use uuid::Uuid;

/// In the order in which rows let go of each other. `$1` is the organization, `$2` the time before which it happened.
pub const STEPS: [&str; 6] = [
    // of deleted datasets: files, samples' places, versions, the dataset itself
    "delete from files where organization = $1 and id in (select f.id from files f join datasets d \
     on d.organization = f.organization and d.id = f.dataset where d.organization = $1 and d.deleted_at < $2 \
     and d.current_version is null limit 500)",
    "delete from version_samples where organization = $1 and (version, position) in (select m.version, m.position \
     from datasets d join dataset_versions v on v.organization = d.organization and v.dataset = d.id \
     and v.number is not null join version_samples m on m.organization = v.organization and m.version = v.id \
     where d.organization = $1 and d.deleted_at < $2 and d.current_version is null limit 500)",
    "delete from dataset_versions where organization = $1 and id in (select v.id from datasets d \
     join dataset_versions v on v.organization = d.organization and v.dataset = d.id and v.number is not null \
     where d.organization = $1 and d.deleted_at < $2 and d.current_version is null limit 100)",
    "delete from datasets where organization = $1 and deleted_at < $2 and current_version is null and not exists \
     (select 1 from dataset_versions v where v.organization = datasets.organization and v.dataset = datasets.id)",
    // what no version names
    "delete from sample_versions where organization = $1 and id in (select sv.id from sample_versions sv \
     where sv.organization = $1 and sv.created_at < $2 and not exists (select 1 from version_samples m \
     where m.organization = sv.organization and m.sample_version = sv.id) limit 500)",
    "delete from samples where organization = $1 and id in (select s.id from samples s where s.organization = $1 \
     and s.created_at < $2 and not exists (select 1 from version_samples m where m.organization = s.organization \
     and m.sample = s.id) and not exists (select 1 from sample_versions sv where sv.organization = s.organization \
     and sv.sample = s.id) limit 500)",
];

pub async fn step(tx: &mut Tx, step: &'static str, organization: OrganizationId, before: Time) -> Result<u64, Fault> {
    sql(step).bind(organization).bind(before).run(tx).await
}

pub async fn list_organizations(db: &Db) -> Result<Vec<OrganizationId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select distinct organization from datasets").all(db).await?;
    Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
}

pub async fn list_unpublished(db: &Db, organization: OrganizationId, before: Time) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select id from dataset_versions where organization = $1 and number is null \
         and created_at < $2")
    .bind(organization)
    .bind(before)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[cfg(test)]
pub async fn count_unpublished(db: &Db) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from dataset_versions where number is null").one(db).await?;
    Ok(count)
}
