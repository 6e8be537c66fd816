//! How requests travel: accepted, identified, limited, answered. The layers are put together in [`layers`], outermost
//! first; what a single route needs on top (access, pace) is put around it by the route table.
//! Must never know what a route does.

pub mod accept;
pub mod authenticate;
mod client;
pub mod extract;
mod form;
mod headers;
mod hosts;
mod meter;
pub mod pace;
pub mod refusal;
mod trace;

pub use authenticate::{Caller, Lasting};
pub use client::{Peer, is_local};
pub use extract::{Input, PathId, PathTexts, Search};
pub use form::{Form, Part};
pub use refusal::{Answered, Refusal};
pub use trace::RequestId;

use crate::Config;
use crate::mlflow;
use crate::pages::Site;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use chorale_model::Fault;
use chorale_platform::Deployment;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::Layer;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// What every handler may reach.
#[derive(Clone)]
pub struct Web {
    pub app: Arc<Deployment>,
    pub config: Arc<Config>,
    pub site: Arc<Site>,
    pub metrics: PrometheusHandle,
    /// Cancelled when the server begins to stop: streams end then.
    pub stopping: CancellationToken,
}

/// Puts the common layers around the routes; the last one added is the first to see a request.
pub fn layers(routes: Router<Web>, web: Web) -> Result<Router, Fault> {
    let origin = web.config.public_url.origin().ascii_serialization();
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&origin)
        .map_err(|e| Fault::field("public_url", format!("{origin} is no origin: {e}")))?
        .with_rejection_response(|_: ProtectionError| {
            axum::response::IntoResponse::into_response(Refusal(Fault::forbidden(
                "this request comes from another site's page; open Chorale itself and try again",
            )))
        });
    let worth = SizeAbove::new(512)
        .and(NotForContentType::const_new("text/event-stream"))
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("application/vnd.apache.parquet"));
    let whole = routes
        .layer(from_fn_with_state(web.clone(), authenticate::identify))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(refusal::panicked))
        .layer(from_fn_with_state(web.clone(), refusal::render))
        .layer(CompressionLayer::new().compress_when(worth))
        .layer(from_fn_with_state(web.clone(), hosts::check))
        .layer(from_fn_with_state(web.clone(), headers::secure))
        .layer(from_fn(meter::count))
        .layer(from_fn_with_state(web.clone(), trace::follow))
        .with_state(web);
    // A layer of a router is inside of its routing; this one changes what is routed.
    Ok(Router::new().fallback_service(MapRequestLayer::new(mlflow::same_road).layer(whole)))
}
