//! Members of the organization, for its admins.

use super::{get, patch, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::identity::{Member, PasswordReset, ResetPassword, UpdateMember};
use chorale_model::page::PageRequest;
use chorale_model::{Page, UserId};
use chorale_platform::identity;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/members", list)
            .access(Access::Admin)
            .says(|o| o.summary("members", "Members with their roles").paged().answers(Schema::page::<Member>())),
        patch("/api/v1/members/{user}", update).access(Access::Admin).json(r#"{"active": true}"#).says(|o| {
            o.summary("members", "Changes a member's role, or deactivates them: sessions and tokens end at once")
                .path("user", "the person's id")
                .takes(Schema::of::<UpdateMember>())
                .answers(Schema::of::<Member>())
        }),
        post("/api/v1/members/{user}/password-reset", reset_link).access(Access::Admin).says(|o| {
            o.summary("members", "A one-time link to choose a new password; shown this once")
                .path("user", "the person's id")
                .status(201)
                .answers(Schema::of::<PasswordReset>())
        }),
        post("/api/v1/password-reset", reset)
            .access(Access::Anonymous)
            .json(r#"{"code": "<reset_code>", "new": "correct horse battery"}"#)
            .says(|o| {
                o.summary("members", "Chooses a new password with the code of a one-time link")
                    .takes(Schema::of::<ResetPassword>())
                    .status(204)
            }),
    ]
}

async fn list(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Member>>> {
    Ok(Json(identity::list_members(&ctx, page).await?))
}

async fn update(
    Caller(ctx): Caller,
    PathId(user): PathId<UserId>,
    Input(input): Input<UpdateMember>,
) -> Answered<Json<Member>> {
    Ok(Json(identity::update_member(&ctx, user, input).await?))
}

async fn reset_link(Caller(ctx): Caller, PathId(user): PathId<UserId>) -> Answered<(StatusCode, Json<PasswordReset>)> {
    Ok((StatusCode::CREATED, Json(identity::create_password_reset(&ctx, user).await?)))
}

async fn reset(Caller(ctx): Caller, Input(input): Input<ResetPassword>) -> Answered<StatusCode> {
    identity::reset_password(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
