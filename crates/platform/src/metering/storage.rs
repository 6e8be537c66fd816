//! What every organization stores, looked at by a scheduled job.

use super::{hour, sql};
use crate::jobs::{Handler, Running};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Schedule it once an hour.
pub struct SampleStorage;

impl SampleStorage {
    pub const KIND: &'static str = "metering.storage";
}

impl Handler for SampleStorage {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let at = hour(job.ctx.now());
            let seen = job.write(move |tx| Box::pin(async move { sql::sample_storage(tx, at).await })).await?;
            Ok(json!({"organizations": seen}))
        })
    }
}
