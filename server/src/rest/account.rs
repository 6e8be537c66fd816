//! Oneself: who am I, sessions, tokens, password.

use super::{delete, get, patch, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::identity::{ChangePassword, CreateToken, CreatedToken, Me, Preferences, Session, Token};
use chorale_model::page::PageRequest;
use chorale_model::{Page, SessionId, TokenId};
use chorale_platform::identity;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/me", me).says(|o| o.summary("account", "Who asks, and where").answers(Schema::of::<Me>())),
        patch("/api/v1/me", prefer).json(r#"{"single_keys": true}"#).says(|o| {
            o.summary("account", "Changes name and preferences")
                .takes(Schema::of::<Preferences>())
                .answers(Schema::of::<Me>())
        }),
        post("/api/v1/me/password", password)
            .json(r#"{"current": "<password>", "new": "another horse battery"}"#)
            .says(|o| {
                o.summary("account", "Changes one's password and ends one's other sessions")
                    .takes(Schema::of::<ChangePassword>())
                    .status(204)
            }),
        get("/api/v1/sessions", sessions)
            .says(|o| o.summary("account", "One's signed-in browsers").paged().answers(Schema::page::<Session>())),
        delete("/api/v1/sessions/{session}", end)
            .stands(&[("session", "doomed_session")])
            .says(|o| o.summary("account", "Signs a browser out").path("session", "its id").status(204)),
        get("/api/v1/tokens", tokens)
            .says(|o| o.summary("account", "One's API tokens").paged().answers(Schema::page::<Token>())),
        get("/api/v1/organization/tokens", all_tokens)
            .access(Access::Admin)
            .says(|o| o.summary("account", "Everybody's API tokens").paged().answers(Schema::page::<Token>())),
        post("/api/v1/tokens", create).json(r#"{"name": "example", "role": "scientist", "expires_in_days": 30}"#).says(
            |o| {
                o.summary("account", "Makes a token; its secret is shown this once")
                    .takes(Schema::of::<CreateToken>())
                    .status(201)
                    .answers(Schema::of::<CreatedToken>())
            },
        ),
        delete("/api/v1/tokens/{token}", revoke).stands(&[("token", "doomed_token")]).says(|o| {
            o.summary("account", "Revokes a token; it is refused from the next request on")
                .path("token", "its id")
                .status(204)
        }),
    ]
}

async fn me(Caller(ctx): Caller) -> Answered<Json<Me>> {
    Ok(Json(identity::me(&ctx).await?))
}

async fn prefer(Caller(ctx): Caller, Input(input): Input<Preferences>) -> Answered<Json<Me>> {
    Ok(Json(identity::set_preferences(&ctx, input).await?))
}

async fn password(Caller(ctx): Caller, Input(input): Input<ChangePassword>) -> Answered<StatusCode> {
    identity::change_password(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sessions(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Session>>> {
    Ok(Json(identity::list_sessions(&ctx, page).await?))
}

async fn end(Caller(ctx): Caller, PathId(id): PathId<SessionId>) -> Answered<StatusCode> {
    identity::end_session(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tokens(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Token>>> {
    Ok(Json(identity::list_tokens(&ctx, false, page).await?))
}

async fn all_tokens(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Token>>> {
    Ok(Json(identity::list_tokens(&ctx, true, page).await?))
}

async fn create(Caller(ctx): Caller, Input(input): Input<CreateToken>) -> Answered<(StatusCode, Json<CreatedToken>)> {
    Ok((StatusCode::CREATED, Json(identity::create_token(&ctx, input).await?)))
}

async fn revoke(Caller(ctx): Caller, PathId(id): PathId<TokenId>) -> Answered<StatusCode> {
    identity::revoke_token(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
