//! Deletes what has expired: sessions, reset codes, forgotten failures. Nothing depends on it but the tables' size,
//! since every read compares with the clock.

use super::{limits, resets, sessions};
use crate::Ctx;
use crate::jobs::{Handler, Running};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// How many rows went.
pub async fn tidy(ctx: &Ctx) -> Result<u64, Fault> {
    let now = ctx.now();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                Ok(sessions::tidy(tx, now).await? + resets::tidy(tx, now).await? + limits::tidy(tx, now).await?)
            })
        })
        .await
}

/// Runs [`tidy`]; schedule it once an hour.
pub struct Tidy;

impl Tidy {
    pub const KIND: &'static str = "identity.tidy";
}

impl Handler for Tidy {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move { Ok(json!({"deleted": tidy(&job.ctx).await?})) })
    }
}
