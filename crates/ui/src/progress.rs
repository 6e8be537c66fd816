//! How far a job is: the browser's own progress element, with words beneath.

use leptos::prelude::*;

/// `part` from 0 to 1, or `None` while nobody knows.
#[component]
pub fn Progress(
    part: Option<f64>,
    #[prop(into)] label: String,
    #[prop(optional, into)] note: Option<String>,
) -> impl IntoView {
    let percent = part.map(|part| format!("{:.0}", 100.0 * part.clamp(0.0, 1.0)));
    view! {
        <progress class="progress" max="100" value=percent aria-label=label></progress>
        {note.map(|note| view! { <p class="hint">{note}</p> })}
    }
    .into_any()
}
