//! Links to the neighbouring pages of a list. Lists are keyset-paged: there is a next, and a way back to the first.

use leptos::prelude::*;

/// Either link is left out when it is empty: `first` on the first page, `next` on the last.
#[component]
pub fn Pages(#[prop(optional, into)] first: String, #[prop(optional, into)] next: String) -> impl IntoView {
    view! {
        {(!first.is_empty()).then(|| view! { <a href=first>"First page"</a> })}
        {(!next.is_empty()).then(|| view! { <a href=next rel="next">"Next page"</a> })}
    }
    .into_any()
}
