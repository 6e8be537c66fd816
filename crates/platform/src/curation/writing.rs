//! How decisions are written: a batch is opened, filled in as many transactions as it takes, and applied by one row.
//! What is not applied counts for nothing and may be thrown away.

use super::{Change, Changed, sql};
use crate::jobs::Running;
use crate::{Ctx, Db, Tx, audit, listeners};
use chorale_model::curation::{BatchKind, Beneath, CurationAction};
use chorale_model::harmonize::ValueState;
use chorale_model::{BatchId, Fault, JobId, OrganizationId, QuestionId, Role, SampleId, Time};
use futures::future::BoxFuture;
use serde_json::json;

/// Decisions of one request; more are a job's work.
const MOST: usize = 10_000;
/// Rows that are thrown away at once.
const ROWS: i64 = 5_000;
const LONGEST: usize = 2_000;

/// A batch to be.
#[derive(Clone, Debug)]
pub struct NewBatch {
    pub kind: BatchKind,
    /// For a list.
    pub title: String,
    pub why: String,
    pub by: String,
    /// That writes it.
    pub job: Option<JobId>,
}

/// What is decided about one field of one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub sample: SampleId,
    pub field: String,
    pub action: CurationAction,
    /// Of the value that is set, or why there is none.
    pub state: Option<ValueState>,
    pub term: String,
    pub label: String,
    pub note: String,
    /// What stands there; for a replacement and a review what they are made for.
    pub beneath: Option<Beneath>,
    /// The question that it answers, where one was asked: however many samples say the same, it was judged once.
    pub question: Option<QuestionId>,
}

/// Writes and applies a batch at once, in the name of whoever asks.
pub async fn record(ctx: &Ctx, title: &str, why: &str, decisions: Vec<Decision>) -> Result<BatchId, Fault> {
    record_and(ctx, title, why, decisions, |_| Box::pin(async { Ok(()) })).await.map(|(batch, _)| batch)
}

/// The same with what else belongs into the transaction; the batch and its samples.
pub async fn record_and<F>(
    ctx: &Ctx,
    title: &str,
    why: &str,
    decisions: Vec<Decision>,
    also: F,
) -> Result<(BatchId, i64), Fault>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<(), Fault>> + Send + 'static,
{
    record_with(ctx, title, why, decisions, move |tx, _| also(tx)).await
}

/// The same for what names the batch.
pub async fn record_with<F>(
    ctx: &Ctx,
    title: &str,
    why: &str,
    decisions: Vec<Decision>,
    also: F,
) -> Result<(BatchId, i64), Fault>
where
    F: for<'t> FnOnce(&'t mut Tx, BatchId) -> BoxFuture<'t, Result<(), Fault>> + Send + 'static,
{
    let organization = ctx.require(Role::Curator)?;
    if decisions.is_empty() || decisions.len() > MOST {
        return Err(Fault::field("decisions", format!("are {}; send 1 to {MOST} at a time", decisions.len())));
    }
    let (title, why) = (checked("title", title)?, checked("why", why)?);
    let new = NewBatch { kind: BatchKind::Decision, title, why, by: ctx.actor_name(), job: None };
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let batch = open(tx, &ctx_, organization, new).await?;
                add(tx, &ctx_, organization, batch, decisions).await?;
                let samples = apply(tx, &ctx_, organization, batch).await?;
                also(tx, batch).await?;
                audit::record(tx, &ctx_, "values.decided", "batch", batch, json!({ "samples": samples })).await?;
                Ok((batch, samples))
            })
        })
        .await
}

/// A text that people write into a batch.
pub(super) fn checked(field: &str, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        n if n > LONGEST => Err(Fault::field(field, format!("has {n} characters; at most {LONGEST} fit"))),
        _ => Ok(text.to_owned()),
    }
}

/// Opens a batch that counts for nothing yet.
pub async fn open(tx: &mut Tx, ctx: &Ctx, organization: OrganizationId, new: NewBatch) -> Result<BatchId, Fault> {
    let id = BatchId(ctx.app.ids.uuid());
    sql::insert_batch(tx, organization, id, &new, ctx.now()).await?;
    Ok(id)
}

/// Writes decisions into an open batch. A sample that is not the organization's own is none of its business.
pub async fn add(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    batch: BatchId,
    decisions: Vec<Decision>,
) -> Result<(), Fault> {
    let mut samples: Vec<SampleId> = decisions.iter().map(|decision| decision.sample).collect();
    samples.sort_unstable();
    samples.dedup();
    if let Some(missing) = sql::find_missing(tx, organization, &samples).await? {
        return Err(Fault::missing("sample", missing));
    }
    let rows = decisions.into_iter().map(|decision| (ctx.app.ids.uuid(), decision)).collect();
    sql::insert_curations(tx, organization, batch, rows).await
}

/// From now on the batch counts; its samples. Whoever derives something from values hears of it.
pub async fn apply(tx: &mut Tx, ctx: &Ctx, organization: OrganizationId, batch: BatchId) -> Result<i64, Fault> {
    let samples = sql::count_samples(tx, organization, batch).await?;
    // Two batches never count from the same moment on: the later one decides.
    let newest = sql::newest_change(&mut *tx, organization).await?;
    let at = newest.map_or(ctx.now(), |newest| ctx.now().max(Time(newest.0 + 1)));
    if !sql::apply(tx, organization, batch, samples, at).await? {
        return Err(Fault::conflict("this batch is applied already"));
    }
    sql::put_parts(tx, organization, batch).await?;
    listeners::tell(tx, ctx, &Changed { organization, batch, what: Change::Applied }).await?;
    Ok(samples)
}

/// The batch that a job applied, with its samples: for a job that runs again after it was done.
pub async fn find_of_job(db: &Db, organization: OrganizationId, job: JobId) -> Result<Option<(BatchId, i64)>, Fault> {
    sql::find_of_job(db, organization, job).await
}

/// Throws away what an earlier attempt of this job wrote and did not apply, and what jobs left that have ended.
pub async fn discard_unfinished(job: &Running, organization: OrganizationId) -> Result<(), Fault> {
    for batch in sql::list_unfinished(job.ctx.db(), organization, job.id).await? {
        loop {
            let gone = job
                .write(move |tx| Box::pin(async move { sql::discard_rows(tx, organization, batch, ROWS).await }))
                .await?;
            if gone == 0 {
                break;
            }
        }
        job.write(move |tx| Box::pin(async move { sql::discard_batch(tx, organization, batch).await })).await?;
    }
    Ok(())
}
