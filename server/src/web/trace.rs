//! One span, one log line and one measurement per request. Paths are logged without their query, which may hold
//! what somebody searched for.

use super::Web;
use super::client;
use crate::routes::RoutePath;
use crate::traces;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chorale_platform::Ctx;
use http::{HeaderName, HeaderValue, Method};
use std::time::Instant;
use tracing::Instrument;

/// Names a request in logs, answers and the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestId(pub String);

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Follows a request from its arrival to its answer's head.
pub async fn follow(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id = RequestId(web.app.ids.uuid().to_string());
    let address = client::address(&request, &web.config.trusted_proxies);
    let method = request.method().clone();
    let span = traces::request_span(&request, &id);
    let ctx = Ctx::anonymous(web.app.clone(), id.0.clone(), address.clone());
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(ctx);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let seconds = started.elapsed().as_secs_f64();
    let route = response.extensions().get::<RoutePath>().map_or("other", |route| route.0);
    let status = response.status().as_u16();
    let labels = [("route", route.to_owned()), ("method", label(&method).to_owned()), ("status", status.to_string())];
    metrics::counter!("chorale_http_requests_total", &labels).increment(1);
    metrics::histogram!("chorale_http_request_seconds", "route" => route).record(seconds);
    span.in_scope(|| {
        tracing::info!(status, route, address, duration_ms = (seconds * 1e6).round() / 1e3, "request");
    });
    if web.config.otlp_endpoint.is_some() {
        traces::answered(&span, &method, route, response.status());
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The method as a label: whatever a stranger invents is "other", so that metrics cannot be made to grow.
fn label(method: &Method) -> &str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
    ];
    if known.contains(method) { method.as_str() } else { "other" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_method_makes_no_label_of_its_own() {
        assert_eq!(label(&Method::PATCH), "PATCH");
        for invented in ["BREW", "get", "X0001"] {
            assert_eq!(label(&Method::from_bytes(invented.as_bytes()).unwrap()), "other", "{invented}");
        }
    }
}
