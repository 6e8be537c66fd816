//! Datasets: current state, versions, samples, files, values.

use super::files::attachment;
use super::{delete, get};
use crate::routes::{Access, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, PathId, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::catalog::{Dataset, File, SampleRow, SampleSort, ValuesPreview, Version};
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, Fault, Page, VersionId};
use chorale_platform::catalog;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/datasets/{dataset}", load).says(|o| {
            o.summary("datasets", "A dataset at its current version, or at another")
                .path("dataset", "its id")
                .query("version", "the id of a version")
                .answers(Schema::of::<Dataset>())
        }),
        delete("/api/v1/datasets/{dataset}", remove)
            .stands(&[("dataset", "doomed_dataset")])
            .access(Access::Curator)
            .says(|o| {
                o.summary("datasets", "Takes a dataset out of the catalog and of search")
                    .path("dataset", "its id")
                    .status(204)
            }),
        get("/api/v1/datasets/{dataset}/versions", versions).says(|o| {
            o.summary("datasets", "Its versions, newest first")
                .path("dataset", "its id")
                .paged()
                .answers(Schema::page::<Version>())
        }),
        get("/api/v1/datasets/{dataset}/samples", samples).query("q=a&sort=accession").says(|o| {
            o.summary("datasets", "Its samples with what the source said")
                .path("dataset", "its id")
                .query("version", "the id of a version; the current one when absent")
                .query("q", "only samples whose title, accession or attributes contain this")
                .query("sort", "position, accession or title")
                .paged()
                .answers(Schema::page::<SampleRow>())
        }),
        get("/api/v1/datasets/{dataset}/samples.csv", samples_csv).pace(Pace::Stream).query("q=a&sort=title").says(
            |o| {
                o.summary("datasets", "All of its samples as CSV, of one version")
                    .path("dataset", "its id")
                    .query("version", "the id of a version; the current one when absent")
                    .query("q", "only samples whose title, accession or attributes contain this")
                    .query("sort", "position, accession or title")
                    .answers_as("text/csv", Schema::text())
            },
        ),
        get("/api/v1/datasets/{dataset}/values.parquet", values_file).pace(Pace::Stream).says(|o| {
            o.summary("datasets", "Its value table, features × samples, as Parquet")
                .path("dataset", "its id")
                .answers_as("application/vnd.apache.parquet", Schema::binary())
        }),
        get("/api/v1/datasets/{dataset}/files", files).says(|o| {
            o.summary("datasets", "Its files: raw ones and value tables, of every version")
                .path("dataset", "its id")
                .paged()
                .answers(Schema::page::<File>())
        }),
        get("/api/v1/datasets/{dataset}/values", values).query("features=5&samples=5").says(|o| {
            o.summary("datasets", "The first rows and columns of its value table")
                .path("dataset", "its id")
                .query("features", "rows, 1 to 100; 20 when absent")
                .query("samples", "columns, 1 to 100; 10 when absent")
                .answers(Schema::of::<ValuesPreview>())
        }),
    ]
}

#[derive(serde::Deserialize)]
struct Of {
    version: Option<String>,
    q: Option<String>,
    #[serde(default)]
    sort: SampleSort,
}

impl Of {
    fn version(&self) -> Result<Option<VersionId>, Fault> {
        self.version.as_deref().map(str::parse).transpose()
    }
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<DatasetId>, Search(of): Search<Of>) -> Answered<Json<Dataset>> {
    Ok(Json(match of.version()? {
        None => catalog::load_dataset(&ctx, id).await?,
        Some(version) => catalog::load_version(&ctx, id, version).await?,
    }))
}

async fn remove(Caller(ctx): Caller, PathId(id): PathId<DatasetId>) -> Answered<StatusCode> {
    catalog::delete_dataset(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn versions(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<Version>>> {
    Ok(Json(catalog::list_versions(&ctx, id, page).await?))
}

async fn samples(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(of): Search<Of>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<SampleRow>>> {
    Ok(Json(catalog::list_samples(&ctx, id, of.version()?, of.q.as_deref(), of.sort, page).await?))
}

async fn samples_csv(Caller(ctx): Caller, PathId(id): PathId<DatasetId>, Search(of): Search<Of>) -> Answered<Response> {
    let q = of.q.as_deref().unwrap_or_default();
    let lines = catalog::export_samples(&ctx, id, of.version()?, q, of.sort).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"samples.csv\"")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn values_file(Caller(ctx): Caller, PathId(id): PathId<DatasetId>) -> Answered<Response> {
    let (name, size, bytes) = catalog::open_values(&ctx, id).await?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.apache.parquet".to_owned()),
        (CONTENT_LENGTH, size.to_string()),
        (CONTENT_DISPOSITION, attachment(&name)),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

async fn files(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<File>>> {
    Ok(Json(catalog::list_files(&ctx, id, page).await?))
}

#[derive(serde::Deserialize)]
struct Corner {
    features: Option<usize>,
    samples: Option<usize>,
}

async fn values(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(corner): Search<Corner>,
) -> Answered<Json<ValuesPreview>> {
    let (features, samples) = (corner.features.unwrap_or(20).clamp(1, 100), corner.samples.unwrap_or(10).clamp(1, 100));
    Ok(Json(catalog::values_preview(&ctx, id, features, samples).await?))
}
