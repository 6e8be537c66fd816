//! Values that say that there is none, values of one word under a key that asks for them, and literals.

use super::{Mention, Reader, Reading, Section};
use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::lexicon::{Cue, Entry, Sense};
use crate::reading::names::HEALTHY;
use crate::suggestion::{Method, State};

/// Which field a key is about first, where it may be about several.
const FIRST: [Field; 21] = [
    Field::Tissue,
    Field::CellType,
    Field::CellLine,
    Field::Disease,
    Field::Comorbidity,
    Field::Sex,
    Field::Age,
    Field::Organism,
    Field::Ancestry,
    Field::Drug,
    Field::Strain,
    Field::Genotype,
    Field::DevelopmentStage,
    Field::TimePoint,
    Field::Assay,
    Field::Stage,
    Field::Grade,
    Field::Outcome,
    Field::Replicate,
    Field::Batch,
    Field::Donor,
];

/// Values longer than this are sentences, no literals.
const MOST_LITERAL_CHARS: usize = 60;

impl Section<'_> {
    /// The field that the key asks for first.
    pub(super) fn asks_for(&self) -> Option<Field> {
        FIRST.into_iter().find(|field| self.fit(*field) == Fit::Strong)
    }
}

impl Reader<'_> {
    /// A whole value that says that it says nothing. True where there is nothing more to read.
    pub(super) fn states(&self, section: &Section, reading: &mut Reading) -> bool {
        let cue = if self.words.is_empty() { Some(Cue::Unknown) } else { self.whole_cue() };
        let Some(cue) = cue else { return false };
        let Some(field) = section.asks_for() else { return self.words.is_empty() };
        let end = section.text.chars().count() as u32;
        let state = match cue {
            Cue::Unknown if section.text.trim().is_empty() => return true,
            Cue::Unknown => State::NotReported,
            Cue::Inapplicable => State::NotApplicable,
            // "disease: none" is a healthy donor, "treatment: none" a control; "metastasis: no" says neither.
            Cue::None if field == Field::Disease => State::Healthy,
            Cue::None => State::NotApplicable,
            _ => return false,
        };
        let trimmed = section.text.len() - section.text.trim_start().len();
        let start = section.text[..trimmed].chars().count() as u32;
        let mention = Mention { whole: true, state, ..section.mention(field, start, end, 0.85) };
        if cue == Cue::None && field == Field::Disease {
            let healthy = self.library.find(HEALTHY).map(Sense::Term);
            let healthy = healthy.or_else(|| self.lexicon.find_known(HEALTHY).map(Sense::Known));
            reading.mentions.extend(healthy.map(|sense| Mention { sense, method: Method::Dictionary, ..mention }));
        } else {
            reading.mentions.push(mention);
        }
        if cue == Cue::None
            && section.fit(Field::Perturbation) == Fit::Strong
            && let Some(row) = self.lexicon.find_known("control")
        {
            let control = section.mention(Field::Perturbation, start, end, 0.8);
            reading.mentions.push(Mention { sense: Sense::Known(row), ..control });
        }
        true
    }

    /// The cue that is the whole value.
    fn whole_cue(&self) -> Option<Cue> {
        if self.words.len() > 4 {
            return None;
        }
        let count = self.words.len() as u32;
        let whole = self.listed.iter().filter(|found| (found.from, found.to) == (0, count));
        whole.flat_map(|found| self.lexicon.dictionary.names(found)).find_map(|name| {
            match self.lexicon.entry(name.term) {
                Entry::Cue(cue @ (Cue::Unknown | Cue::Inapplicable | Cue::None)) => Some(cue),
                _ => None,
            }
        })
    }

    /// `M` and `F` under a key of sex, or behind it in a text; a text with both sexes has neither.
    pub(super) fn sexes(&self, section: &Section, first: usize, reading: &mut Reading) {
        let fit = section.fit(Field::Sex);
        let count = self.words.len();
        let initial = |word: usize| match self.words.text(word) {
            "m" => Some("PATO:0000384"),
            "f" => Some("PATO:0000383"),
            _ => None,
        };
        let mut found = None;
        if fit == Fit::Strong && count > 0 && (count <= 3 || section.source == Source::Bare) {
            found = initial(0).map(|id| (id, 0, 0.92));
        }
        if section.source == Source::Characteristic && !section.has_key && count == 1 {
            found = initial(0).map(|id| (id, 0, 0.6));
        }
        for (_, to, cue) in &self.marks.cues {
            if *cue == Cue::SexKey && (*to as usize) < count {
                found = found.or(initial(*to as usize).map(|id| (id, *to as usize, 0.85)));
            }
        }
        if let Some((id, word, prior)) = found
            && let Some(sense) = self.sense(id)
        {
            let word = self.words.get(word);
            let mention = section.mention(Field::Sex, word.start, word.end, prior);
            reading.mentions.push(Mention { sense, whole: count == 1, method: Method::Dictionary, ..mention });
        }
        self.keyed_sexes(first, reading);
        let mut sexes =
            reading.mentions[first..].iter().filter(|mention| mention.field == Field::Sex).map(|mention| mention.sense);
        if let Some(one) = sexes.next()
            && sexes.any(|other| other != one)
        {
            for mention in reading.mentions[first..].iter_mut().filter(|mention| mention.field == Field::Sex) {
                mention.prior *= 0.15;
            }
        }
    }

    /// "Gender: Female" inside a longer text is as good as a key.
    fn keyed_sexes(&self, first: usize, reading: &mut Reading) {
        for (_, to, cue) in &self.marks.cues {
            if *cue != Cue::SexKey || *to as usize >= self.words.len() {
                continue;
            }
            let next = self.words.get(*to as usize);
            for mention in reading.mentions[first..].iter_mut().filter(|mention| mention.field == Field::Sex) {
                if mention.end - mention.start == next.end - next.start && mention.prior < 0.85 && mention.words == 1 {
                    mention.prior = 0.85;
                }
            }
        }
    }

    /// An id of the lists as the library has it, or as the lists do.
    pub(super) fn sense(&self, id: &str) -> Option<Sense> {
        let term = self.library.find(id).map(Sense::Term);
        term.or_else(|| self.lexicon.find_known(id).map(Sense::Known))
    }

    /// The text itself, where the key asks for a field that has no ontology; and values that could not be read.
    pub(super) fn literals(&self, section: &Section, first: usize, reading: &mut Reading) {
        let Some(field) = section.asks_for() else { return };
        if self.words.is_empty() || reading.mentions[first..].iter().any(|mention| mention.field == field) {
            return;
        }
        let chars = section.text.trim().chars().count();
        let lead = section.text.len() - section.text.trim_start().len();
        let start = section.chars_before(lead);
        let end = start + chars as u32;
        if field.is_literal() || field == Field::TimePoint {
            let has_digit = section.text.bytes().any(|byte| byte.is_ascii_digit());
            // "donor: control" names no donor.
            let named =
                has_digit || !matches!(field, Field::Donor | Field::Batch | Field::Replicate | Field::TimePoint);
            let is_said = reading.mentions[first..].iter().any(|mention| mention.whole);
            if chars <= MOST_LITERAL_CHARS && named && !(is_said && field == Field::Outcome) {
                reading.mentions.push(Mention { whole: true, ..section.mention(field, start, end, 0.8) });
            }
            return;
        }
        let is_said = reading.mentions[first..].iter().any(|mention| mention.prior > 0.3);
        if !is_said && field != Field::Age && chars <= MOST_LITERAL_CHARS {
            let unresolved = section.mention(field, start, end, 0.1);
            reading.mentions.push(Mention { whole: true, state: State::Unresolved, ..unresolved });
        }
    }
}
