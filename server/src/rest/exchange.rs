//! Decisions out and in: the platform's own JSON and CSV, Label Studio's tasks, spreadsheets.

use super::imports::{accepted, upload};
use super::{get, post};
use crate::routes::{Access, Part, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Form, Input, PathId, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::exchange::{
    Conflicts, DecidedSample, ExportFilter, ExportFormat, FoundDecisions, ImportDecisions, TaskFilter,
};
use chorale_model::jobs::Job;
use chorale_model::{Fault, JobId};
use chorale_platform::{Ctx, catalog, exchange};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

/// A valid form of an import of decisions.
pub(crate) const EXAMPLE: &[Part] = &[
    Part::text("collection", "<collection>"),
    Part::text("look", "true"),
    Part::file("file", "last-year.csv", "sample,disease\nS1,not reported\n"),
];

pub(super) fn routes() -> Vec<Route> {
    let form = Schema::object(vec![
        // A name or an id.
        ("collection", true, Schema::text()),
        ("file", true, Schema::binary()),
        // keep or replace
        ("conflicts", false, Schema::text()),
        ("why", false, Schema::text()),
        // true: only says what would be
        ("look", false, Schema::text()),
    ]);
    vec![
        get("/api/v1/decisions.json", json).pace(Pace::Stream).query("field=disease").says(|o| {
            o.summary("decisions", "Every decision about values, complete and versioned; what was taken back too")
                .query("collection", "about samples of this collection")
                .query("field", "about this field")
                .answers(Schema::object(vec![
                    ("format", true, Schema::text()),
                    ("version", true, Schema::text()),
                    ("samples", true, Schema::of::<DecidedSample>().many()),
                ]))
        }),
        get("/api/v1/decisions.csv", csv).pace(Pace::Stream).says(|o| {
            o.summary("decisions", "The same as rows, one for each decision")
                .query("collection", "about samples of this collection")
                .query("field", "about this field")
                .answers_as("text/csv", Schema::text())
        }),
        get("/api/v1/label-studio/tasks.json", tasks).pace(Pace::Stream).query("collection=<collection>").says(|o| {
            o.summary("decisions", "Samples as tasks of Label Studio, with predictions and annotations")
                .query("collection", "whose samples")
                .query("field", "this field alone")
                .query("waiting", "true: only samples of which something waits for review")
                .answers_as("application/json", Schema::text())
        }),
        get("/api/v1/label-studio/config.xml", config).query("collection=<collection>").says(|o| {
            o.summary("decisions", "The labelling interface that those tasks are made for")
                .query("collection", "whose fields")
                .query("field", "this field alone")
                .answers_as("application/xml", Schema::text())
        }),
        post("/api/v1/decisions/import", import).access(Access::Curator).pace(Pace::Upload).parts(EXAMPLE).says(|o| {
            o.summary(
                "decisions",
                "Takes decisions over from a file, or looks at it: our JSON or CSV, Label Studio's JSON, or a \
                 spreadsheet with a column of accessions and one for each field",
            )
            .takes_as("multipart/form-data", form)
            .status(202)
            .answers(Schema::of::<Job>().under("job"))
        }),
        post("/api/v1/decisions/import/uploaded", uploaded)
            .access(Access::Curator)
            .json(
                r#"{"collection": "<collection>", "look": true,
                    "file": {"name": "example.csv", "sha256": "<upload>", "size_bytes": 30}}"#,
            )
            .says(|o| {
                o.summary("decisions", "The same with a file that was uploaded before")
                    .takes(Schema::of::<ImportDecisions>())
                    .status(202)
                    .answers(Schema::of::<Job>().under("job"))
            }),
        get("/api/v1/decisions/import/{job}", found).access(Access::Curator).stands(&[("job", "decisions_job")]).says(
            |o| {
                o.summary("decisions", "What a file of decisions came to; the job's warnings name the lines")
                    .path("job", "its id")
                    .answers(Schema::of::<DecisionsImport>())
            },
        ),
    ]
}

