//! One item's mentions put together into candidates: abbreviations and ambiguous names are resolved by what else the item
//! and its study say, equal readings strengthen one another, and what follows from a value is added.

mod cell_lines;
mod derive;
mod support;

pub(crate) use derive::OPEN;

use crate::candidate::{Candidate, Features, Meaning, Source, Span};
use crate::field::Field;
use crate::item::{Item, capped};
use crate::lexicon::{Lexicon, Sense};
use crate::reading::{Mention, Reading};
use crate::study::Siblings;
use crate::suggestion::Method;
use chorale_ontology::Library;

/// So many mentions of one item are weighed.
const MOST_MENTIONS: usize = 2_000;

/// A mention with its place among the item's attributes and siblings.
#[derive(Clone, Copy)]
pub(crate) struct Pooled<'r> {
    pub mention: Mention,
    pub reading: Option<&'r Reading>,
    pub attribute: u32,
    pub constant: bool,
    pub support: f32,
    pub in_study: bool,
    pub is_abbreviation: bool,
    pub has_place: bool,
}

pub(crate) struct Pool<'a> {
    pub library: &'a Library,
    pub lexicon: &'a Lexicon,
}

impl Pool<'_> {
    pub fn candidates(&self, siblings: &Siblings, number: usize, item: &Item) -> Vec<Candidate> {
        let mut pooled = self.gather(siblings, number);
        self.abbreviations(siblings, number, &mut pooled);
        self.tail(siblings, number, &mut pooled);
        cell_lines::weigh(siblings, number, &mut pooled);
        support::weigh(self.library, &siblings.anchors, &mut pooled);
        self.derive(&mut pooled);
        let mut candidates = self.merge(pooled, item);
        self.compose(&mut candidates);
        candidates
    }

    fn gather<'r>(&self, siblings: &'r Siblings, number: usize) -> Vec<Pooled<'r>> {
        let mut pooled = Vec::with_capacity(24);
        for (attribute, reading, constant) in siblings.of_item(number) {
            for mention in reading.mentions.iter().take(MOST_MENTIONS.saturating_sub(pooled.len())) {
                let mut mention = *mention;
                if constant {
                    mention.prior *= of_all(&mention);
                }
                let in_study = siblings.anchors.contains(&(mention.field, mention.sense));
                pooled.push(Pooled {
                    mention,
                    reading: Some(reading),
                    attribute,
                    constant,
                    support: 0.0,
                    in_study,
                    is_abbreviation: false,
                    has_place: true,
                });
            }
        }
        pooled
    }

    /// Reads capitals by what the study defines them to be; other readings of the same text go.
    fn abbreviations<'r>(&self, siblings: &'r Siblings, number: usize, pooled: &mut Vec<Pooled<'r>>) {
        if !siblings.other_definitions.is_empty() {
            spelled_otherwise(siblings, number, pooled);
        }
        if siblings.definitions.is_empty() {
            return;
        }
        for (attribute, reading, constant) in siblings.of_item(number) {
            for capital in &reading.capitals {
                for (field, sense) in siblings.definitions.get(&capital.word).map_or(&[][..], Vec::as_slice) {
                    let at = |one: &Pooled| {
                        (one.attribute, one.mention.start, one.mention.end) == (attribute, capital.start, capital.end)
                            && one.mention.field == *field
                    };
                    let defined =
                        pooled.iter().any(|one| at(one) && one.mention.sense == *sense && one.mention.rivals == 0);
                    if defined {
                        continue;
                    }
                    let own = pooled.iter().find(|one| at(one)).map(|one| one.mention);
                    pooled.retain(|one| !at(one));
                    let weight = match field {
                        Field::Disease => capital.weights.disease,
                        Field::Tissue => capital.weights.tissue,
                        Field::CellType => capital.weights.cell_type,
                        _ => capital.weights.other,
                    };
                    let mut mention = Mention {
                        sense: *sense,
                        method: Method::Dictionary,
                        is_acronym: true,
                        quality: 0.95,
                        prior: 0.95 * weight,
                        source: capital.source,
                        ..Mention::at(*field, capital.start, capital.end)
                    };
                    if let Some(own) = own {
                        mention = Mention {
                            fit: own.fit,
                            negated: own.negated,
                            compared: own.compared,
                            whole: own.whole,
                            ..mention
                        };
                        mention.prior *= (own.prior / (own.quality * weight).max(0.01)).min(1.0);
                    }
                    if constant {
                        mention.prior *= of_all(&mention);
                    }
                    pooled.push(Pooled {
                        mention,
                        reading: None,
                        attribute,
                        constant,
                        support: 0.0,
                        in_study: siblings.anchors.contains(&(*field, *sense)),
                        is_abbreviation: true,
                        has_place: true,
                    });
                }
            }
        }
    }

    fn tail(&self, siblings: &Siblings, number: usize, pooled: &mut Vec<Pooled>) {
        use crate::study::Means;
        let Some(tail) = siblings.tails[number] else { return };
        let (field, value) = match tail.means {
            Means::Tumor => (Field::Condition, "tumor"),
            Means::Normal => (Field::Condition, "adjacent normal"),
            Means::Control => (Field::StudyArm, "control"),
        };
        let Some(row) = self.lexicon.find_known(value) else { return };
        let mention = Mention {
            sense: Sense::Known(row),
            method: Method::Pattern,
            prior: 0.55,
            source: Source::Title,
            ..Mention::at(field, tail.start, tail.end)
        };
        pooled.push(Pooled::new(mention, tail.attribute));
    }

    /// Mentions of one value of one field become one candidate, strongest first within a field.
    fn merge(&self, mut pooled: Vec<Pooled>, item: &Item) -> Vec<Candidate> {
        pooled.sort_by(|a, b| {
            let (one, two) = (&a.mention, &b.mention);
            (one.field, one.sense, one.state as u8)
                .cmp(&(two.field, two.sense, two.state as u8))
                .then(two.prior.total_cmp(&one.prior))
        });
        let mut candidates: Vec<Candidate> = Vec::with_capacity(pooled.len());
        let mut at = 0;
        while at < pooled.len() {
            let best = pooled[at];
            let mut end = at + 1;
            if best.mention.sense != Sense::Text {
                let same = |one: &&Pooled| {
                    (one.mention.field, one.mention.sense, one.mention.state)
                        == (best.mention.field, best.mention.sense, best.mention.state)
                };
                end += pooled[end..].iter().take_while(same).count();
            }
            // Said again elsewhere: a little more sure each time, not independent.
            let others = pooled[at + 1..end].iter().take(4);
            let doubt = others.fold(1.0 - best.mention.prior, |doubt, one| doubt * (1.0 - 0.3 * one.mention.prior));
            let mut candidate = self.candidate(&best, item);
            candidate.prior = (1.0 - doubt).clamp(0.0, 0.99);
            candidate.features.mentions = (end - at).min(usize::from(u16::MAX)) as u16;
            candidate.features.in_study |= pooled[at..end].iter().any(|one| one.in_study);
            let numbers = pooled[at..end].iter().find(|one| one.mention.quantities.0 < one.mention.quantities.1);
            if let Some((one, reading)) = numbers.and_then(|one| Some((one, one.reading?))) {
                let (from, to) = one.mention.quantities;
                candidate.quantities = reading.quantities[usize::from(from)..usize::from(to)].to_vec();
            }
            candidates.push(candidate);
            at = end;
        }
        candidates.sort_by(|a, b| a.field.cmp(&b.field).then(b.prior.total_cmp(&a.prior)));
        candidates
    }

    fn candidate(&self, one: &Pooled, item: &Item) -> Candidate {
        let mention = &one.mention;
        let span = one.has_place.then_some(Span { attribute: one.attribute, start: mention.start, end: mention.end });
        let meaning = match mention.sense {
            Sense::Term(term) => Meaning::Term(term),
            Sense::Known(row) => {
                let (id, label) = self.lexicon.known(row);
                Meaning::Known { id, label }
            }
            Sense::Text => Meaning::Text(span.map(|span| shown(item, span).trim().to_owned()).unwrap_or_default()),
        };
        Candidate {
            field: mention.field,
            meaning,
            state: mention.state,
            method: mention.method,
            prior: mention.prior,
            span,
            features: Features {
                source: mention.source,
                fit: mention.fit,
                scope: mention.scope,
                is_label: mention.is_label,
                is_acronym: mention.is_acronym,
                is_abbreviation: one.is_abbreviation,
                words: mention.words,
                chars: (mention.end - mention.start).min(u32::from(u16::MAX)) as u16,
                rivals: mention.rivals,
                negated: mention.negated,
                compared: mention.compared,
                inside: mention.inside,
                whole: mention.whole,
                constant: one.constant,
                in_study: one.in_study,
                support: one.support,
                mentions: 1,
            },
            quantities: Vec::new(),
        }
    }
}

