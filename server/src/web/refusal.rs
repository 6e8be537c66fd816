//! From a [`Fault`] to an answer. A handler's refusal travels as a response that carries its fault; [`render`], which
//! knows the request, writes the problem details (RFC 9457) or the page for it. Logged here, once, and nowhere else.

use super::Web;
use super::trace::RequestId;
use crate::mlflow::envelope;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use chorale_model::{Fault, FaultKind};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use std::any::Any;

/// A fault on its way out.
#[derive(Debug)]
pub struct Refusal(pub Fault);

/// What a handler answers.
pub type Answered<T> = Result<T, Refusal>;

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal(fault)
    }
}

/// Rides in a response's extensions until [`render`] writes it.
#[derive(Clone)]
struct Carried(Fault);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Carried(self.0));
        response
    }
}

/// A handler's panic is an internal fault of that one request.
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Refusal(Fault::internal("answering the request", text.unwrap_or("a panic without words"))).into_response()
}

/// Writes the refusals of everything inside.
pub async fn render(State(web): State<Web>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let response = next.run(request).await;
    asked.rendered(&web, response)
}

/// Writes one refusal outside of [`render`].
pub fn rendered(web: &Web, request: &Request, response: Response) -> Response {
    Asked::of(request).rendered(web, response)
}

/// What of a request decides how its refusal looks.
struct Asked {
    id: RequestId,
    page: bool,
    /// An MLflow client, which reads an envelope of its own.
    mlflow: bool,
    head: bool,
    target: String,
}

impl Asked {
    fn of(request: &Request) -> Asked {
        Asked {
            id: request.extensions().get::<RequestId>().cloned().unwrap_or_default(),
            page: wants_page(request),
            mlflow: envelope::speaks(request.uri().path()),
            head: request.method() == http::Method::HEAD,
            // A form is no page to come back to.
            target: match request.method() {
                &http::Method::GET => request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned(),
                _ => "/".to_owned(),
            },
        }
    }

    /// Problem details for programs; for people a page, or the way to the sign-in.
    fn rendered(self, web: &Web, mut response: Response) -> Response {
        let Some(Carried(fault)) = response.extensions_mut().remove::<Carried>() else { return response };
        log(&fault);
        if self.page && fault.kind == FaultKind::Unauthenticated {
            let next: String = url::form_urlencoded::byte_serialize(self.target.as_bytes()).collect();
            let mut redirect = Redirect::to(&format!("/sign-in?next={next}")).into_response();
            std::mem::swap(redirect.extensions_mut(), response.extensions_mut());
            return redirect;
        }
        let (mut parts, _) = response.into_parts();
        let headers = &mut parts.headers;
        headers.remove(header::CONTENT_LENGTH);
        let type_ = if self.page { "text/html; charset=utf-8" } else { "application/problem+json" };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(type_));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = fault.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if fault.kind == FaultKind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.mlflow {
            let (said, status) = envelope::of(&fault);
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            parts.status = status;
            return Response::from_parts(parts, if self.head { Body::empty() } else { Body::from(said.to_string()) });
        }
        let text =
            if self.page { page(&fault, &self.id, web) } else { problem(&fault, parts.status, &self.id).to_string() };
        Response::from_parts(parts, if self.head { Body::empty() } else { Body::from(text) })
    }
}

/// A browser that opens an address or sends a page's form, as opposed to a program or a script.
fn wants_page(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = request.uri().path();
    let opens = request.method() == http::Method::GET && !path.starts_with("/api/");
    (opens || path.starts_with("/_fn/")) && accept.contains("text/html")
}

/// The page of a fault, for the rare refusal that no page of the application draws.
fn page(fault: &Fault, id: &RequestId, web: &Web) -> String {
    let (title, css, icon) = (fault.kind.title(), web.site.css(), web.site.icon_link());
    let detail = crate::openapi::escape(&fault.message);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Chorale</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/pkg/{css}\">{icon}</head><body><header class=\"top\">\
         <a class=\"rail-brand\" href=\"/\">Chorale</a></header><main class=\"page\"><div class=\"empty\" role=\"alert\">\
         <h1>{title}</h1><p>{detail}</p><p><a class=\"btn\" href=\"/\">Back to the start</a></p>\
         <p class=\"small ink-3\">request <code>{}</code></p></div></main></body></html>",
        id.0
    )
}

/// The problem details of a fault. The status is the answer's own, which may be finer than the kind's: 405, 408.
fn problem(fault: &Fault, status: StatusCode, id: &RequestId) -> serde_json::Value {
    let kind = serde_json::to_value(fault.kind).unwrap_or_default();
    let word = kind.as_str().unwrap_or("internal").to_owned();
    let mut problem = json!({
        "type": format!("/api/docs#problem-{word}"),
        "title": fault.kind.title(),
        "status": status.as_u16(),
        "detail": fault.message,
        "kind": word,
        "request_id": id.0,
    });
    if !fault.fields.is_empty() {
        problem["fields"] = json!(fault.fields);
    }
    if let Some(seconds) = fault.retry_after_s {
        problem["retry_after"] = json!(seconds);
    }
    problem
}

fn log(fault: &Fault) {
    match fault.kind {
        FaultKind::Internal => tracing::error!(%fault, "a request failed"),
        FaultKind::Busy => tracing::warn!(%fault, "a request was turned away"),
        _ => tracing::debug!(%fault, "a request was refused"),
    }
}
