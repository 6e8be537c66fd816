//! Seals the audit log on a schedule. Here and not in `audit`, because jobs themselves are audited: the log stands
//! before them.

use crate::audit::seal;
use crate::jobs::{Handler, Running};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Runs [`seal`]; schedule it every minute.
pub struct Seal;

impl Seal {
    pub const KIND: &'static str = "audit.seal";
}

impl Handler for Seal {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move { Ok(json!({"rows": seal(&job.ctx.app).await?})) })
    }
}
