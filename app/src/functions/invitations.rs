//! Asking people in, and accepting.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::identity::{AcceptInvitation as Acceptance, Invite};
use chorale_platform::identity;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "invite_member")]
pub async fn invite_member(email: String, #[server(default)] name: String, role: String) -> Result<(), Refusal> {
    answer("invite_member", async {
        let made = identity::invite(&ctx()?, Invite { email, name, role: role.parse()? }).await?;
        let (email, until) = (made.invitation.email, made.invitation.expires_at.minute_text());
        let message = format!(
            "{email} is invited, and a member once they accepted. Give them this link yourself; it works once, until \
             {until} UTC, and is not shown again."
        );
        Ok(Done { message, secret: Some(made.url), to: None })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(invitation: String) -> Result<(), Refusal> {
    answer("withdraw_invitation", async {
        identity::withdraw_invitation(&ctx()?, invitation.parse()?).await?;
        Ok(Done::said("The invitation is withdrawn; its link is void."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(code: String, password: String) -> Result<(), Refusal> {
    answer("accept_invitation", async {
        identity::accept_invitation(&ctx()?, Acceptance { code, password }).await?;
        Ok(Done::goes("/sign-in"))
    })
    .await
}
