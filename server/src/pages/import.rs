//! The import page's form. Unlike the other forms it holds files, which stream into the store while they arrive, so it
//! is no function of the pages: it takes what `POST /api/v1/imports` takes and answers as the other functions do.

use crate::rest::imports;
use crate::web::{Answered, Caller, Form};
use axum::response::{IntoResponse, Redirect, Response};
use chorale_app::flash::Flash;
use chorale_model::FaultKind;
use http::HeaderMap;
use http::header::{ACCEPT, SET_COOKIE};

/// `POST /_fn/import_files`: a browser's form goes on to the job, or back to the import page with what was wrong; a
/// script gets the job or the problem as JSON.
pub async fn import_files(Caller(ctx): Caller, headers: HeaderMap, form: Form) -> Answered<Response> {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let by_form = accept.is_some_and(|accept| accept.contains("text/html"));
    match imports::receive(&ctx, form).await {
        Ok(job) if by_form => Ok(Redirect::to(&format!("/jobs/{}", job.id)).into_response()),
        Ok(job) => Ok(imports::accepted(&job)),
        Err(fault) if by_form => {
            if fault.kind == FaultKind::Internal {
                tracing::error!(%fault, "an import's form failed");
            }
            let flash = Flash { action: "import_files".to_owned(), good: false, message: fault.message, secret: None };
            Ok(([(SET_COOKIE, flash.cookie())], Redirect::to("/import")).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}
