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
    /// More than the label says: the id of a term.
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    let share = if chosen || max == 0 { 0.0 } else { 100.0 * n as f64 / max as f64 };
    let key = label.to_lowercase();
    view! {
        <a class="facet-link" href=href title=title aria-current=chosen.then_some("true") data-label=key>
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

/// A value of a tree with what lies beneath it. Children are the link itself; `below` are further branches, folded
/// away unless `open`. Without any it is a leaf.
#[component]
pub fn Branch(
    /// What the fold is called by screen readers: the label of the value.
    #[prop(into)]
    label: String,
    below: Vec<AnyView>,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    let fold = (!below.is_empty()).then(|| {
        view! {
            <details open=open>
                <summary><Glyph icon=Icon::Right/><span class="sr">{format!("Kinds of {label}")}</span></summary>
                <ul>{below}</ul>
            </details>
        }
    });
    view! { <li>{children()} {fold}</li> }.into_any()
}
