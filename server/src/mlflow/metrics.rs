//! Metrics: logged one by one and in batches, and their histories.

use super::runs::run_id;
use super::wire::{Int, Num, Pair, Wire, body, cut, nullable, one_or_many, present, required};
use super::{get, post, said};
use crate::routes::Route;
use crate::web::{Answered, Caller};
use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chorale_model::Fault;
use chorale_model::experiments::{LogBatch, LogMetric, RunId};
use chorale_model::page::PageRequest;
use chorale_platform::experiments::{self, LONGEST_PARAM, LONGEST_TAG, RunPoint};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/2.0/mlflow/runs/log-metric", log_metric)
            .json(r#"{"run_id": "<run>", "key": "loss", "value": 0.5, "timestamp": 1000, "step": 1}"#),
        post("/api/2.0/mlflow/runs/log-batch", log_batch).json(
            r#"{"run_id": "<run>", "metrics": [{"key": "auc", "value": 0.9, "timestamp": 1000, "step": 1}], "tags": []}"#,
        ),
        get("/api/2.0/mlflow/metrics/get-history", history).query("run_id=<seen_run>&metric_key=loss"),
        get("/api/2.0/mlflow/metrics/get-history-bulk", bulk).query("run_id=<seen_run>&metric_key=loss"),
        get("/api/2.0/mlflow/metrics/get-history-bulk-interval", interval)
            .query("run_ids=<run>&metric_key=loss&max_results=10"),
    ]
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SaidPoint {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    run_uuid: String,
    #[serde(deserialize_with = "nullable")]
    key: String,
    value: Option<Num>,
    timestamp: Option<Int>,
    step: Option<Int>,
    #[serde(deserialize_with = "nullable")]
    model_id: String,
    #[serde(deserialize_with = "nullable")]
    dataset_name: String,
    #[serde(deserialize_with = "nullable")]
    dataset_digest: String,
}

impl SaidPoint {
    /// `at` names the point in its batch.
    fn read(self, at: &str) -> Result<LogMetric, Fault> {
        let field = |name: &str| format!("{at}{name}");
        Ok(LogMetric {
            key: required(&field("key"), self.key)?,
            value: present(&field("value"), self.value)?.0,
            timestamp_ms: present(&field("timestamp"), self.timestamp)?.0,
            step: self.step.map_or(0, |Int(step)| step),
            model: Some(self.model_id).filter(|id| !id.is_empty()).map(|id| id.parse()).transpose()?,
            dataset_name: self.dataset_name,
            dataset_digest: self.dataset_digest,
        })
    }
}

async fn log_metric(Caller(ctx): Caller, Wire(mut point): Wire<SaidPoint>) -> Answered<Json<Value>> {
    let id = run_id(std::mem::take(&mut point.run_id), std::mem::take(&mut point.run_uuid))?;
    let metrics = vec![point.read("")?];
    experiments::log(&ctx, id, LogBatch { metrics, ..LogBatch::default() }).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Batch {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    metrics: Option<Vec<SaidPoint>>,
    params: Option<Vec<Pair>>,
    tags: Option<Vec<Pair>>,
}

/// A body of at most 1 MB.
async fn log_batch(Caller(ctx): Caller, headers: HeaderMap, bytes: Bytes) -> Answered<Json<Value>> {
    const MOST: usize = 1_000_000;
    if bytes.len() > MOST {
        let why = format!("a batch has at most {MOST} bytes and this one {}; send several", bytes.len());
        return Err(Fault::invalid(why).into());
    }
    let batch: Batch = body(&headers, &bytes)?;
    let id = run_id(batch.run_id, String::new())?;
    let metrics = batch.metrics.unwrap_or_default().into_iter().enumerate();
    let metrics = metrics.map(|(at, point)| point.read(&format!("metrics[{at}].")));
    let named = |list: &str, pairs: Option<Vec<Pair>>| -> Result<Vec<Pair>, Fault> {
        let pairs = pairs.unwrap_or_default();
        match pairs.iter().position(|pair| pair.key.is_empty()) {
            Some(at) => Err(Fault::field(&format!("{list}[{at}].key"), "is missing; it is required")),
            None => Ok(pairs),
        }
    };
    let batch = LogBatch {
        metrics: metrics.collect::<Result<_, _>>()?,
        params: cut(named("params", batch.params)?, LONGEST_PARAM),
        tags: cut(named("tags", batch.tags)?, LONGEST_TAG),
    };
    experiments::log(&ctx, id, batch).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct History {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    run_uuid: String,
    #[serde(deserialize_with = "nullable")]
    metric_key: String,
    #[serde(deserialize_with = "nullable")]
    page_token: String,
    max_results: Option<Int>,
}

#[derive(Serialize)]
struct Points {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<said::SaidMetric>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

async fn history(Caller(ctx): Caller, Wire(asked): Wire<History>) -> Answered<Response> {
    let key = required("metric_key", asked.metric_key)?;
    let named = required("run_id", if asked.run_id.is_empty() { asked.run_uuid } else { asked.run_id })?;
    let page = PageRequest { limit: asked.max_results.map(|Int(most)| most), cursor: Some(asked.page_token) };
    // What is no id names no run, and a run that there is not has no points.
    let Ok(id) = named.parse::<RunId>() else {
        return Ok(Json(Points { metrics: Vec::new(), next_page_token: None }).into_response());
    };
    let found = experiments::history(&ctx, id, &key, &page).await?;
    let metrics = found.items.into_iter().map(said::SaidMetric::from).collect();
    Ok(Json(Points { metrics, next_page_token: found.next_cursor }).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Bulk {
    #[serde(deserialize_with = "one_or_many", alias = "run_ids")]
    run_id: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    metric_key: String,
    max_results: Option<Int>,
    start_step: Option<Int>,
    end_step: Option<Int>,
}

fn of_runs(found: Vec<RunPoint>) -> Response {
    let metrics = found.into_iter().map(|one| said::SaidMetric::from(one.point).of_run(one.run.to_string()));
    Json(Points { metrics: metrics.collect(), next_page_token: None }).into_response()
}

async fn bulk(Caller(ctx): Caller, Wire(asked): Wire<Bulk>) -> Answered<Response> {
    let key = required("metric_key", asked.metric_key)?;
    // What is no id names no run, which has no points.
    let runs: Vec<RunId> = asked.run_id.iter().map(|id| id.parse().unwrap_or(RunId(Uuid::nil()))).collect();
    let found = experiments::histories(&ctx, &runs, &key, asked.max_results.map(|Int(most)| most)).await?;
    match found.is_empty() {
        true => Ok(Json(json!({ "metrics": [] })).into_response()),
        false => Ok(of_runs(found)),
    }
}

async fn interval(Caller(ctx): Caller, Wire(asked): Wire<Bulk>) -> Answered<Response> {
    let key = required("metric_key", asked.metric_key)?;
    let steps = match (asked.start_step, asked.end_step) {
        (None, None) => None,
        (Some(Int(from)), Some(Int(to))) => Some((from, to)),
        _ => return Err(Fault::field("start_step", "and end_step go together; send both or neither").into()),
    };
    let runs = asked.run_id.iter().map(|id| id.parse()).collect::<Result<Vec<RunId>, Fault>>()?;
    let most = asked.max_results.map(|Int(most)| most);
    Ok(of_runs(experiments::sampled_history(&ctx, &runs, &key, steps, most).await?))
}
