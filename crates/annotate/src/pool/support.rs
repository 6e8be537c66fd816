//! Which of several readings holds: the one that other values and the study speak for.
//!
//! `RA` is rheumatoid arthritis, but in a study of myelodysplastic syndromes it is refractory anemia, because that is one.

use super::Pooled;
use crate::field::Field;
use crate::lexicon::Sense;
use chorale_ontology::{Library, TermRef};

/// A reading of this quality needs no support.
const SURE: f32 = 0.7;
/// So many terms are asked for their support.
const MOST_ANCHORS: usize = 32;

pub(super) fn weigh(library: &Library, study: &[(Field, Sense)], pooled: &mut [Pooled]) {
    let needs = |one: &Pooled| (one.mention.rivals > 0 || one.mention.quality < SURE) && !one.is_abbreviation;
    if !pooled.iter().any(needs) {
        return;
    }
    let mut anchors: Vec<(Field, TermRef)> =
        study.iter().filter_map(|(field, sense)| term(*sense).map(|term| (*field, term))).collect();
    let sure = pooled.iter().filter(|one| !needs(one) && !one.mention.negated && one.mention.prior > 0.2);
    anchors.extend(sure.filter_map(|one| term(one.mention.sense).map(|term| (one.mention.field, term))));
    anchors.truncate(MOST_ANCHORS);
    for one in pooled.iter_mut().filter(|one| needs(one)) {
        let Some(own) = term(one.mention.sense) else { continue };
        let same_field = anchors.iter().filter(|(field, _)| *field == one.mention.field);
        one.support = same_field.map(|(_, anchor)| speaks_for(library, *anchor, own)).fold(0.0, f32::max);
        let raised = one.mention.quality + (1.0 - one.mention.quality) * 0.9 * one.support;
        one.mention.prior = (one.mention.prior * raised / one.mention.quality.max(0.01)).min(0.97);
        one.mention.quality = raised;
    }
    share(pooled);
}

/// Readings of one text divide what is sure between them.
fn share(pooled: &mut [Pooled]) {
    let place = |one: &Pooled| (one.attribute, one.mention.start, one.mention.end, one.mention.field);
    for at in 0..pooled.len() {
        if pooled[at].mention.rivals == 0 || pooled[at].is_abbreviation {
            continue;
        }
        // Where something speaks for one reading, the silence about the others speaks against them.
        let here = place(&pooled[at]);
        let spoken_for = pooled.iter().filter(|one| place(one) == here).map(|one| one.support).fold(0.0, f32::max);
        if spoken_for >= 0.5 && pooled[at].support < 0.5 {
            pooled[at].mention.prior *= 0.4;
        }
    }
    for at in 0..pooled.len() {
        if pooled[at].mention.rivals == 0 || pooled[at].is_abbreviation {
            continue;
        }
        let here = place(&pooled[at]);
        let total: f32 = pooled.iter().filter(|one| place(one) == here).map(|one| one.mention.quality).sum();
        let part = pooled[at].mention.quality / total.max(0.01);
        pooled[at].mention.prior *= part.sqrt();
    }
}

fn term(sense: Sense) -> Option<TermRef> {
    match sense {
        Sense::Term(term) => Some(term),
        _ => None,
    }
}

fn speaks_for(library: &Library, anchor: TermRef, term: TermRef) -> f32 {
    if anchor == term {
        1.0
    } else if library.is_a(term, anchor) {
        0.8
    } else if library.is_a(anchor, term) {
        0.5
    } else {
        0.0
    }
}
