//! How long a request may take, and what happens when its client goes away. Reads are given up at a deadline.
//! Mutations take their whole body first and then run in a task of their own, to their end. Uploads may last, but
//! must keep coming.

use super::{Refusal, Web};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use chorale_platform::jobs;
use futures::{Stream, StreamExt};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;
use tracing::Instrument;

/// The pace of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Read,
    Mutation,
    Upload,
    /// Events and downloads: as long as somebody listens.
    Stream,
}

/// An upload must bring this much in each period, the first included.
const PROGRESS_BYTES: usize = 64 << 10;

pub async fn read(State(web): State<Web>, request: Request, next: Next) -> Response {
    let deadline = web.config.read_timeout;
    let _waiting = web.app.room::<jobs::State>().wait();
    match tokio::time::timeout(deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal(Fault::busy(format!(
            "this took longer than {} s and was given up; ask for less, or try again when there is less to do",
            deadline.as_secs()
        )))
        .into_response(),
    }
}

pub async fn mutate(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let limited = Limited::new(body, web.config.max_body_bytes).collect();
    let body = match tokio::time::timeout(web.config.body_timeout, limited).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let most = web.config.max_body_bytes;
            return Refusal(Fault::too_large(format!("the body is larger than {most} bytes"))).into_response();
        }
        Ok(Err(error)) => return Refusal(Fault::invalid(format!("the body broke off: {error}"))).into_response(),
        Err(_) => return slow("the body did not arrive in time"),
    };
    tracing::debug!(path = parts.uri.path(), "a mutation begins");
    let _waiting = web.app.room::<jobs::State>().wait();
    finish(next.run(Request::from_parts(parts, Body::from(body)))).await
}

pub async fn upload(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let period = web.config.upload_stall;
    let (stalled, stall) = tokio::sync::oneshot::channel();
    let body = Body::from_stream(progressing(body, period, stalled));
    let answer = finish(next.run(Request::from_parts(parts, body)));
    tokio::select! {
        // First: what the handler says of a body that stalled is true too, but names no remedy.
        biased;
        Ok(()) = stall => {
            slow(&format!("less than {PROGRESS_BYTES} bytes of the upload arrived within {} s", period.as_secs()))
        }
        response = answer => response,
    }
}

fn slow(why: &str) -> Response {
    let mut response = Refusal(Fault::invalid(format!("{why}; nothing was stored, send it again"))).into_response();
    *response.status_mut() = http::StatusCode::REQUEST_TIMEOUT;
    response
}

/// Runs to its end even when the client goes away.
async fn finish(work: impl Future<Output = Response> + Send + 'static) -> Response {
    match tokio::spawn(work.in_current_span()).await {
        Ok(response) => response,
        Err(error) => Refusal(Fault::internal("answering the request", error)).into_response(),
    }
}

/// The body's chunks, until a period brings too little of them.
fn progressing(
    body: Body,
    period: Duration,
    stalled: tokio::sync::oneshot::Sender<()>,
) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send + 'static {
    async_stream::stream! {
        let mut chunks = body.into_data_stream();
        let mut end = tokio::time::Instant::now() + period;
        let mut brought = 0;
        loop {
            match tokio::time::timeout_at(end, chunks.next()).await {
                Ok(Some(Ok(chunk))) => {
                    brought += chunk.len();
                    if brought >= PROGRESS_BYTES {
                        brought = 0;
                        end = tokio::time::Instant::now() + period;
                    }
                    let taken = tokio::time::Instant::now();
                    yield Ok(chunk);
                    // The period measures the sender, not how long we take to store what came.
                    end += taken.elapsed();
                }
                Ok(Some(Err(error))) => { yield Err(error); break }
                Ok(None) => break,
                Err(_) => {
                    if stalled.send(()).is_err() {
                        tracing::debug!("an upload stalled after its answer");
                    }
                    yield Err(axum::Error::new("the upload stalled"));
                    break
                }
            }
        }
    }
}
