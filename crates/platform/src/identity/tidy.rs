//! Deletes what has expired: sessions, reset codes, invitations, forgotten failures. Nothing depends on it but the tables' size,
//! since every read compares with the clock.

use super::{invitations, limits, resets, sessions};
use crate::Ctx;
use crate::jobs::{self, Handler, Running};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// How many rows went.
pub async fn tidy(ctx: &Ctx) -> Result<u64, Fault> {
    let now = ctx.now();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let codes = resets::tidy(tx, now).await? + invitations::tidy(tx, now).await?;
                Ok(sessions::tidy(tx, now).await? + codes + limits::tidy(tx, now).await?)
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
        Box::pin(async move {
            let deleted = tidy(&job.ctx).await?;
            Ok(json!({ "deleted": deleted, "jobs": jobs::forget_ended(&job.ctx).await? }))
        })
    }
}
