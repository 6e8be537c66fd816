//! Answers of the bench without a new page: a form is sent, and the next question stands there, which was loaded while the
//! last one was looked at. Whatever does not go well is left to the browser: the address always names what is shown.

use leptos::prelude::*;

/// Draws nothing but the place where screen readers hear what came of an answer.
#[island]
pub fn Bench() -> impl IntoView {
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| work::start(said));
    view! { <p class="sr" role="status">{move || said.get()}</p> }
}

#[cfg(feature = "hydrate")]
mod work {
    use super::super::ask;
    use leptos::prelude::*;
    use serde::Deserialize;
    use std::cell::RefCell;
    use std::rc::Rc;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::JsValue;
    use web_sys::{Document, Element, FormData, HtmlElement, HtmlFormElement, SubmitEvent, UrlSearchParams};

    /// The question, or that none is left.
    const SHOWN: &str = ".bench, [data-bench-end]";
    const HTML: &str = "text/html";

    #[derive(Default)]
    struct State {
        /// What comes after the question with this id.
        ahead: Option<(String, Element)>,
        /// An answer is on its way: until it is confirmed, no other is taken.
        sending: bool,
    }

    type Shared = Rc<RefCell<State>>;

    /// What follows an answer; the server's `Next`.
    #[derive(Deserialize)]
    struct Next {
        message: String,
        to: String,
    }

    pub fn start(said: RwSignal<String>) {
        let state = Shared::default();
        load_ahead(&state);
        let submitted = state.clone();
        window_event_listener(leptos::ev::submit, move |event: SubmitEvent| {
            let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
            // What is asked about first goes the browser's way.
            let ours =
                |form: &HtmlFormElement| form.has_attribute("data-answers") && !form.has_attribute("data-confirm");
            let Some(form) = form.filter(ours).filter(|_| shown().is_some()) else { return };
            event.prevent_default();
            if !submitted.borrow().sending
                && let Some(data) = data_of(&form, event.submitter())
            {
                send(&submitted, &form.action(), &data, said);
            }
        });
        window_event_listener_untyped("pagehide", move |_| free(&state));
        // Back and forward: the address names the question.
        window_event_listener(leptos::ev::popstate, move |_| {
            let _ = window().location().reload();
        });
    }

    fn shown() -> Option<Element> {
        document().query_selector(SHOWN).ok().flatten()
    }

    fn said_by(of: &Element, name: &str) -> String {
        of.get_attribute(name).unwrap_or_default()
    }

    /// What a form says, with the button that sent it.
    fn data_of(form: &HtmlFormElement, submitter: Option<HtmlElement>) -> Option<UrlSearchParams> {
        let data = FormData::new_with_form(form).ok()?;
        let data = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        let button = submitter.map(|button| (said_by(&button, "name"), said_by(&button, "value")));
        if let Some((name, value)) = button.filter(|(name, _)| !name.is_empty()) {
            data.append(&name, &value);
        }
        Some(data)
    }

    fn send(state: &Shared, to: &str, data: &UrlSearchParams, said: RwSignal<String>) {
        state.borrow_mut().sending = true;
        let state = state.clone();
        ask::post(to, data, move |(status, text)| {
            state.borrow_mut().sending = false;
            match (status, serde_json::from_str::<Next>(&text)) {
                (200, Ok(next)) => follow(&state, next, said),
                (0, _) => notice(
                    "bad",
                    "No answer came.",
                    "It is not known whether the answer arrived. Load the page again to see.",
                ),
                _ => notice("bad", "That was refused; nothing was changed.", &refusal(&text)),
            }
        });
    }

    fn refusal(text: &str) -> String {
        let fault = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        let said = |key: &str| fault.get(key).and_then(|said| said.as_str()).map(str::to_owned);
        said("message").or_else(|| said("detail")).unwrap_or_else(|| "The server refused it.".to_owned())
    }

