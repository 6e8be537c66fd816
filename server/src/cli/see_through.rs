//! Sees a job through to its end and into search, whether or not a worker runs elsewhere. Ctrl-C or SIGTERM gives the
//! job back to the queue at once.

use super::refused::Refused;
use super::signals;

use chorale_model::jobs::{Job, JobState};
use chorale_model::{Fault, JobId};
use chorale_platform::jobs::Worker;
use chorale_platform::{Ctx, assembly, catalog, discovery, jobs, metering};
use futures::StreamExt;
use std::time::Duration;

/// Works on jobs until `job` has ended and search holds what it brought into `collection`. A worker elsewhere may help.
pub(super) async fn see_through(ctx: &Ctx, job: JobId, collection: &str) -> Result<Job, Refused> {
    let stop = signals::stop_on_signal();
    let worker = Worker::new(ctx.app.clone(), assembly::handlers()).on_end(metering::job_ended);
    let working = tokio::spawn(worker.run(Worker::default_queues(), stop.clone()));
    let seen = tokio::select! {
        seen = into_search(ctx, job, collection) => Some(seen),
        () = stop.cancelled() => None,
    };
    stop.cancel();
    working.await.map_err(|e| Fault::internal("working on the import", e))?;
    match seen {
        Some(seen) => Ok(seen?),
        None => Err(interrupted(&jobs::load_job(ctx, job).await?)),
    }
}

/// How it goes on after an interrupt.
fn interrupted(job: &Job) -> Refused {
    let goes_on = match job.state {
        JobState::Queued => "waits in the queue and goes on as soon as \"chorale serve\" or \"chorale worker\" runs",
        JobState::Running => "goes on in another worker",
        _ => "has ended; search is brought up to date as soon as \"chorale serve\" or \"chorale worker\" runs",
    };
    Refused::interrupted(format!("interrupted: job {} ({}) {goes_on}; what it wrote so far is kept", job.id, job.title))
}

async fn into_search(ctx: &Ctx, job: JobId, collection: &str) -> Result<Job, Fault> {
    let ended = follow(ctx, job).await?;
    catch_up(ctx, collection).await?;
    Ok(ended)
}

async fn follow(ctx: &Ctx, job: JobId) -> Result<Job, Fault> {
    let mut last = jobs::load_job(ctx, job).await?;
    let mut changes = jobs::watch(ctx, job).await?;
    while let Some(change) = changes.next().await {
        last = change?;
        let done = last.files.iter().filter(|file| file.state != "queued" && file.state != "running").count();
        eprintln!("{} · {} of {} files · {}", last.state, done, last.files.len(), last.progress.message);
    }
    Ok(last)
}

/// Waits until the index that answers for the collection holds every change that it has now. Bounded: an index job
/// that keeps failing is the operator's to look at.
async fn catch_up(ctx: &Ctx, collection: &str) -> Result<(), Fault> {
    let Some(found) = catalog::find_collection_by_name(ctx, collection).await? else { return Ok(()) };
    discovery::repair(&ctx.app).await?;
    // Of this moment: others may go on changing the catalog for as long as they like.
    let wanted = discovery::collection_state(ctx, found.id).await?.changes_total;
    for _ in 0..6_000 {
        if discovery::collection_state(ctx, found.id).await?.changes_indexed >= wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Fault::busy(
        "search did not catch up within 10 minutes; look at the index jobs, then run \"chorale admin reindex\"",
    ))
}

/// Fails unless every file of an import was taken in.
pub(super) fn whole(job: &Job) -> Result<(), Fault> {
    if job.is_whole() {
        return Ok(());
    }
    let failed = job.files.iter().filter(|file| !file.is_taken());
    let failed = failed.map(|file| format!("{}: {}", file.name, file.message));
    let rest = if job.state == JobState::Succeeded { "; the rest is searchable" } else { "" };
    let why = job.error.clone().into_iter().chain(failed).collect::<Vec<_>>().join("\n");
    Err(Fault::conflict(format!("not everything was imported (job {} {}){rest}\n{why}", job.id, job.state)))
}
