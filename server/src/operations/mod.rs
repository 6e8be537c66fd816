//! What whoever runs the deployment reads: is it alive, can it work, how is it doing.

mod measure;

pub use measure::recorder;

use crate::web::{Answered, Web};
use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use http::{StatusCode, header};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Everything a request needs is there; 503 with what is missing otherwise.
pub async fn readyz(State(web): State<Web>) -> (StatusCode, Json<Value>) {
    let checks = [
        ("database", web.app.db.check_schema().await),
        ("objects", web.app.objects.exists("ready").await.map(drop)),
        ("server", if web.stopping.is_cancelled() { Err(Fault::busy("the server is stopping")) } else { Ok(()) }),
    ];
    let ready = checks.iter().all(|(_, check)| check.is_ok());
    let words = checks
        .map(|(name, check)| (name.to_owned(), check.map_or_else(|fault| json!(fault.message), |()| json!("ok"))));
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": ready, "checks": serde_json::Map::from_iter(words) })))
}

/// Prometheus' text format, for this machine or whoever has the token.
pub async fn metrics(State(web): State<Web>, request: Request) -> Answered<Response> {
    if !may_measure(&web, &request) {
        let why = "metrics are for this machine, or for the bearer token in the setting metrics_token";
        return Err(Fault::forbidden(why).into());
    }
    measure::refresh(&web).await;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], web.metrics.render()).into_response())
}

fn may_measure(web: &Web, request: &Request) -> bool {
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match (bearer.and_then(|text| text.strip_prefix("Bearer ")), &web.config.metrics_token) {
        (Some(given), Some(token)) => given.as_bytes().ct_eq(token.as_bytes()).into(),
        _ => crate::web::is_local(request),
    }
}
