//! Runs that were given the same, side by side: how many, and what came of them on the average.

use super::sql::search::Which;
use super::{experiment, names, sql};
use crate::{Ctx, filter};
use chorale_model::experiments::{ExperimentId, GroupMetric, GroupRuns, RunGroup, RunGroups};
use chorale_model::{Fault, Role};
use std::time::Instant;

/// More values are no groups.
const MOST_GROUPS: i64 = 100;
const MOST_METRICS: usize = 50;

/// The runs of an experiment that the filter finds, by the value of a param; those with the most runs first.
pub async fn group_runs(ctx: &Ctx, id: ExperimentId, asked: &GroupRuns) -> Result<RunGroups, Fault> {
    let begun = Instant::now();
    let organization = ctx.require(Role::Scientist)?;
    names::key("by", &asked.by)?;
    names::few("metrics", asked.metrics.len(), MOST_METRICS)?;
    experiment::load_experiment(ctx, id).await?;
    let said = filter::parse(&filter::RUNS, &asked.filter)?;
    let experiments = [id];
    let which = Which { organization, experiments: &experiments, filter: said.as_ref(), life: asked.life };
    let (values, total, metrics) = tokio::try_join!(
        sql::groups::values(ctx.db(), &which, &asked.by, MOST_GROUPS),
        sql::groups::count_values(ctx.db(), &which, &asked.by),
        async {
            match asked.metrics.is_empty() {
                true => Ok(Vec::new()),
                false => sql::groups::metrics(ctx.db(), &which, &asked.by, &asked.metrics).await,
            }
        },
    )?;
    let of_value = |value: &Option<String>| -> Vec<GroupMetric> {
        let own = |key: &String| metrics.iter().find(|row| row.0 == *value && row.1 == *key);
        let said = |(_, key, runs, mean, squares): &sql::groups::MetricRow| GroupMetric {
            key: key.clone(),
            runs: *runs,
            mean: *mean,
            // Of a sample: one run says nothing about how much runs differ.
            sd: (*runs > 1).then(|| (squares / (*runs - 1) as f64).sqrt()),
        };
        asked.metrics.iter().filter_map(own).map(said).collect()
    };
    let mut groups: Vec<RunGroup> = values
        .into_iter()
        .map(|(value, runs)| {
            let metrics = of_value(&value);
            RunGroup { value, runs, metrics }
        })
        .collect();
    // Of as many runs, by the value; those without one last.
    groups.sort_by(|a, b| {
        let key = |one: &RunGroup| (-one.runs, one.value.is_none(), one.value.clone());
        key(a).cmp(&key(b))
    });
    Ok(RunGroups { groups, total, took_ms: begun.elapsed().as_secs_f64() * 1e3 })
}
