//! A sample: its harmonized values beside what the source said, with the words marked that each was read from, and
//! every dataset that holds it.

use super::dataset::{relations, unsaid, words_in};
use super::decisions::act;
use super::reports;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::{is_term, locate, method, shown, status, term_href};
use chorale_model::catalog::{RawAttribute, Sample};
use chorale_model::curation::Curation;
use chorale_model::fields::Field;
use chorale_model::harmonize::{RunnerUp, SampleValues, Value};
use chorale_platform::{catalog, harmonize};
use chorale_ui::{
    Absent, Alert, CopyAs, Crumb, Empty, Fact, Facts, Icon, LinkButton, Marked, Score, Span, Status, TableFoot, Tone,
    score_text,
};
use leptos::prelude::*;

/// `/samples/{id}`
#[component]
pub fn SamplePage() -> impl IntoView {
    member_page(|asked| async move {
        let sample = catalog::load_sample(&asked.ctx, asked.id()?).await?;
        let values = harmonize::sample_values(&asked.ctx, sample.id).await?;
        let fields = harmonize::fields_of(&asked.ctx, sample.collection).await?.fields;
        let id = sample.id;
        let own = sample.owner == asked.me.organization.id;
        let screen = draw(sample, values, fields);
        // Who decided what of another organization's sample is its own business.
        Ok(match own {
            true => screen.with_action(
                view! { <LinkButton href=format!("/samples/{id}/history") icon=Icon::Clock text="History"/> },
            ),
            false => screen,
        })
    })
}

/// The page of a sample; `fields` are those of its collection.
pub fn draw(sample: Sample, mut known: SampleValues, fields: Vec<Field>) -> Screen {
    let place = |value: &Value| fields.iter().position(|field| field.name == value.field).unwrap_or(fields.len());
    known.values.sort_by_key(place);
    let accession = sample.accession.clone();
    let organisms = sample.organisms.join(", ");
    let datasets = sample.datasets.iter().map(|dataset| {
        view! {
            <li>
                <a class="acc" href=format!("/datasets/{}", dataset.id)>{dataset.accession.clone()}</a>
                " on "
                <span class="acc">{dataset.platform.clone()}</span>
            </li>
        }
    });
    let datasets = datasets.collect_view();
    let (platform, changed) = (sample.platform.clone(), sample.updated_at.minute_text());
    let mut crumbs = vec![Crumb::link("Collections", "/collections")];
    if let Some(dataset) = sample.datasets.first() {
        crumbs.push(Crumb::link(dataset.accession.clone(), format!("/datasets/{}/samples", dataset.id)));
    }
    crumbs.push(Crumb::here(accession.clone()));
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <p class="row small ink-3"><span class="acc">{accession.clone()}</span></p>
                    <h1>{if sample.title.is_empty() { accession.clone() } else { sample.title.clone() }}</h1>
                </div>
            </header>
            <Facts>
                <Fact label="Organism">
                    {if organisms.is_empty() { view! { <Absent reason="not reported by the source"/> }.into_any() } else { organisms.into_any() }}
                </Fact>
                <Fact label="Platform"><span class="acc">{platform}</span></Fact>
                <Fact label="Changed">{changed} " UTC"</Fact>
            </Facts>
            <div class="beside">
                <div class="stack gap-8">
                    <section aria-labelledby="values-h">
                        <div class="section-head"><h2 id="values-h">"Harmonized values"</h2><p>"each with the words that it was read from"</p></div>
                        {values(&sample, &known, &fields)}
                    </section>
                    <aside class="grid min-15 small" aria-label="Where it belongs">
                        <section>
                            <h2 class="aside-h">"Datasets"</h2>
                            <ul class="stack gap-1">{datasets}</ul>
                        </section>
                        {relations(&sample.relations)}
                    </aside>
                </div>
                <section aria-labelledby="said">
                    <div class="section-head"><h2 id="said">"What the source said"</h2><p>"never edited; the numbers are those of the values"</p></div>
                    {marked_source(&sample.attributes, &known.values, &fields)}
                </section>
            </div>
        </div>
    };
    Screen::new(accession, Place::Collections, crumbs, body.into_any())
}