impl<'r> Pooled<'r> {
    fn new(mention: Mention, attribute: u32) -> Pooled<'r> {
        Pooled {
            mention,
            reading: None,
            attribute,
            constant: false,
            support: 0.0,
            in_study: false,
            is_abbreviation: false,
            has_place: true,
        }
    }
}

/// What a text spells out is not what the lists of names take it for.
fn spelled_otherwise(siblings: &Siblings, number: usize, pooled: &mut Vec<Pooled>) {
    for (attribute, reading, _) in siblings.of_item(number) {
        let others = reading.capitals.iter().filter(|capital| {
            siblings.other_definitions.contains(&capital.word) && !siblings.definitions.contains_key(&capital.word)
        });
        for capital in others {
            pooled.retain(|one| {
                let place = (one.attribute, one.mention.start, one.mention.end);
                !one.mention.is_acronym || place != (attribute, capital.start, capital.end)
            });
        }
    }
}

/// A text that is the same for all siblings says nothing that sets one of them apart, and little where it is prose.
fn of_all(mention: &Mention) -> f32 {
    let sets_apart = matches!(mention.field, Field::StudyArm | Field::Condition | Field::Perturbation | Field::Sex);
    match mention.source {
        Source::Description | Source::Protocol if sets_apart => 0.15,
        Source::Description | Source::Protocol => 0.6,
        _ if sets_apart && mention.field != Field::Sex => 0.6,
        _ => 1.0,
    }
}

/// The text at a place of an item.
pub(crate) fn shown<'a>(item: &Item<'a>, span: Span) -> &'a str {
    let Some((_, value)) = item.attributes.get(span.attribute as usize) else { return "" };
    let value = capped(value);
    if value.is_ascii() {
        return value.get(span.start as usize..span.end as usize).unwrap_or_default();
    }
    let mut places = value.char_indices().map(|(byte, _)| byte).chain([value.len()]);
    let Some(start) = places.nth(span.start as usize) else { return "" };
    let length = (span.end.saturating_sub(span.start)) as usize;
    let end = if length == 0 { start } else { places.nth(length - 1).unwrap_or(value.len()) };
    &value[start..end]
}
