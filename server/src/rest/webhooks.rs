//! Webhooks, for admins.

use super::{delete, get, patch, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, PathTexts, Search};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::page::PageRequest;
use chorale_model::webhooks::{CreateWebhook, CreatedWebhook, UpdateWebhook, Webhook, WebhookDelivery};
use chorale_model::{Page, WebhookId};
use chorale_platform::webhooks;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/webhooks", list)
            .access(Access::Admin)
            .says(|o| o.summary("webhooks", "Addresses that hear of events").answers(Schema::page::<Webhook>())),
        post("/api/v1/webhooks", create)
            .access(Access::Admin)
            .json(r#"{"url": "https://hooks.example.org/chorale"}"#)
            .says(|o| {
                o.summary("webhooks", "An address hears of events; the secret that signs them is shown this once")
                    .takes(Schema::of::<CreateWebhook>())
                    .status(201)
                    .answers(Schema::of::<CreatedWebhook>())
            }),
        get("/api/v1/webhooks/{webhook}", load)
            .access(Access::Admin)
            .says(|o| o.summary("webhooks", "One webhook").path("webhook", "its id").answers(Schema::of::<Webhook>())),
        patch("/api/v1/webhooks/{webhook}", update).access(Access::Admin).json(r#"{"active": true}"#).says(|o| {
            o.summary("webhooks", "Changes what it hears of, or switches it on or off")
                .path("webhook", "its id")
                .takes(Schema::of::<UpdateWebhook>())
                .answers(Schema::of::<Webhook>())
        }),
        delete("/api/v1/webhooks/{webhook}", remove)
            .access(Access::Admin)
            .says(|o| o.summary("webhooks", "Deletes it with its log").path("webhook", "its id").status(204)),
        post("/api/v1/webhooks/{webhook}/secret", renew).access(Access::Admin).says(|o| {
            o.summary("webhooks", "Another secret; shown this once")
                .path("webhook", "its id")
                .status(201)
                .answers(Schema::of::<CreatedWebhook>())
        }),
        post("/api/v1/webhooks/{webhook}/test", test).access(Access::Admin).says(|o| {
            o.summary("webhooks", "Sends a ping")
                .path("webhook", "its id")
                .status(202)
                .answers(Schema::of::<WebhookDelivery>())
        }),
        get("/api/v1/webhooks/{webhook}/deliveries", deliveries).access(Access::Admin).says(|o| {
            o.summary("webhooks", "What was sent, and what was answered; the newest first")
                .path("webhook", "its id")
                .paged()
                .answers(Schema::page::<WebhookDelivery>())
        }),
        post("/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", redeliver).access(Access::Admin).says(|o| {
            o.summary("webhooks", "Sends it once more, at once")
                .path("webhook", "its id")
                .path("delivery", "its id")
                .status(202)
                .answers(Schema::of::<WebhookDelivery>())
        }),
    ]
}

async fn list(Caller(ctx): Caller) -> Answered<Json<Page<Webhook>>> {
    Ok(Json(Page { items: webhooks::list_webhooks(&ctx).await?, next_cursor: None }))
}

async fn create(Caller(ctx): Caller, Input(input): Input<CreateWebhook>) -> Answered<Response> {
    Ok((StatusCode::CREATED, Json(webhooks::create_webhook(&ctx, input).await?)).into_response())
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<WebhookId>) -> Answered<Json<Webhook>> {
    Ok(Json(webhooks::load_webhook(&ctx, id).await?))
}

async fn update(
    Caller(ctx): Caller,
    PathId(id): PathId<WebhookId>,
    Input(input): Input<UpdateWebhook>,
) -> Answered<Json<Webhook>> {
    Ok(Json(webhooks::update_webhook(&ctx, id, input).await?))
}

async fn remove(Caller(ctx): Caller, PathId(id): PathId<WebhookId>) -> Answered<StatusCode> {
    webhooks::delete_webhook(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn renew(Caller(ctx): Caller, PathId(id): PathId<WebhookId>) -> Answered<Response> {
    Ok((StatusCode::CREATED, Json(webhooks::renew_secret(&ctx, id).await?)).into_response())
}

async fn test(Caller(ctx): Caller, PathId(id): PathId<WebhookId>) -> Answered<Response> {
    Ok((StatusCode::ACCEPTED, Json(webhooks::test_webhook(&ctx, id).await?)).into_response())
}

async fn deliveries(
    Caller(ctx): Caller,
    PathId(id): PathId<WebhookId>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<WebhookDelivery>>> {
    Ok(Json(webhooks::list_deliveries(&ctx, id, page).await?))
}

async fn redeliver(Caller(ctx): Caller, PathTexts((id, delivery)): PathTexts<(String, String)>) -> Answered<Response> {
    let found = webhooks::redeliver(&ctx, id.parse()?, delivery.parse()?).await?;
    Ok((StatusCode::ACCEPTED, Json(found)).into_response())
}
