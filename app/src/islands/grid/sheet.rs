//! The table as a sheet: where the focus is, which cells are selected, editing one, copying and pasting.

use super::{Looked, talk};
use crate::islands::listen::listen;
use chorale_model::grid::{CellEdit, GridChange, GridChanged};
use leptos::html;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent};

/// The list of the cell that is edited; there is one at a time.
const OFFERS: &str = "grid-offers";
/// As high as a list of terms gets, in px; with less room beneath its cell it opens upwards.
const LIST: f64 = 300.0;
/// Rows of a page key.
const PAGE: usize = 10;

struct Sheet {
    table: Element,
    dataset: String,
    /// Where a selection began: row and column.
    anchor: Cell<(usize, usize)>,
    /// That can be undone.
    batch: RefCell<Option<String>>,
    said: RwSignal<String>,
    looked: RwSignal<Option<Looked>>,
    dialog: NodeRef<html::Dialog>,
}

/// Takes over the page's grid.
pub fn start(dataset: &str, said: RwSignal<String>, looked: RwSignal<Option<Looked>>, dialog: NodeRef<html::Dialog>) {
    let Some(table) = document().query_selector("[data-grid]").ok().flatten() else { return };
    let sheet = Rc::new(Sheet {
        table: table.clone(),
        dataset: dataset.to_owned(),
        anchor: Cell::new((0, 0)),
        batch: RefCell::default(),
        said,
        looked,
        dialog,
    });
    if let Some((words, batch)) = talk::left() {
        said.set(words);
        *sheet.batch.borrow_mut() = batch;
    }
    let own = sheet.clone();
    listen(&table, "keydown", move |event: KeyboardEvent| own.clone().key(&event));
    let own = sheet.clone();
    listen(&table, "mousedown", move |event: MouseEvent| own.point(&event));
    let own = sheet.clone();
    listen(&table, "dblclick", move |event: MouseEvent| {
        if let Some(cell) = cell_of(event.target()) {
            own.clone().edit(&cell, None);
        }
    });
    let own = sheet.clone();
    listen(&document(), "copy", move |event: Event| own.copy(&event));
    listen(&document(), "paste", move |event: Event| sheet.clone().paste(&event));
}

fn cell_of(target: Option<web_sys::EventTarget>) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(".grid-cell").ok().flatten()
}

