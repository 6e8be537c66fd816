//! Names of terms and phrases in one section: which are taken, which lie inside longer ones, which are plain words.

use super::{Mention, Reader, Reading, Section, context};
use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::lexicon::{Entry, Sense};
use crate::suggestion::{Method, State};
use crate::terms::Role;
use chorale_ontology::dictionary::{Match, Name};
use chorale_ontology::{Scope, Shape, TermRef};

/// So many names of one section are looked at: ten times what the longest real description holds.
const MOST_NAMES: usize = 4_000;
/// So many terms that one text may mean are kept.
const MOST_RIVALS: usize = 8;

#[derive(Default)]
pub(super) struct Scratch {
    raws: Vec<Raw>,
    /// For each word: the fields that have taken it, and the longest name over it (its number + 1).
    taken: Vec<u32>,
    owners: Vec<u16>,
    plain: Vec<(u32, u32, u32)>,
}

/// A name before it is weighed.
#[derive(Clone, Copy)]
struct Raw {
    from: u32,
    to: u32,
    start: u32,
    end: u32,
    field: Field,
    sense: Sense,
    quality: f32,
    scope: Scope,
    is_label: bool,
    is_acronym: bool,
    is_listed: bool,
}

impl Reader<'_> {
    /// Reads the section's names into the reading, and its cues, genes and modifications into `marks`.
    pub(super) fn names(&mut self, section: &Section, reading: &mut Reading) {
        self.names.raws.clear();
        self.names.plain.clear();
        self.marks.cues.clear();
        self.marks.modifies.clear();
        self.marks.genes.clear();
        self.listed(section);
        if !self.names.plain.is_empty() {
            self.drop_inside_plain();
        }
        self.terms(section);
        self.take(section, reading);
    }

    fn listed(&mut self, section: &Section) {
        for found in &self.listed {
            for name in self.lexicon.dictionary.names(found) {
                match self.lexicon.entry(name.term) {
                    Entry::Cue(cue) => self.marks.cues.push((found.from, found.to, cue)),
                    Entry::Modifies(how) => self.marks.modifies.push((found.from, found.to, how)),
                    Entry::Plain(fields) => self.names.plain.push((found.from, found.to, fields)),
                    Entry::Line { sense, is_common } => {
                        let strong = section.fit(Field::CellLine) == Fit::Strong;
                        let is_other = found.is_code && self.joins_numbers(found);
                        if is_other || name.is_acronym && !found.is_upper && !strong {
                            continue;
                        }
                        let Some(quality) = self.line_quality(section, found, is_common) else { continue };
                        self.names.raws.push(Raw {
                            from: found.from,
                            to: found.to,
                            start: found.start,
                            end: found.end,
                            field: Field::CellLine,
                            sense,
                            quality: if is_common { quality } else { 0.93 * quality },
                            scope: Scope::Unsaid,
                            is_label: false,
                            is_acronym: name.is_acronym,
                            is_listed: true,
                        });
                    }
                    Entry::Name { field, sense, weight } => {
                        let strong = section.fit(field) == Fit::Strong;
                        // A code of the lists may have its gaps elsewhere, but "1 H" is no cell line.
                        let is_apart = found.is_code && found.to - found.from > 2;
                        if (name.is_acronym && !found.is_upper && !strong) || (is_apart && !strong) {
                            continue;
                        }
                        if field == Field::Ancestry && section.fit(field) < Fit::Weak {
                            continue;
                        }
                        let quality = if strong { weight.max(0.9 * weight.sqrt()) } else { weight };
                        self.names.raws.push(Raw {
                            from: found.from,
                            to: found.to,
                            start: found.start,
                            end: found.end,
                            field,
                            sense,
                            quality,
                            scope: Scope::Exact,
                            is_label: false,
                            is_acronym: name.is_acronym,
                            is_listed: true,
                        });
                    }
                }
            }
        }
    }

    /// What the lists themselves name inside a longer plain phrase goes: the calf in fetal calf serum.
    fn drop_inside_plain(&mut self) {
        let Scratch { raws, plain, .. } = &mut self.names;
        raws.retain(|raw| {
            let inside =
                |span: &(u32, u32, u32)| span.0 <= raw.from && raw.to <= span.1 && span.1 - span.0 > raw.to - raw.from;
            !plain.iter().any(|span| inside(span) && span.2 & 1 << raw.field as u32 != 0)
        });
    }

    fn terms(&mut self, section: &Section) {
        let count = self.words.len() as u32;
        for found in self.matches.iter().take(MOST_NAMES) {
            let plain = plain_fields(&self.names.plain, found.from, found.to);
            let mut kept = 0;
            for name in self.library.dictionary().names(found) {
                let term = TermRef { release: name.release, place: name.term };
                let field = match self.roles.of(term) {
                    Role::Value(field) => field,
                    Role::Gene => {
                        self.marks.genes.push((found.from, found.to, term));
                        continue;
                    }
                    Role::Nothing => continue,
                };
                let whole = found.from == 0 && found.to == count;
                let strong = section.fit(field) == Fit::Strong;
                if plain & 1 << field as u32 != 0 && !(strong && whole && field == Field::CellLine && plain != u32::MAX)
                {
                    continue;
                }
                let Some(quality) = self.quality(section, found, &name, field) else { continue };
                let label = if field == Field::CellLine { self.library.label(term) } else { "" };
                if found.is_code && !label.is_empty() && !self.has_numbers_of(found, label) {
                    continue;
                }
                // "C2 deficiency" is a person's where no animal is named.
                let of_animal = field == Field::Disease && !name.is_label;
                let person = self.library.label(term).strip_suffix(ANIMAL).filter(|_| of_animal);
                let term = person.and_then(|name| self.named_so(name)).unwrap_or(term);
                // Of a hybridoma it is the antibody that a text names.
                let quality = if label.ends_with(']') && label.contains("hybridoma") { 0.2 * quality } else { quality };
                if kept == MOST_RIVALS {
                    break;
                }
                kept += 1;
                self.names.raws.push(Raw {
                    from: found.from,
                    to: found.to,
                    start: found.start,
                    end: found.end,
                    field,
                    sense: Sense::Term(term),
                    quality,
                    scope: name.scope,
                    is_label: name.is_label,
                    is_acronym: name.is_acronym,
                    is_listed: false,
                });
            }
        }
    }

    /// How sure a name means its term, here; nothing where it surely does not.
    fn quality(&self, section: &Section, found: &Match, name: &Name, field: Field) -> Option<f32> {
        let words = found.to - found.from;
        let length: usize = (found.from..found.to).map(|word| self.words.text(word as usize).len()).sum();
        let strong = section.fit(field) == Fit::Strong;
        let by_scope = match name.scope {
            _ if name.is_label => 1.0,
            Scope::Exact => 0.97,
            Scope::Unsaid => 0.93,
            Scope::Narrow => 0.85,
            Scope::Related => 0.7,
            Scope::Broad => 0.6,
        };
        if field == Field::CellLine {
            return self.line_quality(section, found, false);
        }
        if words == 1 && length <= 5 && (name.is_acronym || length <= 2 || self.is_code(found)) {
            // Unlisted acronyms: three of four are something else in a description.
            return match (name.is_acronym && !found.is_upper, strong) {
                (true, false) => None,
                (true, true) if length <= 2 => None,
                (_, true) => Some(0.8 * by_scope),
                // Two letters mean a disease only where something else speaks for it.
                _ if length <= 2 => (field == Field::Disease && name.is_acronym).then_some(0.05),
                _ => Some((0.1 * length as f32 - 0.1).min(0.4) * by_scope),
            };
        }
        match field {
            Field::Ancestry if section.fit(field) < Fit::Weak => None,
            Field::Assay if section.fit(field) < Fit::Weak && words < 2 && length < 7 => None,
            Field::Drug if length <= 3 && !strong => None,
            // A long text names cells and organs that are not the sample's.
            _ if found.is_code && words > 1 => Some(0.8 * by_scope),
            _ => Some(by_scope),
        }
    }

    fn is_code(&self, found: &Match) -> bool {
        self.words.get(found.from as usize).shape == Shape::Code
    }

    /// Longest first: what lies inside a longer name of its field is that name's, and what lies inside one of another
    /// field is taken only where it says something by itself, as the lung in lung cancer.
    fn take(&mut self, section: &Section, reading: &mut Reading) {
        let count = self.words.len();
        let Scratch { raws, taken, owners, .. } = &mut self.names;
        raws.sort_unstable_by_key(|raw| {
            (std::cmp::Reverse(raw.to - raw.from), raw.from, raw.field, !raw.is_listed, raw.sense)
        });
        raws.dedup_by(|next, first| {
            (next.from, next.to, next.field, next.sense) == (first.from, first.to, first.field, first.sense)
        });
        taken.clear();
        taken.resize(count, 0);
        owners.clear();
        owners.resize(count, 0);
        let mut at = 0;
        while at < raws.len() {
            let lead = raws[at];
            let rivals = raws[at..]
                .iter()
                .take_while(|raw| (raw.from, raw.to, raw.field) == (lead.from, lead.to, lead.field))
                .count();
            let group = &raws[at..at + rivals];
            let number = at as u16;
            at += rivals;
            let span = lead.from as usize..lead.to as usize;
            let bit = 1 << lead.field as u32;
            if taken[span.clone()].iter().any(|fields| fields & bit != 0) {
                continue;
            }
            let owner = owners[lead.from as usize];
            let inside = owner != 0 && owners[lead.to as usize - 1] == owner && {
                let over = &raws[usize::from(owner) - 1];
                over.to - over.from > lead.to - lead.from && over.field != lead.field
            };
            if inside && !speaks_inside(raws[usize::from(owner) - 1].field, lead.field) {
                continue;
            }
            for word in span {
                taken[word] |= bit;
                if owners[word] == 0 && number < u16::MAX {
                    owners[word] = number + 1;
                }
            }
            let context = context::of(&self.words, &self.marks.cues, lead.from, lead.to);
            if context.negated
                && matches!(lead.field, Field::Condition | Field::StudyArm | Field::Perturbation | Field::Outcome)
            {
                continue;
            }
            let is_listed = group.iter().any(|raw| raw.is_listed);
            if lead.field == Field::CellLine && section.is_about_people() {
                reading.codes_of_people.extend(group.iter().map(|raw| raw.sense));
            }
            for raw in group {
                let whole = raw.from == 0 && raw.to as usize == count;
                // What people mean by it is in the list; the ontology's other readings of it are behind.
                let quality = if is_listed && !raw.is_listed { raw.quality * 0.4 } else { raw.quality };
                let mut prior = quality * section.weight(raw.field);
                prior *= if inside { 0.75 } else { 1.0 };
                prior *= if context.negated { 0.08 } else { 1.0 };
                prior *= if context.compared { 0.45 } else { 1.0 };
                prior *= if context.others { 0.4 } else { 1.0 };
                prior *= match raw.field {
                    Field::CellLine if context.partner => 0.1,
                    Field::CellType | Field::Tissue if context.partner => 0.4,
                    _ => 1.0,
                };
                // A whole value is what it says, whatever its key.
                if whole && !matches!(section.source, Source::Reference | Source::Protocol | Source::StudySummary) {
                    let least = match raw.field {
                        // Under a key that nobody knows a disease may be a reason for a visit.
                        Field::Disease if section.has_key && section.fit(raw.field) == Fit::None => 0.5,
                        // A donor's or a batch's code is no line.
                        Field::CellLine if section.fit(raw.field) == Fit::Other && section.is_about_people() => 0.0,
                        Field::Sex | Field::CellLine | Field::StudyArm | Field::Disease => 0.7,
                        _ => 0.0,
                    };
                    prior = (prior + 0.25 * (1.0 - prior) * quality)
                        .max(least * quality * if context.negated { 0.1 } else { 1.0 });
                }
                let healthy = raw.field == Field::Disease && is_healthy(self.lexicon, self.library, raw.sense);
                reading.mentions.push(Mention {
                    sense: raw.sense,
                    state: if healthy { State::Healthy } else { State::Present },
                    method: Method::Dictionary,
                    quality,
                    scope: raw.scope,
                    is_label: raw.is_label,
                    is_acronym: raw.is_acronym,
                    negated: context.negated,
                    compared: context.compared,
                    inside,
                    whole,
                    words: (raw.to - raw.from) as u16,
                    rivals: (rivals - 1) as u16,
                    ..section.mention(raw.field, raw.start, raw.end, prior)
                });
            }
        }
    }
}

