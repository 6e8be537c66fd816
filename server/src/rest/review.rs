//! Review by value: what waits, what a decision would do, and deciding.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Input, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::Page;
use chorale_model::page::PageRequest;
use chorale_model::review::{
    DecideValues, Decided, DecisionPreview, FreeTask, NextTask, ReviewField, ReviewFilter, ReviewOrder, ReviewTask,
    ReviewValues,
};
use chorale_platform::review;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

const EXAMPLE: &str =
    r#"{"matching": {"collection": "<reviewed_collection>", "field": "disease", "state": "all"}, "answer": "accept"}"#;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/review", fields).says(|o| {
            o.summary("review", "What waits for review in each field of your collections")
                .answers(Schema::page::<ReviewField>())
        }),
        get("/api/v1/review/values", values).query("collection=<collection>&field=disease").says(|o| {
            o.summary("review", "Each distinct thing that sources say in a field, how often, and what it would become")
                .query("collection", "whose samples")
                .query("field", "its name")
                .query("q", "what the words, the term or its label hold")
                .query("state", "waiting, settled or all; waiting when absent")
                .query("least", "from this score on")
                .query("most", "up to this score")
                .query("sort", "samples, score or words; samples when absent")
                .paged()
                .answers(Schema::of::<ReviewValues>())
        }),
        get("/api/v1/review/values.csv", values_csv)
            .pace(Pace::Stream)
            .query("collection=<collection>&field=disease&state=all")
            .says(|o| {
                o.summary("review", "The same as a CSV file, all that match")
                    .query("collection", "whose samples")
                    .query("field", "its name")
                    .query("q", "what the words, the term or its label hold")
                    .query("state", "waiting, settled or all; waiting when absent")
                    .query("least", "from this score on")
                    .query("most", "up to this score")
                    .query("sort", "samples, score or words; samples when absent")
                    .answers_as("text/csv", Schema::text())
            }),
        post("/api/v1/review/next", next)
            .access(Access::Curator)
            .json(r#"{"collection": "<reviewed_collection>", "field": "disease"}"#)
            .says(|o| {
                o.summary(
                    "review",
                    "The question that is worth most to you now, with its source, what it may be and what it became before",
                )
                .takes(Schema::of::<NextTask>())
                .answers(Schema::of::<ReviewTask>().under("task"))
            }),
        post("/api/v1/review/free", free)
            .access(Access::Curator)
            .json(r#"{"collection": "<reviewed_collection>", "field": "disease", "question": "<question>"}"#)
            .says(|o| {
                o.summary("review", "Holds a question no more: somebody else may have it next")
                    .takes(Schema::of::<FreeTask>())
                    .status(204)
            }),
        post("/api/v1/review/preview", preview).access(Access::Curator).json(EXAMPLE).says(|o| {
            o.summary("review", "What a decision would do; nothing changes")
                .takes(Schema::of::<DecideValues>())
                .answers(Schema::of::<DecisionPreview>())
        }),
        post("/api/v1/review/decide", decide).access(Access::Curator).json(EXAMPLE).says(|o| {
            o.summary(
                "review",
                "Settles every sample that says it, as one batch: at once where they are few, by a job where they are many",
            )
            .takes(Schema::of::<DecideValues>())
            .answers(Schema::of::<Decided>())
        }),
    ]
}

async fn fields(Caller(ctx): Caller) -> Answered<Json<Page<ReviewField>>> {
    Ok(Json(Page { items: review::list_fields(&ctx).await?, next_cursor: None }))
}

async fn values(
    Caller(ctx): Caller,
    Search(filter): Search<ReviewFilter>,
    Search(order): Search<ReviewOrder>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<ReviewValues>> {
    Ok(Json(review::list_values(&ctx, filter, order, page).await?))
}

async fn values_csv(
    Caller(ctx): Caller,
    Search(filter): Search<ReviewFilter>,
    Search(order): Search<ReviewOrder>,
) -> Answered<Response> {
    let lines = review::export_values(&ctx, filter, order).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"values.csv\"")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Nothing is left: the task is null.
async fn next(Caller(ctx): Caller, Input(asked): Input<NextTask>) -> Answered<Json<serde_json::Value>> {
    Ok(Json(serde_json::json!({ "task": review::next_task(&ctx, asked).await? })))
}

async fn free(Caller(ctx): Caller, Input(asked): Input<FreeTask>) -> Answered<StatusCode> {
    review::free(&ctx, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn preview(Caller(ctx): Caller, Input(asked): Input<DecideValues>) -> Answered<Json<DecisionPreview>> {
    Ok(Json(review::preview(&ctx, asked).await?))
}

async fn decide(Caller(ctx): Caller, Input(asked): Input<DecideValues>) -> Answered<Json<Decided>> {
    Ok(Json(review::decide(&ctx, asked).await?))
}
