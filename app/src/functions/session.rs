//! Signing in and out, switching, and what one browser remembers.

use super::answer::{Done, Refusal, answer, ctx};
use crate::redirect::local;
use chorale_model::Fault;
use chorale_model::identity::{ResetPassword as NewPassword, SignIn as Credentials};
use chorale_platform::identity::{self, cookie};
use http::HeaderValue;
use http::header::{SET_COOKIE, USER_AGENT};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

fn set_cookie(line: &str) -> Result<(), Fault> {
    let value = HeaderValue::from_str(line).map_err(|error| Fault::internal("setting a cookie", error))?;
    let response =
        use_context::<ResponseOptions>().ok_or_else(|| Fault::internal("setting a cookie", "no response"))?;
    response.append_header(SET_COOKIE, value);
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), Refusal> {
    answer("sign_in", async {
        let ctx = ctx()?;
        let parts = use_context::<http::request::Parts>();
        let agent = parts.as_ref().and_then(|parts| parts.headers.get(USER_AGENT)?.to_str().ok()).unwrap_or_default();
        let signed = identity::sign_in(&ctx, Credentials { email, password }, agent).await?;
        let max_age_s = signed.expires_at.since(ctx.now()) / chorale_model::Time::SECOND;
        set_cookie(&cookie::set(&ctx.app.settings, &signed.secret, max_age_s))?;
        Ok(Done::goes(local(&next)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), Refusal> {
    answer("sign_out", async {
        let ctx = ctx()?;
        identity::sign_out(&ctx).await?;
        set_cookie(&cookie::clear(&ctx.app.settings))?;
        Ok(Done::goes("/sign-in"))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "switch_organization")]
pub async fn switch_organization(organization: String) -> Result<(), Refusal> {
    answer("switch_organization", async {
        identity::switch_organization(&ctx()?, organization.parse()?).await?;
        Ok(Done::goes("/"))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "reset_password")]
pub async fn reset_password(code: String, new: String) -> Result<(), Refusal> {
    answer("reset_password", async {
        identity::reset_password(&ctx()?, NewPassword { code, new }).await?;
        Ok(Done::goes("/sign-in"))
    })
    .await
}

/// Theme and rail, in a cookie of this browser: nobody's data, so it needs no sign-in.
#[server(prefix = "/_fn", endpoint = "set_preference")]
pub async fn set_preference(name: String, value: String) -> Result<(), Refusal> {
    answer("set_preference", async {
        let max_age_s = match (name.as_str(), value.as_str()) {
            ("theme", "light" | "dark") | ("rail", "closed") => 31_536_000,
            ("theme", "system") | ("rail", "open") => 0,
            _ => return Err(Fault::field("value", format!("\"{value}\" is no choice for {name}"))),
        };
        set_cookie(&format!("{name}={value}; Path=/; Max-Age={max_age_s}; SameSite=Lax"))?;
        Ok(Done { message: String::new(), secret: None, to: None })
    })
    .await
}
