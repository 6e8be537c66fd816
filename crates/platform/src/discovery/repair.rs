//! Brings indexes up to date that fell behind, whatever became of their jobs. Scheduled; a worker does the same when it
//! starts.

use super::publish::repair;
use crate::jobs::{Handler, Running};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Jobs of kind `index.repair`.
pub struct RepairJob;

impl Handler for RepairJob {
    fn kind(&self) -> &'static str {
        "index.repair"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move { Ok(json!({ "behind": repair(&job.ctx.app).await? })) })
    }
}
