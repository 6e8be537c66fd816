//! What an admin changes about the members.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::identity::UpdateMember;
use chorale_platform::identity;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "set_role")]
pub async fn set_role(user: String, role: String) -> Result<(), Refusal> {
    answer("set_role", async {
        let change = UpdateMember { role: Some(role.parse()?), active: None };
        let member = identity::update_member(&ctx()?, user.parse()?, change).await?;
        Ok(Done::said(format!("{} is now {}.", member.email, member.role)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "set_active")]
pub async fn set_active(user: String, active: bool) -> Result<(), Refusal> {
    answer("set_active", async {
        let change = UpdateMember { role: None, active: Some(active) };
        let member = identity::update_member(&ctx()?, user.parse()?, change).await?;
        let state = if active { "active again" } else { "deactivated; sessions and tokens ended" };
        Ok(Done::said(format!("{} is {state}.", member.email)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "create_password_reset")]
pub async fn create_password_reset(user: String) -> Result<(), Refusal> {
    answer("create_password_reset", async {
        let link = identity::create_password_reset(&ctx()?, user.parse()?).await?;
        let until = link.expires_at.minute_text();
        let message =
            format!("Give this link to the member yourself; it works once, until {until} UTC, and is not shown again.");
        Ok(Done { message, secret: Some(link.url), to: None })
    })
    .await
}
