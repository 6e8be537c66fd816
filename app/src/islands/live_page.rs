//! Keeps parts of a page up to date while what it shows still grows: every few seconds the page is asked for once more, and
//! its parts with `data-live` and an id become what they are in the newer one. Without it a reload does the same. It ends when
//! no newer page says `data-grows` any more.

use chorale_ui::{Glyph, Icon};
use leptos::prelude::*;

/// Says whether it is live. `again` is where the page is, for whoever loads it by hand.
#[island]
pub fn LivePage(again: String) -> impl IntoView {
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| follow::start(said));
    view! {
        <span class="row gap-2" data-grows>
            <span class="status" data-tone="ok" hidden=move || said.with(String::is_empty)><Glyph icon=Icon::Pulse/>{move || said.get()}</span>
            <a class="small" href=again hidden=move || !said.with(String::is_empty)>"Load what is new"</a>
        </span>
    }
}

#[cfg(feature = "hydrate")]
mod follow {
    use super::super::{ask, morph::morph};
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use web_sys::{Document, Element};

    /// Between the answer before and the next question; longer while nothing changes.
    const PAUSE: Duration = Duration::from_secs(2);
    const LONGEST: Duration = Duration::from_secs(30);

    pub fn start(said: RwSignal<String>) {
        said.set("live".to_owned());
        later(said, PAUSE);
    }

    fn later(said: RwSignal<String>, pause: Duration) {
        set_timeout(move || look(said, pause), pause);
    }

    fn look(said: RwSignal<String>, pause: Duration) {
        if document().hidden() {
            return later(said, PAUSE);
        }
        let location = window().location();
        let here = location.pathname().and_then(|path| Ok(path + &location.search()?));
        let Ok(here) = here else { return };
        ask::get(&here, "text/html", move |(status, text)| {
            let newer = ask::parse(&text).filter(|_| status == 200);
            let Some(newer) = newer else {
                said.set("waits for an answer".to_owned());
                return later(said, LONGEST);
            };
            let changed = take(&newer);
            if newer.query_selector("[data-grows]").ok().flatten().is_none() {
                return said.set("it has ended".to_owned());
            }
            said.set("live".to_owned());
            later(said, if changed { PAUSE } else { (pause * 2).min(LONGEST) });
        });
    }

    /// Whether any part is another now.
    fn take(newer: &Document) -> bool {
        let Ok(parts) = document().query_selector_all("[data-live]") else { return false };
        let parts = (0..parts.length()).filter_map(|at| parts.get(at)?.dyn_into::<Element>().ok());
        let mut changed = false;
        for part in parts {
            let Some(new) = newer.get_element_by_id(&part.id()) else { continue };
            if !part.is_equal_node(Some(&new)) {
                // Moments that pass by themselves are no news.
                changed |= !part.has_attribute("data-clock");
                morph(&part, &new);
            }
        }
        changed
    }
}
