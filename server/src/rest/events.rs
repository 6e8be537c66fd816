//! Server-sent events: jobs as they change. A stream lasts no longer than the rights of whoever listens: who they are
//! is found out again and again, and after some minutes the client connects anew.

use crate::web::{Answered, Lasting, Web};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use chorale_model::jobs::Job;
use futures::stream::{BoxStream, StreamExt};
use std::convert::Infallible;
use std::time::Duration;

/// How long a session that ended or a token that was revoked may still hear something.
const CHECK: Duration = Duration::from_secs(30);
/// A stream ends after this long; browsers come back by themselves.
const LONGEST: Duration = Duration::from_secs(600);

/// Each change as `event: job`, the end of the changes as `event: end`. The id counts changes, so a browser that comes
/// back (Last-Event-ID) simply gets the present state first.
pub(super) fn answer(web: &Web, listener: Lasting, jobs: BoxStream<'static, Result<Job, Fault>>) -> Answered<Response> {
    let stopping = web.stopping.clone().cancelled_owned();
    let events = jobs.enumerate().map(|(at, job)| event(at, job)).take_until(stopping);
    let end = futures::stream::once(async { Event::default().event("end").data("{}") });
    let events = events.chain(end).map(Ok::<_, Infallible>);
    let listener = std::sync::Arc::new(listener);
    let still = move || {
        let listener = listener.clone();
        async move { listener.still().await }
    };
    let events = events.take_until(over(still, CHECK, LONGEST));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// Ends when the listener may no longer hear, asked every `check`, or after `longest`.
async fn over<F: Future<Output = bool>>(still: impl Fn() -> F, check: Duration, longest: Duration) {
    let asking = async {
        loop {
            tokio::time::sleep(check).await;
            if !still().await {
                break;
            }
        }
    };
    // Either way it is over.
    let _timed_out = tokio::time::timeout(longest, asking).await;
}

fn event(at: usize, job: Result<Job, Fault>) -> Event {
    let written = match job {
        Ok(job) => Event::default().event("job").id(at.to_string()).json_data(job),
        Err(fault) => Event::default().event("fault").json_data(fault),
    };
    written.unwrap_or_else(|error| {
        tracing::error!(%error, "an event could not be written");
        Event::default().event("fault").data("{}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const SOON: Duration = Duration::from_millis(1);
    const NEVER: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn a_stream_ends_with_the_rights_of_its_listener_and_after_its_time() {
        let asked = AtomicUsize::new(0);
        over(|| async { asked.fetch_add(1, Ordering::SeqCst) < 2 }, SOON, NEVER).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3, "asked again until it may not");
        over(|| async { true }, SOON, SOON * 20).await;
    }
}
