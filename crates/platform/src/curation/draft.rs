//! A batch that a job writes: in as many transactions as it takes, and applied by the last one. Nobody sees it before; a
//! job that is cancelled or fails leaves nothing, and one that runs again begins anew.

use super::writing::{Decision, NewBatch, add, apply, discard_unfinished, find_of_job, open};
use crate::Tx;
use crate::jobs::{Running, Stop};
use chorale_model::curation::BatchKind;
use chorale_model::{BatchId, Fault, OrganizationId};
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Rows of one transaction.
const ROWS: usize = 400;

/// Does a job's `work`, which writes one batch; what an earlier attempt applied already is the answer, and what one left
/// half written goes.
pub async fn once(
    job: &Running,
    organization: OrganizationId,
    work: impl Future<Output = Result<Value, Fault>>,
) -> Result<Value, Fault> {
    // It was done, and only its end was not written.
    if let Some((batch, samples)) = find_of_job(job.ctx.db(), organization, job.id).await? {
        return Ok(json!({ "batch": batch, "samples": samples }));
    }
    discard_unfinished(job, organization).await?;
    let done = work.await;
    let gone = matches!(job.stop.why(), Some(Stop::Lost | Stop::Shutdown));
    if done.is_err() && !gone {
        discard_unfinished(job, organization).await?;
    }
    done
}

/// A batch that counts for nothing yet; it is opened when there is something to write.
pub struct Draft<'a> {
    job: &'a Running,
    organization: OrganizationId,
    new: NewBatch,
    batch: Option<BatchId>,
}

impl<'a> Draft<'a> {
    pub fn new(
        job: &'a Running,
        organization: OrganizationId,
        kind: BatchKind,
        title: String,
        why: String,
    ) -> Draft<'a> {
        let new = NewBatch { kind, title, why, by: job.created_by.clone(), job: Some(job.id) };
        Draft { job, organization, new, batch: None }
    }

    /// In somebody's name, where it is not the one who started the job.
    #[must_use]
    pub fn said_by(mut self, by: &str) -> Draft<'a> {
        by.clone_into(&mut self.new.by);
        self
    }

    /// Once something was written.
    pub fn batch(&self) -> Option<BatchId> {
        self.batch
    }

    pub async fn add(&mut self, decisions: &[Decision]) -> Result<(), Fault> {
        for rows in decisions.chunks(ROWS) {
            let (ctx, organization, rows) = (self.job.ctx.clone(), self.organization, rows.to_vec());
            let (new, opened) = (self.new.clone(), self.batch);
            let batch = self
                .job
                .write(move |tx| {
                    Box::pin(async move {
                        let batch = match opened {
                            Some(batch) => batch,
                            None => open(tx, &ctx, organization, new).await?,
                        };
                        add(tx, &ctx, organization, batch, rows).await?;
                        Ok(batch)
                    })
                })
                .await?;
            self.batch = Some(batch);
        }
        Ok(())
    }

    /// From now on it counts, and `also` is done in that transaction; the job's answer. None: nothing was written.
    pub async fn apply<F>(self, also: F) -> Result<Option<Value>, Fault>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<(), Fault>> + Send + 'static,
    {
        let Some(batch) = self.batch else { return Ok(None) };
        let (ctx, organization) = (self.job.ctx.clone(), self.organization);
        let samples = self
            .job
            .write(move |tx| {
                Box::pin(async move {
                    let samples = apply(tx, &ctx, organization, batch).await?;
                    also(tx).await?;
                    Ok(samples)
                })
            })
            .await?;
        Ok(Some(json!({ "batch": batch, "samples": samples })))
    }
}
