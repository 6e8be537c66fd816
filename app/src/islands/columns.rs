//! Hides columns of the table beneath it. The choice is kept for this page's address in the browser.

use chorale_ui::{Glyph, Icon};
use leptos::prelude::*;

/// A menu with a box for each column that may go (`th[data-column]`). Drawn empty; the browser fills it.
#[island]
pub fn Columns() -> impl IntoView {
    let columns = RwSignal::new(Vec::<(usize, String, bool)>::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| columns.set(table::columns()));
    view! {
        <details class="menu" data-down hidden=move || columns.with(Vec::is_empty)>
            <summary class="btn" data-size="small"><Glyph icon=Icon::Columns/> "Columns"</summary>
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
                                table::show(index, !shown);
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
    use leptos::prelude::document;
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

    /// Shows or hides the column at `index` in every row.
    pub fn show(index: usize, shown: bool) {
        for cell in all(&format!("main .table tr > :nth-child({})", index + 1)) {
            let _ = if shown { cell.remove_attribute("hidden") } else { cell.set_attribute("hidden", "") };
        }
    }
}
