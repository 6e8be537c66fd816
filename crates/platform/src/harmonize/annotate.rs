//! Suggestions for what somebody sends; nothing is stored.

use super::decide::method_of;
use super::engine::engine;
use crate::Ctx;
use chorale_annotate::{Item, State, Study};
use chorale_model::harmonize::{
    Annotate, AnnotateItem, AnnotatedItem, Annotations, Evidence, RunnerUp, Suggestion, ValueState,
};
use chorale_model::{Fault, Role};
use std::collections::HashMap;

/// What the organization's annotator suggests for each item, in the order of the items. Items of one study are read
/// together, as the samples of a dataset are. Without ontologies there is no suggestion.
pub async fn annotate(ctx: &Ctx, asked: Annotate) -> Result<Annotations, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    asked.check()?;
    let Some(engine) = engine(&ctx.app, organization).await? else {
        let items = asked.items.into_iter().map(|item| AnnotatedItem { id: item.id, suggestions: Vec::new() });
        return Ok(Annotations { items: items.collect() });
    };
    let answered = tokio::task::spawn_blocking(move || {
        let mut answers: Vec<Vec<Suggestion>> = vec![Vec::new(); asked.items.len()];
        for (study, places) in studies(&asked.items) {
            let items: Vec<Item> = places.iter().map(|place| item(&asked.items[*place])).collect();
            let study = Study { summary: study, ..Study::default() };
            let found = engine.annotator.annotate(&study, &items);
            for ((place, item), suggestions) in places.iter().zip(&items).zip(found) {
                let is_text = asked.items[*place].text.is_some();
                let word = |one| suggestion(one, item, is_text, &engine.version);
                answers[*place] = suggestions.into_iter().map(word).collect();
            }
        }
        let items = asked.items.into_iter().zip(answers);
        Annotations { items: items.map(|(item, suggestions)| AnnotatedItem { id: item.id, suggestions }).collect() }
    });
    answered.await.map_err(|e| Fault::internal("annotating", e))
}

/// The places of the items of each study; those without one stand for themselves.
fn studies(items: &[AnnotateItem]) -> Vec<(&str, Vec<usize>)> {
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (place, item) in items.iter().enumerate() {
        match item.study.as_deref().filter(|study| !study.trim().is_empty()) {
            None => groups.push(("", vec![place])),
            Some(study) => {
                let group = *known.entry(study).or_insert_with(|| {
                    groups.push((study, Vec::new()));
                    groups.len() - 1
                });
                groups[group].1.push(place);
            }
        }
    }
    groups
}

fn item(asked: &AnnotateItem) -> Item<'_> {
    let attributes = match (&asked.text, &asked.attributes) {
        (Some(text), _) => vec![("", text.as_str())],
        (None, Some(attributes)) => attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
        (None, None) => Vec::new(),
    };
    Item { attributes }
}

fn suggestion(one: chorale_annotate::Suggestion, item: &Item, is_text: bool, version: &str) -> Suggestion {
    Suggestion {
        field: one.field.name().to_owned(),
        term: one.term,
        label: one.label,
        state: state_of(one.state),
        score: f64::from(one.score),
        method: method_of(one.method).to_owned(),
        version: version.to_owned(),
        runner_up: one.runner_up.map(|(term, label, score)| RunnerUp { term, label, score: f64::from(score) }),
        evidence: one.evidence.map(|read| Evidence {
            attribute: item.attributes.get(read.attribute).map(|(key, _)| (*key).to_owned()).filter(|_| !is_text),
            start: u64::from(read.start),
            end: u64::from(read.end),
            text: read.text,
        }),
    }
}

pub(super) fn state_of(state: State) -> ValueState {
    match state {
        State::Present => ValueState::Present,
        State::Healthy => ValueState::Healthy,
        State::NotApplicable => ValueState::NotApplicable,
        State::NotReported => ValueState::NotReported,
        State::Unresolved => ValueState::Unresolved,
    }
}
