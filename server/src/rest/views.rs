//! Saved views.

use super::{delete, get, patch, post};
use crate::routes::{Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::views::{SaveView, UpdateView, View, ViewFilter};
use chorale_model::{Page, ViewId};
use chorale_platform::views;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/views", list).query("place=/by-value").says(|o| {
            o.summary("views", "Lists that you or your organization keep under a name")
                .query(
                    "place",
                    "of this page alone: /by-value, /curate, /decisions, /reports, /search or /experiments/{number}",
                )
                .answers(Schema::page::<View>())
        }),
        post("/api/v1/views", save).json(r#"{"name": "Example <unique>", "address": "/search?q=tumor"}"#).says(|o| {
            o.summary("views", "Keeps a list's address under a name, for yourself or for the organization")
                .takes(Schema::of::<SaveView>())
                .status(201)
                .answers(Schema::of::<View>())
        }),
        patch("/api/v1/views/{view}", update).json(r#"{"shared": true}"#).says(|o| {
            o.summary("views", "Renames a view, or says who sees it")
                .path("view", "its id")
                .takes(Schema::of::<UpdateView>())
                .answers(Schema::of::<View>())
        }),
        delete("/api/v1/views/{view}", remove)
            .says(|o| o.summary("views", "Deletes a view").path("view", "its id").status(204)),
    ]
}

async fn list(Caller(ctx): Caller, Search(filter): Search<ViewFilter>) -> Answered<Json<Page<View>>> {
    Ok(Json(Page { items: views::list_views(&ctx, filter).await?, next_cursor: None }))
}

async fn save(Caller(ctx): Caller, Input(input): Input<SaveView>) -> Answered<Response> {
    Ok((StatusCode::CREATED, Json(views::save_view(&ctx, input).await?)).into_response())
}

async fn update(
    Caller(ctx): Caller,
    PathId(id): PathId<ViewId>,
    Input(input): Input<UpdateView>,
) -> Answered<Json<View>> {
    Ok(Json(views::update_view(&ctx, id, input).await?))
}

async fn remove(Caller(ctx): Caller, PathId(id): PathId<ViewId>) -> Answered<StatusCode> {
    views::delete_view(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
