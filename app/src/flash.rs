//! What the last form answered: a message that survives one redirect, in a cookie that only this browser reads.
//! Not in the address, because anyone can write a link whose query says anything on our page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chorale_ui::{Alert, Tone};
use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

/// One answer. `action` is the last part of the server function's path, so that the page shows it at its form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    pub action: String,
    pub good: bool,
    pub message: String,
    /// A secret to show once: a new token, a reset link.
    #[serde(default)]
    pub secret: Option<String>,
}

impl Flash {
    /// Leaves it for the next page.
    pub fn leave(&self) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(SET_COOKIE, self.cookie());
        }
    }

    /// The cookie that leaves it, for an answer that is no server function's.
    pub fn cookie(&self) -> HeaderValue {
        let json = serde_json::to_vec(self).expect("strings become JSON");
        cookie(&format!("flash={}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict", URL_SAFE_NO_PAD.encode(json)))
    }

    /// Takes it, once.
    pub fn take() -> Option<Self> {
        let parts = use_context::<http::request::Parts>()?;
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let packed =
            cookies.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix("flash="))?.to_owned();
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(SET_COOKIE, cookie("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"));
        }
        Self::unpack(&packed)
    }

    /// What a cookie's value holds.
    pub fn unpack(packed: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(packed).ok()?).ok()
    }
}

fn cookie(line: &str) -> HeaderValue {
    HeaderValue::from_str(line).expect("base64 and fixed words are ASCII")
}

/// Shows the answer of any of these actions, if one of them sent the visitor here.
#[component]
pub fn Notice(actions: &'static [&'static str]) -> impl IntoView {
    let flash = use_context::<Option<Flash>>().flatten().filter(|flash| actions.contains(&flash.action.as_str()));
    flash.map(|flash| {
        let (tone, title) = if flash.good { (Tone::Ok, "Done.") } else { (Tone::Bad, "That was refused; nothing was changed.") };
        view! {
            <Alert tone=tone title=title loud=true>
                <p>{flash.message}</p>
                {flash.secret.map(|secret| view! { <div class="copy"><code>{secret.clone()}</code><button class="btn" data-size="small" type="button" data-copy=secret>"Copy"</button></div> })}
            </Alert>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_cookie_is_no_message() {
        assert_eq!(Flash::unpack("not base64!"), None);
        assert_eq!(Flash::unpack(&URL_SAFE_NO_PAD.encode("{\"action\": 1}")), None);
        let flash = Flash { action: "sign_in".into(), good: false, message: "no".into(), secret: None };
        assert_eq!(Flash::unpack(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(&flash).expect("JSON"))), Some(flash));
    }
}
