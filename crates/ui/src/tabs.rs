//! Underlined tabs: links, so that every tab has an address.

use crate::number::count;
use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab {
    pub text: &'static str,
    pub href: String,
    pub n: Option<u64>,
    pub here: bool,
}

/// The tabs of an object page.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let tabs = tabs.into_iter().map(|tab| {
        view! {
            <a href=tab.href aria-current=tab.here.then_some("page")>
                {tab.text}
                {tab.n.map(|n| view! { " " <span class="n">{count(n)}</span> })}
            </a>
        }
    });
    view! { <nav class="tabs" aria-label=label>{tabs.collect_view()}</nav> }.into_any()
}
