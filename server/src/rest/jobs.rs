//! Background work: look, watch, cancel, retry.

use super::{events, get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Lasting, PathId, Search, Web};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chorale_model::jobs::{Job, JobFilter, Warning};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, JobId, Page};
use chorale_platform::{Ctx, jobs};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/jobs", list).query("state=succeeded").says(|o| {
            o.summary("jobs", "Jobs, newest first")
                .query("kind", "import, index, …")
                .query("state", "queued, running, succeeded, failed or cancelled")
                .paged()
                .answers(Schema::page::<Job>())
        }),
        get("/api/v1/jobs/events", watch_all).pace(Pace::Stream).says(|o| {
            o.summary("jobs", "The newest jobs as they change, as server-sent events")
                .answers_as("text/event-stream", Schema::text())
        }),
        get("/api/v1/jobs/{job}", load).says(|o| {
            o.summary("jobs", "A job with its files, progress and first warnings")
                .path("job", "its id")
                .answers(Schema::of::<Job>())
        }),
        get("/api/v1/jobs/{job}/events", watch).pace(Pace::Stream).says(|o| {
            o.summary("jobs", "The job as it changes, until it has ended, as server-sent events")
                .path("job", "its id")
                .answers_as("text/event-stream", Schema::text())
        }),
        get("/api/v1/jobs/{job}/warnings", warnings).says(|o| {
            o.summary("jobs", "What its readers noticed: file, line, what was expected, what was done")
                .path("job", "its id")
                .query("severity", "error, warning or note; all of them when absent")
                .query("format", "tsv for a table of all of them, from the cursor on")
                .paged()
                .answers(Schema::page::<Warning>())
        }),
        post("/api/v1/jobs/{job}/cancel", cancel).access(Access::Curator).says(|o| {
            o.summary("jobs", "Cancels it: at once while it waits, at its next step while it runs")
                .path("job", "its id")
                .answers(Schema::of::<Job>())
        }),
        post("/api/v1/jobs/{job}/retry", retry).stands(&[("job", "failed_job")]).access(Access::Curator).says(|o| {
            o.summary("jobs", "Puts a failed or cancelled job back into the queue")
                .path("job", "its id")
                .answers(Schema::of::<Job>())
        }),
    ]
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<JobFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<Job>>> {
    Ok(Json(jobs::list_jobs(&ctx, filter, page).await?))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<JobId>) -> Answered<Json<Job>> {
    Ok(Json(jobs::load_job(&ctx, id).await?))
}

async fn watch(
    State(web): State<Web>,
    Caller(ctx): Caller,
    listener: Lasting,
    PathId(id): PathId<JobId>,
) -> Answered<Response> {
    events::answer(&web, listener, jobs::watch(&ctx, id).await?)
}

async fn watch_all(State(web): State<Web>, Caller(ctx): Caller, listener: Lasting) -> Answered<Response> {
    events::answer(&web, listener, jobs::watch_all(&ctx).await?)
}

#[derive(serde::Deserialize)]
struct Which {
    severity: Option<String>,
    format: Option<String>,
}

async fn warnings(
    Caller(ctx): Caller,
    PathId(id): PathId<JobId>,
    Search(which): Search<Which>,
    Search(page): Search<PageRequest>,
) -> Answered<Response> {
    let severity = which.severity.as_deref();
    if which.format.as_deref() == Some("tsv") {
        let headers = [
            (CONTENT_TYPE, "text/tab-separated-values; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"warnings.tsv\""),
        ];
        return Ok((headers, table(&ctx, id, severity, page).await?).into_response());
    }
    Ok(Json(jobs::list_warnings(&ctx, id, severity, page).await?).into_response())
}

/// Every kept warning as a line: a job keeps a bounded number of them, so they fit into memory.
async fn table(ctx: &Ctx, id: JobId, severity: Option<&str>, page: PageRequest) -> Result<String, Fault> {
    let cell = |text: &str| text.replace(['\t', '\r', '\n'], " ");
    let mut lines = String::from("severity\tfile\tline\twhat\texpected\tdone\n");
    let mut next = PageRequest { limit: Some(PageRequest::MAX), ..page };
    loop {
        let found = jobs::list_warnings(ctx, id, severity, next).await?;
        for w in found.items {
            let cells = [w.severity, w.file, w.line.to_string(), w.what, w.expected, w.done].map(|text| cell(&text));
            lines.push_str(&cells.join("\t"));
            lines.push('\n');
        }
        let Some(cursor) = found.next_cursor else { return Ok(lines) };
        next = PageRequest { cursor: Some(cursor), limit: Some(PageRequest::MAX) };
    }
}

async fn cancel(Caller(ctx): Caller, PathId(id): PathId<JobId>) -> Answered<Json<Job>> {
    Ok(Json(jobs::cancel_job(&ctx, id).await?))
}

async fn retry(Caller(ctx): Caller, PathId(id): PathId<JobId>) -> Answered<Json<Job>> {
    Ok(Json(jobs::retry_job(&ctx, id).await?))
}
