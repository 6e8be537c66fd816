//! The form at `/annotate`: a page that answers a POST, because what is tried may be long and belongs into no address.

use super::render;
use crate::web::{Caller, Refusal, Web};
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use chorale_app::pages::annotate::Posted;
use chorale_model::Fault;

/// Draws the page with what was posted and its answer.
pub async fn annotate(State(web): State<Web>, Caller(ctx): Caller, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::<Posted>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    match form {
        Ok(Form(posted)) => render(web, ctx, Request::from_parts(parts, axum::body::Body::empty()), Some(posted)).await,
        Err(error) => {
            let why = error.body_text();
            Refusal(Fault::invalid(format!("the form cannot be read: {why}; load the page again"))).into_response()
        }
    }
}
