//! What has no page: says so with the right status and a way on.

use crate::screen::{Place, Screen, frame};
use chorale_ui::{Crumb, Empty, Icon, LinkButton};
use http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// Answers 404.
#[component]
pub fn MissingPage() -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::NOT_FOUND);
    }
    let body = view! {
        <div class="page">
            <h1 class="sr">"Not found"</h1>
            <Empty
                icon=Icon::Search
                title="There is no such page"
                text="The address may be mistyped, or what it named belongs to another organization or is gone. Nothing was changed."
            >
                <LinkButton href="/search" text="Search samples and datasets"/>
            </Empty>
        </div>
    };
    frame(None, Screen::new("Not found", Place::Nowhere, vec![Crumb::here("Not found")], body.into_any()))
}
