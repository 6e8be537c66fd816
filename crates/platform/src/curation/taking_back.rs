//! Taking back what was decided, and putting it back: a batch as a whole, or what it decided about one field of a sample.
//! No decision is changed or deleted by it, and who did it and why stays.

use super::writing::checked;
use super::{Change, Changed, sql};
use crate::{Ctx, Tx, audit, listeners};
use chorale_model::curation::{Batch, BatchAct, BatchEvent, BatchKind, OneDecision, RevertBatch};
use chorale_model::{BatchId, Fault, OrganizationId, Role, Time};
use serde_json::json;

/// Takes a batch back: from this moment on its samples' values are what they were without it. It stays in the history.
/// Search and counts follow in the background. What admins applied, admins take back.
pub async fn revert_batch(ctx: &Ctx, id: BatchId, input: RevertBatch) -> Result<Batch, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let why = checked("why", &input.why)?;
    let inner = ctx.clone();
    ctx.db().write(move |tx| Box::pin(async move { revert_in(tx, &inner, organization, id, &why).await })).await
}

/// The same where it belongs to what else is written.
pub async fn revert_in(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    id: BatchId,
    why: &str,
) -> Result<Batch, Fault> {
    // Taken for the change first, so that of two who take it back one is refused.
    let taken = sql::revert(tx, organization, id, ctx.now(), &ctx.actor_name(), why).await?;
    let batch = allowed(tx, ctx, organization, id).await?;
    if !taken {
        let who =
            batch.reverted.as_ref().map_or_else(String::new, |by| format!(" by {} on {}", by.by, by.at.day_text()));
        return Err(Fault::conflict(format!("\"{}\" was taken back{who} already", batch.title)));
    }
    let detail = json!({ "kind": batch.kind, "samples": batch.samples, "why": why });
    audit::record(tx, ctx, "values.taken_back", "batch", id, detail).await?;
    follow(tx, ctx, organization, id, event(ctx, BatchAct::TakenBack, None, why.to_owned())).await?;
    Ok(batch)
}

/// Puts a batch back that was taken back: it counts again, in the place in the order that it had.
pub async fn restore_batch(ctx: &Ctx, id: BatchId, input: RevertBatch) -> Result<Batch, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let why = checked("why", &input.why)?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let restored = sql::restore(tx, organization, id, ctx_.now()).await?;
                let batch = allowed(tx, &ctx_, organization, id).await?;
                if !restored {
                    return Err(Fault::conflict(format!("\"{}\" counts already; nobody took it back", batch.title)));
                }
                let detail = json!({ "kind": batch.kind, "samples": batch.samples, "why": why });
                audit::record(tx, &ctx_, "values.put_back", "batch", id, detail).await?;
                follow(tx, &ctx_, organization, id, event(&ctx_, BatchAct::PutBack, None, why)).await?;
                Ok(batch)
            })
        })
        .await
}

/// Takes back what a batch decided about one field of a sample; the rest of the batch goes on counting.
pub async fn revert_decision(ctx: &Ctx, id: BatchId, one: OneDecision) -> Result<Batch, Fault> {
    change_one(ctx, id, one, BatchAct::TakenBack).await
}

/// Lets it count again.
pub async fn restore_decision(ctx: &Ctx, id: BatchId, one: OneDecision) -> Result<Batch, Fault> {
    change_one(ctx, id, one, BatchAct::PutBack).await
}

async fn change_one(ctx: &Ctx, id: BatchId, one: OneDecision, act: BatchAct) -> Result<Batch, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let why = checked("why", &one.why)?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let batch = allowed(tx, &ctx_, organization, id).await?;
                if !sql::is_decided(tx, organization, id, one.sample, &one.field).await? {
                    let what = format!("{} of sample {}", one.field, one.sample);
                    return Err(Fault::missing("decision of this batch", what));
                }
                let (at, by) = (ctx_.now(), ctx_.actor_name());
                let row = sql::Withdrawal { batch: id, sample: one.sample, field: one.field, at, by, why };
                let (done, audited, refusal) = match act {
                    BatchAct::TakenBack => {
                        let done = sql::withdraw(tx, organization, &row).await?;
                        (done, "value.taken_back", "this decision was taken back already")
                    }
                    BatchAct::PutBack => {
                        let done = sql::put_back(tx, organization, &row).await?;
                        (done, "value.put_back", "this decision counts already; nobody took it back by itself")
                    }
                };
                if !done {
                    return Err(Fault::conflict(refusal));
                }
                let detail = json!({ "sample": row.sample, "field": row.field, "why": row.why });
                audit::record(tx, &ctx_, audited, "batch", id, detail).await?;
                sql::touch(tx, organization, id, at).await?;
                let what = event(&ctx_, act, Some((row.sample, row.field)), row.why);
                follow(tx, &ctx_, organization, id, what).await?;
                Ok(batch)
            })
        })
        .await
}

/// The batch, for whoever may change whether it counts.
async fn allowed(tx: &mut Tx, ctx: &Ctx, organization: OrganizationId, id: BatchId) -> Result<Batch, Fault> {
    let batch = sql::find_batch(&mut *tx, organization, id).await?;
    let batch = batch.ok_or_else(|| Fault::missing("batch of curations", id))?;
    if batch.kind == BatchKind::Upgrade {
        ctx.require(Role::Admin)?;
    }
    Ok(batch)
}

fn event(ctx: &Ctx, act: BatchAct, one: Option<(chorale_model::SampleId, String)>, why: String) -> BatchEvent {
    let (sample, field) = one.unzip();
    let at: Time = ctx.now();
    BatchEvent { act, sample, field, by: ctx.actor_name(), at, why }
}

/// It stays, and whoever derives something from values hears of it.
async fn follow(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    batch: BatchId,
    event: BatchEvent,
) -> Result<(), Fault> {
    let what = match (event.act, event.sample) {
        (_, Some(_)) => Change::One,
        (BatchAct::TakenBack, None) => Change::TakenBack,
        (BatchAct::PutBack, None) => Change::PutBack,
    };
    sql::insert_event(tx, organization, ctx.app.ids.uuid(), batch, event).await?;
    listeners::tell(tx, ctx, &Changed { organization, batch, what }).await
}
