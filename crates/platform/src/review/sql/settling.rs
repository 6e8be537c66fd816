//! Questions that a job is deciding.

use crate::Tx;
use crate::db::{Value, insert_many, sql, sql_in};
use chorale_model::review::ReviewFilter;
use chorale_model::{Fault, JobId, OrganizationId};
use uuid::Uuid;

/// Questions of one statement.
const IDS: usize = 500;

/// A job begins to decide these, once more if it has before; false: another is deciding one of them. Whoever decides one of them at this moment is
/// waited for, so that the job finds what that left.
pub async fn begin_settling(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: &[Uuid],
    job: JobId,
) -> Result<bool, Fault> {
    sql("delete from review_settling where organization = $1 and not exists (select 1 from jobs j \
         where j.id = review_settling.job and j.state in ('queued', 'running'))")
    .bind(organization)
    .run(&mut *tx)
    .await?;
    let mut begun = 0;
    for ids in ids.chunks(IDS) {
        sql_in(
            "update review_values set waiting = waiting where organization = $1 and collection = $2 and field = $3 \
             and id in",
            of_field(organization, filter),
            ids.iter().copied().map(Value::from).collect(),
            "",
        )
        .run(&mut *tx)
        .await?;
        let row = |id: &Uuid| -> [Value; 5] {
            [organization.into(), filter.collection.into(), filter.field.clone().into(), (*id).into(), job.into()]
        };
        begun += insert_many(
            &mut *tx,
            "insert into review_settling (organization, collection, field, question, job)",
            ids.iter().map(row).collect(),
            "on conflict (organization, collection, field, question) do update set job = excluded.job \
             where review_settling.job = excluded.job",
        )
        .await?;
    }
    Ok(begun == ids.len() as u64)
}

/// The title of a job that is deciding one of these, another than `own`.
pub async fn find_settling(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: &[Uuid],
    own: Option<JobId>,
) -> Result<Option<String>, Fault> {
    for ids in ids.chunks(IDS) {
        let row: Option<(String,)> = sql_in(
            "select j.title from review_settling g join jobs j on j.id = g.job where g.organization = $1 \
             and g.collection = $2 and g.field = $3 and j.state in ('queued', 'running') and j.id <> $4 and g.question in",
            of_field(organization, filter).into_iter().chain([own.map_or(Uuid::nil(), |job| job.0).into()]).collect(),
            ids.iter().copied().map(Value::from).collect(),
            "limit 1",
        )
        .optional(&mut *tx)
        .await?;
        if let Some((title,)) = row {
            return Ok(Some(title));
        }
    }
    Ok(None)
}

/// The job has decided what it was to decide.
pub async fn end_settling(tx: &mut Tx, organization: OrganizationId, job: JobId) -> Result<(), Fault> {
    sql("delete from review_settling where organization = $1 and job = $2")
        .bind(organization)
        .bind(job)
        .run(tx)
        .await
        .map(drop)
}

fn of_field(organization: OrganizationId, filter: &ReviewFilter) -> Vec<Value> {
    vec![organization.into(), filter.collection.into(), filter.field.clone().into()]
}