fn label_of(fields: &[Field], name: &str) -> String {
    let found = fields.iter().find(|field| field.name == name);
    found.map_or_else(|| crate::values::field_words(name), |field| field.label.clone())
}

fn values(sample: &Sample, known: &SampleValues, fields: &[Field]) -> AnyView {
    if known.values.is_empty() {
        let (title, text) = match known.annotated_at {
            None => ("Not annotated yet", "Annotation follows every import by itself, once an ontology is installed."),
            Some(_) => ("Nothing was read", "No annotator is sure of anything that the source said of this sample."),
        };
        return view! { <div class="panel"><Empty icon=Icon::Marker title=title text=text/></div> }.into_any();
    }
    let in_question = known.in_question.iter().map(|hold| {
        let href = super::automatic::address_of_field(sample.collection, &hold.field);
        let (title, why) = (format!("{} is in question", label_of(fields, &hold.field)), hold.why.clone());
        view! { <Alert tone=Tone::Warn title=title><p>{why} " " <a href=href>"See the figures"</a></p></Alert> }
    });
    let in_question = in_question.collect_view();
    let rows = known.values.iter().enumerate().map(|(at, value)| row(at, value, sample, fields)).collect_view();
    let (said, rest) = (known.values.len() as u64, format!("/api/v1/samples/{}/harmonized", sample.id));
    let at = known.annotated_at.map(|at| view! { <span>{format!("annotated {} UTC", at.minute_text())}</span> });
    view! {
        {in_question}
        <div class="panel">
            <ol class="values">{rows} {absent(known, fields)}</ol>
            <div class="table-foot">
                <TableFoot total=said noun=if said == 1 { "value" } else { "values" }>
                    {at}
                    <CopyAs snippets=snippet::json(&rest)/>
                </TableFoot>
            </div>
        </div>
    }
    .into_any()
}

/// A value under its field: the term, how sure, where it was read, what came second.
fn row(at: usize, value: &Value, sample: &Sample, fields: &[Field]) -> AnyView {
    let sure =
        matches!(value.layer, chorale_model::harmonize::Layer::Automatic).then(|| view! { <Score value=value.score/> });
    let place = value.evidence.as_ref().and_then(|evidence| {
        let (at, from, to) = locate(&sample.attributes, evidence)?;
        Some((&sample.attributes[at], from, to))
    });
    let read = match &value.evidence {
        Some(evidence) => words_in(evidence, place),
        None => unsaid(value.state, value.layer, &value.method),
    };
    let next = value.runner_up.as_ref().map(runner_up);
    let wrong = reports::address_of(sample.id, &value.field, &value.term);
    let decided = value.curation.as_deref().map(decided);
    let why = value.reason.clone().filter(|_| !value.accepted);
    let why = why.map(|why| view! { <div class="value-next"><span class="ink-3">"in review: "</span>{why}</div> });
    view! {
        <li>
            <span class="value-n" aria-hidden="true">{at + 1}</span>
            <div class="value-term">
                <span class="value-field">{label_of(fields, &value.field)}</span>
                {shown(value.state, &value.term, &value.label)}
            </div>
            <div class="value-sure">{status(value.state, value.layer, value.accepted)} {sure}</div>
            <div class="value-from">{read} " · " {method(&value.method, &value.version)} " · " <a class="quiet" href=wrong>"This is wrong"</a></div>
            {why} {next} {decided}
        </li>
    }
    .into_any()
}

