//! `/api/openapi.json` and its rendering at `/api/docs`, both made from the table of routes.

mod describe;
mod docs;

pub use describe::{describe, is_described};
pub use docs::{docs, escape, stylesheet};

use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::LazyLock;

/// The description as text; the table does not change while the process runs.
static DOCUMENT: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&describe()).expect("a description made of texts and maps becomes JSON"));

/// `GET /api/openapi.json`
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], DOCUMENT.as_str())
        .into_response()
}