    /// Shows what follows: what was loaded already, if that is it.
    fn follow(state: &Shared, next: Next, said: RwSignal<String>) {
        let Some(now) = shown() else { return };
        let here = said_by(&now, "data-question");
        let goes_on = next.to == said_by(&now, "data-next");
        let ahead = state.borrow_mut().ahead.take();
        match ahead {
            Some((of, part)) if goes_on && of == here => return show(state, &part, None, &next.message, said),
            // It was loaded for another way: somebody else may have it.
            Some((_, part)) => free_one(&part),
            None => {}
        }
        let to = if next.to.is_empty() { said_by(&now, "data-here") } else { next.to };
        let (state, address) = (state.clone(), to.clone());
        ask::get(&to, HTML, move |(status, text)| {
            let part = ask::parse(&text).and_then(|page| page.query_selector(SHOWN).ok().flatten());
            match part.filter(|_| status == 200) {
                Some(part) => show(&state, &part, Some(&address), &next.message, said),
                None => drop(window().location().set_href(&address)),
            }
        });
    }

    /// Puts a question into the page, under its address.
    fn show(state: &Shared, part: &Element, address: Option<&str>, message: &str, said: RwSignal<String>) {
        let Some(now) = shown() else { return };
        if now.replace_with_with_node_1(part).is_err() {
            return;
        }
        let here = said_by(part, "data-here");
        let here = if here.is_empty() { address.unwrap_or_default().to_owned() } else { here };
        if let (Ok(history), false) = (window().history(), here.is_empty()) {
            // An address of ours: it cannot be refused.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
        }
        if address.is_none() {
            // Loaded before the answer: what it says of the latest ones is not true any more.
            set_html("#bench-latest", "");
        }
        if !message.is_empty() {
            notice("ok", "Done.", message);
        }
        let title = part.query_selector("h1").ok().flatten();
        if let Some(title) = title.and_then(|title| title.dyn_into::<HtmlElement>().ok()) {
            said.set(title.text_content().unwrap_or_default());
            title.set_tab_index(-1);
            let _ = title.focus();
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
        load_ahead(state);
    }

    /// Loads what comes after the question that is shown, and with it what changed by the last answer.
    fn load_ahead(state: &Shared) {
        let Some(now) = shown() else { return };
        let (of, address) = (said_by(&now, "data-question"), said_by(&now, "data-ahead"));
        if address.is_empty() {
            return;
        }
        let state = state.clone();
        ask::get(&address, HTML, move |(status, text)| {
            let Some(page) = ask::parse(&text).filter(|_| status == 200) else { return };
            let part = page.query_selector(SHOWN).ok().flatten();
            // Meanwhile something else is shown.
            if shown().is_none_or(|now| said_by(&now, "data-question") != of) {
                return part.iter().for_each(free_one);
            }
            for part in ["#bench-latest", "#bench-left"] {
                freshen(&page, part);
            }
            state.borrow_mut().ahead = part.filter(|_| !of.is_empty()).map(|part| (of, part));
        });
    }

    /// Takes over a part of a newer page.
    fn freshen(page: &Document, part: &str) {
        if let Some(newer) = page.query_selector(part).ok().flatten() {
            set_html(part, &newer.inner_html());
        }
    }

    fn set_html(part: &str, html: &str) {
        if let Some(part) = document().query_selector(part).ok().flatten() {
            part.set_inner_html(html);
        }
    }

    /// Says what came of an answer, where the page says it without script too.
    fn notice(tone: &str, title: &str, message: &str) {
        let Some(place) = document().query_selector("#bench-notice").ok().flatten() else { return };
        let make = |name: &str| document().create_element(name).ok();
        let (Some(alert), Some(text), Some(strong), Some(words)) =
            (make("div"), make("div"), make("strong"), make("p"))
        else {
            return;
        };
        strong.set_text_content(Some(title));
        words.set_text_content(Some(message));
        for (name, value) in [("class", "alert"), ("data-tone", tone), ("role", "alert"), ("data-plain", "")] {
            // Names and values are ours.
            let _ = alert.set_attribute(name, value);
        }
        let built = text.append_with_node_2(&strong, &words).and_then(|()| alert.append_with_node_1(&text));
        if built.is_ok() {
            place.replace_children_with_node_1(&alert);
        }
    }

    /// As the page goes: what was loaded and not looked at is anybody's again.
    fn free(state: &Shared) {
        if let Some((_, part)) = state.borrow_mut().ahead.take() {
            free_one(&part);
        }
    }

    fn free_one(part: &Element) {
        let form = part.query_selector("form[action='/_fn/skip_question']").ok().flatten();
        let form = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(data) = form.and_then(|form| data_of(&form, None)) {
            // It comes free by itself after some minutes if this does not arrive.
            let _ = window().navigator().send_beacon_with_opt_url_search_params("/_fn/free_question", Some(&data));
        }
    }
}
