//! Why a hit was found by its values: in a sentence to each term that was asked for.

use super::words::HEALTHY;
use crate::harmonize::IndexValue;
use chorale_model::discovery::{Expansion, FACETS};
use chorale_model::harmonize::ValueState;
use chorale_ontology::{Library, TermRef};
use std::collections::BTreeMap;

/// For every widened name and every chosen term, the value that is it or a kind of it.
pub fn reasons(
    library: &Library,
    expansions: &[Expansion],
    chosen: &BTreeMap<String, Vec<String>>,
    values: &[IndexValue],
) -> Vec<String> {
    let widened = expansions.iter().map(|one| (one.field.as_str(), one.term.as_str(), one.instead_of.as_deref()));
    let picked =
        chosen.iter().flat_map(|(field, terms)| terms.iter().map(|term| (field.as_str(), term.as_str(), None)));
    let mut reasons: Vec<String> = Vec::new();
    for (field, asked, instead_of) in widened.chain(picked) {
        let label = FACETS.iter().find(|facet| facet.name == field).map_or(field, |facet| facet.label).to_lowercase();
        let of_field = values.iter().filter(|value| value.field == field);
        let reason = match instead_of {
            None => of_field.filter_map(|value| reason(library, &label, asked, value)).next(),
            Some(named) => of_field.filter_map(|value| less(&label, asked, named, value)).next(),
        };
        reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
    }
    reasons
}

/// Nobody has the term that was named, and this one is said to have the term above it.
fn less(field: &str, asked: &str, named: &str, value: &IndexValue) -> Option<String> {
    let is_it = value.state == ValueState::Present && value.term == asked;
    is_it.then(|| format!("{field} is {}, and no sample is said to have {named}", value.label))
}

fn reason(library: &Library, field: &str, asked: &str, value: &IndexValue) -> Option<String> {
    if value.state == ValueState::Healthy {
        return (asked == HEALTHY).then(|| format!("{field} is healthy"));
    }
    if value.state != ValueState::Present {
        return None;
    }
    if value.term == asked {
        return Some(format!("{field} is {}", value.label));
    }
    let (term, asked) = (library.find(&value.term)?, library.find(asked)?);
    library
        .is_a(term, asked)
        .then(|| format!("{field} is {}, {} {}", value.label, relation(library, term, asked), library.label(asked)))
}

/// Over is_a alone it is a kind, else a part.
fn relation(library: &Library, term: TermRef, asked: TermRef) -> &'static str {
    let mut next = vec![term];
    let mut seen = Vec::new();
    while let Some(at) = next.pop() {
        if library.id(at) == library.id(asked) {
            return "a kind of";
        }
        if seen.contains(&at) {
            continue;
        }
        seen.push(at);
        let up = library.parents(at).into_iter().filter(|(relation, _)| *relation == chorale_ontology::Relation::IsA);
        next.extend(up.map(|(_, parent)| parent));
    }
    "a part of"
}
