//! How a server function answers: one way for forms, one for programs.

use crate::flash::Flash;
use crate::redirect::{go, local};
use chorale_model::{Fault, FaultKind};
use chorale_platform::Ctx;
use http::header::{ACCEPT, HOST, REFERER, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

/// A fault on its way out. `cause` stays here: it is never serialized.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refusal(pub Fault);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl FromServerFnError for Refusal {
    type Encoder = JsonEncoding;

    /// A form that could not be read; everything else is refused by `answer`.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let fault = Fault::invalid(format!("the form cannot be read: {error}; load the page again"));
        set_status(&fault);
        Refusal(fault)
    }
}

/// What follows a success.
pub struct Done {
    /// For the person; empty when the next page says it by itself.
    pub message: String,
    /// To show once.
    pub secret: Option<String>,
    /// Where to go; back to the form's page when absent.
    pub to: Option<String>,
}

impl Done {
    pub fn said(message: impl Into<String>) -> Self {
        Done { message: message.into(), secret: None, to: None }
    }

    pub fn goes(to: impl Into<String>) -> Self {
        Done { message: String::new(), secret: None, to: Some(to.into()) }
    }
}

/// What follows a success, for an island that sends a form without leaving its page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Next {
    pub message: String,
    /// Empty: the page it came from.
    pub to: String,
}

/// The request's context, which the router provides.
pub fn ctx() -> Result<Ctx, Fault> {
    use_context::<Ctx>().ok_or_else(|| Fault::internal("answering the form", "the router gave no Ctx"))
}

/// Answers the server function `action` with what `work` came to.
pub async fn answer(action: &str, work: impl Future<Output = Result<Done, Fault>>) -> Result<(), Refusal> {
    answer_next(action, work).await.map(drop)
}

/// The same for a form that an island may send.
pub async fn answer_next(action: &str, work: impl Future<Output = Result<Done, Fault>>) -> Result<Next, Refusal> {
    let parts = use_context::<http::request::Parts>();
    let header = |name| parts.as_ref().and_then(|parts| parts.headers.get(name)?.to_str().ok());
    let by_form = header(ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    let back = back(header(REFERER), header(HOST));
    let result = work.await;
    let flash =
        |good, message: &str, secret| Flash { action: action.to_owned(), good, message: message.to_owned(), secret };
    match result {
        Ok(done) => {
            let next = Next { message: done.message.clone(), to: done.to.clone().unwrap_or_default() };
            if by_form {
                if !done.message.is_empty() || done.secret.is_some() {
                    flash(true, &done.message, done.secret).leave();
                }
                go(done.to.as_deref().unwrap_or(&back));
            }
            Ok(next)
        }
        Err(fault) => {
            if fault.kind == FaultKind::Internal {
                tracing::error!(action, cause = fault.cause.as_deref().unwrap_or_default(), "{}", fault.message);
            }
            if by_form {
                flash(false, &fault.message, None).leave();
                go(&back);
            } else {
                set_status(&fault);
            }
            Err(Refusal(fault))
        }
    }
}

fn set_status(fault: &Fault) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(fault.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        if let Some(seconds) = fault.retry_after_s {
            response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

/// The path of the page that the form stands on; never another host's.
fn back(referer: Option<&str>, host: Option<&str>) -> String {
    let own = referer.zip(host).and_then(|(referer, host)| {
        let rest = referer.strip_prefix("https://").or_else(|| referer.strip_prefix("http://"))?.strip_prefix(host)?;
        rest.starts_with('/').then(|| local(rest))
    });
    own.unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_go_back_to_their_own_host_alone() {
        assert_eq!(back(Some("http://127.0.0.1:3000/account?x=1"), Some("127.0.0.1:3000")), "/account?x=1");
        assert_eq!(back(Some("https://evil.example/account"), Some("127.0.0.1:3000")), "/");
        assert_eq!(back(Some("http://127.0.0.1:3000.evil.example/"), Some("127.0.0.1:3000")), "/");
        assert_eq!(back(Some("http://127.0.0.1:3000//evil.example/"), Some("127.0.0.1:3000")), "/");
        assert_eq!(back(None, Some("127.0.0.1:3000")), "/");
    }
}
