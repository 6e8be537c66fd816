//! `chorale import` and `chorale demo`: both start an import and can see it through by themselves, whether or not a
//! worker runs elsewhere.

use super::Answer;
use super::admin::organization_named;
use super::arguments::Import;
use crate::start::{self, Schema};
use crate::{Config, demo};
use chorale_model::jobs::{Job, JobState};
use chorale_model::{Fault, JobId, sources as words};
use chorale_platform::jobs::Worker;
use chorale_platform::{Ctx, Deployment, discovery, jobs, sources};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(super) async fn import(config: Config, options: Import) -> Result<Answer, Fault> {
    let app = start::deployment(&config, Schema::Migrate).await?;
    let organization = organization_named(&app, &options.organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let mut files = Vec::with_capacity(options.paths.len());
    for path in &options.paths {
        files.push(sources::upload_local(&ctx, path).await?);
    }
    let asked = words::Import {
        collection_name: Some(options.collection),
        create_collection: true,
        files,
        ..words::Import::default()
    };
    let job = sources::start_import(&ctx, asked).await?;
    if !options.wait {
        app.db.close().await;
        return Ok(Answer::new(format!("{}\n", job.id), json!({ "job": job })));
    }
    let job = see_through(&ctx, job.id).await?;
    app.db.close().await;
    let failed: Vec<String> = job
        .files
        .iter()
        .filter(|file| !matches!(file.state.as_str(), "succeeded" | "unchanged"))
        .map(|file| format!("{}: {}", file.name, file.message))
        .collect();
    if job.state != JobState::Succeeded || !failed.is_empty() {
        let why = job.error.clone().into_iter().chain(failed).collect::<Vec<_>>().join("\n");
        return Err(Fault::conflict(format!("not everything was imported; the rest is searchable\n{why}")));
    }
    let lines: Vec<String> =
        job.files.iter().map(|file| format!("{}: {} samples\n", file.name, file.samples)).collect();
    Ok(Answer::new(lines.concat(), json!({ "job": job })))
}

pub(super) async fn demo(config: Config) -> Result<Answer, Fault> {
    let app = start::deployment(&config, Schema::Migrate).await?;
    let report = demo::load(&app, config.demo_data.as_deref()).await?;
    if let Some(job) = report.job {
        see_through(&Ctx::operator(app.clone(), Some(report.organization)), job).await?;
    }
    app.db.close().await;
    let mut text = format!("The demo organization is ready ({}). Sign in at {} as\n", report.data, config.public_url);
    for (email, _) in &report.people {
        text.push_str(&format!("  {email:<24} {}\n", report.password));
    }
    let sign_ins: Vec<_> = report.people.iter().map(|(email, role)| json!({ "email": email, "role": role })).collect();
    let answer = json!({
        "address": config.public_url.as_str(),
        "organization": report.organization,
        "data": report.data,
        "sign_ins": sign_ins,
        "password": report.password,
    });
    Ok(Answer::new(text, answer))
}

/// Works on jobs until `job` has ended and search holds what it brought. A worker elsewhere may help.
async fn see_through(ctx: &Ctx, job: JobId) -> Result<Job, Fault> {
    let stop = CancellationToken::new();
    let worker = Worker::new(ctx.app.clone(), start::handlers()).on_end(chorale_platform::metering::job_ended);
    let working = tokio::spawn(worker.run(Worker::default_queues(), stop.clone()));
    let ended = follow(ctx, job).await;
    let caught_up = catch_up(&ctx.app, ctx).await;
    stop.cancel();
    working.await.map_err(|e| Fault::internal("working on the import", e))?;
    chorale_platform::metering::flush(&ctx.app).await?;
    caught_up?;
    ended
}

async fn follow(ctx: &Ctx, job: JobId) -> Result<Job, Fault> {
    use futures::StreamExt;
    let mut last = jobs::load_job(ctx, job).await?;
    let mut changes = jobs::watch(ctx, job).await?;
    while let Some(change) = changes.next().await {
        last = change?;
        let done = last.files.iter().filter(|file| file.state != "queued" && file.state != "running").count();
        eprintln!("{} · {} of {} files · {}", last.state, done, last.files.len(), last.progress.message);
    }
    Ok(last)
}

/// Waits until the index holds every change. Bounded: an index job that keeps failing is the operator's to look at.
async fn catch_up(app: &Arc<Deployment>, ctx: &Ctx) -> Result<(), Fault> {
    discovery::repair(app).await?;
    for _ in 0..6_000 {
        let state = discovery::index_state(ctx).await?;
        if state.changes_indexed >= state.changes_total {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Fault::busy(
        "search did not catch up within 10 minutes; look at the index jobs, then run \"chorale admin reindex\"",
    ))
}
