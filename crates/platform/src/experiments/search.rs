//! Runs that a filter finds.

use super::sql::search::{Wanted, Which};
use super::{names, run, sql};
use crate::filter::Cut;
use crate::{Ctx, filter};
use chorale_model::experiments::{Run, SearchRuns};
use chorale_model::{Fault, Role};

const MOST: i64 = 50_000;
/// Searched together.
pub(super) const MOST_EXPERIMENTS: usize = 10_000;

/// A page of runs.
pub struct Found {
    pub runs: Vec<Run>,
    pub next_cursor: Option<String>,
}

/// The runs of experiments that the filter finds; those begun last come first where nothing else is asked for.
pub async fn search_runs(ctx: &Ctx, asked: &SearchRuns) -> Result<Found, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let SearchRuns { experiments, asked } = asked;
    names::few("experiments", experiments.len(), MOST_EXPERIMENTS)?;
    let cut = Cut::of(asked.limit, 1_000, MOST, asked.cursor.as_deref())?;
    let said = filter::parse(&filter::RUNS, &asked.filter)?;
    let order = filter::order(&filter::RUNS, &asked.order_by)?;
    if experiments.is_empty() {
        return Ok(Found { runs: Vec::new(), next_cursor: None });
    }
    let which = Which { organization, experiments, filter: said.as_ref(), life: asked.life };
    let mut rows = sql::search::runs(ctx.db(), &Wanted { which, order: &order, cut: &cut }).await?;
    let next_cursor = cut.cut(&mut rows);
    Ok(Found { runs: run::whole(ctx, organization, rows).await?, next_cursor })
}

/// How many the filter finds, without fetching them.
pub async fn count_runs(ctx: &Ctx, asked: &SearchRuns) -> Result<i64, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let SearchRuns { experiments, asked } = asked;
    let said = filter::parse(&filter::RUNS, &asked.filter)?;
    names::few("experiments", experiments.len(), MOST_EXPERIMENTS)?;
    let which = Which { organization, experiments, filter: said.as_ref(), life: asked.life };
    sql::search::count(ctx.db(), &which).await
}
