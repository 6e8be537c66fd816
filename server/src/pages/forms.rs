//! Pages that answer a POST of their own form: what is typed there may be long and belongs into no address, and it stays
//! in the form where it is refused.

use super::render;
use crate::web::{Caller, Refusal, Web};
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use chorale_app::pages::{annotate as annotating, fields as editing, grid as sheet, projects as planning};
use chorale_model::Fault;
use chorale_platform::Ctx;
use leptos::prelude::provide_context;
use serde::de::DeserializeOwned;

/// `/annotate` with what was posted and its answer.
pub async fn annotate(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    posted::<annotating::Posted>(web, ctx, request).await
}

/// The fields of a collection after a change of one, or with what is wrong in its form.
pub async fn fields(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    posted::<editing::Posted>(web, ctx, request).await
}

/// A study's grid, or its titles, with the change that was posted and what it would do.
pub async fn grid(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    posted::<sheet::Posted>(web, ctx, request).await
}

/// A project that was drafted or changed before it starts, or what is wrong in its form.
pub async fn draft(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    posted::<planning::PostedPlan>(web, ctx, request).await
}

/// A project after the next version of its guideline was written, or with what is wrong in its form.
pub async fn guideline(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    posted::<planning::PostedGuideline>(web, ctx, request).await
}

/// Draws the page with the form in its context.
async fn posted<T>(web: Web, ctx: Ctx, request: Request) -> Response
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let (parts, body) = request.into_parts();
    let form = Form::<T>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    match form {
        Ok(Form(posted)) => {
            render(web, ctx, Request::from_parts(parts, Body::empty()), move || provide_context(posted.clone())).await
        }
        Err(error) => {
            let why = error.body_text();
            Refusal(Fault::invalid(format!("the form cannot be read: {why}; load the page again"))).into_response()
        }
    }
}
