//! The form that takes decisions over from a file: the file streams, so the form is the server's own.

use crate::rest::exchange;
use crate::rest::imports::accepted;
use crate::web::{Answered, Caller, Form};
use axum::response::{IntoResponse, Redirect, Response};
use chorale_app::flash::Flash;
use chorale_model::FaultKind;
use http::HeaderMap;
use http::header::{ACCEPT, SET_COOKIE};

const PAGE: &str = "/decisions/import";

/// `POST /_fn/import_decisions`: a browser's form goes on to what the file would change, or back with what was wrong; a
/// script gets the job or the problem as JSON.
pub async fn import_decisions(Caller(ctx): Caller, headers: HeaderMap, form: Form) -> Answered<Response> {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let by_form = accept.is_some_and(|accept| accept.contains("text/html"));
    match exchange::receive(&ctx, form).await {
        Ok(job) if by_form => Ok(Redirect::to(&format!("{PAGE}?job={}", job.id)).into_response()),
        Ok(job) => Ok(accepted(&job)),
        Err(fault) if by_form => {
            if fault.kind == FaultKind::Internal {
                tracing::error!(%fault, "a form of decisions failed");
            }
            let action = "import_decisions".to_owned();
            let flash = Flash { action, good: false, message: fault.message, secret: None };
            Ok(([(SET_COOKIE, flash.cookie())], Redirect::to(PAGE)).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}
