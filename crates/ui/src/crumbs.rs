//! Where the page lies: links to what contains it, the page itself last.

use leptos::prelude::*;

/// A place above the page. Without `href` it is the page itself.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub text: String,
    pub href: Option<String>,
}

impl Crumb {
    /// A link to a place above.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Crumb { text: text.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(text: impl Into<String>) -> Self {
        Crumb { text: text.into(), href: None }
    }
}

/// The breadcrumb of the header.
#[component]
pub fn Crumbs(items: Vec<Crumb>) -> impl IntoView {
    let items = items.into_iter().map(|crumb| match crumb.href {
        Some(href) => view! { <li><a href=href>{crumb.text}</a></li> }.into_any(),
        None => view! { <li aria-current="page">{crumb.text}</li> }.into_any(),
    });
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>{items.collect_view()}</ol>
        </nav>
    }
    .into_any()
}
