//! The statements of the sweep. What is to go is looked for by a reader, because looking takes seconds where there is
//! much and nothing to find; the writer gets ids, and asks of each once more whether it may go.

use crate::db::{Db, Tx, Value, sql, sql_in};
use crate::metering;
use chorale_model::{Fault, OrganizationId, Time};
use uuid::Uuid;

/// One kind of row. `$1` is the organization, `$2` the time before which it happened.
#[derive(Clone, Copy)]
pub struct Step {
    /// Ids in their order, after `$3` and at most as many as one statement may delete.
    find: &'static str,
    /// Ends at `in`, for the ids.
    delete: &'static str,
    /// The rows of an id go in several statements: it is found again until none is left.
    pub many: bool,
    /// Its rows are counted for the quota of samples.
    counted: bool,
}

/// In the order in which rows let go of each other.
pub const STEPS: [Step; 6] = [
    // of deleted datasets: files, samples' places, versions, the dataset itself
    Step {
        find: "select f.id from datasets d join files f on f.organization = d.organization and f.dataset = d.id \
               where d.organization = $1 and d.deleted_at < $2 and d.current_version is null and f.id > $3 \
               order by f.id limit 500",
        delete: "delete from files where organization = $1 and exists (select 1 from datasets d \
                 where d.organization = files.organization and d.id = files.dataset and d.deleted_at < $2 \
                 and d.current_version is null) and id in",
        many: false,
        counted: false,
    },
    Step {
        find: "select v.id from datasets d join dataset_versions v on v.organization = d.organization \
               and v.dataset = d.id and v.number is not null where d.organization = $1 and d.deleted_at < $2 \
               and d.current_version is null and v.id > $3 and exists (select 1 from version_samples m \
               where m.organization = v.organization and m.version = v.id) order by v.id limit 1",
        delete: "delete from version_samples where organization = $1 and position < (select min(m.position) + 1000 \
                 from version_samples m where m.organization = version_samples.organization \
                 and m.version = version_samples.version) and exists (select 1 from dataset_versions v \
                 join datasets d on d.organization = v.organization and d.id = v.dataset \
                 where v.organization = version_samples.organization and v.id = version_samples.version \
                 and d.deleted_at < $2 and d.current_version is null) and version in",
        many: true,
        counted: false,
    },
    Step {
        find: "select v.id from datasets d join dataset_versions v on v.organization = d.organization \
               and v.dataset = d.id and v.number is not null where d.organization = $1 and d.deleted_at < $2 \
               and d.current_version is null and v.id > $3 order by v.id limit 100",
        delete: "delete from dataset_versions where organization = $1 and exists (select 1 from datasets d \
                 where d.organization = dataset_versions.organization and d.id = dataset_versions.dataset \
                 and d.deleted_at < $2 and d.current_version is null) and id in",
        many: false,
        counted: false,
    },
    Step {
        find: "select d.id from datasets d where d.organization = $1 and d.deleted_at < $2 \
               and d.current_version is null and d.id > $3 and not exists (select 1 from dataset_versions v \
               where v.organization = d.organization and v.dataset = d.id) order by d.id limit 500",
        delete: "delete from datasets where organization = $1 and deleted_at < $2 and current_version is null \
                 and not exists (select 1 from dataset_versions v where v.organization = datasets.organization \
                 and v.dataset = datasets.id) and id in",
        many: false,
        counted: false,
    },
    // what no version names
    Step {
        find: "select sv.id from sample_versions sv where sv.organization = $1 and sv.created_at < $2 and sv.id > $3 \
               and not exists (select 1 from version_samples m where m.organization = sv.organization \
               and m.sample_version = sv.id) order by sv.id limit 500",
        delete: "delete from sample_versions where organization = $1 and created_at < $2 and not exists \
                 (select 1 from version_samples m where m.organization = sample_versions.organization \
                 and m.sample_version = sample_versions.id) and id in",
        many: false,
        counted: false,
    },
    Step {
        find: "select s.id from samples s where s.organization = $1 and s.created_at < $2 and s.id > $3 \
               and not exists (select 1 from version_samples m where m.organization = s.organization \
               and m.sample = s.id) and not exists (select 1 from sample_versions sv \
               where sv.organization = s.organization and sv.sample = s.id) order by s.id limit 500",
        delete: "delete from samples where organization = $1 and created_at < $2 and not exists \
                 (select 1 from version_samples m where m.organization = samples.organization \
                 and m.sample = samples.id) and not exists (select 1 from sample_versions sv \
                 where sv.organization = samples.organization and sv.sample = samples.id) and id in",
        many: false,
        counted: true,
    },
];

/// The next ids of a step after `after`.
pub async fn find(
    db: &Db,
    step: Step,
    organization: OrganizationId,
    before: Time,
    after: Uuid,
) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<(Uuid,)> = sql(step.find).bind(organization).bind(before).bind(after).all(db).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes those of `ids` that may still go.
pub async fn delete(
    tx: &mut Tx,
    step: Step,
    organization: OrganizationId,
    before: Time,
    ids: Vec<Uuid>,
) -> Result<u64, Fault> {
    let ids = ids.into_iter().map(Value::from).collect();
    let deleted = sql_in(step.delete, vec![organization.into(), before.into()], ids, "").run(&mut *tx).await?;
    if step.counted {
        metering::samples_changed(tx, organization, -i64::try_from(deleted).unwrap_or(i64::MAX)).await?;
    }
    Ok(deleted)
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