fn all(of: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = of.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn text_of(cell: &Element) -> String {
    cell.query_selector(".grid-text").ok().flatten().and_then(|text| text.text_content()).unwrap_or_default()
}

fn data(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

impl Sheet {
    fn rows(&self) -> Vec<Element> {
        all(&self.table, "tbody tr")
    }

    fn cell(&self, (row, column): (usize, usize)) -> Option<Element> {
        all(self.rows().get(row)?, ".grid-cell").into_iter().nth(column)
    }

    fn place(&self, cell: &Element) -> Option<(usize, usize)> {
        let own = cell.closest("tr").ok().flatten()?;
        let row = self.rows().iter().position(|row| row.is_same_node(Some(&own)))?;
        let column = all(&own, ".grid-cell").iter().position(|one| one.is_same_node(Some(cell)))?;
        Some((row, column))
    }

    /// The focused cell, while none is edited.
    fn focused(&self) -> Option<(usize, usize)> {
        let active = document().active_element()?;
        if active.matches(".grid-cell").unwrap_or(false) { self.place(&active) } else { None }
    }

    fn last(&self) -> (usize, usize) {
        let rows = self.rows();
        let columns = rows.first().map_or(0, |row| all(row, ".grid-cell").len());
        (rows.len().saturating_sub(1), columns.saturating_sub(1))
    }

    /// Rows and columns from the anchor to the focus, both included.
    fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        let (one, other) = (self.anchor.get(), self.focused()?);
        Some(((one.0.min(other.0), one.1.min(other.1)), (one.0.max(other.0), one.1.max(other.1))))
    }

    /// Moves the focus; `widens` keeps the anchor.
    fn focus(&self, to: (usize, usize), widens: bool) {
        let Some(cell) = self.cell(to) else { return };
        for known in all(&self.table, ".grid-cell[tabindex=\"0\"]") {
            let _ = known.set_attribute("tabindex", "-1");
        }
        let _ = cell.set_attribute("tabindex", "0");
        if let Some(cell) = cell.dyn_ref::<HtmlElement>() {
            // Both fail only for elements that left the page meanwhile.
            let _ = cell.focus();
        }
        if !widens {
            self.anchor.set(to);
        }
        self.mark();
    }

    fn mark(&self) {
        for cell in all(&self.table, ".grid-cell[aria-selected]") {
            let _ = cell.remove_attribute("aria-selected");
        }
        let Some((from, to)) = self.selection().filter(|(from, to)| from != to) else { return };
        for row in self.rows().iter().take(to.0 + 1).skip(from.0) {
            for cell in all(row, ".grid-cell").iter().take(to.1 + 1).skip(from.1) {
                let _ = cell.set_attribute("aria-selected", "true");
            }
        }
    }

    fn point(&self, event: &MouseEvent) {
        let Some(cell) = cell_of(event.target()) else { return };
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.closest(".grid-input, .termbox-list").ok().flatten().is_some()) {
            return;
        }
        if let Some(place) = self.place(&cell) {
            event.prevent_default();
            self.focus(place, event.shift_key());
        }
    }

    fn key(self: Rc<Self>, event: &KeyboardEvent) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            return self.edit_key(event, &input);
        }
        let Some((row, column)) = self.focused() else { return };
        let last = self.last();
        let (with, key) = (event.ctrl_key() || event.meta_key(), event.key());
        let to = match key.as_str() {
            "ArrowDown" => Some(((row + 1).min(last.0), column)),
            "ArrowUp" => Some((row.saturating_sub(1), column)),
            "ArrowRight" => Some((row, (column + 1).min(last.1))),
            "ArrowLeft" => Some((row, column.saturating_sub(1))),
            "PageDown" => Some(((row + PAGE).min(last.0), column)),
            "PageUp" => Some((row.saturating_sub(PAGE), column)),
            "Home" => Some((if with { 0 } else { row }, 0)),
            "End" => Some((if with { last.0 } else { row }, last.1)),
            _ => None,
        };
        let is_letter = key.chars().count() == 1 && !with && !event.alt_key();
        if let Some(to) = to {
            self.focus(to, event.shift_key());
        } else if with && key.eq_ignore_ascii_case("d") {
            self.fill_down();
        } else if with && key.eq_ignore_ascii_case("z") {
            self.undo();
        } else if key == "Delete" {
            self.fill("not reported");
        } else if key == "Enter" || key == "F2" || is_letter {
            if let Some(cell) = self.cell((row, column)) {
                self.clone().edit(&cell, Some(key).filter(|_| is_letter));
            }
        } else {
            return;
        }
        // The page's own single keys are for elsewhere.
        event.prevent_default();
        event.stop_propagation();
    }

    fn edit(self: Rc<Self>, cell: &Element, typed: Option<String>) {
        if cell.query_selector("input").ok().flatten().is_some() {
            return;
        }
        let Ok(input) = document().create_element("input") else { return };
        let Ok(input) = input.dyn_into::<HtmlInputElement>() else { return };
        input.set_class_name("input grid-input");
        let row = cell.closest("tr").ok().flatten();
        let sample = row.and_then(|row| row.query_selector("th").ok().flatten()).and_then(|head| head.text_content());
        let label = format!("{} of {}", data(cell, "data-field").replace('_', " "), sample.unwrap_or_default());
        let _ = input.set_attribute("aria-label", &label);
        let _ = input.set_attribute("autocomplete", "off");
        let is_fresh = typed.is_some();
        input.set_value(&typed.unwrap_or_else(|| text_of(cell)));
        if cell.append_child(&input).is_err() {
            return;
        }
        self.offer(cell, &input);
        let _ = cell.set_attribute("data-editing", "");
        // The focus is in the cell now, and nobody comes back to the cell itself before it is left.
        let _ = cell.remove_attribute("tabindex");
        let _ = input.focus();
        if !is_fresh {
            input.select();
        }
        let (own, of) = (self.clone(), cell.clone());
        listen(&input, "blur", move |_: Event| own.clone().leave(&of, true));
    }

    /// In a column of terms those that fit are offered, by the help of the whole page for fields with `data-terms`.
    fn offer(&self, cell: &Element, input: &HtmlInputElement) {
        let head = format!("thead [data-column=\"{}\"]", data(cell, "data-field"));
        let head = self.table.query_selector(&head).ok().flatten();
        let Some(terms) = head.and_then(|head| head.get_attribute("data-offers")) else { return };
        let Some(list) = document().create_element("ul").ok().and_then(|list| list.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        list.set_class_name("termbox-list");
        list.set_id(OFFERS);
        list.set_hidden(true);
        for (name, value) in [("role", "listbox"), ("aria-label", "Terms that fit")] {
            let _ = list.set_attribute(name, value);
        }
        if cell.append_child(&list).is_err() {
            return;
        }
        for (name, value) in [
            ("data-terms", terms.as_str()),
            ("aria-controls", OFFERS),
            ("role", "combobox"),
            ("aria-expanded", "false"),
            ("aria-autocomplete", "list"),
        ] {
            let _ = input.set_attribute(name, value);
        }
        hang(cell, &list);
        // The sheet scrolls in a box of its own, out of which the list hangs.
        if let Some(scrolled) = cell.closest(".scroll").ok().flatten() {
            let cell = cell.clone();
            listen(&scrolled, "scroll", move |_: Event| {
                if list.is_connected() {
                    hang(&cell, &list);
                }
            });
        }
    }

    fn edit_key(self: Rc<Self>, event: &KeyboardEvent, input: &HtmlInputElement) {
        let is_offering = input.get_attribute("aria-expanded").as_deref() == Some("true");
        if is_offering && matches!(event.key().as_str(), "ArrowDown" | "ArrowUp" | "Escape") {
            // The list's own keys, which the page hears.
            return;
        }
        event.stop_propagation();
        if let Some(value) = offered(input).filter(|_| matches!(event.key().as_str(), "Enter" | "Tab")) {
            input.set_value(&value);
        }
        let Some(cell) = input.closest(".grid-cell").ok().flatten() else { return };
        let Some((row, column)) = self.place(&cell) else { return };
        let last = self.last();
        let (keeps, to) = match event.key().as_str() {
            "Enter" => (true, ((row + 1).min(last.0), column)),
            "Tab" if event.shift_key() => (true, (row, column.saturating_sub(1))),
            "Tab" => (true, (row, (column + 1).min(last.1))),
            "Escape" => (false, (row, column)),
            _ => return,
        };
        event.prevent_default();
        self.clone().leave(&cell, keeps);
        self.focus(to, false);
    }

    /// Ends editing; what was typed is sent.
    fn leave(self: Rc<Self>, cell: &Element, keeps: bool) {
        let Some(input) = cell.query_selector("input").ok().flatten() else { return };
        let Ok(input) = input.dyn_into::<HtmlInputElement>() else { return };
        // Going, it loses the focus, and this is called again.
        if !cell.has_attribute("data-editing") {
            return;
        }
        let _ = cell.remove_attribute("data-editing");
        let _ = cell.set_attribute("tabindex", "0");
        let typed = input.value().trim().to_owned();
        input.remove();
        if let Some(list) = cell.query_selector(".termbox-list").ok().flatten() {
            list.remove();
        }
        if !keeps || typed == text_of(cell) {
            return;
        }
        if typed.is_empty() {
            return self.said.set("An empty cell changes nothing; Delete says that nothing is reported.".to_owned());
        }
        self.send(cell.clone(), typed);
    }

    /// One cell: it is changed at once, and says so itself.
    fn send(self: Rc<Self>, cell: Element, typed: String) {
        let Some(edit) = self.edit_of(&cell, typed.clone()) else { return };
        let Ok(change) = serde_json::to_string(&GridChange::Cells { cells: vec![edit] }) else { return };
        let _ = cell.set_attribute("aria-busy", "true");
        let own = self.clone();
        talk::change(&self.dataset, "", &change, move |answer| {
            let _ = cell.remove_attribute("aria-busy");
            own.answered(&cell, &typed, answer);
        });
    }

    fn answered(&self, cell: &Element, typed: &str, answer: Result<GridChanged, String>) {
        let refuse = |why: String| {
            let _ = cell.set_attribute("aria-invalid", "true");
            self.said.set(why);
        };
        let done = match answer {
            Err(why) => return refuse(why),
            Ok(done) => done,
        };
        if let Some(error) = done.errors.first() {
            let near: Vec<&str> = error.nearest.iter().map(|near| near.label.as_str()).collect();
            let near = if near.is_empty() { String::new() } else { format!(" Near it: {}.", near.join(", ")) };
            return refuse(format!("“{typed}” {}.{near}", error.why));
        }
        let _ = cell.remove_attribute("aria-invalid");
        let Some(one) = done.becomes.first() else { return self.said.set("It says so already.".to_owned()) };
        let label = if one.label.is_empty() { one.state.name().replace('_', " ") } else { one.label.clone() };
        if let Some(text) = cell.query_selector(".grid-text").ok().flatten() {
            text.set_text_content(Some(&label));
        }
        let _ = cell.set_attribute("data-layer", "human");
        // Its terms are known again with the page.
        let _ = cell.remove_attribute("data-terms");
        *self.batch.borrow_mut() = done.batch.map(|batch| batch.to_string());
        self.said.set(format!("Changed to {label}. Ctrl Z undoes it."));
    }

    fn edit_of(&self, cell: &Element, text: String) -> Option<CellEdit> {
        let sample = data(&cell.closest("tr").ok().flatten()?, "data-sample").parse().ok()?;
        Some(CellEdit { sample, field: data(cell, "data-field"), text, before: cell.get_attribute("data-terms") })
    }

    /// Looks at a change of many cells, and asks.
    fn look(&self, change: &GridChange) {
        let Ok(change) = serde_json::to_string(change) else { return };
        let (said, looked, dialog, asked) = (self.said, self.looked, self.dialog, change.clone());
        said.set("Looking at what it would change …".to_owned());
        talk::change(&self.dataset, "/preview", &change, move |answer| match answer {
            Err(why) => said.set(why),
            Ok(would) => {
                said.set(String::new());
                looked.set(Some(Looked { change: asked, would }));
                if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
                    // It is closed and in the document, the two things that make this fail.
                    let _ = dialog.show_modal();
                }
            }
        });
    }

    fn fill(&self, text: &str) {
        let Some((from, to)) = self.selection() else { return };
        let cells = (from.0..=to.0).flat_map(|row| (from.1..=to.1).map(move |column| (row, column)));
        let edits = cells.filter_map(|place| self.edit_of(&self.cell(place)?, text.to_owned()));
        self.look(&GridChange::Cells { cells: edits.collect() });
    }

    /// The text of the first selected row into those beneath.
    fn fill_down(&self) {
        let Some((from, to)) = self.selection().filter(|(from, to)| from.0 < to.0) else {
            return self.said.set("Select the cell and those beneath it first: Shift and an arrow.".to_owned());
        };
        let mut cells = Vec::new();
        for column in from.1..=to.1 {
            let Some(text) = self.cell((from.0, column)).map(|cell| text_of(&cell)) else { continue };
            let below = (from.0 + 1..=to.0).filter_map(|row| self.edit_of(&self.cell((row, column))?, text.clone()));
            cells.extend(below);
        }
        self.look(&GridChange::Cells { cells });
    }

    fn undo(&self) {
        match self.batch.borrow().as_ref() {
            Some(batch) => talk::undo(batch, self.said),
            None => self.said.set(
                "Nothing was changed here that could be undone; the list beneath has what was decided before."
                    .to_owned(),
            ),
        }
    }

    fn copy(&self, event: &Event) {
        let (Some((from, to)), Some(clipboard)) = (self.selection(), clipboard_of(event)) else { return };
        let quoted = |text: String| match text.contains(['\t', '\n', '"']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        };
        let line = |row: usize| {
            let cells = (from.1..=to.1).filter_map(|column| Some(quoted(text_of(&self.cell((row, column))?))));
            cells.collect::<Vec<_>>().join("\t")
        };
        let text: Vec<String> = (from.0..=to.0).map(line).collect();
        if clipboard.set_data("text/plain", &text.join("\n")).is_ok() {
            event.prevent_default();
            let cells = (to.0 - from.0 + 1) * (to.1 - from.1 + 1);
            self.said.set(format!("Copied {cells} {}", if cells == 1 { "cell" } else { "cells" }));
        }
    }

    fn paste(self: Rc<Self>, event: &Event) {
        let Some((from, to)) = self.selection() else { return };
        let Some(text) = clipboard_of(event).and_then(|clipboard| clipboard.get_data("text/plain").ok()) else {
            return;
        };
        event.prevent_default();
        let is_one = !text.trim_end().contains(['\t', '\n']);
        match (is_one, from == to, self.cell(from)) {
            (true, true, Some(cell)) if !text.trim().is_empty() => self.send(cell, text.trim().to_owned()),
            (true, false, _) => self.fill(text.trim()),
            (false, _, Some(cell)) => {
                let rows = self.rows();
                let columns = rows.get(from.0).map(|row| all(row, ".grid-cell")).unwrap_or_default();
                let fields = columns.iter().skip(from.1).map(|cell| data(cell, "data-field")).collect();
                let sample = self.edit_of(&cell, String::new()).map(|edit| edit.sample);
                if let Some(sample) = sample {
                    self.look(&GridChange::Paste { sample, fields, text });
                }
            }
            _ => {}
        }
    }
}

