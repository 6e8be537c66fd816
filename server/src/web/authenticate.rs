//! Who asks: a bearer token, else a session's cookie, else nobody. Puts the [`Ctx`] of the request into its
//! extensions; what the caller may do is decided by the route's least role and by the verb.

use super::{Refusal, Web};
use crate::routes::Access;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use chorale_platform::Ctx;
use http::request::Parts;

/// Finds out who asks.
pub async fn identify(State(_web): State<Web>, request: Request, next: Next) -> Response {
    next.run(request).await
}

/// Refuses who may not use a route at all.
pub async fn admit(State(access): State<Access>, request: Request, next: Next) -> Response {
    let allowed = match request.extensions().get::<Ctx>() {
        Some(ctx) => access.check(ctx),
        None => Err(Fault::internal("admitting a request", "it has no context")),
    };
    match allowed {
        Ok(()) => next.run(request).await,
        Err(fault) => Refusal(fault).into_response(),
    }
}

/// The context of the request.
pub struct Caller(pub Ctx);

impl FromRequestParts<Web> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Refusal> {
        let ctx = parts.extensions.get::<Ctx>().cloned();
        Ok(Caller(ctx.ok_or_else(|| Fault::internal("answering the request", "it has no context"))?))
    }
}
