//! Counts what is answered to somebody known: one request, and the bytes of its body as they leave, after compression.
//! A body counts when it has ended or its listener went away, so that downloads and streams of events count what was
//! sent of them.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use chorale_platform::{Ctx, metering};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

/// Who asks, once that is known: put into a request on its way in, filled by the layer that identifies the caller.
#[derive(Clone, Default)]
pub struct Known(Arc<OnceLock<Ctx>>);

impl Known {
    pub fn is(&self, ctx: &Ctx) {
        // A request is identified once; another answer would be the same caller.
        let _first = self.0.get_or_init(|| ctx.clone());
    }
}

pub async fn count(mut request: Request, next: Next) -> Response {
    let object = if request.uri().path().starts_with("/api/") { "rest" } else { "pages" };
    let known = Known::default();
    request.extensions_mut().insert(known.clone());
    let response = next.run(request).await;
    match known.0.get().cloned() {
        Some(ctx) => response.map(|body| Body::new(Counted { body, sent: Sent { ctx, object, bytes: 0 } })),
        None => response,
    }
}

/// A body on its way out.
struct Counted {
    body: Body,
    sent: Sent,
}

/// Counts when it goes.
struct Sent {
    ctx: Ctx,
    object: &'static str,
    bytes: u64,
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.ctx.app.room::<metering::State>().count(&self.ctx, self.object, self.bytes);
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.sent.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
