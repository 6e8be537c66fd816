//! Experiments and runs as tables show them: with what each came to, how many there are, and which keys occur.

use super::sql::search::Which;
use super::{experiment, names, search, sql};
use crate::db::Value;
use crate::filter::Cut;
use crate::{Ctx, filter};
use chorale_model::experiments::{Asked, ExperimentId, ExperimentSummary, Life, Logged, RunKey, RunsPage, SearchRuns};
use chorale_model::{Fault, Page, Role};
use std::time::Instant;

/// Runs, or experiments, of a page of people's tables; programs that want more ask for more pages, or for the CSV file.
pub const MOST_RUNS: i64 = 1_000;
const USUAL_RUNS: i64 = 100;
/// Of so many runs, the newest, are the keys that a table offers: a million would be read for a key that one of them has.
const KEYS_OF: i64 = 500;

/// Experiments that the filter finds, each with how many runs it has and when something last happened.
pub async fn list_experiments(ctx: &Ctx, asked: &Asked) -> Result<Page<ExperimentSummary>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let page = experiment::search_experiments(ctx, &Asked { limit: limited(asked.limit)?, ..asked.clone() }).await?;
    let ids = page.items.iter().map(|one| Value::from(one.id)).collect();
    let activity = sql::experiments::activity(ctx.db(), organization, ids).await?;
    Ok(page.map(|experiment| {
        let (runs, active_ms) = activity.get(&experiment.id.0).copied().unwrap_or_default();
        ExperimentSummary { experiment, runs, active_ms }
    }))
}

/// A page of an experiment's runs, with how many there are.
pub async fn list_runs(ctx: &Ctx, id: ExperimentId, mut asked: Asked) -> Result<RunsPage, Fault> {
    let begun = Instant::now();
    experiment::load_experiment(ctx, id).await?;
    asked.limit = limited(asked.limit)?;
    let asked = SearchRuns { experiments: vec![id], asked };
    let (found, total) = tokio::try_join!(search::search_runs(ctx, &asked), search::count_runs(ctx, &asked))?;
    let took_ms = begun.elapsed().as_secs_f64() * 1e3;
    Ok(RunsPage { items: found.runs, next_cursor: found.next_cursor, total, took_ms })
}

/// Runs of a picture; beyond them the newest.
const MOST_DRAWN: i64 = 50_000;

/// What the matching runs, the newest 50,000 of them, have under up to three keys, for pictures of more runs than a table has
/// rows: for each key a text, or none, of every run, in the same order. Metrics that are no number are none; a long text is cut
/// after 100 characters.
pub async fn list_values(
    ctx: &Ctx,
    id: ExperimentId,
    filter: &str,
    life: Life,
    keys: &[(Logged, String)],
) -> Result<Vec<Vec<Option<String>>>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::few("keys", keys.len(), sql::values::TOGETHER)?;
    experiment::load_experiment(ctx, id).await?;
    let said = filter::parse(&filter::RUNS, filter)?;
    let experiments = [id];
    let which = Which { organization, experiments: &experiments, filter: said.as_ref(), life };
    let rows = sql::values::values(ctx.db(), &which, keys, MOST_DRAWN).await?;
    let mut columns = vec![Vec::with_capacity(rows.len()); keys.len()];
    for (a, b, c, d, e, f) in rows {
        for (column, (number, text)) in columns.iter_mut().zip([(a, b), (c, d), (e, f)]) {
            column.push(number.map(|number| number.to_string()).or(text));
        }
    }
    Ok(columns)
}

/// As `list_values` cuts a text.
pub fn cut_value(text: &str) -> String {
    text.chars().take(sql::values::LONGEST).collect()
}

/// Whether a filter can be read.
///
/// # Errors
/// Where it cannot, and at which character.
pub fn check_filter(text: &str) -> Result<(), Fault> {
    filter::parse(&filter::RUNS, text).map(drop)
}

/// The keys that the newest runs of an experiment have.
pub async fn list_run_keys(ctx: &Ctx, id: ExperimentId, life: Life) -> Result<Vec<RunKey>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    experiment::load_experiment(ctx, id).await?;
    let mut keys = Vec::new();
    for of in Logged::ALL {
        let rows = sql::search::newest_keys(ctx.db(), organization, id, of, life, KEYS_OF).await?;
        keys.extend(rows.into_iter().map(|(key, runs)| RunKey { of, key, runs }));
    }
    Ok(keys)
}

fn limited(limit: Option<i64>) -> Result<Option<i64>, Fault> {
    Cut::of(limit, USUAL_RUNS, MOST_RUNS, None).map(|cut| Some(cut.limit))
}
