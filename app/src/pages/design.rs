//! `/design`: every component in every state. Its names and numbers are examples and say so.

mod parts;

use crate::screen::{Place, Screen, frame};
use chorale_ui::Crumb;
use leptos::prelude::*;

/// The page; needs no sign-in and shows no data.
#[component]
pub fn DesignPage() -> impl IntoView {
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Design"</h1>
                    <p class="page-sub">"Every component in every state. Names and numbers on this page are made-up examples."</p>
                </div>
            </header>
            {parts::all()}
        </div>
    };
    frame(None, Screen::new("Design", Place::Design, vec![Crumb::here("Design")], body.into_any()))
}
