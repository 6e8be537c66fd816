//! Who asks: a bearer token, else a session's cookie, else nobody. Puts the [`Ctx`] of the request into its
//! extensions; what the caller may do is decided by the route's least role and by the verb.

use super::client::address;
use super::meter::Known;
use super::trace::RequestId;
use super::{Refusal, Web};
use crate::routes::Access;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chorale_model::{Fault, FaultKind};
use chorale_platform::{Ctx, identity};
use http::header;
use http::request::Parts;

/// Finds out who asks. A token that is wrong is refused here, whatever the route; a session that has ended is nobody.
pub async fn identify(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let said = Said::by(&web, &request);
    match caller(&web, said.clone()).await {
        Ok(ctx) => {
            request.extensions_mut().insert(said);
            if let Some(known) = request.extensions().get::<Known>() {
                known.is(&ctx);
            }
            request.extensions_mut().insert(ctx);
            next.run(request).await
        }
        Err(fault) => Refusal(fault).into_response(),
    }
}

/// What a request says about its caller. Taken out of it first: a body cannot be looked at from two threads. It stays
/// with the request, for answers that last: see [`Lasting`].
#[derive(Clone)]
struct Said {
    id: String,
    address: String,
    authorization: Option<String>,
    cookies: Option<String>,
}

impl Said {
    fn by(web: &Web, request: &Request) -> Said {
        let text = |name: header::HeaderName| request.headers().get(name)?.to_str().ok().map(str::to_owned);
        // Metrics have a token of their own.
        let measures = request.uri().path() == "/metrics";
        Said {
            id: request.extensions().get::<RequestId>().cloned().unwrap_or_default().0,
            address: address(request, &web.config.trusted_proxies),
            authorization: text(header::AUTHORIZATION).filter(|_| !measures),
            cookies: text(header::COOKIE),
        }
    }
}

async fn caller(web: &Web, said: Said) -> Result<Ctx, Fault> {
    let Said { id, address, authorization, cookies } = said;
    if let Some(given) = authorization {
        let bearer = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = bearer.ok_or_else(Fault::unauthenticated)?;
        return identity::authenticate_token(&web.app, token.trim(), id, address).await;
    }
    let secret = cookies.as_deref().and_then(|cookies| identity::cookie::read(&web.app.settings, cookies));
    if let Some(secret) = secret
        && let Some(ctx) = identity::authenticate_session(&web.app, secret, id.clone(), address.clone()).await?
    {
        return Ok(ctx);
    }
    Ok(Ctx::anonymous(web.app.clone(), id, address))
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

/// Whoever gets an answer that lasts: their rights may end before it does.
pub struct Lasting {
    web: Web,
    said: Said,
    ctx: Ctx,
}

impl FromRequestParts<Web> for Lasting {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let said = parts.extensions.get::<Said>().cloned();
        let said = said.ok_or_else(|| Fault::internal("answering the request", "nobody was identified"))?;
        let Caller(ctx) = Caller::from_request_parts(parts, web).await?;
        Ok(Lasting { web: web.clone(), said, ctx })
    }
}

impl Lasting {
    /// Reads the session or the token once more: whether it stands and works in the same organization. A database
    /// that does not answer now is no reason to send anybody away.
    pub async fn still(&self) -> bool {
        match caller(&self.web, self.said.clone()).await {
            Ok(now) => now.scope == self.ctx.scope && now.user() == self.ctx.user(),
            Err(fault) => fault.kind != FaultKind::Unauthenticated,
        }
    }
}