/// The term that is gone to in an open list.
fn offered(input: &HtmlInputElement) -> Option<String> {
    let active = document().get_element_by_id(&input.get_attribute("aria-activedescendant")?)?;
    active.get_attribute("data-value")
}

/// Puts the list beside its cell, on the side with more room.
fn hang(cell: &Element, list: &HtmlElement) {
    let (at, style) = (cell.get_bounding_client_rect(), list.style());
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (height, width) = (size(window().inner_height()), size(window().inner_width()));
    let is_below = height - at.bottom() >= LIST.min(at.top());
    let (top, bottom) = match is_below {
        true => (format!("{}px", at.bottom()), "auto".to_owned()),
        false => ("auto".to_owned(), format!("{}px", height - at.top())),
    };
    let left = at.left().min(width - list_width(width)).max(0.0);
    let left = format!("{left}px");
    for (name, value) in
        [("top", top.as_str()), ("bottom", bottom.as_str()), ("left", left.as_str()), ("right", "auto")]
    {
        // Names and values of ours are fine ones.
        let _ = style.set_property(name, value);
    }
}

/// 22 rem, or most of a narrow window, as the stylesheet has it.
fn list_width(window: f64) -> f64 {
    (22.0 * 16.0_f64).min(0.9 * window)
}

fn clipboard_of(event: &Event) -> Option<DataTransfer> {
    js_sys::Reflect::get(event.as_ref(), &JsValue::from_str("clipboardData")).ok()?.dyn_into().ok()
}
