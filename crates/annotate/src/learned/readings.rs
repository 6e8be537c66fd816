//! From the dictionary's candidates of an item to what the learned annotator takes.

use super::sample::{Evidence, Hit, Sample};
use super::terms::Terms;
use crate::candidate::{Candidate, Features, Meaning};
use crate::choose;
use crate::field::Field;
use crate::item::Item;
use crate::project::{self, CONTROL};
use crate::suggestion::State;
use chorale_learn::tfidf;
use chorale_ontology::{Library, Scope};

impl<'a> Sample<'a> {
    /// An item with its candidates. Every term that `terms` knows becomes a hit; what says that a sample is of a control
    /// becomes one of [`CONTROL`], a sex and an age group ones of `sex:F` and `age:adult` where `terms` has them.
    pub fn of(item: &Item<'a>, candidates: &[Candidate], library: &Library, terms: &Terms) -> Sample<'a> {
        let mut hits: Vec<Hit> = Vec::new();
        for candidate in candidates.iter().filter(|one| matches!(one.state, State::Present | State::Healthy)) {
            let term = if is_control(candidate) { terms.find(CONTROL) } else { term(candidate, library, terms) };
            let Some(term) = term else { continue };
            let place = place(candidate, item);
            let hit = Hit { term, place, evidence: evidence(candidate.prior, &candidate.features, candidate.field) };
            match hits.iter_mut().find(|other| other.term == term) {
                Some(other) if other.evidence.prior < hit.evidence.prior => *other = hit,
                Some(_) => {}
                None => hits.push(hit),
            }
        }
        for one in project::project(&choose::suggestions(library, item, candidates)) {
            let id = if one.term.contains(':') { one.term } else { format!("{}:{}", one.field, one.term) };
            let hit = terms.find(&id).and_then(|term| hits.iter_mut().find(|hit| hit.term == term));
            if let Some(hit) = hit {
                hit.evidence.chosen = hit.evidence.chosen.max(one.score);
            }
        }
        Sample { attributes: item.attributes.clone(), hits }
    }
}

/// What may say that a sample stands on the other side of a comparison; whether it does is learned.
fn is_control(candidate: &Candidate) -> bool {
    let Meaning::Known { id, .. } = &candidate.meaning else { return candidate.state == State::Healthy };
    match candidate.field {
        Field::StudyArm => ["control", "reference"].contains(id),
        Field::Perturbation => *id == "control",
        Field::Condition => ["adjacent normal", "non-lesional", "normal", "non-inflamed", "unaffected"].contains(id),
        Field::Disease => candidate.state == State::Healthy,
        _ => false,
    }
}

fn term(candidate: &Candidate, library: &Library, terms: &Terms) -> Option<u32> {
    // A sex is a term where PATO is installed, and a value of the lists elsewhere.
    let id = match &candidate.meaning {
        Meaning::Term(term) => library.id(*term),
        Meaning::Known { id, .. } => id,
        Meaning::Text(_) => return None,
    };
    match (candidate.field, id) {
        (Field::Sex, "PATO:0000383") => terms.find("sex:F"),
        (Field::Sex, "PATO:0000384") => terms.find("sex:M"),
        (Field::AgeGroup, group) => terms.find(&format!("age:{group}")),
        _ if matches!(candidate.meaning, Meaning::Term(_)) => terms.find(id),
        _ => None,
    }
}

/// Key, kind of text and field: where such a reading is often wrong, it is learned that it is.
fn place(candidate: &Candidate, item: &Item) -> u64 {
    let attribute = candidate.span.and_then(|span| item.attributes.get(span.attribute as usize));
    let (key, value) = attribute.copied().unwrap_or_default();
    // GEO packs the key into the value: `characteristics_ch1` = `tissue: liver`.
    let inner = if key.contains("characteristics") { value.split_once(':').map_or("", |(inner, _)| inner) } else { "" };
    let place = format!("{}|{}|{}", candidate.field, key, inner).to_lowercase();
    tfidf::hash(&place)
}

fn evidence(prior: f32, features: &Features, field: Field) -> Evidence {
    let flag = |is: bool| f32::from(u8::from(is));
    Evidence {
        prior,
        chosen: 0.0,
        source: f32::from(features.source as u8),
        fit: f32::from(features.fit as u8),
        scope: match features.scope {
            Scope::Exact => 0.0,
            Scope::Unsaid => 1.0,
            Scope::Narrow => 2.0,
            Scope::Broad => 3.0,
            Scope::Related => 4.0,
        },
        is_label: flag(features.is_label),
        is_acronym: flag(features.is_acronym || features.is_abbreviation),
        words: f32::from(features.words),
        chars: f32::from(features.chars),
        rivals: f32::from(features.rivals),
        negated: flag(features.negated),
        compared: flag(features.compared),
        inside: flag(features.inside),
        whole: flag(features.whole),
        in_study: flag(features.in_study),
        support: features.support,
        mentions: f32::from(features.mentions),
        field: f32::from(field as u8),
    }
}
