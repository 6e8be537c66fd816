//! Which metrics of some runs are drawn, and their points. One run is looked at as several are.

use chorale_model::Fault;
use chorale_model::experiments::{Curve, Logged, Run, RunId};
use chorale_platform::{Ctx, experiments};
use futures::future::try_join_all;
use std::collections::BTreeSet;

/// A metric with the curve of each run that has one, by the run's place among them.
pub struct Figure {
    pub key: String,
    pub curves: Vec<(usize, Curve)>,
}

/// Metrics of the `wanted` kind of which some run has more than one value, `most` at most. Whether a metric has them is known when its curve is
/// read; so no more than `looked_at(most)` are.
pub async fn moved(
    ctx: &Ctx,
    runs: &[Run],
    wanted: impl Fn(&str) -> bool,
    most: usize,
    points: i64,
) -> Result<Vec<Figure>, Fault> {
    let keys = in_order(runs);
    let looked: Vec<&str> = keys.into_iter().filter(|key| wanted(key)).take(looked_at(most)).collect();
    let mut figures = Vec::new();
    for keys in looked.chunks((most / runs.len().max(1)).max(1)) {
        let read = try_join_all(keys.iter().map(|key| load(ctx, runs, key, points))).await?;
        figures.extend(read.into_iter().filter(|figure| figure.curves.iter().any(|(_, curve)| curve.logged > 1)));
        if figures.len() >= most {
            break;
        }
    }
    figures.truncate(most);
    Ok(figures)
}

pub const fn looked_at(most: usize) -> usize {
    4 * most
}

/// One metric, however few values it has.
pub async fn load(ctx: &Ctx, runs: &[Run], key: &str, points: i64) -> Result<Figure, Fault> {
    let having: Vec<usize> = (0..runs.len()).filter(|at| runs[*at].find_metric(key).is_some()).collect();
    let ids: Vec<RunId> = having.iter().map(|at| runs[*at].info.id).collect();
    let curves = match ids.is_empty() {
        true => Vec::new(),
        false => experiments::curves(ctx, &ids, key, points).await?,
    };
    Ok(Figure { key: key.to_owned(), curves: having.into_iter().zip(curves).collect() })
}

/// The work's own before its machine's; those that went beyond the first step before those that a clock alone may have moved;
/// those that most runs have.
fn in_order(runs: &[Run]) -> Vec<&str> {
    let keys: BTreeSet<&str> = runs.iter().flat_map(|run| run.keys(Logged::Metric)).collect();
    let mut keys: Vec<(bool, bool, usize, &str)> = keys
        .into_iter()
        .map(|key| {
            let newest: Vec<i64> = runs.iter().filter_map(|run| run.find_metric(key)).map(|one| one.step).collect();
            (is_machine(key), newest.iter().all(|step| *step == 0), runs.len() - newest.len(), key)
        })
        .collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, _, _, key)| key).collect()
}

/// Whether the client measured its machine with it.
pub fn is_machine(key: &str) -> bool {
    key.starts_with("system/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::experiments::{ExperimentId, Metric, RunInfo, RunStatus};

    fn run(newest: &[(&str, i64)]) -> Run {
        let info = RunInfo {
            id: RunId(uuid::Uuid::nil()),
            experiment: ExperimentId(1),
            name: "one".into(),
            status: RunStatus::Finished,
            user_id: String::new(),
            started_ms: 0,
            ended_ms: None,
            deleted: false,
            artifact_uri: String::new(),
        };
        let metric =
            |(key, step): &(&str, i64)| Metric { key: (*key).into(), value: 1.0, timestamp_ms: 0, step: *step };
        let metrics = newest.iter().map(metric).collect();
        Run { info, metrics, params: vec![], tags: vec![], datasets: vec![], models_in: vec![], models_out: vec![] }
    }

    #[test]
    fn the_works_own_metrics_that_moved_come_first() {
        let one = run(&[("by_clock", 0), ("late", 9), ("loss", 3), ("system/cpu", 7)]);
        assert_eq!(in_order(std::slice::from_ref(&one)), ["late", "loss", "by_clock", "system/cpu"]);
        let other = run(&[("by_clock", 0), ("loss", 0)]);
        assert_eq!(in_order(&[one, other]), ["loss", "late", "by_clock", "system/cpu"]);
    }
}
