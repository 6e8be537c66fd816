//! What waits for review, by collection and field.

use crate::snippet;
use chorale_model::CollectionId;
use chorale_model::review::ReviewField;
use chorale_ui::number::count;
use chorale_ui::{Bar, CopyAs, Empty, Icon, LinkButton, Table, TableFoot};
use leptos::prelude::*;

/// `to` is where a field leads.
pub fn draw(waiting: Vec<ReviewField>, to: fn(CollectionId, &str) -> String) -> AnyView {
    if waiting.is_empty() {
        return view! {
            <div class="panel">
                <Empty icon=Icon::Ok title="Nothing waits for review" text="Suggestions that annotators are not sure of come here after every import. How sure they must be is each field's own choice.">
                    <LinkButton href="/collections" text="See the collections"/>
                </Empty>
            </div>
        }
        .into_any();
    }
    let total = waiting.len() as u64;
    let most = waiting.iter().map(|one| one.waiting).max().unwrap_or(1).max(1) as f64;
    let rows = waiting.into_iter().map(|one| row(one, most, to)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col" class="wide-only">"Collection"</th>
            <th scope="col" class="num" title="distinct things that sources say">"Values"</th>
            <th scope="col" class="num" title="suggestions on samples">"Samples"</th>
            <th scope="col" class="share-col wide-only"><span class="sr">"Share"</span></th>
        }
    };
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "field" } else { "fields" }>
                <CopyAs snippets=snippet::json("/api/v1/review")/>
            </TableFoot>
        }
    };
    view! { <Table caption="What waits for review" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(one: ReviewField, most: f64, to: fn(CollectionId, &str) -> String) -> AnyView {
    let href = to(one.collection, &one.field);
    let place = format!("/collections/{}", one.collection);
    let beneath = one.collection_name.clone();
    let share = one.waiting as f64 / most;
    let spoken = format!("{} wait", count(one.waiting.unsigned_abs()));
    view! {
        <tr>
            <th scope="row"><b><a href=href>{one.label}</a></b> <div class="narrow-only hint">{beneath}</div></th>
            <td class="wide-only"><a class="quiet" href=place>{one.collection_name}</a></td>
            <td class="num">{count(one.values.unsigned_abs())}</td>
            <td class="num"><b>{count(one.waiting.unsigned_abs())}</b></td>
            <td class="share-col wide-only"><Bar part=share label=spoken/></td>
        </tr>
    }
    .into_any()
}
