//! What a person changes about themselves.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::Fault;
use chorale_model::identity::{ChangePassword as NewPassword, CreateToken as NewToken, Preferences};
use chorale_platform::identity;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "change_password")]
pub async fn change_password(current: String, new: String) -> Result<(), Refusal> {
    answer("change_password", async {
        identity::change_password(&ctx()?, NewPassword { current, new }).await?;
        Ok(Done::said("The password was changed; your other sessions were signed out."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "end_session")]
pub async fn end_session(session: String) -> Result<(), Refusal> {
    answer("end_session", async {
        identity::end_session(&ctx()?, session.parse()?).await?;
        Ok(Done::said("That browser was signed out."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "create_token")]
pub async fn create_token(
    name: String,
    role: String,
    #[server(default)] expires_in_days: String,
) -> Result<(), Refusal> {
    answer("create_token", async {
        let days = Some(expires_in_days.as_str()).filter(|days| !days.is_empty()).map(str::parse::<i64>).transpose();
        let days =
            days.map_err(|_| Fault::field("expires_in_days", format!("\"{expires_in_days}\" is no number of days")))?;
        let input = NewToken { name, role: role.parse()?, expires_in_days: days };
        let made = identity::create_token(&ctx()?, input).await?;
        let message = format!("The token “{}” was made. Copy it now: it is never shown again.", made.token.name);
        Ok(Done { message, secret: Some(made.secret), to: None })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "revoke_token")]
pub async fn revoke_token(token: String) -> Result<(), Refusal> {
    answer("revoke_token", async {
        identity::revoke_token(&ctx()?, token.parse()?).await?;
        Ok(Done::said("The token was revoked; programs that use it are refused from now on."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "set_preferences")]
pub async fn set_preferences(single_keys: bool) -> Result<(), Refusal> {
    answer("set_preferences", async {
        identity::set_preferences(&ctx()?, Preferences { single_keys: Some(single_keys), name: None }).await?;
        Ok(Done::said(if single_keys { "Single keys are on." } else { "Single keys are off." }))
    })
    .await
}
