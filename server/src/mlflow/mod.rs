//! MLflow's tracking interface (its protos and handlers are the specification): the same experiments, runs and models as
//! REST has, in the words of the `mlflow` client. What it asks at `/ajax-api/…` is asked at `/api/…` ([`same_road`]), so that
//! both are authorized alike. Thin: it reads MLflow's messages, calls verbs, and writes MLflow's messages.
//! Start at `routes` for what is answered, at `wire` for how a request is read, at `said` for how an answer is written.

mod artifacts;
pub mod envelope;
mod experiments;
mod logged_models;
mod metrics;
mod models;
mod parts;
mod runs;
mod said;
mod versions;
mod wire;

use crate::routes::{Access, Face, Route};
use crate::web::Web;
use axum::Json;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::{Method, Uri};
use serde_json::{Value, json};

/// The MLflow whose interface this is.
const VERSION: &str = "3.17.2";

/// Every route.
pub(crate) fn routes() -> Vec<Route> {
    let open = vec![
        get("/api/3.0/mlflow/server-info", server_info).access(Access::Anonymous),
        Route::new(Method::GET, "/version", Face::Operation, version).access(Access::Anonymous),
        Route::new(Method::GET, "/health", Face::Operation, health).access(Access::Anonymous),
    ];
    [
        open,
        experiments::routes(),
        runs::routes(),
        metrics::routes(),
        artifacts::routes(),
        parts::routes(),
        logged_models::routes(),
        models::routes(),
        versions::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn get<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::GET, path, Face::Mlflow, handler)
}

fn post<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::POST, path, Face::Mlflow, handler)
}

fn patch<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::PATCH, path, Face::Mlflow, handler)
}

fn put<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::PUT, path, Face::Mlflow, handler)
}

fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, Web>) -> Route {
    Route::new(Method::DELETE, path, Face::Mlflow, handler)
}

/// What clients learn of the server before they sign in: nothing that is anybody's.
async fn server_info() -> Json<Value> {
    Json(json!({
        "store_type": "SqlStore",
        "workspaces_enabled": false,
        "trace_archival_enabled": false,
        "multipart_uploads_enabled": false,
        "multipart_downloads_enabled": false,
        "features_enabled": { "gateway": false },
    }))
}

async fn version() -> &'static str {
    VERSION
}

async fn health() -> &'static str {
    "OK"
}

/// The answer to an address of MLflow's interface that is none here.
pub fn unanswered(path: &str) -> Option<Response> {
    envelope::speaks(path).then(|| {
        let (said, status) = envelope::no_endpoint(path);
        (status, Json(said)).into_response()
    })
}

/// MLflow's own pages ask at `/ajax-api/…` what its clients ask at `/api/…`: one road for both, before anything is routed.
pub fn same_road(mut request: Request) -> Request {
    let path_and_query = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    let theirs = path_and_query.strip_prefix("/ajax-api/").map(|rest| format!("/api/{rest}"));
    if let Some(path) = theirs.filter(|path| envelope::speaks(path)) {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = path.parse().ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}
