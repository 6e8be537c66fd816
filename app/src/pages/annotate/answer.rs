//! What the annotators read: the text with their words marked, coloured by field and named behind the words, and the
//! table of suggestions.

use super::Posted;
use crate::snippet;
use crate::values::{field_words, is_term, score, shown, state_words, term_href};
use chorale_model::fields::Field;
use chorale_model::harmonize::{Suggestion, ValueState};
use chorale_ui::{Absent, CopyAs, Marked, Span, Table, TableFoot, score_text};
use leptos::prelude::*;

/// Everything that is drawn.
pub struct Answer<'a> {
    pub posted: &'a Posted,
    pub fields: &'a [Field],
    pub suggestions: Vec<Suggestion>,
    pub took_ms: f64,
}

/// Text and table, side by side where there is room.
pub fn draw(answer: Answer) -> AnyView {
    let Answer { posted, fields, mut suggestions, took_ms } = answer;
    let place = |name: &str| fields.iter().position(|field| field.name == name).unwrap_or(fields.len());
    suggestions.sort_by(|a, b| place(&a.field).cmp(&place(&b.field)).then(b.score.total_cmp(&a.score)));
    let tints = Tints::of(&suggestions, fields);
    view! {
        <div class="annotated">
            <section aria-labelledby="read-h">
                <div class="section-head"><h2 id="read-h">"The words that were read"</h2></div>
                {tints.legend()}
                {marked(posted, &suggestions, &tints)}
            </section>
            <section aria-labelledby="suggested-h">
                <div class="section-head"><h2 id="suggested-h">"Suggestions"</h2><p>"a score of 0.9 is right nine times in ten"</p></div>
                {table(posted, &suggestions, &tints, took_ms)}
            </section>
        </div>
    }
    .into_any()
}

/// The fields that occur, in their order, with their labels; the place gives the colour.
struct Tints(Vec<(String, String)>);

impl Tints {
    fn of(suggestions: &[Suggestion], fields: &[Field]) -> Self {
        let mut found: Vec<(String, String)> = Vec::new();
        for suggestion in suggestions {
            if found.iter().all(|(name, _)| *name != suggestion.field) {
                let label = fields.iter().find(|field| field.name == suggestion.field);
                let label = label.map_or_else(|| field_words(&suggestion.field), |field| field.label.clone());
                found.push((suggestion.field.clone(), label));
            }
        }
        Tints(found)
    }

    /// The colour and the label of a field.
    fn get(&self, name: &str) -> (u8, String) {
        let at = self.0.iter().position(|(one, _)| one == name).unwrap_or(0);
        let label = self.0.get(at).map(|(_, label)| label.clone()).unwrap_or_default();
        (u8::try_from(at % 8).unwrap_or(0) + 1, label)
    }

    fn legend(&self) -> AnyView {
        let items = self.0.iter().map(|(name, label)| {
            let class = format!("c{}", self.get(name).0);
            view! { <li><i class=class data-sq aria-hidden="true"></i>{label.clone()}</li> }
        });
        view! { <ul class="legend" aria-label="Fields">{items.collect_view()}</ul> }.into_any()
    }
}

