//! Invitations into the organization, and their acceptance by whoever holds the link.

use super::{delete, get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::identity::{AcceptInvitation, CreatedInvitation, Invitation, Invite};
use chorale_model::page::PageRequest;
use chorale_model::{InvitationId, Page};
use chorale_platform::identity;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/invitations", list).access(Access::Admin).says(|o| {
            o.summary("members", "Who was asked in and has not accepted yet")
                .paged()
                .answers(Schema::page::<Invitation>())
        }),
        post("/api/v1/invitations", invite)
            .access(Access::Admin)
            .json(r#"{"email": "new-<unique>@example.org", "role": "scientist"}"#)
            .says(|o| {
                o.summary("members", "Asks a person in; the link, for you to hand over, is shown this once")
                    .takes(Schema::of::<Invite>())
                    .status(201)
                    .answers(Schema::of::<CreatedInvitation>())
            }),
        delete("/api/v1/invitations/{invitation}", withdraw)
            .stands(&[("invitation", "doomed_invitation")])
            .access(Access::Admin)
            .says(|o| {
                o.summary("members", "Withdraws an invitation; its link is void")
                    .path("invitation", "its id")
                    .status(204)
            }),
        post("/api/v1/invitation-acceptance", accept)
            .access(Access::Anonymous)
            .json(r#"{"code": "<invitation_code>", "password": "correct horse battery"}"#)
            .says(|o| {
                o.summary("members", "Becomes a member with the code of an invitation, by an account or a new one")
                    .takes(Schema::of::<AcceptInvitation>())
                    .status(204)
            }),
    ]
}

async fn list(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Invitation>>> {
    Ok(Json(identity::list_invitations(&ctx, page).await?))
}

async fn invite(Caller(ctx): Caller, Input(input): Input<Invite>) -> Answered<(StatusCode, Json<CreatedInvitation>)> {
    Ok((StatusCode::CREATED, Json(identity::invite(&ctx, input).await?)))
}

async fn withdraw(Caller(ctx): Caller, PathId(id): PathId<InvitationId>) -> Answered<StatusCode> {
    identity::withdraw_invitation(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn accept(Caller(ctx): Caller, Input(input): Input<AcceptInvitation>) -> Answered<StatusCode> {
    identity::accept_invitation(&ctx, input).await?;
    Ok(StatusCode::NO_CONTENT)
}
