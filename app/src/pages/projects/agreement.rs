//! How far curators agree beyond chance, in each field and pair by pair.

use crate::snippet;
use chorale_model::projects::{Agreement, Project};
use chorale_ui::number::count;
use chorale_ui::{Absent, CopyAs, Table, TableFoot};
use leptos::prelude::*;

pub fn draw(project: &Project, all: Vec<Agreement>) -> Option<AnyView> {
    if project.plan.reviewers < 2 || all.first().is_none_or(|of_all| of_all.items == 0) {
        return None;
    }
    let total = all.len() as u64;
    let pairs: Vec<AnyView> = all.iter().take(1).flat_map(|of_all| of_all.pairs.iter().map(pair)).collect();
    let rows = all.into_iter().map(row).collect_view();
    let rest = format!("/api/v1/projects/{}/agreement", project.id);
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col" class="num" title="closed items with at least two answers">"Items"</th>
            <th scope="col" class="num" title="all of their answers say the same">"Same"</th>
            <th scope="col" class="num" title="beyond chance; 1 is perfect, 0 is chance">"Fleiss’ kappa"</th>
            <th scope="col" class="num" title="the same where answers may be missing">"Krippendorff’s alpha"</th>
        }
    };
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "row" } else { "rows" }><CopyAs snippets=snippet::json(&rest)/></TableFoot> }
    };
    let pair_head = || {
        view! {
            <th scope="col">"Pair"</th>
            <th scope="col" class="num">"Items"</th>
            <th scope="col" class="num">"Same"</th>
            <th scope="col" class="num">"Cohen’s kappa"</th>
        }
    };
    Some(
        view! {
            <section class="stack gap-3" aria-labelledby="agree-h">
                <div class="section-head tight"><h2 id="agree-h">"Agreement"</h2><p>"over closed items"</p></div>
                <Table caption="Agreement in each field" head=head foot=foot>{rows}</Table>
                <Table caption="Agreement of each pair" head=pair_head>{pairs}</Table>
            </section>
        }
        .into_any(),
    )
}

fn coefficient(value: Option<f64>) -> AnyView {
    match value {
        Some(value) => format!("{value:.2}").into_any(),
        None => view! { <Absent reason="chance alone would agree always, or too little is closed"/> }.into_any(),
    }
}

fn share(same: i64, items: i64) -> String {
    match items {
        0 => "–".to_owned(),
        items => format!("{} ({:.0}%)", count(same.unsigned_abs()), 100.0 * same as f64 / items as f64),
    }
}

fn row(one: Agreement) -> AnyView {
    view! {
        <tr>
            <th scope="row">{one.field.unwrap_or_else(|| "all together".to_owned())}</th>
            <td class="num">{count(one.items.unsigned_abs())}</td>
            <td class="num">{share(one.same, one.items)}</td>
            <td class="num">{coefficient(one.fleiss)}</td>
            <td class="num">{coefficient(one.krippendorff)}</td>
        </tr>
    }
    .into_any()
}

fn pair(one: &chorale_model::projects::PairAgreement) -> AnyView {
    view! {
        <tr>
            <th scope="row">{format!("{} and {}", one.one, one.other)}</th>
            <td class="num">{count(one.items.unsigned_abs())}</td>
            <td class="num">{share(one.same, one.items)}</td>
            <td class="num">{coefficient(one.kappa)}</td>
        </tr>
    }
    .into_any()
}