/// The text, or the attributes, as they were posted, with their marks; then the study, when words of it were read.
fn marked(posted: &Posted, suggestions: &[Suggestion], tints: &Tints) -> AnyView {
    let spans = |key: Option<&str>, text: &str| -> Vec<Span> {
        let of_key = suggestions.iter().filter_map(|suggestion| {
            let evidence = suggestion.evidence.as_ref().filter(|evidence| evidence.attribute.as_deref() == key)?;
            let (start, end) = (usize::try_from(evidence.start).ok()?, usize::try_from(evidence.end).ok()?);
            let (tint, label) = tints.get(&suggestion.field);
            let note = format!("{label}: {}", suggestion.label);
            Some(Span { start, end, label: label.to_lowercase(), note, tint: Some(tint) })
        });
        let mut spans: Vec<Span> = of_key.filter(|span| span.end <= text.chars().count()).collect();
        // Two readings of the same words in the same field are one mark.
        spans.dedup_by(|a, b| (a.start, a.end, &a.label) == (b.start, b.end, &b.label));
        spans
    };
    let study = spans(Some("study"), &posted.study);
    let study = (!study.is_empty()).then(|| {
        view! { <h3 class="annotated-h">"Study"</h3><p class="annotated-text"><Marked text=posted.study.clone() spans=study/></p> }
    });
    let said = match posted.attributes() {
        None => {
            let text = posted.said();
            let spans = spans(None, &text);
            view! { <p class="annotated-text"><Marked text=text spans=spans/></p> }.into_any()
        }
        Some(attributes) => {
            let rows = attributes.into_iter().map(|(key, value)| {
                let spans = spans(Some(&key), &value);
                view! { <dt>{key}</dt><dd><Marked text=value spans=spans/></dd> }
            });
            view! { <dl class="source">{rows.collect_view()}</dl> }.into_any()
        }
    };
    view! { <div class="panel panel-body">{said} {study}</div> }.into_any()
}

fn table(posted: &Posted, suggestions: &[Suggestion], tints: &Tints, took_ms: f64) -> AnyView {
    let total = suggestions.len() as u64;
    let rows = suggestions.iter().map(|suggestion| row(suggestion, tints)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"Term"</th>
            <th scope="col">"Score"</th>
            <th scope="col">"Read from"</th>
            <th scope="col">"Next best"</th>
        }
    };
    let items: Vec<serde_json::Value> = posted.items().unwrap_or_default().into_iter().map(question).collect();
    let tools = view! { <CopyAs snippets=snippet::post("/api/v1/annotate", &serde_json::json!({ "items": items }))/> };
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "suggestion" } else { "suggestions" } took_ms=Some(took_ms)>{tools}</TableFoot> }
    };
    view! { <Table caption="Suggestions" head=head foot=foot>{rows}</Table> }.into_any()
}

/// The item without what it leaves out: `null` is no word of Python.
fn question(item: chorale_model::harmonize::AnnotateItem) -> serde_json::Value {
    let mut said = serde_json::to_value(item).unwrap_or_default();
    if let Some(map) = said.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    said
}

fn row(suggestion: &Suggestion, tints: &Tints) -> AnyView {
    let (tint, label) = tints.get(&suggestion.field);
    let read = match &suggestion.evidence {
        Some(evidence) => {
            let key = evidence.attribute.clone().map(|key| view! { " in " <span class="mono">{key}</span> });
            view! { "“" {evidence.text.clone()} "”" {key} }.into_any()
        }
        None => view! { <Absent reason="no word of it; implied by the whole text"/> }.into_any(),
    };
    let next = match &suggestion.runner_up {
        Some(next) if is_term(&next.term) => {
            let title = next.term.clone();
            view! { <a class="quiet" href=term_href(&next.term) title=title>{next.label.clone()}</a> " " <span class="ink-3">{score_text(next.score)}</span> }.into_any()
        }
        Some(next) => view! { {next.label.clone()} " " <span class="ink-3">{score_text(next.score)}</span> }.into_any(),
        None => view! { <Absent reason="no other term fits"/> }.into_any(),
    };
    let state = (suggestion.state != ValueState::Present && suggestion.state != ValueState::Healthy)
        .then(|| view! { <span class="ink-3">{state_words(suggestion.state)}</span> });
    let class = format!("swatch c{tint}");
    view! {
        <tr>
            <td class="nowrap"><i class=class aria-hidden="true"></i>{label}</td>
            <th scope="row">{state.is_none().then(|| shown(suggestion.state, &suggestion.term, &suggestion.label))}{state}</th>
            <td>{score(suggestion.score, &suggestion.method, &suggestion.version)}</td>
            <td class="ink-2">{read}</td>
            <td class="ink-2">{next}</td>
        </tr>
    }
    .into_any()
}
