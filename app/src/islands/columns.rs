//! Hides and shows columns of the page's table. The choice is kept in this browser, for all pages of its kind.

use chorale_ui::{Glyph, Icon};
use leptos::prelude::*;

/// A menu with a box for each column that may go (`th[data-column]`). Drawn empty; the browser fills it.
#[island]
pub fn Columns() -> impl IntoView {
    let columns = RwSignal::new(Vec::<(usize, String, bool)>::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        table::recall();
        columns.set(table::columns());
    });
    view! {
        <details class="menu" hidden=move || columns.with(Vec::is_empty)>
            <summary class="btn" data-kind="quiet" data-size="small"><Glyph icon=Icon::Columns/> "Columns"</summary>
            <div class="menu-list">
                {move || {
                    columns
                        .get()
                        .into_iter()
                        .map(|(index, name, shown)| {
                            let change = move |_| {
                                columns.update(|all| {
                                    if let Some(column) = all.iter_mut().find(|column| column.0 == index) {
                                        column.2 = !column.2;
                                    }
                                });
                                #[cfg(feature = "hydrate")]
                                table::choose(index, columns);
                            };
                            view! {
                                <label class="menu-item option">
                                    <input class="check" type="checkbox" checked=shown on:change=change/>
                                    {name}
                                </label>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </details>
    }
}

#[cfg(feature = "hydrate")]
mod table {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    fn all(selector: &str) -> Vec<web_sys::Element> {
        let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
    }

    /// Columns that may be hidden: position, name, shown.
    pub fn columns() -> Vec<(usize, String, bool)> {
        let heads = all("main .table thead th").into_iter().enumerate();
        heads
            .filter_map(|(at, head)| Some((at, head.get_attribute("data-column")?, !head.has_attribute("hidden"))))
            .collect()
    }

    /// Shows or hides the column at `index` as `columns` has it, and remembers all of them.
    pub fn choose(index: usize, columns: RwSignal<Vec<(usize, String, bool)>>) {
        columns.with_untracked(|all| {
            if let Some((_, _, shown)) = all.iter().find(|column| column.0 == index) {
                show(index, *shown);
            }
            let lines: Vec<String> =
                all.iter().map(|(_, name, shown)| format!("{}{name}", if *shown { '+' } else { '-' })).collect();
            if let Some(storage) = storage() {
                // A full or forbidden storage forgets the choice with the page.
                let _ = storage.set_item(&key(), &lines.join("\n"));
            }
        });
    }

    /// Does what was chosen before at an address like this one.
    pub fn recall() {
        let said = storage().and_then(|storage| storage.get_item(&key()).ok().flatten()).unwrap_or_default();
        for (index, name, shown) in columns() {
            let wanted = said.lines().find_map(|line| match line.split_at_checked(1) {
                Some((sign, column)) if column == name => Some(sign == "+"),
                _ => None,
            });
            if wanted.is_some_and(|wanted| wanted != shown) {
                show(index, !shown);
            }
        }
    }

    fn storage() -> Option<web_sys::Storage> {
        window().local_storage().ok().flatten()
    }

    /// The address without what changes from object to object: all tables of samples share a choice.
    fn key() -> String {
        let path = window().location().pathname().unwrap_or_default();
        let kept: Vec<&str> = path.split('/').filter(|part| part.len() < 32).collect();
        format!("columns{}", kept.join("/"))
    }

    /// Shows or hides the column at `index` in every row.
    pub fn show(index: usize, shown: bool) {
        for cell in all(&format!("main .table tr > :nth-child({})", index + 1)) {
            let _ = if shown { cell.remove_attribute("hidden") } else { cell.set_attribute("hidden", "") };
        }
    }
}
