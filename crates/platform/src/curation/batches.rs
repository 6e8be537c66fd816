//! Batches as members see them, and taking one back.

use super::writing::checked;
use super::{Changed, sql};
use crate::{Ctx, Tx, audit, listeners};
use chorale_model::curation::{Batch, BatchFilter, BatchKind, RevertBatch};
use chorale_model::page::PageRequest;
use chorale_model::{BatchId, Fault, OrganizationId, Page, Role};
use serde_json::json;

/// The organization's batches that were applied, newest first.
pub async fn list_batches(ctx: &Ctx, filter: BatchFilter, page: PageRequest) -> Result<Page<Batch>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let batches = sql::list_batches(ctx.db(), organization, filter.kind, page.before()?, limit + 1).await?;
    Ok(Page::cut(batches, limit, |batch| batch.id.to_string()))
}

/// What whoever asks decided last, the newest first, what they took back too: for an undo that is nobody else's.
pub async fn list_own(ctx: &Ctx, limit: i64) -> Result<Vec<Batch>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    sql::list_made_by(ctx.db(), organization, &ctx.actor_name(), limit).await
}

pub async fn load_batch(ctx: &Ctx, id: BatchId) -> Result<Batch, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find_batch(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("batch of curations", id))
}

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
    let batch = sql::find_batch(&mut *tx, organization, id).await?;
    let batch = batch.ok_or_else(|| Fault::missing("batch of curations", id))?;
    if batch.kind == BatchKind::Upgrade {
        ctx.require(Role::Admin)?;
    }
    if !taken {
        let who =
            batch.reverted.as_ref().map_or_else(String::new, |by| format!(" by {} on {}", by.by, by.at.day_text()));
        return Err(Fault::conflict(format!("\"{}\" was taken back{who} already", batch.title)));
    }
    let detail = json!({ "kind": batch.kind, "samples": batch.samples, "why": why });
    audit::record(tx, ctx, "values.taken_back", "batch", id, detail).await?;
    listeners::tell(tx, ctx, &Changed { organization, batch: id }).await?;
    Ok(batch)
}
