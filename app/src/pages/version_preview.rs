//! What another version of the annotator would say, on the page of its model: field by field what stays, changes, comes
//! and goes on a bounded sample, and the commonest changes with a sample to look at.

use crate::pages::model;
use crate::snippet;
use crate::values::{is_said, short_term, state_words};
use chorale_model::registry::{FieldPreview, PreviewChange, PreviewValue, VersionPreview};
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, Alert, CopyAs, Empty, Icon, Table, TableFoot, Tone};
use leptos::prelude::*;

/// The section; `path` is the page that it stands on, and `champion` the version that does the work.
pub fn draw(found: VersionPreview, path: &str, champion: Option<i64>, may_promote: bool) -> AnyView {
    let title = format!("What version {} would change", found.version);
    let says = format!(
        "on {} of {}; {} now, {} then",
        counted(found.samples.unsigned_abs(), "sample", "samples"),
        counted(found.datasets.unsigned_abs(), "dataset", "datasets"),
        found.now,
        found.then
    );
    let cut = (!found.whole).then(|| {
        view! { <Alert tone=Tone::Info title="Time ran out."><p>"The figures are of the samples that were annotated by then."</p></Alert> }
    });
    let rest = format!("/api/v1/models/{}/versions/{}/preview", crate::address::encoded(&found.name), found.version);
    let list = match found.samples {
        0 => view! { <div class="panel"><Empty icon=Icon::Marker title="There is nothing to compare" text="Import samples first; both annotators read some of them, and nothing is stored."/></div> }.into_any(),
        _ => tables(&found.fields, rest),
    };
    let close = path.to_owned();
    let can_be = may_promote && found.version != 0 && champion != Some(found.version);
    let promote = can_be.then(|| {
        view! {
            <div class="row gap-2">
                {model::promote(&found.name, found.version)}
                <span class="hint">"Every sample is annotated again; what people decided stays above it. The version before it can be promoted again."</span>
            </div>
        }
    });
    view! {
        <section class="stack" id="preview" aria-labelledby="preview-h">
            <div class="section-head tight">
                <h2 id="preview-h">{title}</h2>
                <p>{says}</p>
                <a class="small push" href=close>"Close"</a>
            </div>
            {cut}
            {list}
            {promote}
        </section>
    }
    .into_any()
}

fn tables(fields: &[FieldPreview], rest: String) -> AnyView {
    let total = fields.len() as u64;
    let rows = fields.iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col" class="num">"Same"</th>
            <th scope="col" class="num">"Changed"</th>
            <th scope="col" class="num">"Newly said"</th>
            <th scope="col" class="num">"No longer said"</th>
            <th scope="col" class="num">"In review now"</th>
            <th scope="col" class="num">"In review then"</th>
        }
    };
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "field" } else { "fields" }>
                <CopyAs snippets=snippet::json(&rest)/>
            </TableFoot>
        }
    };
    view! {
        <Table caption="Accepted values, now and then" head=head foot=foot>{rows}</Table>
        {changes(fields)}
    }
    .into_any()
}

fn number(n: i64) -> AnyView {
    match n.unsigned_abs() {
        0 => view! { <span class="ink-3">"0"</span> }.into_any(),
        n => count(n).into_any(),
    }
}

fn row(field: &FieldPreview) -> AnyView {
    let counts =
        [field.same, field.changed, field.newly_said, field.no_longer_said, field.in_review_now, field.in_review_then];
    let cells = counts.map(|n| view! { <td class="num">{number(n)}</td> }).collect_view();
    view! { <tr><th scope="row">{field.label.clone()}</th>{cells}</tr> }.into_any()
}

/// The commonest changes of all fields, in the order of the fields.
fn changes(fields: &[FieldPreview]) -> AnyView {
    let all = fields.iter().flat_map(|field| field.changes.iter().map(move |change| (field, change)));
    let rows: Vec<AnyView> = all.map(|(field, change)| change_row(field, change)).collect();
    if rows.is_empty() {
        return view! { <div class="panel"><Empty icon=Icon::Ok title="Nothing changes" text="Both accept the same values of every sample that was compared."/></div> }.into_any();
    }
    let total = rows.len() as u64;
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"Now"</th>
            <th scope="col">"Then"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col">"For example"</th>
        }
    };
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "change" } else { "changes, ten of a field at most" }/> }
    };
    view! { <Table caption="Commonest changes" head=head foot=foot>{rows.collect_view()}</Table> }.into_any()
}

fn change_row(field: &FieldPreview, change: &PreviewChange) -> AnyView {
    let example = format!("/samples/{}", change.example);
    view! {
        <tr>
            <th scope="row">{field.label.clone()}</th>
            <td>{values(&change.from, "nothing is accepted now")}</td>
            <td>{values(&change.to, "nothing would be accepted")}</td>
            <td class="num">{number(change.samples)}</td>
            <td><a class="acc" href=example>{change.example_accession.clone()}</a></td>
        </tr>
    }
    .into_any()
}

fn values(all: &[PreviewValue], none: &'static str) -> AnyView {
    if all.is_empty() {
        return view! { <Absent reason=none/> }.into_any();
    }
    let one = |value: &PreviewValue| match is_said(value.state) {
        true => short_term(&value.term, &value.label),
        false => state_words(value.state).into_any(),
    };
    all.iter().enumerate().map(|(at, value)| view! { {(at > 0).then_some(", ")}{one(value)} }).collect_view().into_any()
}
