//! The points of metrics: a page of one, of many runs at once, or few of many.

use super::{run, sql};
use crate::Ctx;
use crate::db::Value;
use chorale_model::experiments::{Curve, HistoryPage, Metric, RunId};
use chorale_model::{Fault, OrganizationId, Role};

/// A point with its run.
pub struct RunPoint {
    pub run: RunId,
    pub point: Metric,
}

fn metric(key: &str, row: sql::history::PointRow) -> Metric {
    let value = if row.is_nan { f64::NAN } else { row.value };
    Metric { key: key.to_owned(), value, timestamp_ms: row.timestamp_ms, step: row.step }
}

/// The points of a metric of a run by time, step and value, and whether there are more. A run that does not exist has none.
pub async fn history(ctx: &Ctx, id: RunId, key: &str, page: &HistoryPage) -> Result<(Vec<Metric>, bool), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (limit, more) = match page.limit {
        Some(limit) if limit <= 0 => {
            return Err(Fault::field("max_results", format!("{limit} is no page size; choose 1 or more")));
        }
        Some(limit) => (limit, limit.saturating_add(1)),
        None => (i64::MAX, i64::MAX),
    };
    let rows = sql::history::points(ctx.db(), organization, id, key, more, page.offset).await?;
    let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok((rows.into_iter().take(limit).map(|row| metric(key, row)).collect(), has_more))
}

/// The points of a metric of several runs, by run; at most `most` of all together.
pub async fn histories(ctx: &Ctx, runs: &[RunId], key: &str, most: i64) -> Result<Vec<RunPoint>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let ids = runs.iter().map(|id| Value::from(*id)).collect();
    let rows = sql::history::of_runs(ctx.db(), organization, ids, key, most).await?;
    Ok(rows.into_iter().map(|row| RunPoint { run: RunId(row.run), point: metric(key, row.point) }).collect())
}

/// Of each run at most `most` points of a metric between two steps, evenly chosen, the first and the last among them.
pub async fn sampled_history(
    ctx: &Ctx,
    runs: &[RunId],
    key: &str,
    steps: Option<(i64, i64)>,
    most: i64,
) -> Result<Vec<RunPoint>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    check_all(ctx, organization, runs).await?;
    let mut found = Vec::new();
    for id in runs {
        let mut rows = sql::history::sampled(ctx.db(), organization, *id, key, steps, most).await?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if rows.len() > most {
            // The last of all is one more than the shares.
            rows.remove(rows.len() - 2);
        }
        found.extend(rows.into_iter().map(|row| RunPoint { run: *id, point: metric(key, row) }));
    }
    Ok(found)
}

/// Of how few points a curve may be, and of how many.
const CURVE: std::ops::RangeInclusive<i64> = 4..=10_000;

/// A metric of a run by step, of at most `most` points; its extremes are among them.
pub async fn curve(ctx: &Ctx, id: RunId, key: &str, most: i64) -> Result<Curve, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if !CURVE.contains(&most) {
        let why = format!("{most} points are none; choose {} to {}", CURVE.start(), CURVE.end());
        return Err(Fault::field("most", why));
    }
    check_all(ctx, organization, &[id]).await?;
    let rows = sql::history::thinned(ctx.db(), organization, id, key, most).await?;
    let logged = rows.first().map_or(0, |row| row.points);
    Ok(Curve { points: rows.into_iter().map(|row| metric(key, row.point)).collect(), logged })
}

async fn check_all(ctx: &Ctx, organization: OrganizationId, runs: &[RunId]) -> Result<(), Fault> {
    let known = sql::history::known(ctx.db(), organization, runs.iter().map(|id| Value::from(*id)).collect()).await?;
    match runs.iter().find(|id| !known.contains(&id.0)) {
        Some(unknown) => Err(run::missing(*unknown)),
        None => Ok(()),
    }
}