/// The fields for which words are plain: a plain word itself, and whatever stands inside a plain phrase.
fn plain_fields(plain: &[(u32, u32, u32)], from: u32, to: u32) -> u32 {
    let covers = |span: &&(u32, u32, u32)| span.0 <= from && to <= span.1 && (span.1 - span.0 > 1 || to - from == 1);
    plain.iter().filter(covers).fold(0, |bits, span| bits | span.2)
}

/// Whether a name inside a longer one says something of its own.
fn speaks_inside(outer: Field, inner: Field) -> bool {
    use Field::*;
    matches!(
        (outer, inner),
        (Disease | CellType | Condition | StudyArm, Tissue) | (Disease, CellType) | (Condition, Disease)
    )
}

fn is_healthy(lexicon: &crate::lexicon::Lexicon, library: &chorale_ontology::Library, sense: Sense) -> bool {
    match sense {
        Sense::Term(term) => library.id(term) == HEALTHY,
        Sense::Known(row) => lexicon.known(row).0 == HEALTHY,
        Sense::Text => false,
    }
}

/// How MONDO labels the animals' forms of diseases that people have too.
const ANIMAL: &str = ", non-human animal";

/// What CELLxGENE's schema writes for a healthy donor: PATO's normal.
pub(crate) const HEALTHY: &str = "PATO:0000461";
