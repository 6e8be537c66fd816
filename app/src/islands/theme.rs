//! Switches between light and dark without a new page. Before WASM arrives its form does the same with one.

use chorale_ui::{Glyph, Icon};
use leptos::prelude::*;

/// The switch. `dark` is what the page was drawn in, when the cookie said so.
#[island]
pub fn Theme(dark: bool) -> impl IntoView {
    let dark = RwSignal::new(dark);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if follows_system() {
            dark.set(system_is_dark());
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        dark.update(|dark| *dark = !*dark);
        #[cfg(feature = "hydrate")]
        remember(dark.get_untracked());
    };
    view! {
        <form method="post" action="/_fn/set_preference" on:submit=submit>
            <input type="hidden" name="name" value="theme"/>
            <button
                class="btn"
                data-kind="quiet"
                data-icon
                name="value"
                value=move || if dark.get() { "light" } else { "dark" }
                aria-label=move || if dark.get() { "Use the light theme" } else { "Use the dark theme" }
            >
                {move || view! { <Glyph icon=if dark.get() { Icon::Sun } else { Icon::Moon }/> }}
            </button>
        </form>
    }
}

/// Nothing was chosen in this browser.
#[cfg(feature = "hydrate")]
fn follows_system() -> bool {
    document().document_element().is_some_and(|root| !root.has_attribute("data-theme"))
}

#[cfg(feature = "hydrate")]
fn system_is_dark() -> bool {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
}

#[cfg(feature = "hydrate")]
fn remember(dark: bool) {
    use wasm_bindgen::JsCast;
    let name = if dark { "dark" } else { "light" };
    if let Some(root) = document().document_element() {
        // The attribute is ours; setting it cannot fail.
        let _ = root.set_attribute("data-theme", name);
    }
    if let Ok(page) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _ = page.set_cookie(&format!("theme={name}; path=/; max-age=31536000; samesite=lax"));
    }
}
