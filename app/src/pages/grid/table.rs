//! The grid itself, and which columns it has.

use super::path_of;
use crate::pages::curate::typed;
use crate::paging::Paging;
use crate::snippet;
use crate::values::state_words;
use chorale_model::CollectionId;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::grid::{Grid, GridCell, GridRow};
use chorale_model::harmonize::Layer;
use chorale_ui::{Button, CopyAs, Glyph, Icon, LinkButton, TableFoot};
use leptos::prelude::*;

/// A menu of the fields; without script it is a form like any other.
pub fn columns(grid: &Grid, all: &[Field]) -> AnyView {
    let shown: Vec<&str> = grid.fields.iter().map(|field| field.name.as_str()).collect();
    let boxes = all.iter().map(|field| {
        let is_on = shown.contains(&field.name.as_str());
        view! { <label class="menu-item option"><input class="check" type="checkbox" name="fields" value=field.name.clone() checked=is_on/>{field.label.clone()}</label> }
    });
    view! {
        <div class="row">
            <details class="menu">
                <summary class="btn" data-size="small"><Glyph icon=Icon::Columns/> "Columns"</summary>
                <form class="menu-list" action=path_of(grid.dataset)>
                    {boxes.collect_view()}
                    <Button small=true text="Show"/>
                </form>
            </details>
            <p class="small ink-2 grid-keys">"Arrows move, Shift widens, Enter edits, Ctrl C and Ctrl V copy and paste, Ctrl D fills down, Ctrl Z undoes."</p>
        </div>
    }
    .into_any()
}

/// Of each column of terms the head says where they are looked up while somebody types in a cell.
pub fn draw(
    grid: &Grid,
    collection: CollectionId,
    may_change: bool,
    paging: Paging,
    csv: String,
    tsv: String,
) -> AnyView {
    let heads = grid.fields.iter().map(|field| {
        let offers = (may_change && field.kind == FieldKind::Term).then(|| typed::terms_of(collection, &field.name));
        view! { <th scope="col" title=field.guideline.clone() data-column=field.name.clone() data-offers=offers>{field.label.clone()}</th> }
    });
    let rows = grid.rows.iter().enumerate().map(|(at, one)| row(grid, one, at == 0)).collect_view();
    let names: Vec<&str> = grid.fields.iter().map(|field| field.name.as_str()).collect();
    let json = crate::address::address(
        &format!("/api/v1/datasets/{}/grid", grid.dataset),
        [("fields", names.join(",").as_str())],
    );
    let Paging { first, next, took_ms } = paging;
    let total = grid.samples.unsigned_abs();
    let label = format!("Samples of {} and their fields", grid.accession);
    view! {
        <div class="panel">
            <div class="scroll grid-scroll">
                <table class="table grid-table" role="grid" aria-label=label aria-readonly=(!may_change).then_some("true") data-grid>
                    <thead>
                        <tr><th scope="col">"Sample"</th><th scope="col" class="wide-only">"Title"</th>{heads.collect_view()}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <div class="table-foot">
                <TableFoot total=total noun=if total == 1 { "sample" } else { "samples" } took_ms=took_ms first=first next=next>
                    <CopyAs snippets=snippet::json(&json)/>
                    <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=csv text="CSV"/>
                    <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=tsv text="TSV"/>
                </TableFoot>
            </div>
        </div>
    }
    .into_any()
}

fn row(grid: &Grid, row: &GridRow, is_first: bool) -> AnyView {
    let cells = grid.fields.iter().zip(&row.cells).enumerate();
    let cells = cells.map(|(at, (field, cell))| draw_cell(field, cell, is_first && at == 0)).collect_view();
    view! {
        <tr data-sample=row.sample.to_string()>
            <th scope="row" class="nowrap"><a class="acc quiet" href=format!("/samples/{}", row.sample)>{row.accession.clone()}</a></th>
            <td class="wide-only"><span class="clip short" title=row.title.clone()>{row.title.clone()}</span></td>
            {cells}
        </tr>
    }
    .into_any()
}

/// One of them is reached by the tab key; arrows go on from there.
fn draw_cell(field: &Field, cell: &GridCell, is_entry: bool) -> AnyView {
    let (layer, said) = match (cell.layer, cell.accepted) {
        (None, _) => (None, "nothing is known".to_owned()),
        (Some(_), false) => (Some("waits"), "waits for review".to_owned()),
        (Some(Layer::Human), _) => (Some("human"), "by a person".to_owned()),
        (Some(Layer::Submitter), _) => (Some("submitter"), "by the submitter".to_owned()),
        (Some(Layer::Automatic), _) => (Some("automatic"), "accepted".to_owned()),
    };
    let state = cell.state.map_or_else(String::new, |state| format!("{}, ", state_words(state)));
    let title = format!("{}: {state}{said}", field.label);
    let spoken =
        (cell.layer.is_some() && !cell.accepted).then(|| view! { <span class="sr">" (waits for review)"</span> });
    view! {
        <td
            class="grid-cell"
            tabindex=if is_entry { "0" } else { "-1" }
            data-field=field.name.clone()
            data-terms=cell.terms.clone()
            data-layer=layer
            title=title
        >
            <span class="grid-text">{cell.text.clone()}</span>
            {spoken}
        </td>
    }
    .into_any()
}
