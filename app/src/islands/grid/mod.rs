//! A study's grid like a spreadsheet: arrows move, Shift widens, Enter edits, blocks are copied and pasted, Ctrl D fills
//! down, Ctrl Z undoes. What changes more than a cell is looked at first. The table and the forms beneath work without it.

#[cfg(feature = "hydrate")]
mod sheet;
#[cfg(feature = "hydrate")]
mod talk;

use chorale_model::grid::GridChanged;
use chorale_ui::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;

/// A change that was looked at: as it is sent, and what it would do.
#[derive(Clone, Debug)]
pub struct Looked {
    pub change: String,
    pub would: GridChanged,
}

/// Works on the table with `data-grid` of the same page.
#[island]
pub fn Grid(dataset: String) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let looked = RwSignal::new(None::<Looked>);
    let dialog = NodeRef::<html::Dialog>::new();
    #[cfg(feature = "hydrate")]
    let own = dataset.clone();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| sheet::start(&own, said, looked, dialog));
    #[cfg(feature = "hydrate")]
    let apply = move |_| {
        if let Some(one) = looked.get_untracked() {
            talk::apply(&dataset, one.change, said);
        }
    };
    #[cfg(not(feature = "hydrate"))]
    let apply = move |_| {
        let _ = &dataset;
    };
    let title = move || {
        looked.with(|one| {
            let cells = one.as_ref().map_or(0, |one| one.would.changes);
            format!("{cells} {}", if cells == 1 { "cell changes" } else { "cells change" })
        })
    };
    let lines = move || {
        let all = looked.with(|one| one.as_ref().map(|one| one.would.clone())).unwrap_or_default();
        let becomes = all.becomes.into_iter().map(|one| {
            let label = if one.label.is_empty() { one.state.name().replace('_', " ") } else { one.label };
            view! { <li><span class="ink-3">{format!("{}: ", one.field.replace('_', " "))}</span><b>{label}</b>{format!(" {}", one.cells)}</li> }
        });
        let errors = all.errors.into_iter().map(|one| {
            let near: Vec<String> = one.nearest.into_iter().map(|near| near.label).collect();
            let near = if near.is_empty() { String::new() } else { format!(" Near it: {}.", near.join(", ")) };
            view! { <li><span class="acc">{one.accession}</span> " " <span class="mono">{one.text}</span>{format!(" {}.{near}", one.why)}</li> }
        });
        let outside =
            (all.outside > 0).then(|| view! { <li>{format!("{} cells lie outside of the study.", all.outside)}</li> });
        view! {
            <ul class="plain">{becomes.collect_view()}</ul>
            <ul class="plain" aria-label="Cannot be read">{errors.collect_view()}{outside}</ul>
        }
    };
    let is_nothing = move || looked.with(|one| one.as_ref().is_none_or(|one| one.would.changes == 0));
    view! {
        <p class="small ink-2 grid-said" role="status">{move || said.get()}</p>
        <dialog class="dialog" aria-labelledby="grid-would-h" node_ref=dialog>
            <header>
                <h2 id="grid-would-h">{title}</h2>
                <form method="dialog">
                    <button class="btn" data-kind="quiet" data-size="small" data-icon aria-label="Close"><Glyph icon=Icon::X/></button>
                </form>
            </header>
            <div class="dialog-body stack gap-3">
                {lines}
                <div class="row">
                    <button class="btn" data-kind="primary" type="button" hidden=is_nothing on:click=apply>"Change them"</button>
                    <form method="dialog"><button class="btn">"Leave it"</button></form>
                </div>
            </div>
        </dialog>
    }
}
