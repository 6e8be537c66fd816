//! From candidates to suggestions: the best of a field that takes one value, those that hold of one that takes several.

use crate::candidate::{Candidate, Meaning};
use crate::field::Field;
use crate::item::Item;
use crate::pool::{OPEN, shown};
use crate::suggestion::{Evidence, State, Suggestion};
use chorale_ontology::{Library, TermRef};

/// Less sure than this, nothing is suggested.
const LEAST: f32 = 0.12;
/// The same of a cell line: most codes that are the name of one mean something else.
const LEAST_LINE: f32 = 0.4;
/// Of several values, those are kept that are so sure against the best.
const LEAST_BESIDE: f32 = 0.55;
const MOST_VALUES: usize = 4;
/// So many candidates of a field are compared with one another.
const MOST_COMPARED: usize = 6;

/// Suggestions for an item from its candidates, which are sorted by field and then by how sure they are.
pub fn suggestions(library: &Library, item: &Item, candidates: &[Candidate]) -> Vec<Suggestion> {
    let mut all = Vec::new();
    for field in candidates.chunk_by(|a, b| a.field == b.field) {
        let present: Vec<&Candidate> = field
            .iter()
            .filter(|one| one.state != State::Unresolved && one.prior >= least(one.field) && !one.features.negated)
            .take(MOST_COMPARED)
            .collect();
        let ranked = specific_first(library, present);
        match ranked.first() {
            None => {
                let unresolved = field.iter().find(|one| one.state == State::Unresolved);
                all.extend(unresolved.map(|one| suggestion(library, item, one, None)));
            }
            Some(best) if best.field.is_several() => several(library, item, &ranked, best, &mut all),
            Some(best) => all.push(suggestion(library, item, best, ranked.get(1).copied())),
        }
    }
    all
}

/// Everything that was read of a field, the likeliest first, whatever is suggested of it.
pub fn rank(library: &Library, item: &Item, candidates: &[Candidate], field: Field) -> Vec<Suggestion> {
    let of_field = candidates.iter().filter(|one| one.field == field && one.state != State::Unresolved);
    let ranked = specific_first(library, of_field.filter(|one| !one.features.negated).collect());
    ranked.into_iter().map(|one| suggestion(library, item, one, None)).collect()
}

fn least(field: Field) -> f32 {
    if field == Field::CellLine { LEAST_LINE } else { LEAST }
}

fn several(library: &Library, item: &Item, ranked: &[&Candidate], best: &Candidate, all: &mut Vec<Suggestion>) {
    let least = best.prior * LEAST_BESIDE;
    let is_one =
        |one: &&&Candidate| best.state == State::Present && one.state == State::Present || std::ptr::eq(**one, best);
    let mut kept: Vec<&Candidate> = Vec::new();
    for one in ranked.iter().filter(is_one).filter(|one| one.prior >= least) {
        // The kind of what was already said is no second value, nor is another reading of the same words.
        let is_kind = kept.iter().any(|first| {
            lies_below(library, first, one)
                || is_open(library, one)
                || (first.span == one.span && one.features.rivals > 0)
        });
        if !is_kind && kept.len() < MOST_VALUES {
            kept.push(one);
        }
    }
    let next = ranked.iter().find(|one| !kept.iter().any(|other| std::ptr::eq(*other, **one)));
    all.extend(kept.iter().map(|one| suggestion(library, item, one, next.copied())));
}

/// A more specific term goes before its ancestor where it is at least half as sure: both are true, and it says more.
fn specific_first<'c>(library: &Library, mut ranked: Vec<&'c Candidate>) -> Vec<&'c Candidate> {
    if !ranked
        .first()
        .is_some_and(|best| matches!(best.field, Field::Tissue | Field::CellType | Field::Disease | Field::CellLine))
    {
        return ranked;
    }
    for at in 1..ranked.len() {
        let one = ranked[at];
        if one.prior >= 0.5 * ranked[0].prior && lies_below(library, one, ranked[0]) {
            ranked[..=at].rotate_right(1);
        }
    }
    ranked
}

/// A growth of nothing in particular, beside a disease that has a name.
fn is_open(library: &Library, one: &Candidate) -> bool {
    term(one).is_some_and(|term| OPEN.iter().any(|(id, _)| *id == library.id(term)))
}

fn lies_below(library: &Library, one: &Candidate, other: &Candidate) -> bool {
    match (term(one), term(other)) {
        (Some(one), Some(other)) => one != other && library.is_a(one, other),
        _ => false,
    }
}

fn term(candidate: &Candidate) -> Option<TermRef> {
    match candidate.meaning {
        Meaning::Term(term) => Some(term),
        _ => None,
    }
}

/// A candidate as a suggestion, with the next best beside it.
pub fn suggestion(library: &Library, item: &Item, one: &Candidate, next: Option<&Candidate>) -> Suggestion {
    let (term, label) = named(library, one);
    let evidence = one.span.map(|span| Evidence {
        attribute: span.attribute as usize,
        start: span.start,
        end: span.end,
        text: shown(item, span).to_owned(),
    });
    let is_said = matches!(one.state, State::Present | State::Healthy);
    Suggestion {
        field: one.field,
        term: if is_said { term } else { String::new() },
        label,
        state: one.state,
        score: one.prior,
        method: one.method,
        evidence,
        runner_up: next.map(|next| {
            let (term, label) = named(library, next);
            (term, label, next.prior)
        }),
        quantities: one.quantities.clone(),
    }
}

/// A candidate's id and label.
fn named(library: &Library, one: &Candidate) -> (String, String) {
    match &one.meaning {
        Meaning::Term(term) => (library.id(*term).to_owned(), library.label(*term).to_owned()),
        Meaning::Known { id, label } => ((*id).to_owned(), (*label).to_owned()),
        Meaning::Text(text) => (text.clone(), text.clone()),
    }
}
