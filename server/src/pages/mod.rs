//! The pages and their files inside the server: Leptos renders with the request's [`Ctx`] in
//! its context. What a page shows is decided in `chorale_app`.

mod decisions;
mod forms;
mod import;
mod site;

pub use decisions::import_decisions;
pub use forms::{annotate, draft, fields, grid, guideline};
pub use import::import_files;
pub use site::{Site, asset};

use crate::web::{Caller, Refusal, Web};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use chorale_app::pages::sign_in::DemoSignIns;
use chorale_model::Fault;
use chorale_platform::Ctx;
use leptos::prelude::provide_context;

/// Renders the page at the request's address.
pub async fn page(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    render(web, ctx, request, || ()).await
}

/// Runs the server function at the request's address.
pub async fn function(Caller(ctx): Caller, request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(move || provide_context(ctx.clone()), request).await.into_response()
}

/// What no route answers: a page that says so, or a problem for programs.
pub async fn fallback(State(web): State<Web>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(answer) = crate::mlflow::unanswered(&path) {
        return answer;
    }
    let program = ["/api/", "/_fn/", "/pkg/"].iter().any(|start| path.starts_with(start));
    if program || request.method() != http::Method::GET {
        return Refusal(Fault::missing("address", path)).into_response();
    }
    match request.extensions().get::<Ctx>().cloned() {
        Some(ctx) => render(web, ctx, request, || ()).await,
        None => Refusal(Fault::missing("address", path)).into_response(),
    }
}

/// `give` puts into the page's context what its own form sent.
async fn render(web: Web, ctx: Ctx, request: Request, give: impl Fn() + Clone + Send + Sync + 'static) -> Response {
    let (site, signs_in) = (web.site.clone(), request.uri().path() == "/sign-in");
    // No other page shows them.
    let demo = if signs_in { demo_sign_ins(&web).await } else { DemoSignIns::default() };
    let handler = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(ctx.clone());
            provide_context(demo.clone());
            give();
        },
        move || chorale_app::shell(site.assets()),
    );
    let mut response = handler(request).await;
    // A page is drawn for one person; the back button asks again.
    response.headers_mut().insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("private, no-cache"));
    response
}

/// What the sign-in page lists while the demo organization is there.
async fn demo_sign_ins(web: &Web) -> DemoSignIns {
    match crate::demo::people(&web.app).await {
        Ok(Some((people, password))) => DemoSignIns { people, password },
        Ok(None) => DemoSignIns::default(),
        Err(fault) => {
            tracing::warn!(%fault, "the demo's sign-ins cannot be read");
            DemoSignIns::default()
        }
    }
}
