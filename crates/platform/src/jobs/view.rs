//! What members see of jobs and may do to them.

use super::{State, sql};
use crate::{Ctx, audit};
use chorale_model::jobs::{Job, JobFilter, Warning, is_upkeep};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, JobId, Page, Role};
use std::collections::BTreeMap;

/// How many warnings a job carries itself.
const WARNINGS_SHOWN: i64 = 100;
/// What readers call a warning, worst first.
const SEVERITIES: [&str; 3] = ["error", "warning", "note"];

pub async fn load_job(ctx: &Ctx, id: JobId) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("job", id))?;
    let mut job = row.into_job()?;
    job.files = sql::list_files(ctx.db(), &[id]).await?.remove(&id).unwrap_or_default();
    job.warnings =
        sql::list_warnings(ctx.db(), id, "", -1, WARNINGS_SHOWN).await?.into_iter().map(|(_, w)| w).collect();
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
    let jobs: Vec<Job> = rows.into_iter().map(|row| row.into_job()).collect::<Result<_, _>>()?;
    let mut page = Page::cut(jobs, limit, |job| job.id.to_string());
    let ids: Vec<JobId> = page.items.iter().map(|job| job.id).collect();
    let mut files = sql::list_files(ctx.db(), &ids).await?;
    for job in &mut page.items {
        job.files = files.remove(&job.id).unwrap_or_default();
    }
    Ok(page)
}

/// The warnings that were kept, in the order of the files; of one severity when it is named.
pub async fn list_warnings(
    ctx: &Ctx,
    id: JobId,
    severity: Option<&str>,
    page: PageRequest,
) -> Result<Page<Warning>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("job", id))?;
    let severity = severity.unwrap_or_default();
    if !severity.is_empty() && !SEVERITIES.contains(&severity) {
        let known = SEVERITIES.join(", ");
        return Err(Fault::field("severity", format!("\"{severity}\" is no severity; choose one of {known}")));
    }
    let limit = page.limit()?;
    let after = match &page.cursor {
        None => -1,
        Some(text) => text.parse().map_err(|_| Fault::field("cursor", "this cursor is not one of ours"))?,
    };
    let rows = sql::list_warnings(ctx.db(), id, severity, after, limit + 1).await?;
    Ok(Page::cut(rows, limit, |(position, _)| position.to_string()).map(|(_, warning)| warning))
}

/// How many warnings of each severity were kept; one that has none is absent.
pub async fn count_warnings(ctx: &Ctx, id: JobId) -> Result<BTreeMap<String, i64>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("job", id))?;
    Ok(sql::count_warnings(ctx.db(), id).await?.into_iter().collect())
}

/// Kinds that only admins start. A room to the right makes them; who may touch them must hold in a process that has no
/// handler for them, so they are named here.
const OF_ADMINS: &[&str] = &["organization.export", "ontology.install", "upgrade", "experiments.remove"];

/// Refuses those who may not stop or repeat jobs of this kind.
fn check_right(ctx: &Ctx, job: &Job) -> Result<(), Fault> {
    let least = if OF_ADMINS.contains(&job.kind.as_str()) { Role::Admin } else { Role::Curator };
    ctx.require(least).map(drop)
}

/// Cancels a job: a queued one at once, a running one at its next step. An ended job stays as it is.
pub async fn cancel_job(ctx: &Ctx, id: JobId) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let job = load_job(ctx, id).await?;
    check_right(ctx, &job)?;
    if is_upkeep(&job.kind) && !job.state.ended() {
        return Err(Fault::conflict(format!(
            "job \"{}\" keeps search up to date, so it cannot be cancelled; it ends by itself",
            job.title
        )));
    }
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
    check_right(ctx, &job)?;
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
