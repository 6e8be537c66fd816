//! Facets: links with counts. What is chosen comes first, with ✕. The ground shows the share of the largest count.

use crate::icon::{Glyph, Icon};
use crate::number::count;
use leptos::prelude::*;

/// One field with its values.
#[component]
pub fn Facet(
    #[prop(into)] title: String,
    #[prop(optional, into)] hint: Option<String>,
    /// Values lie in a tree, rolled up.
    #[prop(optional)]
    tree: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="facet" class:tree=tree>
            <h3>{title} {hint.map(|hint| view! { <span class="hint">{hint}</span> })}</h3>
            {children()}
        </section>
    }
    .into_any()
}

/// One value. The link adds it, or takes it away when it is chosen.
#[component]
pub fn FacetLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    n: u64,
    /// The count that fills the whole width.
    max: u64,
    #[prop(optional)] chosen: bool,
) -> impl IntoView {
    let share = if chosen || max == 0 { 0.0 } else { 100.0 * n as f64 / max as f64 };
    let key = label.to_lowercase();
    view! {
        <a class="facet-link" href=href aria-current=chosen.then_some("true") data-label=key>
            {chosen.then(|| view! { <Glyph icon=Icon::Check/> })}
            {(share > 0.0)
                .then(|| {
                    view! {
                        <svg class="share" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                            <rect width=format!("{share:.1}") height="1"></rect>
                        </svg>
                    }
                })}
            {label}
            <span class="n">{count(n)}</span>
            {chosen.then(|| view! { <span class="sr">"chosen; remove"</span><Glyph icon=Icon::X/> })}
        </a>
    }
    .into_any()
}
