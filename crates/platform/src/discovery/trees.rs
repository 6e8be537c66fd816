//! The values of a facet that are terms: with their labels, and each below the nearest of the others that lies above it.

use super::words::name_of;
use chorale_model::discovery::FacetValue;
use chorale_ontology::{Library, TermRef};
use chorale_search::Facet;
use std::collections::{HashMap, HashSet};

/// Values that are looked at for each that is shown: above most terms lies a chain that only repeats their counts.
const FOR_EACH: usize = 6;

/// How many values to ask for, to show so many.
pub fn looked_at(limit: usize) -> usize {
    limit.saturating_mul(FOR_EACH)
}

/// The most frequent values, `limit` at most and in any case the `chosen` ones, with or without samples. A term that counts
/// the same samples as one of its kinds says nothing more, and is left out.
pub fn values(library: &Library, chosen: &[String], facet: Facet, limit: usize) -> Vec<FacetValue> {
    let terms: Vec<Option<TermRef>> = facet.counts.iter().map(|count| library.find(&count.value)).collect();
    let places: HashMap<TermRef, usize> =
        terms.iter().enumerate().filter_map(|(place, term)| Some(((*term)?, place))).collect();
    let mut repeated: HashSet<usize> = HashSet::new();
    for (place, term) in terms.iter().enumerate() {
        let Some(term) = term else { continue };
        let same = library.ancestors(*term).filter_map(|(above, _)| places.get(&above));
        repeated.extend(same.filter(|above| facet.counts[**above].count == facet.counts[place].count));
    }
    let mut kept: Vec<usize> = Vec::new();
    for (place, count) in facet.counts.iter().enumerate() {
        let is_chosen = chosen.contains(&count.value);
        if is_chosen || (kept.len() < limit && !repeated.contains(&place)) {
            kept.push(place);
        }
    }
    let shown: HashSet<TermRef> = kept.iter().filter_map(|place| terms[*place]).collect();
    let value = |place: usize| {
        let count = &facet.counts[place];
        let parent = terms[place]
            .and_then(|term| library.ancestors(term).map(|(above, _)| above).find(|above| shown.contains(above)));
        let label = named(library, &count.value, terms[place]).unwrap_or(&count.value);
        FacetValue {
            value: count.value.clone(),
            label: label.to_owned(),
            count: count.count,
            parent: parent.map(|parent| library.id(parent).to_owned()),
        }
    };
    let counted: HashSet<&str> = facet.counts.iter().map(|count| count.value.as_str()).collect();
    let without = chosen.iter().filter(|id| !counted.contains(id.as_str())).filter_map(|id| {
        let label = named(library, id, library.find(id))?.to_owned();
        Some(FacetValue { value: id.clone(), label, count: 0, parent: None })
    });
    kept.into_iter().map(value).chain(without).collect()
}

/// What a value is called where it has a name beside itself.
fn named<'a>(library: &'a Library, id: &str, term: Option<TermRef>) -> Option<&'a str> {
    name_of(id).or_else(|| term.map(|term| library.label(term)))
}
