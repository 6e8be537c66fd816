//! Requests must ask for a name of ours: a page on a name that an attacker points at this machine (DNS rebinding)
//! would otherwise read it as its own.

use super::{Refusal, Web};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;

/// Probes ask by address; what they get is nobody's data.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

pub async fn check(State(web): State<Web>, request: Request, next: Next) -> Response {
    let asked = host(&request);
    let known = asked.as_ref().is_some_and(|asked| web.config.allowed_hosts.iter().any(|host| host == asked));
    if known || PROBES.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let asked = asked.unwrap_or_default();
    let why = format!("\"{asked}\" is no name of this deployment; use its public address, or add it to allowed_hosts");
    let refusal = Refusal(Fault::field("host", why)).into_response();
    super::refusal::rendered(&web, &request, refusal)
}

/// The host without its port, in lower case.
fn host(request: &Request) -> Option<String> {
    let authority = match request.uri().authority() {
        Some(authority) => authority.clone(),
        None => request.headers().get(http::header::HOST)?.to_str().ok()?.parse::<http::uri::Authority>().ok()?,
    };
    // A name before an @ is nobody's host, and others might read it as one.
    if authority.as_str().contains('@') {
        return None;
    }
    Some(authority.host().to_lowercase())
}
