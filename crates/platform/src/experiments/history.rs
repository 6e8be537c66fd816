//! The points of metrics: a page of one, of many runs at once, or few of many.

use super::{run, sql};
use crate::Ctx;
use crate::db::Value;
use crate::filter::Cut;
use chorale_model::experiments::{Curve, Metric, RunId};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, OrganizationId, Role};
use std::collections::HashMap;
use uuid::Uuid;

/// A point with its run.
pub struct RunPoint {
    pub run: RunId,
    pub point: Metric,
}

fn metric(key: &str, row: sql::history::PointRow) -> Metric {
    let value = if row.is_nan { f64::NAN } else { row.value };
    Metric { key: key.to_owned(), value, timestamp_ms: row.timestamp_ms, step: row.step }
}

/// The points of a metric of a run by time, step and value: all of them where no limit is asked for. A run that does not exist
/// has none.
pub async fn history(ctx: &Ctx, id: RunId, key: &str, page: &PageRequest) -> Result<Page<Metric>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    // The last of all that there can be, so that one more can be counted.
    let cut = Cut::of(page.limit, i64::MAX - 1, i64::MAX - 1, page.cursor.as_deref())?;
    let mut rows = sql::history::points(ctx.db(), organization, id, key, cut.limit + 1, cut.offset).await?;
    let next_cursor = cut.cut(&mut rows);
    Ok(Page { items: rows.into_iter().map(|row| metric(key, row)).collect(), next_cursor })
}

/// Runs that are looked at together.
fn together(runs: &[RunId]) -> Result<(), Fault> {
    const MOST: usize = 100;
    match runs.len() {
        1..=MOST => Ok(()),
        many => Err(Fault::field("runs", format!("are {many}; name 1 to {MOST} runs"))),
    }
}

/// The points of a metric of several runs, by run; at most `most` of all together, and no more than 25,000.
pub async fn histories(ctx: &Ctx, runs: &[RunId], key: &str, most: Option<i64>) -> Result<Vec<RunPoint>, Fault> {
    const MOST: i64 = 25_000;
    let organization = ctx.require(Role::Scientist)?;
    together(runs)?;
    let most = most.map_or(MOST, |most| most.clamp(0, MOST));
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
    most: Option<i64>,
) -> Result<Vec<RunPoint>, Fault> {
    const MOST: i64 = 2_500;
    let organization = ctx.require(Role::Scientist)?;
    together(runs)?;
    let most = most.unwrap_or(MOST);
    if !(1..=MOST).contains(&most) {
        return Err(Fault::field("limit", format!("{most} is none; choose 1 to {MOST}")));
    }
    if let Some((from, to)) = steps.filter(|(from, to)| from > to) {
        return Err(Fault::field("end_step", format!("{to} is before start_step {from}; turn them round")));
    }
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

/// A metric of each of some runs by step, of at most `most` points each; their extremes are among them. In the order of the
/// runs; one that never logged it has none.
pub async fn curves(ctx: &Ctx, runs: &[RunId], key: &str, most: i64) -> Result<Vec<Curve>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if !CURVE.contains(&most) {
        let why = format!("{most} points are none; choose {} to {}", CURVE.start(), CURVE.end());
        return Err(Fault::field("most", why));
    }
    together(runs)?;
    check_all(ctx, organization, runs).await?;
    let ids = runs.iter().map(|id| Value::from(*id)).collect();
    let mut found: HashMap<Uuid, Curve> = HashMap::new();
    for row in sql::history::thinned(ctx.db(), organization, ids, key, most).await? {
        let curve = found.entry(row.run).or_insert_with(|| Curve { points: Vec::new(), logged: row.points });
        curve.points.push(metric(key, row.point));
    }
    Ok(runs.iter().map(|id| found.remove(&id.0).unwrap_or_default()).collect())
}

async fn check_all(ctx: &Ctx, organization: OrganizationId, runs: &[RunId]) -> Result<(), Fault> {
    let known = sql::history::known(ctx.db(), organization, runs.iter().map(|id| Value::from(*id)).collect()).await?;
    match runs.iter().find(|id| !known.contains(&id.0)) {
        Some(unknown) => Err(run::missing(*unknown)),
        None => Ok(()),
    }
}
