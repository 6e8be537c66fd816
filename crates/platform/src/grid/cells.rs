//! Cells that people typed or pasted, read for their fields and turned into decisions.

use super::show::terms;
use crate::curation::Decision;
use crate::harmonize::Reader;
use chorale_model::curation::{Beneath, CurationAction};
use chorale_model::grid::CellEdit;
use chorale_model::harmonize::{Layer, Value, ValueState};

/// What becomes of one cell.
pub enum Outcome {
    /// With its state and labels.
    Changes(Vec<Decision>, ValueState, String),
    Same,
    /// Nothing is asked of it.
    Empty,
    Fails(String),
}

/// `values`: of the sample.
pub fn read(reader: &Reader, edit: &CellEdit, values: &[Value]) -> Outcome {
    let field = reader.field();
    if edit.text.trim().is_empty() {
        return Outcome::Empty;
    }
    let now: Vec<&Value> = values.iter().filter(|value| value.field == field.name).collect();
    if edit.before.as_ref().is_some_and(|before| *before != terms(&now)) {
        let by = now.iter().find_map(|value| value.curation.as_ref()?.by.clone());
        let by = by.map_or_else(String::new, |by| format!(" by {by}"));
        return Outcome::Fails(format!("it was changed{by} since you looked; load the grid again"));
    }
    let parts: Vec<&str> = match field.many {
        true => edit.text.split('|').map(str::trim).filter(|part| !part.is_empty()).collect(),
        false => vec![edit.text.trim()],
    };
    let mut read: Vec<(ValueState, String, String)> = Vec::with_capacity(parts.len());
    for part in parts {
        match reader.read(part) {
            Ok(Some(one)) if !read.contains(&one) => read.push(one),
            Ok(_) => {}
            Err(why) => return Outcome::Fails(why),
        }
    }
    let Some((state, ..)) = read.first().cloned() else { return Outcome::Empty };
    let is_nothing = |state: &ValueState| matches!(state, ValueState::NotReported | ValueState::NotApplicable);
    if read.len() > 1 && read.iter().any(|(state, ..)| is_nothing(state)) {
        return Outcome::Fails("says a value and that there is none".to_owned());
    }
    let is_said = |(state, term, _): &(ValueState, String, String)| {
        now.iter().any(|value| value.layer == Layer::Human && value.state == *state && value.term == *term)
    };
    if now.len() == read.len() && read.iter().all(is_said) {
        return Outcome::Same;
    }
    let words = |(state, term, label): &(ValueState, String, String)| match (label.is_empty(), term.is_empty()) {
        (false, _) => label.clone(),
        (true, false) => term.clone(),
        (true, true) => state.name().replace('_', " "),
    };
    let labels = read.iter().map(words).collect::<Vec<_>>().join(super::show::BETWEEN);
    let decision = |(state, term, label): (ValueState, String, String)| Decision {
        sample: edit.sample,
        field: field.name.clone(),
        action: if is_nothing(&state) { CurationAction::Remove } else { CurationAction::Set },
        state: Some(state),
        beneath: beneath(&now, &term),
        term,
        label,
        note: String::new(),
        question: None,
    };
    Outcome::Changes(read.into_iter().map(decision).collect(), state, labels)
}

/// What stood there: the same term, else the first.
fn beneath(now: &[&Value], term: &str) -> Option<Beneath> {
    let value = now.iter().find(|value| value.term == term).or(now.first())?;
    Some(Beneath {
        state: value.state,
        term: value.term.clone(),
        label: value.label.clone(),
        score: value.score,
        method: value.method.clone(),
        version: value.version.clone(),
    })
}
