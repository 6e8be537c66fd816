//! What stops the work until it is answered: the browser's own modal dialog, opened by an island of the app.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A closed dialog. `form method=dialog` closes it without script once it is open.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    /// Drawn open, inside the page: for `/design`.
    #[prop(optional)]
    open: bool,
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled = heading.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled open=open>
            <header>
                <h2 id=heading>{title}</h2>
                <form method="dialog">
                    <button class="btn" data-kind="quiet" data-size="small" data-icon aria-label="Close">
                        <Glyph icon=Icon::X/>
                    </button>
                </form>
            </header>
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
    .into_any()
}
