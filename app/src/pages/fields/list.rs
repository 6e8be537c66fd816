//! The fields of a collection as a table; for curators of its owner each row can be edited, moved and removed.

use super::form::{KINDS, LEVELS};
use super::{address, of_hundred, threshold_words};
use crate::address::encoded;
use crate::snippet;
use crate::values::{is_term, term_href};
use chorale_model::CollectionId;
use chorale_model::fields::{Field, FieldKind, FieldThresholds};
use chorale_ui::{Absent, Button, CopyAs, Glyph, Icon, Table, TableFoot, button::Kind};
use leptos::prelude::*;

/// So many choices are written out.
const SHOWN: usize = 6;

/// The whole set.
pub fn draw(
    collection: CollectionId,
    version: i64,
    fields: &[Field],
    thresholds: &FieldThresholds,
    may_edit: bool,
) -> AnyView {
    let total = fields.len();
    let rows = fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let changes = may_edit.then(|| {
                let ends = (place == 0, place + 1 == total);
                view! { <td class="fit">{changes(collection, version, field, ends)}</td> }.into_any()
            });
            row(field, threshold_words(thresholds, field), changes)
        })
        .collect_view();
    let head = move || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"Takes"</th>
            <th scope="col">"Of the"</th>
            <th scope="col" title="suggestions of which at least so many are right hold without a person">"Accepted by itself"</th>
            <th scope="col" class="num" title="suggestions with a smaller score are not kept">"Least score"</th>
            <th scope="col">"Guideline"</th>
            {may_edit.then(|| view! { <th scope="col"><span class="sr">"Change"</span></th> })}
        }
    };
    let rest = format!("/api/v1/collections/{collection}/fields");
    let reset = (may_edit && version > 0).then(|| reset(collection, version));
    let foot = move || {
        view! {
            <TableFoot total=total as u64 noun=if total == 1 { "field" } else { "fields" }>
                {reset}
                <CopyAs snippets=snippet::json(&rest)/>
            </TableFoot>
        }
    };
    view! { <Table caption="Fields" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(field: &Field, from_score: Option<String>, changes: Option<AnyView>) -> AnyView {
    let level = LEVELS.iter().find(|(level, _)| *level == field.level).map_or("", |(_, words)| *words);
    let guideline = match field.guideline.is_empty() {
        true => view! { <Absent reason="nothing is written for curators"/> }.into_any(),
        false => field.guideline.clone().into_any(),
    };
    view! {
        <tr>
            <th scope="row"><b>{field.label.clone()}</b><div class="hint mono">{field.name.clone()}</div></th>
            <td>{takes(field)}</td>
            <td class="nowrap">{level}<div class="hint">{if field.many { "several values" } else { "one value" }}</div></td>
            <td class="nowrap">{of_hundred(field.accept_precision)}{from_score.map(|words| view! { <div class="hint">{words}</div> })}</td>
            <td class="num">{field.abstain_below.to_string()}</td>
            <td class="roomy ink-2 prose">{guideline}</td>
            {changes}
        </tr>
    }
    .into_any()
}

/// What a value must be: the ontologies and the branch of terms, the list, the units.
fn takes(field: &Field) -> AnyView {
    let kind = KINDS.iter().find(|(kind, _)| *kind == field.kind).map_or("", |(_, words)| *words);
    let detail = match field.kind {
        FieldKind::Term => {
            let branch = field.branch.clone().map(|id| {
                let link = match is_term(&id) {
                    true => view! { <a class="mono" href=term_href(&id)>{id.clone()}</a> }.into_any(),
                    false => view! { <span class="mono">{id.clone()}</span> }.into_any(),
                };
                view! { " at or below " {link} }
            });
            view! { {field.releases.join(", ")} {branch} }.into_any()
        }
        FieldKind::Choice | FieldKind::Quantity => {
            let shown = field.choices.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            let rest = field.choices.len().saturating_sub(SHOWN);
            let rest = (rest > 0).then(|| format!(" and {rest} more"));
            view! { <span title=field.choices.join(", ")>{shown}{rest}</span> }.into_any()
        }
        FieldKind::Text => ().into_any(),
    };
    view! { {kind}<div class="hint">{detail}</div> }.into_any()
}

/// Edit, up, down, remove; `ends` says whether it is the first and the last one.
fn changes(collection: CollectionId, version: i64, field: &Field, ends: (bool, bool)) -> AnyView {
    let (label, name) = (field.label.clone(), field.name.clone());
    let edit = format!("{}?edit={}", address(collection), encoded(&name));
    let hidden = move |name: String| {
        view! {
            <input type="hidden" name="collection" value=collection.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <input type="hidden" name="name" value=name/>
        }
    };
    let step = |what: &'static str, icon: Icon, disabled: bool| {
        let says = format!("Move {label} {what}");
        view! {
            <button class="btn" data-kind="quiet" data-size="small" data-icon name="what" value=what disabled=disabled aria-label=says.clone() title=says>
                <Glyph icon=icon/>
            </button>
        }
    };
    let question = format!(
        "Remove {label}? What annotators found for it goes with the next annotation; the sources stay as they are."
    );
    let (edit_says, remove_says) = (format!("Edit {label}"), format!("Remove {label}"));
    view! {
        <div class="row gap-1">
            <a class="btn" data-size="small" href=edit aria-label=edit_says>"Edit"</a>
            <form class="row gap-1" method="post" action="/_fn/change_field">
                {hidden(name.clone())}
                {step("up", Icon::Up, ends.0)}
                {step("down", Icon::Down, ends.1)}
            </form>
            <form method="post" action="/_fn/change_field" data-confirm=question>
                {hidden(name)}
                <button class="btn" data-kind="danger" data-size="small" name="what" value="remove" aria-label=remove_says>"Remove"</button>
            </form>
        </div>
    }
    .into_any()
}

fn reset(collection: CollectionId, version: i64) -> AnyView {
    let question = "Take the default set again? The fields of your own go, and every sample is annotated again.";
    view! {
        <form method="post" action="/_fn/reset_fields" data-confirm=question>
            <input type="hidden" name="collection" value=collection.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <Button small=true kind=Kind::Danger text="Take the default set"/>
        </form>
    }
    .into_any()
}
