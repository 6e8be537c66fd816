//! What members see of jobs and may do to them.

use super::{State, sql};
use crate::{Ctx, audit};
use chorale_model::jobs::{Job, JobFilter, Warning};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, JobId, Page, Role};
use futures::stream::{self, BoxStream, StreamExt};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// How many warnings a job carries itself.
const WARNINGS_SHOWN: i64 = 100;
/// How soon another process's change is seen.
const POLL: Duration = Duration::from_millis(500);

pub async fn load_job(ctx: &Ctx, id: JobId) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("job", id))?;
    let mut job = row.into_job()?;
    job.files = sql::list_files(ctx.db(), id).await?;
    job.warnings = sql::list_warnings(ctx.db(), id, -1, WARNINGS_SHOWN).await?.into_iter().map(|(_, w)| w).collect();
    Ok(job)
}

/// Newest first, with their files.
pub async fn list_jobs(ctx: &Ctx, filter: JobFilter, page: PageRequest) -> Result<Page<Job>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let before = match &page.cursor {
        None => None,
        Some(text) => {
            Some(text.parse::<JobId>().map_err(|_| Fault::field("cursor", "this cursor is not one of ours"))?.0)
        }
    };
    let rows = sql::list(ctx.db(), organization, &filter, before, limit + 1).await?;
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        let mut job = row.into_job()?;
        job.files = sql::list_files(ctx.db(), job.id).await?;
        jobs.push(job);
    }
    Ok(Page::cut(jobs, limit, |job| job.id.to_string()))
}

/// Every warning that was kept, in the order of the files.
pub async fn list_warnings(ctx: &Ctx, id: JobId, page: PageRequest) -> Result<Page<Warning>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("job", id))?;
    let limit = page.limit()?;
    let after = match &page.cursor {
        None => -1,
        Some(text) => text.parse().map_err(|_| Fault::field("cursor", "this cursor is not one of ours"))?,
    };
    let rows = sql::list_warnings(ctx.db(), id, after, limit + 1).await?;
    Ok(Page::cut(rows, limit, |(position, _)| position.to_string()).map(|(_, warning)| warning))
}

/// Cancels a job: a queued one at once, a running one at its next step. An ended job stays as it is.
pub async fn cancel_job(ctx: &Ctx, id: JobId) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    load_job(ctx, id).await?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if sql::cancel(tx, organization, id, ctx_.now()).await? {
                    audit::record(tx, &ctx_, "job.cancelled", "job", id, serde_json::json!({})).await?;
                }
                Ok(())
            })
        })
        .await?;
    ctx.app.room::<State>().announce();
    load_job(ctx, id).await
}

/// Puts a failed or cancelled job back into the queue.
pub async fn retry_job(ctx: &Ctx, id: JobId) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let job = load_job(ctx, id).await?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::retry(tx, organization, id, ctx_.now()).await? {
                    return Err(Fault::conflict(format!(
                        "job \"{}\" is {}; only a failed or cancelled job can be tried again",
                        job.title, job.state
                    )));
                }
                audit::record(tx, &ctx_, "job.retried", "job", id, serde_json::json!({})).await
            })
        })
        .await?;
    ctx.app.room::<State>().announce();
    load_job(ctx, id).await
}

/// The job now and after each change, until it has ended.
pub async fn watch(ctx: &Ctx, id: JobId) -> Result<BoxStream<'static, Result<Job, Fault>>, Fault> {
    let first = load_job(ctx, id).await?;
    let changes = ctx.app.room::<State>().changed.subscribe();
    let start = (ctx.clone(), changes, None::<Job>, Some(first));
    Ok(stream::unfold(start, move |(ctx, mut changes, last, mut next)| async move {
        if last.as_ref().is_some_and(|job| job.state.ended()) {
            return None;
        }
        loop {
            let job = match next.take() {
                Some(job) => Ok(job),
                None => load_job(&ctx, id).await,
            };
            match job {
                Ok(job) if last.as_ref() == Some(&job) => {}
                Ok(job) => return Some((Ok(job.clone()), (ctx, changes, Some(job), None))),
                Err(fault) => return Some((Err(fault), (ctx, changes, last, None))),
            }
            // Either our own process announces, or the next poll sees it.
            let _timed_out = tokio::time::timeout(POLL, changes.changed()).await;
        }
    })
    .fuse()
    .boxed())
}

/// How many of the newest jobs a list's watcher looks at.
const WATCHED: i64 = 50;

/// Each of the organization's newest jobs as it changes, for as long as somebody listens.
pub async fn watch_all(ctx: &Ctx) -> Result<BoxStream<'static, Result<Job, Fault>>, Fault> {
    ctx.require(Role::Scientist)?;
    let changes = ctx.app.room::<State>().changed.subscribe();
    let start = (ctx.clone(), changes, HashMap::new(), VecDeque::new(), true);
    Ok(stream::unfold(start, |(ctx, mut changes, mut known, mut waiting, mut first)| async move {
        loop {
            if let Some(job) = waiting.pop_front() {
                return Some((Ok(job), (ctx, changes, known, waiting, first)));
            }
            if !std::mem::take(&mut first) {
                // Either our own process announces, or the next poll sees it.
                let _timed_out = tokio::time::timeout(POLL, changes.changed()).await;
            }
            match list_jobs(&ctx, JobFilter::default(), PageRequest { cursor: None, limit: Some(WATCHED) }).await {
                Err(fault) => return Some((Err(fault), (ctx, changes, known, waiting, first))),
                Ok(page) => {
                    for job in page.items.into_iter().rev() {
                        if known.get(&job.id) != Some(&job) {
                            known.insert(job.id, job.clone());
                            waiting.push_back(job);
                        }
                    }
                }
            }
        }
    })
    .fuse()
    .boxed())
}
