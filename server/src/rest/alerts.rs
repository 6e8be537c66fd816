//! Alerts: what is not as promised, and what people do about it.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::alerts::{Alert, AlertFilter, AnswerAlert};
use chorale_model::page::PageRequest;
use chorale_model::{AlertId, Page};
use chorale_platform::alerts;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/alerts", list).query("state=all").says(|o| {
            o.summary("alerts", "What is not as promised, newest first")
                .query("state", "unresolved, resolved or all; unresolved when absent")
                .paged()
                .answers(Schema::page::<Alert>())
        }),
        get("/api/v1/alerts/{alert}", load)
            .says(|o| o.summary("alerts", "One alert").path("alert", "its id").answers(Schema::of::<Alert>())),
        post("/api/v1/alerts/{alert}/acknowledge", acknowledge)
            .access(Access::Curator)
            .stands(&[("alert", "doomed_alert")])
            .json(r#"{"why": "I am looking"}"#)
            .says(|o| {
                o.summary("alerts", "Says that you look after it")
                    .path("alert", "its id")
                    .takes(Schema::of::<AnswerAlert>())
                    .answers(Schema::of::<Alert>())
            }),
        post("/api/v1/alerts/{alert}/resolve", resolve)
            .access(Access::Curator)
            .stands(&[("alert", "doomed_alert")])
            .json(r#"{"why": "An example"}"#)
            .says(|o| {
                o.summary("alerts", "Resolves it: what it stopped goes on, and is watched from now on")
                    .path("alert", "its id")
                    .takes(Schema::of::<AnswerAlert>())
                    .answers(Schema::of::<Alert>())
            }),
    ]
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<AlertFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<Alert>>> {
    Ok(Json(alerts::list_alerts(&ctx, filter, page).await?))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<AlertId>) -> Answered<Json<Alert>> {
    Ok(Json(alerts::load_alert(&ctx, id).await?))
}

async fn acknowledge(
    Caller(ctx): Caller,
    PathId(id): PathId<AlertId>,
    Input(input): Input<AnswerAlert>,
) -> Answered<Json<Alert>> {
    Ok(Json(alerts::acknowledge(&ctx, id, input).await?))
}

async fn resolve(
    Caller(ctx): Caller,
    PathId(id): PathId<AlertId>,
    Input(input): Input<AnswerAlert>,
) -> Answered<Json<Alert>> {
    Ok(Json(alerts::resolve(&ctx, id, input).await?))
}
