//! Keys for the whole page: `⌘K` or `Ctrl K` opens the palette, `/` goes to the search field, `j` and `k` walk
//! rows, `Enter` opens one, `a`, `x`, `s`, `n`, `o`, `u` and digits decide, `c` goes to the comment, `?` shows the keys. Single keys are off while typing and for who switched them off.

use chorale_ui::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A place the palette can go to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlaceLine {
    pub text: String,
    pub href: String,
}

/// The palette and the help, both closed. `single_keys` is the person's choice.
#[island]
pub fn Keyboard(places: Vec<PlaceLine>, single_keys: bool) -> impl IntoView {
    let palette = NodeRef::<html::Dialog>::new();
    let help = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let words = typed.get().trim().to_lowercase();
        let fitting = places.iter().filter(|place| place.text.to_lowercase().contains(&words));
        let mut found: Vec<(String, String)> = fitting.map(|place| (place.text.clone(), place.href.clone())).collect();
        if !words.is_empty() {
            let query = query_text(&words);
            found.push((format!("Search samples for “{words}”"), format!("/search?q={query}")));
            found.push((format!("Search datasets for “{words}”"), format!("/search?kind=datasets&q={query}")));
        }
        found
    });
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| keys::listen(palette, help, single_keys));
    #[cfg(not(feature = "hydrate"))]
    let _ = single_keys;
    let steer = move |event: leptos::ev::KeyboardEvent| {
        let last = found.with(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => chosen.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                if let Some((_, href)) = found.with(|found| found.get(chosen.get_untracked()).cloned()) {
                    // Leaving the page cannot fail for an address of ours.
                    let _ = window().location().set_href(&href);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option = |at: usize| format!("palette-{at}");
    view! {
        <dialog class="dialog palette" aria-label="Go to" node_ref=palette>
            <div class="searchbox">
                <Glyph icon=Icon::Search/>
                <input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || option(chosen.get())
                    aria-label="Go to a page or search"
                    placeholder="Go to a page or search"
                    autocomplete="off"
                    prop:value=typed
                    on:input:target=move |event| {
                        typed.set(event.target().value());
                        chosen.set(0);
                    }
                    on:keydown=steer
                />
                <kbd class="kbd">"esc"</kbd>
            </div>
            <ul id="palette-list" role="listbox" aria-label="Places">
                {move || {
                    found
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(at, (text, href))| {
                            view! {
                                <li role="option" id=option(at) aria-selected=move || (chosen.get() == at).to_string()>
                                    <a class="palette-item" tabindex="-1" href=href aria-selected=move || (chosen.get() == at).to_string()>{text}</a>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </dialog>
        <dialog class="dialog" aria-labelledby="keys-h" node_ref=help>
            <header>
                <h2 id="keys-h">"Keys"</h2>
                <form method="dialog">
                    <button class="btn" data-kind="quiet" data-size="small" data-icon aria-label="Close"><Glyph icon=Icon::X/></button>
                </form>
            </header>
            <div class="dialog-body"><KeyList/></div>
        </dialog>
    }
}

/// Words as a value in an address. Signs that end a value are written out; the browser encodes the rest.
fn query_text(words: &str) -> String {
    words.replace('%', "%25").replace('&', "%26").replace('#', "%23").replace('+', "%2B").replace(' ', "+")
}

/// The keys and what they do; also drawn on the help page.
#[component]
pub fn KeyList() -> impl IntoView {
    let keys = [
        ("⌘K", "open the palette (Ctrl K elsewhere)"),
        ("/", "go to the search field"),
        ("j", "next row"),
        ("k", "row before"),
        ("Enter", "open the row"),
        ("a", "accept what is suggested in the row"),
        ("x", "reject it"),
        ("s", "pick the row; of a question: pass it over"),
        ("1–9", "choose a value"),
        ("0 n", "not reported, not applicable"),
        ("o", "answer for the sample that is shown alone"),
        ("c", "write a comment"),
        ("u", "undo your latest decision"),
        ("t", "take what is reported, or let it go"),
        ("?", "show these keys"),
    ];
    let rows = keys.map(|(key, text)| view! { <dt><kbd class="kbd">{key}</kbd></dt><dd>{text}</dd> });
    view! { <dl class="keys">{rows.collect_view()}</dl> }
}

#[cfg(feature = "hydrate")]
mod keys {
    use leptos::html;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement, KeyboardEvent};

    /// Listens for as long as the page lives.
    pub fn listen(palette: NodeRef<html::Dialog>, help: NodeRef<html::Dialog>, single_keys: bool) {
        let open = |dialog: NodeRef<html::Dialog>| {
            if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
                // It is closed and in the document, the two things that make this fail.
                let _ = dialog.show_modal();
            }
        };
        window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            let key = event.key();
            if (event.meta_key() || event.ctrl_key()) && key.eq_ignore_ascii_case("k") {
                event.prevent_default();
                return open(palette);
            }
            let busy = event.meta_key() || event.ctrl_key() || event.alt_key() || is_typing(&event) || is_modal_open();
            if !single_keys || busy {
                return;
            }
            let handled = match key.as_str() {
                "/" => focus("[data-search]"),
                "?" => {
                    open(help);
                    true
                }
                "j" => step(1),
                "k" => step(-1),
                // Whatever the page marks with a key of its own.
                key if key.len() == 1 && key.as_bytes()[0].is_ascii_alphanumeric() => press(key),
                _ => false,
            };
            if handled {
                event.prevent_default();
            }
        });
        window_event_listener(leptos::ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if target.and_then(|element| element.closest("[data-help]").ok().flatten()).is_some() {
                event.prevent_default();
                open(help);
            }
        });
    }

    fn is_typing(event: &KeyboardEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or(false))
    }

    fn is_modal_open() -> bool {
        document().query_selector("dialog[open]").ok().flatten().is_some()
    }

    fn focus(selector: &str) -> bool {
        let Some(element) = document().query_selector(selector).ok().flatten() else { return false };
        element.dyn_into::<HtmlElement>().is_ok_and(|element| element.focus().is_ok())
    }

    /// Presses what the focused row marks with the key, or what the page does.
    fn press(key: &str) -> bool {
        let marked = format!("[data-key=\"{key}\"]");
        let row = document().active_element().and_then(|focused| focused.closest("tr").ok().flatten());
        let found = match row {
            Some(row) => row.query_selector(&marked),
            None => Ok(None),
        };
        let found = found.ok().flatten().or_else(|| document().query_selector(&format!("{marked}:not(tr *)")).ok()?);
        let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return false };
        // What is written into is gone to.
        if element.matches("textarea").unwrap_or(false) {
            return element.focus().is_ok();
        }
        element.click();
        true
    }

    /// The first link of each row of a table or a list.
    const ROWS: &str = "[data-rows] tbody tr th > a:first-of-type, [data-rows] tbody tr th > .term > a, [data-rows] tbody tr .hit a, \
        [data-rows] tbody tr td:first-child > a:first-of-type, [data-rows] > li b > a";

    /// Moves the focus to the first link of the next or previous row.
    fn step(by: i32) -> bool {
        let Ok(links) = document().query_selector_all(ROWS) else { return false };
        let Some(focused) = document().active_element() else { return false };
        let rows: Vec<HtmlElement> = (0..links.length()).filter_map(|at| links.get(at)?.dyn_into().ok()).collect();
        let here = rows.iter().position(|row| row.is_same_node(Some(&focused)));
        let next = match (here, by) {
            (None, _) => 0,
            (Some(at), 1) => at + 1,
            (Some(at), _) => at.saturating_sub(1),
        };
        rows.get(next).is_some_and(|row| row.focus().is_ok())
    }
}
