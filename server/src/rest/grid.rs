//! The grid of a study: rows, what a change would do, changing, titles taken apart, and the file.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::DatasetId;
use chorale_model::grid::{ChangeGrid, Grid, GridChanged, TitleSplits};
use chorale_model::page::PageRequest;
use chorale_platform::grid;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

const EXAMPLE: &str = r#"{"change": {"kind": "fill", "from": "<sample>", "to": "<sample>", "fields": ["stage"],
    "text": "example <unique>"}, "why": "An example"}"#;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/datasets/{dataset}/grid", load).query("fields=disease,tissue").says(|o| {
            o.summary("grid", "A study's samples with a column for each field, in the study's order")
                .path("dataset", "its id")
                .query("fields", "names of fields with commas between them; all of the collection's when absent")
                .paged()
                .answers(Schema::of::<Grid>())
        }),
        get("/api/v1/datasets/{dataset}/grid.csv", csv).pace(Pace::Stream).query("fields=disease").says(|o| {
            o.summary("grid", "All of it as CSV")
                .path("dataset", "its id")
                .query("fields", "names of fields with commas between them; all when absent")
                .answers_as("text/csv", Schema::text())
        }),
        get("/api/v1/datasets/{dataset}/grid.tsv", tsv).pace(Pace::Stream).query("fields=disease").says(|o| {
            o.summary("grid", "All of it with tabs, as a spreadsheet pastes it")
                .path("dataset", "its id")
                .query("fields", "names of fields with commas between them; all when absent")
                .answers_as("text/tab-separated-values", Schema::text())
        }),
        get("/api/v1/datasets/{dataset}/titles", titles).query("separators=_").says(|o| {
            o.summary("grid", "How the titles of a study may be taken apart")
                .path("dataset", "its id")
                .query("separators", "signs that separate parts; proposals when absent")
                .answers(Schema::of::<TitleSplits>())
        }),
        post("/api/v1/datasets/{dataset}/grid/preview", preview).access(Access::Curator).json(EXAMPLE).says(|o| {
            o.summary("grid", "What a change would do, cell by cell; nothing changes")
                .path("dataset", "its id")
                .takes(Schema::of::<ChangeGrid>())
                .answers(Schema::of::<GridChanged>())
        }),
        post("/api/v1/datasets/{dataset}/grid", change).access(Access::Curator).json(EXAMPLE).says(|o| {
            o.summary("grid", "Changes cells as one batch; those that cannot be read stay, and are named")
                .path("dataset", "its id")
                .takes(Schema::of::<ChangeGrid>())
                .answers(Schema::of::<GridChanged>())
        }),
    ]
}

#[derive(serde::Deserialize)]
struct Columns {
    #[serde(default)]
    fields: String,
}

impl Columns {
    fn names(&self) -> Vec<String> {
        self.fields.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }
}

#[derive(serde::Deserialize)]
struct Signs {
    #[serde(default)]
    separators: String,
}

async fn load(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(columns): Search<Columns>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Grid>> {
    Ok(Json(grid::load_grid(&ctx, id, &columns.names(), page).await?))
}

async fn csv(ctx: Caller, id: PathId<DatasetId>, columns: Search<Columns>) -> Answered<Response> {
    file(ctx, id, columns, false).await
}

async fn tsv(ctx: Caller, id: PathId<DatasetId>, columns: Search<Columns>) -> Answered<Response> {
    file(ctx, id, columns, true).await
}

async fn file(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(columns): Search<Columns>,
    with_tabs: bool,
) -> Answered<Response> {
    let lines = grid::export_grid(&ctx, id, columns.names(), with_tabs).await?;
    let (kind, name) = match with_tabs {
        true => ("text/tab-separated-values; charset=utf-8", "attachment; filename=\"grid.tsv\""),
        false => ("text/csv; charset=utf-8", "attachment; filename=\"grid.csv\""),
    };
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], Body::from_stream(lines)).into_response())
}

async fn titles(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Search(signs): Search<Signs>,
) -> Answered<Json<TitleSplits>> {
    Ok(Json(grid::split_titles(&ctx, id, Some(&signs.separators)).await?))
}

async fn preview(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Input(asked): Input<ChangeGrid>,
) -> Answered<Json<GridChanged>> {
    Ok(Json(grid::preview_grid(&ctx, id, asked).await?))
}

async fn change(
    Caller(ctx): Caller,
    PathId(id): PathId<DatasetId>,
    Input(asked): Input<ChangeGrid>,
) -> Answered<Json<GridChanged>> {
    Ok(Json(grid::change_grid(&ctx, id, asked).await?))
}
