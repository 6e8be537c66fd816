//! Imports: files as multipart, streamed into the object store while they arrive; accessions to fetch.

use super::post;
use crate::routes::{Access, Part, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{self, Answered, Caller, Form, Input};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use chorale_model::jobs::Job;
use chorale_model::sources::{Import, Inspection, TableMapping, UploadedFile};
use chorale_platform::{Ctx, sources};
use http::StatusCode;
use serde_json::json;

/// A valid form of an import.
pub(crate) const EXAMPLE: &[Part] =
    &[Part::text("collection", "<collection>"), Part::file("file", "example.csv", "accession,title\nS1,one\n")];

pub(super) fn routes() -> Vec<Route> {
    const TABLE: &[Part] = &[Part::file("file", "example.csv", "accession,title\nS1,one\n")];
    let import_form = Schema::object(vec![
        // A name or an id; a new name makes a new collection.
        ("collection", true, Schema::text()),
        ("file", false, Schema::binary().many()),
        ("accessions", false, Schema::text()),
        ("mapping", false, Schema::of::<TableMapping>()),
    ]);
    let table_form = Schema::object(vec![("file", true, Schema::binary())]);
    vec![
        post("/api/v1/imports", import).access(Access::Curator).pace(Pace::Upload).parts(EXAMPLE).says(|o| {
            o.summary("imports", "Imports files and accessions as one job; each file succeeds or fails by itself")
                .takes_as("multipart/form-data", import_form)
                .status(202)
                .answers(Schema::of::<Job>().under("job"))
        }),
        post("/api/v1/imports/inspect", inspect).access(Access::Curator).pace(Pace::Upload).parts(TABLE).says(|o| {
            o.summary("imports", "What a file looks like, and what its columns seem to mean")
                .takes_as("multipart/form-data", table_form)
                .answers(Schema::of::<Inspection>())
        }),
        post("/api/v1/imports/uploaded", uploaded)
            .access(Access::Curator)
            .json(r#"{"collection": "<collection>", "accessions": ["GSE6344"]}"#)
            .says(|o| {
                o.summary("imports", "Imports accessions, and files that were uploaded for inspection")
                    .takes(Schema::of::<Import>())
                    .status(202)
                    .answers(Schema::of::<Job>().under("job"))
            }),
    ]
}

async fn import(Caller(ctx): Caller, form: Form) -> Answered<Response> {
    Ok(accepted(&receive(&ctx, form).await?))
}

/// Takes an import in and starts its job. Fields: `collection` (name or id), `file` (any number), `accessions`
/// (words), `mapping` (JSON, for tables).
pub(crate) async fn receive(ctx: &Ctx, mut form: Form) -> Result<Job, Fault> {
    let mut import = Import { create_collection: true, ..Import::default() };
    while let Some(part) = form.next_part().await? {
        match part.name() {
            "file" => {
                if let Some(file) = upload(ctx, part).await? {
                    import.files.push(file);
                }
            }
            "collection" => {
                let said = part.text().await?;
                import.collection = said.parse().ok();
                import.collection_name = Some(said).filter(|_| import.collection.is_none());
            }
            "accessions" => {
                let said = part.text().await?;
                let words = said.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
                import.accessions.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
            }
            "mapping" => {
                let said = part.text().await?;
                let mapping = serde_json::from_str(&said);
                import.mapping = Some(mapping.map_err(|e| Fault::field("mapping", format!("is no mapping: {e}")))?);
            }
            other => {
                let other: String = other.chars().take(100).collect();
                return Err(Fault::field(&other, "is unknown here; send collection, file, accessions, mapping"));
            }
        }
    }
    sources::start_import(ctx, import).await
}

/// 202: the job goes on by itself.
pub(crate) fn accepted(job: &Job) -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "job": job }))).into_response()
}

async fn inspect(Caller(ctx): Caller, mut form: Form) -> Answered<Json<Inspection>> {
    while let Some(part) = form.next_part().await? {
        if part.name() == "file"
            && let Some(file) = upload(&ctx, part).await?
        {
            return Ok(Json(sources::inspect(&ctx, file).await?));
        }
    }
    Err(Fault::field("file", "choose a file").into())
}

async fn uploaded(Caller(ctx): Caller, Input(import): Input<Import>) -> Answered<Response> {
    Ok(accepted(&sources::start_import(&ctx, import).await?))
}

/// Streams one file into the store. A browser sends an empty part where no file was chosen.
pub(crate) async fn upload(ctx: &Ctx, mut part: web::Part<'_>) -> Result<Option<UploadedFile>, Fault> {
    let name = part.file_name().to_owned();
    let mut upload = sources::begin_upload(ctx, &name)?;
    let mut empty = true;
    while let Some(chunk) = part.chunk().await? {
        empty &= chunk.is_empty();
        upload.write(&chunk).await?;
    }
    if empty && name.is_empty() { Ok(None) } else { upload.finish().await.map(Some) }
}
