//! The points of metrics, in order.

use crate::db::{Db, Value, sql, sql_in};
use chorale_model::experiments::RunId;
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct PointRow {
    pub timestamp_ms: i64,
    pub step: i64,
    pub value: f64,
    pub is_nan: bool,
}

/// By time, step and value.
pub async fn points(
    db: &Db,
    organization: OrganizationId,
    run: RunId,
    key: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<PointRow>, Fault> {
    sql("select timestamp_ms, step, value, is_nan from run_metrics where organization = $1 and run = $2 and key = $3 \
         order by timestamp_ms, step, value, is_nan limit $4 offset $5")
    .bind(organization)
    .bind(run)
    .bind(key)
    .bind(limit)
    .bind(offset)
    .all(db)
    .await
}

#[derive(sqlx_macros::FromRow)]
pub struct RunPointRow {
    pub run: Uuid,
    #[sqlx(flatten)]
    pub point: PointRow,
}

/// Of several runs, by run, time, step and value.
pub async fn of_runs(
    db: &Db,
    organization: OrganizationId,
    runs: Vec<Value>,
    key: &str,
    limit: i64,
) -> Result<Vec<RunPointRow>, Fault> {
    let head = "select run, timestamp_ms, step, value, is_nan from run_metrics \
        where organization = $1 and key = $2 and run in";
    let first = vec![organization.into(), key.into(), limit.into()];
    // The third parameter stands in the tail.
    sql_in(head, first, runs, "order by run, timestamp_ms, step, value limit $3").all(db).await
}

/// At most `most` points of a metric by step, each the first of an equal share of all of them, and then the last of all.
/// Nothing limits the steps where `steps` is absent.
pub async fn sampled(
    db: &Db,
    organization: OrganizationId,
    run: RunId,
    key: &str,
    steps: Option<(i64, i64)>,
    most: i64,
) -> Result<Vec<PointRow>, Fault> {
    let (from, to) = steps.unwrap_or((i64::MIN, i64::MAX));
    sql("select timestamp_ms, step, value, is_nan from ( \
           select timestamp_ms, step, value, is_nan, share, points, at, \
             lag(share) over (order by step, timestamp_ms, value, is_nan) as before \
           from (select timestamp_ms, step, value, is_nan, \
                   ntile(cast($6 as integer)) over (order by step, timestamp_ms, value, is_nan) as share, \
                   row_number() over (order by step, timestamp_ms, value, is_nan) as at, count(*) over () as points \
                 from run_metrics \
                 where organization = $1 and run = $2 and key = $3 and step >= $4 and step <= $5) shared) firsts \
         where before is null or before <> share or at = points \
         order by step, timestamp_ms, value, is_nan")
    .bind(organization)
    .bind(run)
    .bind(key)
    .bind(from)
    .bind(to)
    .bind(most)
    .all(db)
    .await
}

#[derive(sqlx_macros::FromRow)]
pub struct CurvePointRow {
    pub run: Uuid,
    #[sqlx(flatten)]
    pub point: PointRow,
    /// Of all that were logged.
    pub points: i64,
}

/// Of each run all points of a metric by step where there are at most `most`; else the first and the last of all, and of each
/// of as many equal shares as fit the lowest and the highest (of what is no number, one).
pub async fn thinned(
    db: &Db,
    organization: OrganizationId,
    runs: Vec<Value>,
    key: &str,
    most: i64,
) -> Result<Vec<CurvePointRow>, Fault> {
    let shares = ((most - 2) / 2).max(1);
    let head = "select run, timestamp_ms, step, value, is_nan, points from ( \
           select run, timestamp_ms, step, value, is_nan, at, points, \
             row_number() over (partition by run, share order by is_nan, value, at) as low, \
             row_number() over (partition by run, share order by is_nan, value desc, at) as high \
           from (select run, timestamp_ms, step, value, is_nan, \
                   ntile(cast($3 as integer)) over (partition by run order by step, timestamp_ms, value, is_nan) as share, \
                   row_number() over (partition by run order by step, timestamp_ms, value, is_nan) as at, \
                   count(*) over (partition by run) as points \
                 from run_metrics where organization = $1 and key = $2 and run in";
    let tail = ") shared) ranked \
         where points <= $4 or low = 1 or high = 1 or at = 1 or at = points \
         order by run, at";
    let first = vec![organization.into(), key.into(), shares.into(), most.into()];
    sql_in(head, first, runs, tail).all(db).await
}

/// Which of these runs there are.
pub async fn known(db: &Db, organization: OrganizationId, runs: Vec<Value>) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<(Uuid,)> =
        sql_in("select id from runs where organization = $1 and id in", vec![organization.into()], runs, "")
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
