//! A promotion that waits, beside what it would replace: what either version was measured by, and the params that differ.

use super::card::found;
use super::load_run;
use crate::{Ctx, registry};
use chorale_model::experiments::{Metric, RunId};
use chorale_model::registry::{ComparedMetric, ComparedParam, ModelVersion, PromotionReview, PromotionState};
use chorale_model::{Fault, PromotionId};
use std::collections::BTreeMap;

/// What a version was measured by and given, by name.
#[derive(Default)]
struct Measured {
    metrics: BTreeMap<String, Metric>,
    params: BTreeMap<String, String>,
}

pub async fn review_promotion(ctx: &Ctx, id: PromotionId) -> Result<PromotionReview, Fault> {
    let request = registry::load_promotion(ctx, id).await?;
    let registry::MayAnswer { answer, is_own } = registry::may_answer(ctx, id).await?;
    let present = match request.state {
        PromotionState::Waiting => request.holder,
        _ => request.held,
    };
    let load = async |version: Option<i64>| match version {
        // One that was deleted since is compared with nothing.
        Some(version) => found(registry::load_version(ctx, &request.name, version).await),
        None => Ok(None),
    };
    let (asked, present) = (load(request.version).await?, load(present).await?);
    let (new, old) = (measured(ctx, asked.as_ref()).await?, measured(ctx, present.as_ref()).await?);
    let keys = |of: fn(&Measured) -> Vec<&String>| {
        let mut keys: Vec<&String> = of(&new).into_iter().chain(of(&old)).collect();
        keys.sort();
        keys.dedup();
        keys
    };
    let metric = |key: &String| ComparedMetric {
        key: key.clone(),
        asked: new.metrics.get(key).cloned(),
        present: old.metrics.get(key).cloned(),
    };
    let param = |key: &String| ComparedParam {
        key: key.clone(),
        asked: new.params.get(key).cloned(),
        present: old.params.get(key).cloned(),
    };
    let metrics = keys(|one| one.metrics.keys().collect()).into_iter().map(metric).collect();
    let params = keys(|one| one.params.keys().collect()).into_iter().map(param);
    let params = params.filter(|one| one.asked != one.present).collect();
    Ok(PromotionReview { metrics, params, may_answer: answer, is_own, request, asked, present })
}

/// By its run, where it came from one of ours; else by its newest evaluation on each set of rows.
async fn measured(ctx: &Ctx, version: Option<&ModelVersion>) -> Result<Measured, Fault> {
    let Some(version) = version else { return Ok(Measured::default()) };
    let run = match version.source.run.parse::<RunId>() {
        Ok(id) => found(load_run(ctx, id).await)?,
        Err(_) => None,
    };
    if let Some(run) = run {
        return Ok(Measured {
            metrics: run.metrics.into_iter().map(|one| (one.key.clone(), one)).collect(),
            params: run.params.into_iter().map(|one| (one.key, one.value)).collect(),
        });
    }
    let mut metrics = BTreeMap::new();
    for evaluation in &version.evaluations {
        for (key, value) in &evaluation.metrics {
            let key = format!("{}: {key}", evaluation.dataset);
            let timestamp_ms = super::millis(evaluation.created_at);
            metrics.insert(key.clone(), Metric { key, value: *value, timestamp_ms, step: 0 });
        }
    }
    Ok(Measured { metrics, params: version.params.iter().cloned().collect() })
}
