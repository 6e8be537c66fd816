//! All SQL of metering.

use super::{Quantity, Use};
use crate::db::{Target, Value, insert_many, sql};
use crate::{Db, Tx};
use chorale_model::{Fault, OrganizationId, Time};

const HEAD: &str = "insert into usage_hours (organization, hour, quantity, object, actor, amount)";
const ADD: &str = "on conflict (organization, hour, quantity, object, actor) do update set \
                   amount = usage_hours.amount + excluded.amount";
const HIGHEST: &str = "on conflict (organization, hour, quantity, object, actor) do update set \
                       amount = case when excluded.amount > usage_hours.amount then excluded.amount \
                       else usage_hours.amount end";

/// Adds uses to their hours. No use may come twice in one call.
pub async fn add(tx: &mut Tx, mut uses: Vec<(Use, Time, f64)>) -> Result<(), Fault> {
    // Two processes that write the same rows lock them in the same order.
    uses.sort_by(|(a, at, _), (b, bt, _)| {
        (a.organization, at, a.quantity, &a.object, &a.actor).cmp(&(
            b.organization,
            bt,
            b.quantity,
            &b.object,
            &b.actor,
        ))
    });
    let (levels, sums): (Vec<_>, Vec<_>) =
        uses.into_iter().partition(|(used, _, _)| Quantity::is_level(used.quantity.name()));
    insert_many(tx, HEAD, rows(sums), ADD).await?;
    insert_many(tx, HEAD, rows(levels), HIGHEST).await?;
    Ok(())
}

fn rows(uses: Vec<(Use, Time, f64)>) -> Vec<[Value; 6]> {
    let row = |(used, at, amount): (Use, Time, f64)| {
        [
            used.organization.into(),
            at.into(),
            used.quantity.name().into(),
            used.object.into(),
            used.actor.into(),
            amount.into(),
        ]
    };
    uses.into_iter().map(row).collect()
}

/// Looks at what every organization stores; the highest look of an hour stays.
pub async fn sample_storage(tx: &mut Tx, at: Time) -> Result<u64, Fault> {
    sql("insert into usage_hours (organization, hour, quantity, object, actor, amount) \
         select s.organization, $1, 'stored_bytes', 'objects', 'system', cast(sum(s.size_bytes) as double precision) \
         from (select organization, size_bytes from objects \
               union all select organization, size_bytes from model_artifacts \
               union all select organization, size_bytes from artifacts) s \
         where true group by s.organization \
         on conflict (organization, hour, quantity, object, actor) do update set \
         amount = case when excluded.amount > usage_hours.amount then excluded.amount else usage_hours.amount end")
    .bind(at)
    .run(tx)
    .await
}

/// Quantity, object, actor, sum and maximum over the hours that begin in `from..to`.
pub async fn sum(
    db: &Db,
    organization: OrganizationId,
    from: Time,
    to: Time,
) -> Result<Vec<(String, String, String, f64, f64)>, Fault> {
    sql("select quantity, object, actor, sum(amount), max(amount) from usage_hours \
         where organization = $1 and hour >= $2 and hour < $3 \
         group by quantity, object, actor order by quantity, object, actor")
    .bind(organization)
    .bind(from)
    .bind(to)
    .all(db)
    .await
}

#[derive(sqlx_macros::FromRow)]
pub struct Limits {
    pub quota_stored_bytes: Option<i64>,
    pub quota_samples: Option<i64>,
    pub quota_running_jobs: Option<i64>,
    pub quota_queued_jobs: Option<i64>,
}

pub async fn find_limits(on: Target<'_>, organization: OrganizationId) -> Result<Option<Limits>, Fault> {
    sql("select quota_stored_bytes, quota_samples, quota_running_jobs, quota_queued_jobs from organizations where id = $1")
        .bind(organization)
        .optional(on)
        .await
}

pub async fn set_limits(tx: &mut Tx, organization: OrganizationId, limits: &Limits) -> Result<(), Fault> {
    sql("update organizations set quota_stored_bytes = $2, quota_samples = $3, quota_running_jobs = $4, \
         quota_queued_jobs = $5 where id = $1")
    .bind(organization)
    .bind(limits.quota_stored_bytes)
    .bind(limits.quota_samples)
    .bind(limits.quota_running_jobs)
    .bind(limits.quota_queued_jobs)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn stored_bytes(on: Target<'_>, organization: OrganizationId) -> Result<i64, Fault> {
    let (bytes,): (i64,) =
        sql("select cast((select coalesce(sum(size_bytes), 0) from objects where organization = $1) \
             + (select coalesce(sum(size_bytes), 0) from model_artifacts where organization = $1) \
             + (select coalesce(sum(size_bytes), 0) from artifacts where organization = $1) as bigint)")
        .bind(organization)
        .one(on)
        .await?;
    Ok(bytes)
}

pub async fn count_samples(on: Target<'_>, organization: OrganizationId) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select samples from organizations where id = $1").bind(organization).one(on).await?;
    Ok(count)
}

pub async fn add_samples(tx: &mut Tx, organization: OrganizationId, change: i64) -> Result<(), Fault> {
    sql("update organizations set samples = samples + $2 where id = $1")
        .bind(organization)
        .bind(change)
        .run(tx)
        .await
        .map(|_| ())
}

pub async fn count_jobs(on: Target<'_>, organization: OrganizationId, state: &str) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from jobs where organization = $1 and state = $2")
        .bind(organization)
        .bind(state)
        .one(on)
        .await?;
    Ok(count)
}
