//! Fields that offer what fits while somebody types: terms (`data-terms`) with their meaning, place and samples, colleagues
//! behind an @ (`data-people`), and what may come next in a filter (`data-filter`: the keys, one a line). Where the field is chosen beside, `data-terms-of` names its control. They work without it: a field takes a name or an id, a text its words.
//! Listens at the document, so that fields which come later are served too.

use super::ask;
use super::complete::{Completion, complete};
use chorale_model::Page;
use chorale_model::comments::Person;
use chorale_model::ontologies::{TermHit, TermHits};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, EventTarget, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
    KeyboardEvent,
};

/// Fewer letters of a term find everything.
const LETTERS: usize = 2;
/// After the last key, so that words typed at once are asked for once.
const PAUSE: Duration = Duration::from_millis(70);

pub fn start() {
    // Only the answer to what was typed last is shown.
    let turn = Rc::new(Cell::new(0_u32));
    window_event_listener(leptos::ev::input, {
        let turn = turn.clone();
        move |event| {
            let Some(field) = Field::of(event.target()) else { return };
            turn.set(turn.get().wrapping_add(1));
            if let Field::Filter(_) = field {
                return field.show(&field.next());
            }
            let (asked, turn) = (turn.get(), turn.clone());
            set_timeout(
                move || {
                    if turn.get() == asked {
                        look_up(field, asked, &turn);
                    }
                },
                PAUSE,
            );
        }
    });
    window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let Some(field) = Field::of(event.target()) else { return };
        let Some(list) = field.list().filter(|list| !list.hidden()) else { return };
        match event.key().as_str() {
            "ArrowDown" => field.step(&list, 1),
            "ArrowUp" => field.step(&list, -1),
            // A list that is put away ends nothing else: a cell or a menu stays open.
            "Escape" => field.close(),
            "Enter" | "Tab" => match field.active() {
                Some(option) => field.choose(&option),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    });
    window_event_listener(leptos::ev::mousedown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let option = target.and_then(|target| target.closest(".termbox-list [role=option]").ok().flatten());
        let list = option.as_ref().and_then(|option| option.closest(".termbox-list").ok().flatten());
        let of = list.map(|list| format!("[aria-controls=\"{}\"]", list.id()));
        let field = of.and_then(|of| document().query_selector(&of).ok().flatten());
        if let (Some(option), Some(field)) = (option, field.and_then(|field| Field::of(Some(field.into())))) {
            event.prevent_default();
            field.choose(&option);
        }
    });
    window_event_listener(leptos::ev::focusout, move |event| {
        if let Some(field) = Field::of(event.target()) {
            turn.set(turn.get().wrapping_add(1));
            field.close();
        }
    });
}

fn look_up(field: Field, asked: u32, turn: &Rc<Cell<u32>>) {
    let Some((address, typed)) = field.asks() else { return field.close() };
    let address = format!("{address}{}", String::from(js_sys::encode_uri_component(&typed)));
    let turn = turn.clone();
    ask::get(&address, "application/json", move |(status, text)| {
        if status == 200 && turn.get() == asked {
            field.show(&field.offers(&text));
        }
    });
}

/// One that offers something.
enum Field {
    Term(HtmlInputElement),
    People(HtmlTextAreaElement),
    Filter(HtmlInputElement),
}

/// What is taken when it is chosen, and what is shown of it, each part in a class of its own.
struct Offer {
    value: String,
    parts: Vec<(&'static str, String)>,
}

impl Field {
    fn of(target: Option<EventTarget>) -> Option<Field> {
        let target = target?;
        if let Some(input) = target.dyn_ref::<HtmlInputElement>().filter(|input| input.has_attribute("data-terms")) {
            return Some(Field::Term(input.clone()));
        }
        if let Some(input) = target.dyn_ref::<HtmlInputElement>().filter(|input| input.has_attribute("data-filter")) {
            return Some(Field::Filter(input.clone()));
        }
        let area = target.dyn_into::<HtmlTextAreaElement>().ok();
        area.filter(|area| area.has_attribute("data-people")).map(Field::People)
    }

