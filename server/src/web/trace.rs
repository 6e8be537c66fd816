//! One span, one log line and one measurement per request. Paths are logged without their query, which may hold
//! what somebody searched for.

use super::Web;
use super::client;
use crate::routes::RoutePath;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chorale_platform::Ctx;
use http::{HeaderName, HeaderValue};
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
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", request_id = %id.0, %method, path);
    let ctx = Ctx::anonymous(web.app.clone(), id.0.clone(), address.clone());
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(ctx);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let seconds = started.elapsed().as_secs_f64();
    let route = response.extensions().get::<RoutePath>().map_or("other", |route| route.0);
    let status = response.status().as_u16();
    let labels = [("route", route.to_owned()), ("method", method.to_string()), ("status", status.to_string())];
    metrics::counter!("chorale_http_requests_total", &labels).increment(1);
    metrics::histogram!("chorale_http_request_seconds", "route" => route).record(seconds);
    span.in_scope(|| {
        tracing::info!(status, route, address, duration_ms = (seconds * 1e6).round() / 1e3, "request");
    });
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
