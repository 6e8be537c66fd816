//! Work that repeats. A due schedule becomes one job, however many workers look; a job of it that has not ended yet
//! stands for the next one too.

use super::{NewJob, enqueue, sql};
use crate::Ctx;
use chorale_model::{Fault, OrganizationId};

/// Makes or renews the schedule `name`: a job of `kind` every `every_seconds`, for the context's scope.
pub async fn ensure_schedule(
    ctx: &Ctx,
    name: &str,
    kind: &'static str,
    payload: serde_json::Value,
    every_seconds: i64,
) -> Result<(), Fault> {
    let (ctx_, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move { sql::put_schedule(tx, &ctx_, &name, kind, &payload, every_seconds).await })
        })
        .await
}

/// Enqueues what is due; `kinds` are those this process has handlers for.
pub(super) async fn run_due(ctx: &Ctx, kinds: &[&'static str]) -> Result<usize, Fault> {
    let mut started = 0;
    loop {
        let (ctx_, kinds) = (ctx.clone(), kinds.to_vec());
        let took = ctx
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let due = sql::take_due_schedule(tx, &kinds, ctx_.now()).await?;
                    let Some((organization, kind, name, payload)) = due else { return Ok(false) };
                    let known = kinds.iter().find(|known| **known == kind);
                    let known =
                        known.ok_or_else(|| Fault::internal("reading a schedule", "a kind nobody asked for"))?;
                    let payload =
                        serde_json::from_str(&payload).map_err(|e| Fault::internal("reading a schedule", e))?;
                    let job = NewJob::new(known, name.clone(), payload).once_for(format!("schedule:{name}"));
                    enqueue(tx, &ctx_, organization.map(OrganizationId), job).await?;
                    Ok(true)
                })
            })
            .await?;
        if !took {
            return Ok(started);
        }
        started += 1;
    }
}
