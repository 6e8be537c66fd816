//! The recorder of the process, and the gauges that are read when somebody asks.

use crate::web::Web;
use chorale_model::Fault;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::{Mutex, PoisonError};

/// Seconds: from a cached page to a slow search.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The process's one recorder, installed when it is first asked for.
pub fn recorder() -> Result<PrometheusHandle, Fault> {
    static ONLY: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut only = ONLY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*only {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| Fault::internal("starting the metrics", e))?;
    metrics::describe_counter!("chorale_http_requests_total", "Requests by route, method and status.");
    metrics::describe_histogram!("chorale_http_request_seconds", "Seconds from a request's head to its answer's head.");
    metrics::describe_gauge!("chorale_jobs", "Jobs by queue and state.");
    metrics::describe_gauge!("chorale_resident_memory_bytes", "Resident memory of this process.");
    metrics::describe_gauge!("chorale_anonymous_memory_bytes", "Anonymous resident memory of this process.");
    *only = Some(handle.clone());
    Ok(handle)
}

/// Reads the gauges.
pub async fn refresh(web: &Web) {
    match chorale_platform::jobs::count_by_state(&web.app).await {
        Ok(counts) => {
            for (queue, state, count) in counts {
                metrics::gauge!("chorale_jobs", "queue" => queue, "state" => state).set(count as f64);
            }
        }
        Err(fault) => tracing::warn!(%fault, "jobs could not be counted for the metrics"),
    }
    for (key, name) in [("VmRSS:", "chorale_resident_memory_bytes"), ("RssAnon:", "chorale_anonymous_memory_bytes")] {
        if let Some(bytes) = memory(key) {
            metrics::gauge!(name).set(bytes);
        }
    }
    web.metrics.run_upkeep();
}

/// A line of Linux's own account of this process, in bytes; nothing on other systems.
fn memory(key: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}
