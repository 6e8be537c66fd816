//! The harmonized values of a dataset: what its samples say together, field by field, each beside the words that it
//! was read from. Fields of which nothing is said are named with the reason.

use crate::attribute::short_key;
use crate::pages::reports;
use crate::snippet;
use crate::values::{self, excerpt, is_said, locate, method, score, short_term, shown, status};
use chorale_model::catalog::{RawAttribute, SampleRow};
use chorale_model::harmonize::{DatasetField, DatasetValue, DatasetValues, Evidence, Layer, OtherValues, ValueState};
use chorale_model::{DatasetId, SampleId};
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, Alert, Button, CopyAs, Empty, Icon, Marked, Status, TableFoot, Tone};
use leptos::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// How many values of a field stand open.
const OPEN: usize = 5;
/// Characters of the raw text on each side of the words.
const AROUND: usize = 36;

/// Samples by their ids.
type Quoted<'a> = HashMap<SampleId, &'a SampleRow>;

/// The samples whose words the section quotes.
pub fn quoted(values: &DatasetValues) -> Vec<SampleId> {
    let samples: BTreeSet<SampleId> =
        values.fields.iter().flat_map(|field| open(field).0).filter_map(|value| value.sample).collect();
    samples.into_iter().collect()
}

/// The values of a field that stand open, and those that are folded. One more than fits needs no fold.
fn open(field: &DatasetField) -> (&[DatasetValue], &[DatasetValue]) {
    let all = field.values.len();
    field.values.split_at(if all <= OPEN + 1 && field.others.values == 0 { all } else { OPEN.min(all) })
}

/// The section. `samples` are those that are quoted, to show the words where they stand; `may_start` says that the asker
/// may have the dataset annotated.
pub fn draw(values: &DatasetValues, samples: &[SampleRow], may_start: bool) -> AnyView {
    let list = match values.annotated {
        0 => nothing(values, may_start),
        _ => table(values, &samples.iter().map(|sample| (sample.id, sample)).collect()),
    };
    view! {
        <section aria-labelledby="values-h">
            <div class="section-head"><h2 id="values-h">"Harmonized values"</h2><p>"each beside the words that it was read from"</p></div>
            {list}
        </section>
    }
    .into_any()
}

/// The empty face: nobody has annotated it yet.
fn nothing(values: &DatasetValues, may_start: bool) -> AnyView {
    if values.samples == 0 {
        return view! { <p class="ink-3 dense">"This version has no samples, so there is nothing to harmonize."</p> }
            .into_any();
    }
    let start = may_start.then(|| start(values.dataset));
    view! {
        <div class="panel">
            <Empty icon=Icon::Marker title="Not annotated yet" text="Annotation follows every import by itself, once an ontology is installed.">{start}</Empty>
        </div>
    }
    .into_any()
}

fn start(dataset: DatasetId) -> AnyView {
    view! {
        <form method="post" action="/_fn/start_annotation">
            <input type="hidden" name="dataset" value=dataset.to_string()/>
            <Button icon=Icon::Marker text="Annotate it now"/>
        </form>
    }
    .into_any()
}

fn table(values: &DatasetValues, samples: &Quoted<'_>) -> AnyView {
    let (with, without): (Vec<&DatasetField>, Vec<&DatasetField>) =
        values.fields.iter().partition(|field| !field.values.is_empty());
    let rows = with.iter().map(|field| field_rows(field, values.annotated, samples)).collect_view();
    let fields = with.len() as u64;
    let behind = values.samples - values.annotated;
    let waiting = (behind > 0).then(|| {
        let title = format!("{} wait to be annotated.", counted(behind.unsigned_abs(), "sample", "samples"));
        view! { <Alert tone=Tone::Info title=title><p>"The counts below are of the others."</p></Alert> }
    });
    let rest = format!("/api/v1/datasets/{}/harmonized", values.dataset);
    view! {
        {waiting}
        <div class="panel">
            <dl class="pair">{rows} {absent(&without)}</dl>
            <div class="table-foot">
                <TableFoot total=fields noun=if fields == 1 { "field with a value" } else { "fields with a value" }>
                    <CopyAs snippets=snippet::json(&rest)/>
                </TableFoot>
            </div>
        </div>
    }
    .into_any()
}

/// A field: its name once, then a line for each value and one for the samples without.
fn field_rows(field: &DatasetField, annotated: i64, samples: &Quoted<'_>) -> AnyView {
    let (first, rest) = open(field);
    let rows = first.iter().map(|value| value_row(&field.field, value, annotated, samples)).collect_view();
    let rest = (!rest.is_empty() || field.others.values > 0).then(|| folded(rest, field.others));
    let without = (field.without > 0).then(|| {
        view! {
            <dd class="term"><Absent reason="no value"/></dd>
            <dd class="n">{share(field.without, annotated)}</dd>
            <dd class="from">"nothing in their text says it"</dd>
            <dd class="sure"></dd>
            <dd class="how"><Status tone=Tone::Plain icon=Icon::Info word="no value"/></dd>
        }
    });
    view! { <div><dt>{field.label.clone()}</dt>{rows} {rest} {without}</div> }.into_any()
}