/// A job, with what it found once it has ended well.
#[derive(Serialize, utoipa::ToSchema)]
struct DecisionsImport {
    job: Job,
    found: Option<FoundDecisions>,
}

async fn json(Caller(ctx): Caller, Search(filter): Search<ExportFilter>) -> Answered<Response> {
    export(&ctx, filter, ExportFormat::Json, "application/json", "decisions.json").await
}

async fn csv(Caller(ctx): Caller, Search(filter): Search<ExportFilter>) -> Answered<Response> {
    export(&ctx, filter, ExportFormat::Csv, "text/csv; charset=utf-8", "decisions.csv").await
}

async fn export(ctx: &Ctx, filter: ExportFilter, format: ExportFormat, type_: &str, name: &str) -> Answered<Response> {
    let lines = exchange::export_decisions(ctx, filter, format).await?;
    Ok((attachment(type_, name), Body::from_stream(lines)).into_response())
}

fn attachment(type_: &str, name: &str) -> [(http::HeaderName, String); 2] {
    [(CONTENT_TYPE, type_.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))]
}

async fn tasks(Caller(ctx): Caller, Search(filter): Search<TaskFilter>) -> Answered<Response> {
    let lines = exchange::export_tasks(&ctx, filter).await?;
    Ok((attachment("application/json", "label-studio-tasks.json"), Body::from_stream(lines)).into_response())
}

async fn config(Caller(ctx): Caller, Search(filter): Search<TaskFilter>) -> Answered<Response> {
    let xml = exchange::task_config(&ctx, filter).await?;
    Ok((attachment("application/xml", "label-studio-config.xml"), xml).into_response())
}

async fn import(Caller(ctx): Caller, form: Form) -> Answered<Response> {
    Ok(accepted(&receive(&ctx, form).await?))
}

/// Takes a file in and starts its job.
pub(crate) async fn receive(ctx: &Ctx, mut form: Form) -> Result<Job, Fault> {
    let (mut named, mut file, mut why, mut look) = (String::new(), None, String::new(), false);
    let mut conflicts = Conflicts::Keep;
    while let Some(part) = form.next_part().await? {
        match part.name() {
            "file" => file = upload(ctx, part).await?,
            "collection" => named = part.text().await?,
            "conflicts" => {
                let said = part.text().await?;
                conflicts = serde_json::from_value(said.as_str().into())
                    .map_err(|_| Fault::field("conflicts", format!("\"{said}\" is no choice; say keep or replace")))?;
            }
            "why" => why = part.text().await?,
            "look" => look = !matches!(part.text().await?.as_str(), "" | "false"),
            other => {
                let other: String = other.chars().take(100).collect();
                return Err(Fault::field(&other, "is unknown here; send collection, file, conflicts, why, look"));
            }
        }
    }
    let collection = match named.parse() {
        _ if named.is_empty() => {
            return Err(Fault::field("collection", "is missing; say whose samples the file is about"));
        }
        Ok(id) => id,
        Err(_) => {
            let found = catalog::find_collection_by_name(ctx, &named).await?;
            found.ok_or_else(|| Fault::missing("collection", &named))?.id
        }
    };
    let file = file.ok_or_else(|| Fault::field("file", "choose a file"))?;
    exchange::start_import(ctx, ImportDecisions { collection, file, conflicts, why, look }).await
}

async fn uploaded(Caller(ctx): Caller, Input(input): Input<ImportDecisions>) -> Answered<Response> {
    Ok(accepted(&exchange::start_import(&ctx, input).await?))
}

async fn found(Caller(ctx): Caller, PathId(id): PathId<JobId>) -> Answered<Json<DecisionsImport>> {
    let (job, found) = exchange::load_found(&ctx, id).await?;
    Ok(Json(DecisionsImport { job, found }))
}
