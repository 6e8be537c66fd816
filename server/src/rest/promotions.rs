//! Promotions that wait for another person, and the aliases that an organization protects.

use super::{get, post, put};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::page::PageRequest;
use chorale_model::registry::{
    ApprovePromotion, PromotionFilter, PromotionRequest, PromotionReview, ProtectedAliases, RejectPromotion,
};
use chorale_model::{Page, PromotionId};
use chorale_platform::{experiments, registry};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/promotions", list).query("state=waiting").says(|o| {
            o.summary("models", "Promotions to protected aliases, newest first")
                .query("state", "waiting, approved, rejected or withdrawn; all of them when absent")
                .query("name", "of one model")
                .paged()
                .answers(Schema::page::<PromotionRequest>())
        }),
        get("/api/v1/promotions/{promotion}", review).says(|o| {
            o.summary("models", "A promotion beside what it would replace: metrics of both versions, params that differ")
                .path("promotion", "its id")
                .answers(Schema::of::<PromotionReview>())
        }),
        post("/api/v1/promotions/{promotion}/approve", approve)
            .access(Access::Curator)
            .json(r#"{"holder": null, "note": "An example"}"#)
            .says(|o| {
                o.summary(
                    "models",
                    "Does what was asked for, by another person than who asked: holder is the version that it was compared with",
                )
                .path("promotion", "its id")
                .takes(Schema::of::<ApprovePromotion>())
                .answers(Schema::of::<PromotionRequest>())
            }),
        post("/api/v1/promotions/{promotion}/reject", reject)
            .access(Access::Curator)
            .json(r#"{"note": "An example"}"#)
            .says(|o| {
                o.summary("models", "Leaves the alias where it is, with the reason")
                    .path("promotion", "its id")
                    .takes(Schema::of::<RejectPromotion>())
                    .answers(Schema::of::<PromotionRequest>())
            }),
        post("/api/v1/promotions/{promotion}/withdraw", withdraw)
            .stands(&[("promotion", "own_promotion")])
            .says(|o| {
                o.summary("models", "Takes back what one asked for")
                    .path("promotion", "its id")
                    .answers(Schema::of::<PromotionRequest>())
            }),
        get("/api/v1/organization/protected-aliases", protected).says(|o| {
            o.summary("models", "Aliases that are moved only when another person approves")
                .answers(Schema::of::<ProtectedAliases>())
        }),
        put("/api/v1/organization/protected-aliases", protect)
            .access(Access::Admin)
            .json(r#"{"aliases": ["guarded"]}"#)
            .says(|o| {
                o.summary("models", "Protects these aliases of every model, and no others")
                    .takes(Schema::of::<ProtectedAliases>())
                    .answers(Schema::of::<ProtectedAliases>())
            }),
    ]
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<PromotionFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<PromotionRequest>>> {
    Ok(Json(registry::list_promotions(&ctx, filter, page).await?))
}

async fn review(Caller(ctx): Caller, PathId(id): PathId<PromotionId>) -> Answered<Json<PromotionReview>> {
    Ok(Json(experiments::review_promotion(&ctx, id).await?))
}

async fn approve(
    Caller(ctx): Caller,
    PathId(id): PathId<PromotionId>,
    Input(input): Input<ApprovePromotion>,
) -> Answered<Json<PromotionRequest>> {
    Ok(Json(registry::approve_promotion(&ctx, id, input).await?))
}

async fn reject(
    Caller(ctx): Caller,
    PathId(id): PathId<PromotionId>,
    Input(input): Input<RejectPromotion>,
) -> Answered<Json<PromotionRequest>> {
    Ok(Json(registry::reject_promotion(&ctx, id, input).await?))
}

async fn withdraw(Caller(ctx): Caller, PathId(id): PathId<PromotionId>) -> Answered<Json<PromotionRequest>> {
    Ok(Json(registry::withdraw_promotion(&ctx, id).await?))
}

async fn protected(Caller(ctx): Caller) -> Answered<Json<ProtectedAliases>> {
    Ok(Json(registry::list_protected(&ctx).await?))
}

async fn protect(Caller(ctx): Caller, Input(input): Input<ProtectedAliases>) -> Answered<Json<ProtectedAliases>> {
    Ok(Json(registry::protect_aliases(&ctx, input).await?))
}