/// Further values, such as ages that are all different: their terms and counts, side by side.
fn folded(rest: &[DatasetValue], others: OtherValues) -> AnyView {
    let samples = others.samples + rest.iter().map(|value| value.samples).sum::<i64>();
    let said = counted(samples.unsigned_abs(), "sample", "samples");
    let values = rest.len() as u64 + others.values.unsigned_abs();
    let others = (others.values > 0).then(|| {
        view! { <li class="ink-3">{format!("and {}", counted(others.values.unsigned_abs(), "other", "others"))}</li> }
    });
    let items = rest.iter().map(|value| {
        let n = count(value.samples.unsigned_abs());
        view! { <li>{short_term(&value.term, &value.label)} " " <span class="ink-3">{n}</span></li> }
    });
    let items = items.collect_view();
    view! {
        <dd class="wide">
            <details>
                <summary class="more">{format!("{} more values, of {said}", count(values))}</summary>
                <ul class="said" data-short="true">{items}{others}</ul>
            </details>
        </dd>
    }
    .into_any()
}

fn value_row(field: &str, value: &DatasetValue, annotated: i64, samples: &Quoted<'_>) -> AnyView {
    let accepted = value.in_review < value.samples;
    let partly = (accepted && value.in_review > 0).then(|| {
        let words = format!("{} in review", count(value.in_review.unsigned_abs()));
        view! { <span class="hint">{words}</span> }
    });
    let stated =
        (value.stated && is_said(value.state)).then(|| view! { <span class="ink-3">" · the study says it too"</span> });
    let wrong = value.sample.map(|sample| {
        let href = reports::address_of(sample, field, &value.term);
        view! { <a class="quiet small" href=href title="of a sample that says it">"This is wrong"</a> }
    });
    let sure = match value.layer {
        Layer::Automatic => score(value.score, &value.method, &value.version),
        Layer::Submitter | Layer::Human => method(&value.method, &value.version),
    };
    view! {
        <dd class="term">{shown(value.state, &value.term, &value.label)}</dd>
        <dd class="n">{share(value.samples, annotated)}</dd>
        <dd class="from">{read_from(value, samples)} {stated}</dd>
        <dd class="sure">{sure}</dd>
        <dd class="how">{status(value.state, value.layer, accepted)}{partly} {wrong}</dd>
    }
    .into_any()
}

/// `10 of 20`, or `all 20`.
fn share(n: i64, of: i64) -> AnyView {
    let (n, of) = (n.unsigned_abs(), of.unsigned_abs());
    if n >= of {
        return view! { <span class="ink-3">"all "</span>{count(n)} }.into_any();
    }
    view! { {count(n)}<span class="ink-3">{format!(" of {}", count(of))}</span> }.into_any()
}

/// The words that a value was read from, in the raw text of a sample that says them.
fn read_from(value: &DatasetValue, samples: &Quoted<'_>) -> AnyView {
    let Some(evidence) = &value.evidence else { return unsaid(value.state, value.layer, &value.method) };
    let place = value.sample.and_then(|id| samples.get(&id)).and_then(|sample| {
        let (at, from, to) = locate(&sample.attributes, evidence)?;
        Some((&sample.attributes[at], from, to))
    });
    words_in(evidence, place)
}

/// `“… Human [Renal] Epithelium” in source_name`. Without a place the words stand alone.
pub fn words_in(evidence: &Evidence, place: Option<(&RawAttribute, usize, usize)>) -> AnyView {
    let (text, span) = match place {
        Some((attribute, from, to)) => excerpt(&attribute.value, from, to, AROUND),
        None => excerpt(&evidence.text, 0, evidence.text.chars().count(), AROUND),
    };
    let key = evidence.attribute.as_deref().map(short_key).unwrap_or("text").to_owned();
    view! { "“"<Marked text=text spans=vec![span]/>"” in " <span class="mono">{key}</span> }.into_any()
}

/// What stands where no words do.
pub fn unsaid(state: ValueState, layer: Layer, by: &str) -> AnyView {
    match (is_said(state), layer, by) {
        (false, ..) => values::state_reason(state),
        (_, Layer::Human, _) => "a curator's decision",
        (_, Layer::Submitter, _) => "the submitter's own id",
        (_, _, "learned") => "no word of it; implied by the whole text",
        (_, _, "pattern") => "by the pattern of its siblings' names",
        (_, _, "rule") => "follows from another field",
        _ => "the study's text",
    }
    .into_any()
}

/// Fields of which no sample says anything: one line, so that they don't drown the others.
fn absent(fields: &[&DatasetField]) -> Option<AnyView> {
    if fields.is_empty() {
        return None;
    }
    let names = fields.iter().map(|field| field.label.to_lowercase()).collect::<Vec<_>>().join(", ");
    let title = format!("{} without a value", counted(fields.len() as u64, "field", "fields"));
    Some(
        view! {
            <div data-rest>
                <dt><Absent reason=title/></dt>
                <dd class="wide"><span class="ink-3">"Of these no sample says anything: "</span>{names}"."</dd>
                <dd class="how"><Status tone=Tone::Plain icon=Icon::Info word="no value"/></dd>
            </div>
        }
        .into_any(),
    )
}

/// How a table of samples shows what is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    Raw,
    #[default]
    Harmonized,
    Both,
}

impl View {
    pub const ALL: [View; 3] = [View::Raw, View::Harmonized, View::Both];

    /// In addresses.
    pub fn key(self) -> &'static str {
        match self {
            View::Raw => "raw",
            View::Harmonized => "harmonized",
            View::Both => "both",
        }
    }

    /// On screens.
    pub fn words(self) -> &'static str {
        match self {
            View::Raw => "Raw",
            View::Harmonized => "Harmonized",
            View::Both => "Both",
        }
    }

    /// As an address says it; without a word it is whatever there is to show.
    pub fn of(word: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.key() == word)
    }
}
