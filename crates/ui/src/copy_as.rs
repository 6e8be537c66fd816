//! "Copy as": the current question as Python, SQL or curl, in a menu that opens without script.
//! The island `Enhance` of the app listens for `data-copy` and puts the text on the clipboard.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// One language with its text.
#[derive(Clone, Debug)]
pub struct Snippet {
    pub language: &'static str,
    pub text: String,
}

/// The menu. Without script the code is still there to select.
#[component]
pub fn CopyAs(snippets: Vec<Snippet>) -> impl IntoView {
    let items = snippets.into_iter().map(|snippet| {
        let copied = snippet.text.clone();
        view! {
            <button class="menu-item" type="button" data-copy=copied>
                <b>{snippet.language}</b>
                <code>{snippet.text}</code>
            </button>
        }
    });
    view! {
        <details class="menu">
            <summary class="btn" data-kind="quiet" data-size="small">
                <Glyph icon=Icon::Copy/>
                "Copy as"
                <Glyph icon=Icon::Down/>
            </summary>
            <div class="menu-list">{items.collect_view()}</div>
        </details>
    }
    .into_any()
}
