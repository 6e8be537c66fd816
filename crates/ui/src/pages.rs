//! Links to the neighbouring pages of a list. Lists are keyset-paged: there is a next, and a way back to the first.

use leptos::prelude::*;

/// `first` is shown once the reader has left the first page.
#[component]
pub fn Pages(
    #[prop(optional, into)] first: Option<String>,
    #[prop(optional, into)] next: Option<String>,
) -> impl IntoView {
    view! {
        {first.map(|href| view! { <a href=href>"First page"</a> })}
        {next.map(|href| view! { <a href=href rel="next">"Next page"</a> })}
    }
    .into_any()
}