    fn element(&self) -> &Element {
        match self {
            Field::Term(input) | Field::Filter(input) => input,
            Field::People(area) => area,
        }
    }

    /// What may come next in a filter.
    fn next(&self) -> Vec<Offer> {
        let Field::Filter(input) = self else { return Vec::new() };
        let offer = |next: super::complete::Next| Offer {
            parts: vec![("term", next.text.clone()), ("count", next.what.to_owned())],
            value: next.text,
        };
        completed(input).map_or_else(Vec::new, |(_, found)| found.offers.into_iter().map(offer).collect())
    }

    fn list(&self) -> Option<HtmlElement> {
        let id = self.element().get_attribute("aria-controls")?;
        document().get_element_by_id(&id)?.dyn_into().ok()
    }

    /// Where what is typed is looked up, and that.
    fn asks(&self) -> Option<(String, String)> {
        match self {
            Field::Term(input) => {
                let typed = input.value().trim().to_owned();
                let at = input.get_attribute("data-terms")?;
                let of = field_beside(input).map_or_else(String::new, |field| format!("&field={field}"));
                (typed.chars().count() >= LETTERS).then(|| (format!("{at}{of}&q="), typed))
            }
            Field::People(area) => {
                let (text, at) = before_caret(area)?;
                Some((area.get_attribute("data-people")?, text[at + 1..].to_owned()))
            }
            Field::Filter(_) => None,
        }
    }

    fn offers(&self, text: &str) -> Vec<Offer> {
        match self {
            Field::Term(_) => {
                let found = serde_json::from_str::<TermHits>(text).map(|found| found.items).unwrap_or_default();
                found.into_iter().map(term).collect()
            }
            Field::People(_) => {
                let found = serde_json::from_str::<Page<Person>>(text).map(|found| found.items).unwrap_or_default();
                let offer = |one: Person| {
                    let value = format!("@{}", one.handle);
                    Offer { parts: vec![("term", one.name), ("count", value.clone())], value }
                };
                found.into_iter().map(offer).collect()
            }
            Field::Filter(_) => Vec::new(),
        }
    }

    fn show(&self, offers: &[Offer]) {
        let Some(list) = self.list() else { return };
        list.set_inner_html("");
        let id = list.id();
        for (at, offer) in offers.iter().enumerate() {
            if let Some(option) = option(&format!("{id}-{at}"), offer) {
                // A new element goes in anywhere.
                let _ = list.append_child(&option);
            }
        }
        if offers.is_empty() {
            return self.close();
        }
        list.set_hidden(false);
        let field = self.element();
        if !matches!(self, Field::People(_)) {
            say(field, "role", "combobox");
            say(field, "aria-expanded", "true");
        }
        say(field, "aria-autocomplete", "list");
        let _ = field.remove_attribute("aria-activedescendant");
    }

    fn active(&self) -> Option<Element> {
        document().get_element_by_id(&self.element().get_attribute("aria-activedescendant")?)
    }

    fn step(&self, list: &HtmlElement, by: i32) {
        let (options, now) = (list.children(), self.active());
        let count = options.length() as i32;
        let place = (0..count).find(|at| now.is_some() && options.item(*at as u32) == now);
        let next = match place {
            None if by > 0 => 0,
            None => count - 1,
            Some(at) => (at + by).rem_euclid(count.max(1)),
        };
        for at in 0..count {
            let Some(option) = options.item(at as u32) else { continue };
            say(&option, "aria-selected", if at == next { "true" } else { "false" });
            if at == next {
                say(self.element(), "aria-activedescendant", &option.id());
                option.scroll_into_view_with_bool(false);
            }
        }
    }

