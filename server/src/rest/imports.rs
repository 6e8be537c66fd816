//! Imports: files as multipart, streamed into the object store while they arrive; accessions to fetch.

use super::post;
use crate::routes::{Access, Part, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Input};
use axum::Json;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::response::{IntoResponse, Redirect, Response};
use chorale_model::Fault;
use chorale_model::jobs::Job;
use chorale_model::sources::{Import, Inspection, UploadedFile};
use chorale_platform::{Ctx, sources};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

pub(super) fn routes() -> Vec<Route> {
    const EXAMPLE: &[Part] = &[
        Part::text("collection", "Imported by an example"),
        Part::file("file", "example.csv", "accession,title\nS1,one\n"),
    ];
    const TABLE: &[Part] = &[Part::file("file", "example.csv", "accession,title\nS1,one\n")];
    vec![
        post("/api/v1/imports", import).access(Access::Curator).pace(Pace::Upload).parts(EXAMPLE).says(|o| {
            o.summary("imports", "Imports files and accessions as one job; each file succeeds or fails by itself")
                .takes_as("multipart/form-data", Schema::any())
                .status(202)
                .answers(Schema::of::<Job>().under("job"))
        }),
        post("/api/v1/imports/inspect", inspect).access(Access::Curator).pace(Pace::Upload).parts(TABLE).says(|o| {
            o.summary("imports", "What a file looks like, and what its columns seem to mean")
                .takes_as("multipart/form-data", Schema::any())
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

/// Fields: `collection` (name or id), `file` (any number), `accessions` (words), `mapping` (JSON, for tables).
async fn import(Caller(ctx): Caller, headers: HeaderMap, mut form: Multipart) -> Answered<Response> {
    let mut import = Import { create_collection: true, ..Import::default() };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "file" => {
                if let Some(file) = upload(&ctx, field).await? {
                    import.files.push(file);
                }
            }
            "collection" => {
                let said = text(field).await?;
                import.collection = said.parse().ok();
                import.collection_name = Some(said).filter(|_| import.collection.is_none());
            }
            "accessions" => {
                let said = text(field).await?;
                let words = said.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
                import.accessions.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
            }
            "mapping" => {
                let said = text(field).await?;
                let mapping = serde_json::from_str(&said);
                import.mapping = Some(mapping.map_err(|e| Fault::field("mapping", format!("is no mapping: {e}")))?);
            }
            other => {
                return Err(Fault::field(other, "is unknown here; send collection, file, accessions, mapping").into());
            }
        }
    }
    let job = sources::start_import(&ctx, import).await?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return Ok(Redirect::to(&format!("/jobs/{}", job.id)).into_response());
    }
    Ok(accepted(&job))
}

fn accepted(job: &Job) -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "job": job }))).into_response()
}

async fn inspect(Caller(ctx): Caller, mut form: Multipart) -> Answered<Json<Inspection>> {
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file")
            && let Some(file) = upload(&ctx, field).await?
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
async fn upload(ctx: &Ctx, mut field: Field<'_>) -> Result<Option<UploadedFile>, Fault> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut upload = sources::begin_upload(ctx, &name)?;
    let mut empty = true;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        empty &= chunk.is_empty();
        upload.write(&chunk).await?;
    }
    if empty && name.is_empty() { Ok(None) } else { upload.finish().await.map(Some) }
}

async fn text(field: Field<'_>) -> Result<String, Fault> {
    field.text().await.map(|text| text.trim().to_owned()).map_err(broken)
}

fn broken(error: MultipartError) -> Fault {
    Fault::invalid(format!("the form broke off: {}; nothing was imported, send it again", error.body_text()))
}
