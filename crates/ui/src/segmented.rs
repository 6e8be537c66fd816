//! One of a few, as links: raw | harmonized.

use leptos::prelude::*;

/// Words, link, chosen.
#[component]
pub fn Segmented(#[prop(into)] label: String, items: Vec<(String, String, bool)>) -> impl IntoView {
    let items = items.into_iter().map(|(words, href, on)| {
        view! { <a href=href aria-current=on.then_some("true")>{words}</a> }
    });
    view! { <div class="seg" role="group" aria-label=label>{items.collect_view()}</div> }.into_any()
}
