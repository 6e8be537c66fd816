//! The fields of a collection with their figures.

use super::words::{ABOUT, HOW, cell, percent};
use super::{PATH, address_of_field};
use crate::flash::Notice;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::CollectionId;
use chorale_model::automatic::{AutomaticField, AutomaticFields};
use chorale_model::catalog::Collection;
use chorale_ui::number::count;
use chorale_ui::{Absent, CopyAs, Crumb, Icon, LinkButton, Status, Table, TableFoot, Tone};
use leptos::prelude::*;

pub fn draw(collection: &Collection, all: AutomaticFields) -> Screen {
    let id = collection.id;
    let total = all.fields.len() as u64;
    // What was decided about stands first: it is what can be read.
    let mut fields = all.fields;
    fields.sort_by_key(|field| (field.hold.is_none(), field.versions.is_empty(), -field.waiting));
    let rows = fields.into_iter().map(|field| row(id, field)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"Accepted from"</th>
            <th scope="col" class="num" title="of what is accepted automatically">"Precision, accepted"</th>
            <th scope="col" class="num">"Precision, all"</th>
            <th scope="col" class="num">"Recall"</th>
            <th scope="col" class="num" title="questions that were decided">"Decided"</th>
            <th scope="col" class="num" title="suggestions on samples">"Waiting"</th>
            <th scope="col" class="num" title="suggestions on samples, accepted without a person">"Automatic"</th>
        }
    };
    let rest = format!("/api/v1/collections/{id}/automatic");
    let csv = format!("{rest}.csv");
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "field" } else { "fields" }>
                <LinkButton href=csv.clone() text="CSV" small=true download=true/>
                <CopyAs snippets=snippet::json(&rest)/>
            </TableFoot>
        }
    };
    let annotator = all.annotator.map(|version| view! { " Now: " <span class="mono">{version}</span> "." });
    let name = collection.name.clone();
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{format!("Automatic curation of {name}")}</h1>
                    <p class="page-sub">{ABOUT}{annotator}</p>
                </div>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["resolve_alert"]/>
                <Table caption="Fields" head=head foot=foot>{rows}</Table>
                <details class="small ink-2"><summary>"How this is counted"</summary><p>{HOW}</p></details>
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Automatic", PATH), Crumb::here(name.clone())];
    Screen::new(format!("Automatic curation of {name}"), Place::Automatic, crumbs, body.into_any())
}

fn row(collection: CollectionId, field: AutomaticField) -> AnyView {
    let href = address_of_field(collection, &field.field);
    let present = field.versions.iter().find(|version| version.present);
    let of = |part: fn(&chorale_model::automatic::VersionFigures) -> Option<chorale_model::automatic::Share>| {
        cell(present.and_then(part))
    };
    let decided = present.map_or(0, |version| version.right + version.wrong);
    let n = |samples: i64| count(samples.unsigned_abs());
    view! {
        <tr>
            <th scope="row"><a href=href>{field.label.clone()}</a><div class="hint nowrap">{format!("promises {}", percent(field.promised))}</div></th>
            <td class="nowrap">{from(&field)}</td>
            <td class="num">{of(|version| version.accepted)}</td>
            <td class="num">{of(|version| version.precision)}</td>
            <td class="num">{of(|version| version.recall)}</td>
            <td class="num">{n(decided)}</td>
            <td class="num">{n(field.waiting)}</td>
            <td class="num">{n(field.automatic)}</td>
        </tr>
    }
    .into_any()
}

fn from(field: &AutomaticField) -> AnyView {
    if field.hold.is_some() {
        return view! { <Status tone=Tone::Bad icon=Icon::Pause word="on hold"/> }.into_any();
    }
    match field.accepted_from {
        None => view! { <Absent reason="at no score are so many right as the field promises"/> }.into_any(),
        Some(score) => {
            let how = if field.chosen { "chosen" } else { "by the promise" };
            view! { <span class="num">{format!("{score:.2}")}</span> <div class="hint">{how}</div> }.into_any()
        }
    }
}