/// Who decided, when and why, and what stood there.
fn decided(one: &Curation) -> AnyView {
    let act = act(one.action);
    let by = one.by.clone().map_or_else(|| "by another organization".to_owned(), |by| format!("by {by}"));
    let words = [one.title.as_str(), one.why.as_str()].into_iter().filter(|words| !words.is_empty());
    let words = words.collect::<Vec<_>>().join(": ");
    let words = (!words.is_empty()).then(|| format!("; {words}"));
    let before = one.beneath.as_ref().map(|beneath| {
        let how = method(&beneath.method, &beneath.version);
        let sure = (!beneath.version.is_empty()).then(|| view! { " " <span class="num">{score_text(beneath.score)}</span> });
        view! { <div><span class="ink-3">"before: "</span>{shown(beneath.state, &beneath.term, &beneath.label)} " · " {how} {sure}</div> }
    });
    view! {
        <div class="value-next">
            <span class="ink-3">{act} " "</span>{by} " on " {one.at.minute_text()} " UTC" {words}
            {before}
        </div>
    }
    .into_any()
}

pub(super) fn runner_up(next: &RunnerUp) -> AnyView {
    let words = next.label.clone();
    let name = match is_term(&next.term) {
        true => view! { <a href=term_href(&next.term) title=next.term.clone()>{words}</a> }.into_any(),
        false => words.into_any(),
    };
    view! { <div class="value-next"><span class="ink-3">"next best "</span>{name} " " <span class="num">{score_text(next.score)}</span></div> }
        .into_any()
}

/// Fields without any value, in one line.
fn absent(known: &SampleValues, fields: &[Field]) -> Option<AnyView> {
    let has = |field: &&Field| known.values.iter().any(|value| value.field == field.name);
    let names: Vec<String> =
        fields.iter().filter(|field| !has(field)).map(|field| field.label.to_lowercase()).collect();
    let missing = fields.iter().filter(|field| !has(field)).enumerate().map(|(at, field)| {
        let href = reports::address_of(known.sample, &field.name, "");
        view! { {(at > 0).then_some(", ")}<a class="quiet" href=href title="Report that a value is missing">{field.label.to_lowercase()}</a> }
    });
    let missing = missing.collect_view();
    (!names.is_empty()).then(|| {
        view! {
            <li data-rest>
                <span class="value-n" aria-hidden="true">"–"</span>
                <div class="value-term"><span class="value-field">"No value"</span><span class="ink-2">{missing}</span></div>
                <div class="value-sure"><Status tone=Tone::Plain icon=Icon::Info word="nothing says it"/></div>
            </li>
        }
        .into_any()
    })
}

/// The attributes as they came, with the words marked from which values were read. A key that follows itself stands
/// once.
fn marked_source(attributes: &[RawAttribute], values: &[Value], fields: &[Field]) -> AnyView {
    let mut spans: Vec<Vec<Span>> = vec![Vec::new(); attributes.len()];
    for (n, value) in values.iter().enumerate() {
        let Some(evidence) = &value.evidence else { continue };
        if let Some((at, start, end)) = locate(attributes, evidence) {
            let note = format!("{}: {}", label_of(fields, &value.field), value.label);
            spans[at].push(Span { start, end, label: (n + 1).to_string(), note, tint: None });
        }
    }
    source(attributes, &spans)
}

/// Attributes with marked words; `spans` has those of each.
pub(super) fn source(attributes: &[RawAttribute], spans: &[Vec<Span>]) -> AnyView {
    if attributes.is_empty() {
        return view! { <p class="ink-3 dense">"The source says nothing of it."</p> }.into_any();
    }
    let mut rows = Vec::new();
    let mut at = 0;
    for run in attributes.chunk_by(|one, next| one.key == next.key) {
        let said = run.iter().zip(&spans[at..]).map(|(attribute, spans)| said(attribute, spans.clone()));
        let body = match run.len() {
            1 => said.collect_view().into_any(),
            _ => view! { <ul class="said">{said.map(|one| view! { <li>{one}</li> }).collect_view()}</ul> }.into_any(),
        };
        rows.push(view! { <dt>{run[0].key.clone()}</dt><dd>{body}</dd> });
        at += run.len();
    }
    view! { <dl class="source">{rows.collect_view()}</dl> }.into_any()
}

fn said(attribute: &RawAttribute, spans: Vec<Span>) -> AnyView {
    match attribute.value.is_empty() {
        true => view! { <Absent reason="empty in the source"/> }.into_any(),
        false => view! { <Marked text=attribute.value.clone() spans=spans/> }.into_any(),
    }
}