    /// Takes it: where a form asks for nothing but a term, it is sent.
    fn choose(&self, option: &Element) {
        let value = option.get_attribute("data-value").unwrap_or_default();
        match self {
            Field::Term(input) => {
                input.set_value(&value);
                self.close();
                let form = input.closest("form[data-term-goes]").ok().flatten();
                if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
                    // A form that is not complete says so itself.
                    let _ = form.request_submit();
                }
            }
            Field::People(area) => {
                if let Some((text, at)) = before_caret(area) {
                    let rest = area.value()[text.len()..].to_owned();
                    area.set_value(&format!("{}{value} {}", &text[..at], rest.trim_start()));
                    let caret = (text[..at].encode_utf16().count() + value.encode_utf16().count() + 1) as u32;
                    let _ = area.set_selection_range(caret, caret);
                }
                self.close();
            }
            Field::Filter(input) => {
                if let Some((before, found)) = completed(input) {
                    let kept = &before[..found.from];
                    let rest = input.value()[before.len()..].to_owned();
                    input.set_value(&format!("{kept}{value} {}", rest.trim_start()));
                    let caret = (kept.encode_utf16().count() + value.encode_utf16().count() + 1) as u32;
                    let _ = input.set_selection_range(caret, caret);
                }
                self.show(&self.next());
            }
        }
    }

    fn close(&self) {
        if let Some(list) = self.list() {
            list.set_hidden(true);
        }
        let field = self.element();
        if field.has_attribute("aria-expanded") {
            say(field, "aria-expanded", "false");
        }
        let _ = field.remove_attribute("aria-activedescendant");
    }
}

/// The field that is chosen in the same form, where `data-terms-of` names its control.
fn field_beside(input: &HtmlInputElement) -> Option<String> {
    let name = input.get_attribute("data-terms-of")?;
    let control = input.closest("form").ok().flatten()?.query_selector(&format!("[name=\"{name}\"]")).ok().flatten()?;
    let chosen = control.dyn_into::<HtmlSelectElement>().ok()?.value();
    (!chosen.is_empty()).then_some(chosen)
}

/// The text before the caret of a filter, and what may come next.
fn completed(input: &HtmlInputElement) -> Option<(String, Completion)> {
    let caret = input.selection_start().ok().flatten()? as usize;
    let units: Vec<u16> = input.value().encode_utf16().take(caret).collect();
    let before = String::from_utf16(&units).ok()?;
    let keys: Vec<String> = input.get_attribute("data-filter")?.lines().map(str::to_owned).collect();
    let found = complete(&before, &keys);
    Some((before, found))
}

/// The text before the caret, and where in it the @ stands that begins the word which is being typed.
fn before_caret(area: &HtmlTextAreaElement) -> Option<(String, usize)> {
    let caret = area.selection_start().ok().flatten()? as usize;
    let units: Vec<u16> = area.value().encode_utf16().take(caret).collect();
    let text = String::from_utf16(&units).ok()?;
    let at = text.rfind('@')?;
    let begins = !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    (begins && !text[at..].contains(char::is_whitespace)).then_some((text, at))
}

/// The label with the name that matched, the samples; the id and the way from the root; the meaning.
fn term(hit: TermHit) -> Offer {
    let named = hit.matched.as_ref().map_or_else(|| hit.label.clone(), |name| format!("{} ({name})", hit.label));
    let samples = hit.samples.map_or_else(String::new, |n| chorale_ui::number::counted(n, "sample", "samples"));
    let steps: Vec<&str> = hit.path.iter().rev().take(3).rev().map(String::as_str).collect();
    let steps = steps.join(" › ");
    let way = if steps.is_empty() { hit.id.clone() } else { format!("{} · {steps}", hit.id) };
    let parts = vec![("term", named), ("count", samples), ("path", way), ("path", hit.definition)];
    Offer { value: hit.id, parts }
}

fn option(id: &str, offer: &Offer) -> Option<Element> {
    let option = document().create_element("li").ok()?;
    for (name, value) in
        [("id", id), ("role", "option"), ("aria-selected", "false"), ("data-value", offer.value.as_str())]
    {
        say(&option, name, value);
    }
    for (class, text) in offer.parts.iter().filter(|(_, text)| !text.is_empty()) {
        let part = document().create_element("span").ok()?;
        part.set_class_name(class);
        part.set_text_content(Some(text));
        option.append_child(&part).ok()?;
    }
    Some(option)
}

fn say(of: &Element, name: &str, value: &str) {
    // Names of ours are fine names.
    let _ = of.set_attribute(name, value);
}
