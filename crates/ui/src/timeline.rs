//! What happened, newest first.

use crate::status::Tone;
use leptos::prelude::*;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Event {
    pub tone: Tone,
    pub text: String,
    pub note: String,
}

/// A list of events.
#[component]
pub fn Timeline(events: Vec<Event>) -> impl IntoView {
    let events = events.into_iter().map(|event| {
        let tone = (event.tone != Tone::Plain).then(|| event.tone.name());
        view! { <li data-tone=tone>{event.text}<small>{event.note}</small></li> }
    });
    view! { <ol class="timeline">{events.collect_view()}</ol> }.into_any()
}
