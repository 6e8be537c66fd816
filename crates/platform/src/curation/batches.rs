//! Batches as members see them: which there are, what each changed, and what became of it.

use super::sql;
use crate::Ctx;
use chorale_model::curation::{Batch, BatchChange, BatchFilter, BatchSummary};
use chorale_model::page::PageRequest;
use chorale_model::{BatchId, Fault, Page, Role, Time};
use uuid::Uuid;

/// The organization's batches that were applied, newest first.
pub async fn list_batches(ctx: &Ctx, filter: BatchFilter, page: PageRequest) -> Result<Page<Batch>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let filter = BatchFilter { by: named(filter.by), field: named(filter.field), ..filter };
    let from = day("from", filter.from.as_deref())?.unwrap_or(Time(i64::MIN));
    let to = day("to", filter.to.as_deref())?.map_or(Time(i64::MAX), |to| to.plus(Time::DAY));
    let batches = sql::list_batches(ctx.db(), organization, &filter, (from, to), page.before()?, limit + 1).await?;
    Ok(Page::cut(batches, limit, |batch| batch.id.to_string()))
}

/// What whoever asks decided last, the newest first, what they took back too: for an undo that is nobody else's.
pub async fn list_own(ctx: &Ctx, limit: i64) -> Result<Vec<Batch>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    sql::list_made_by(ctx.db(), organization, &ctx.actor_name(), limit).await
}

/// A form sends what nobody filled in.
fn named(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn day(name: &str, text: Option<&str>) -> Result<Option<Time>, Fault> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => Time::of_day(text).map(Some).map_err(|fault| Fault::field(name, fault.message)),
    }
}

/// Whose decisions there are, by the names that batches carry.
pub async fn list_people(ctx: &Ctx) -> Result<Vec<String>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::list_people(ctx.db(), organization).await
}

pub async fn load_batch(ctx: &Ctx, id: BatchId) -> Result<Batch, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find_batch(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("batch of curations", id))
}

/// What a batch changed, added up, and whether any of it was taken back or put back.
pub async fn batch_summary(ctx: &Ctx, id: BatchId) -> Result<BatchSummary, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let batch = load_batch(ctx, id).await?;
    let db = ctx.db();
    let (parts, sums, withdrawn, events) = futures::try_join!(
        sql::list_parts(db, organization, id),
        sql::list_sums(db, organization, id),
        sql::count_withdrawn(db, organization, id),
        sql::list_events(db, organization, id),
    )?;
    Ok(BatchSummary { batch, parts, sums, withdrawn, events })
}

/// Its decisions, sample by sample.
pub async fn list_changes(ctx: &Ctx, id: BatchId, page: PageRequest) -> Result<Page<BatchChange>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let batch = load_batch(ctx, id).await?;
    let after = match &page.cursor {
        None => (Uuid::nil(), Uuid::nil()),
        Some(text) => {
            place(text).ok_or_else(|| Fault::field("cursor", "is none of this list's; begin again without one"))?
        }
    };
    let changes = sql::list_changes(ctx.db(), organization, batch.id, after, limit + 1).await?;
    Ok(Page::cut(changes, limit, |((sample, id), _)| format!("{sample}.{id}")).map(|(_, change)| change))
}

fn place(cursor: &str) -> Option<(Uuid, Uuid)> {
    let (sample, id) = cursor.split_once('.')?;
    Some((sample.parse().ok()?, id.parse().ok()?))
}
