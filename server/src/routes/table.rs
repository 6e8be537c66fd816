//! Every route of the server. REST routes are rows of the files in `rest/`, MLflow's of those in `mlflow/`, pages and server functions of the two
//! lists beside this file; what is left is here.

use super::{Access, Face, Route, functions, pages};
use crate::{mlflow, openapi, operations, rest};
use http::Method;

/// The whole table.
pub fn all() -> Vec<Route> {
    let mut table = open();
    table.extend(rest::routes());
    table.extend(mlflow::routes());
    table.extend(functions::routes());
    table.extend(pages::routes());
    table
}

/// What everybody may read: probes, documentation, assets. None of it is anybody's data.
fn open() -> Vec<Route> {
    let row = |route: Route| route.access(Access::Anonymous);
    vec![
        row(Route::new(Method::GET, "/healthz", Face::Operation, operations::healthz)),
        row(Route::new(Method::GET, "/readyz", Face::Operation, operations::readyz)),
        row(Route::new(Method::GET, "/metrics", Face::Operation, operations::metrics)),
        row(Route::new(Method::GET, "/api/openapi.json", Face::Operation, openapi::document)),
        row(Route::new(Method::GET, "/api/docs", Face::Operation, openapi::docs)),
        row(Route::new(Method::GET, "/api/docs.css", Face::Operation, openapi::stylesheet)),
        row(Route::new(Method::GET, "/pkg/{asset}", Face::Operation, crate::pages::asset)),
    ]
}
