//! Server-sent events: jobs as they change.

use crate::web::{Answered, Web};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chorale_model::Fault;
use chorale_model::jobs::Job;
use futures::stream::{BoxStream, StreamExt};
use std::convert::Infallible;

/// Each change as `event: job`, the stream's end as `event: end`. The id counts changes, so a browser that comes
/// back (Last-Event-ID) simply gets the present state first.
pub(super) fn answer(web: &Web, jobs: BoxStream<'static, Result<Job, Fault>>) -> Answered<Response> {
    let stopping = web.stopping.clone().cancelled_owned();
    let events = jobs.enumerate().map(|(at, job)| event(at, job)).take_until(stopping);
    let end = futures::stream::once(async { Event::default().event("end").data("{}") });
    let events = events.chain(end).map(Ok::<_, Infallible>);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
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
