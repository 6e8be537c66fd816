//! Whether a code is a cell line: 167,000 names, of which `P1`, `45` and `TIME` are some.

use super::{Mention, Reader, Reading, Section};
use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::lexicon::Sense;
use chorale_ontology::dictionary::Match;
use chorale_ontology::{Shape, TermRef, Words};

#[derive(Clone, Copy)]
pub(super) struct LineContext {
    pub fit: Fit,
    pub source: Source,
    pub whole: bool,
    /// One of those that most samples come from.
    pub is_common: bool,
    /// A hyphen joins it with a number that is not its own.
    pub is_joined: bool,
}

/// How sure the match is a cell line, by its shape and by what stands around it.
pub(super) fn quality(words: &Words, found: &Match, context: LineContext) -> Option<f32> {
    let texts = || (found.from..found.to).map(|word| words.text(word as usize));
    let letters: usize = texts().map(|text| text.bytes().filter(u8::is_ascii_alphabetic).count()).sum();
    let digits: usize = texts().map(|text| text.bytes().filter(u8::is_ascii_digit).count()).sum();
    let shapes = || (found.from..found.to).map(|word| words.get(word as usize).shape);
    let has_shape = shapes().any(|shape| !matches!(shape, Shape::Lower | Shape::Title));
    let is_named = followed_by_cells(words, found) || preceded_by_line(words, found);
    // "cell line 1" numbers a line, and names none.
    if context.fit < Fit::Strong && matches!(words.text(found.from as usize), "line" | "clone") {
        return None;
    }
    // `11-18` is a line where the key says so.
    if letters == 0 && (context.fit < Fit::Strong || !context.whole || digits < 3) || letters + digits < 2 {
        return None;
    }
    // "IM-0223" is neither IM nor one of its replicates: a short name and a number are a longer code.
    if context.is_joined && letters + digits <= 3 && !context.is_common {
        return None;
    }
    if context.fit == Fit::Strong {
        return (context.whole || has_shape || is_named).then_some(if context.whole { 0.97 } else { 0.85 });
    }
    if context.is_common && letters + digits >= 4 {
        return Some(0.95);
    }
    // A gap that is not the name's own makes a code of any two words: "day 1" for a line DAY1.
    let is_apart = found.is_code
        && found.to - found.from > 1
        && (!is_named || letters < 2 || matches!(shapes().next(), Some(Shape::Lower | Shape::Title)));
    if is_named && has_shape && (letters + digits >= 3 || context.is_common) && !is_apart {
        return Some(0.75);
    }
    // `HPAF-II`: no digit, but written as no other word is.
    let is_spelled = !found.is_code && found.to - found.from > 1 && found.is_upper && letters >= 4;
    let is_code = (letters >= 1 && digits >= 1 || context.is_common || is_spelled) && has_shape && !is_apart;
    let is_long = letters >= 2 && letters + digits >= 5 || letters + digits >= 4 || context.is_common;
    let by_length = match () {
        // A catalogue's number: GM03348.
        () if letters >= 2 && digits >= 4 && found.to - found.from == 1 => 0.6,
        () if letters >= 2 && letters + digits >= 5 => 0.3,
        () => 0.2,
    };
    match context.source {
        Source::SourceName | Source::Title | Source::Characteristic | Source::Bare if is_code && is_long => {
            Some(if context.whole { by_length + 0.2 } else { by_length })
        }
        _ if context.fit == Fit::Weak && is_code => Some(0.5),
        _ => None,
    }
}

impl Reader<'_> {
    /// How sure a match is a cell line where it stands.
    pub(super) fn line_quality(&self, section: &Section, found: &Match, is_common: bool) -> Option<f32> {
        let whole = found.from == 0 && found.to as usize == self.words.len();
        let is_joined = self.is_joined(section, found);
        let context =
            LineContext { fit: section.fit(Field::CellLine), source: section.source, whole, is_common, is_joined };
        quality(&self.words, found, context)
    }

    /// Whether two numbers meet in a gap of the match.
    pub(super) fn joins_numbers(&self, found: &Match) -> bool {
        let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        (found.from + 1..found.to).any(|word| {
            let (before, word) = (self.words.text(word as usize - 1), self.words.text(word as usize));
            digit(before.as_bytes().last()) && digit(word.as_bytes().first())
        })
    }

    /// A code is compared without its gaps, but two numbers do not run together: a repeat of SK-MEL-30 that is written
    /// SkMel30.1 is not SK-MEL-301, and IMR5-75 is IMR-5/75.
    pub(super) fn has_numbers_of(&self, found: &Match, label: &str) -> bool {
        if !self.joins_numbers(found) {
            return true;
        }
        let mut wanted = label.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        let texts = (found.from..found.to).map(|word| self.words.text(word as usize));
        let mut own = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_digit())).filter(|part| !part.is_empty());
        own.all(|number| wanted.next() == Some(number)) && wanted.next().is_none()
    }

    /// Whether nothing but a hyphen parts it from a number behind it.
    fn is_joined(&self, section: &Section, found: &Match) -> bool {
        let next = found.to as usize;
        next < self.words.len()
            && self.words.get(next).start == found.end + 1
            && self.words.text(next).bytes().all(|byte| byte.is_ascii_digit())
            && section.text.chars().nth(found.end as usize) == Some('-')
    }

    /// Coriell's DNA and the cells that it was taken from have one number: NA20757 is of GM20757.
    pub(super) fn coriell(&self, section: &Section, reading: &mut Reading) {
        for (word, text) in self.words.iter() {
            let Some(number) = text.strip_prefix("na").filter(|_| word.shape == Shape::Code) else { continue };
            if number.len() != 5 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let Some(term) = self.line_named(&format!("GM{number}")) else { continue };
            let quality = if section.fit(Field::CellLine) == Fit::Strong { 0.9 } else { 0.6 };
            let prior = quality * section.weight(Field::CellLine);
            let mention = section.mention(Field::CellLine, word.start, word.end, prior);
            reading.mentions.push(Mention {
                sense: Sense::Term(term),
                quality,
                method: crate::suggestion::Method::Dictionary,
                ..mention
            });
        }
    }

    /// The only line of the library that has this name.
    fn line_named(&self, name: &str) -> Option<TermRef> {
        let (words, mut found) = (Words::of(name), Vec::new());
        self.library.dictionary().find(&words, &mut found);
        let whole = found.iter().find(|one| one.from == 0 && one.to as usize == words.len())?;
        let mut names = self.library.dictionary().names(whole);
        let (Some(name), None) = (names.next(), names.next()) else { return None };
        let term = TermRef { release: name.release, place: name.term };
        self.library.id(term).starts_with("CVCL_").then_some(term)
    }
}

fn followed_by_cells(words: &Words, found: &Match) -> bool {
    let next = found.to as usize;
    next < words.len()
        && !words.get(next).after_stop
        && matches!(words.text(next), "cell" | "line" | "xenograft" | "clone" | "fibroblast" | "monocyte" | "myeloma")
}

/// "the melanoma cell line M397".
fn preceded_by_line(words: &Words, found: &Match) -> bool {
    let before = found.from as usize;
    before >= 1 && words.text(before - 1) == "line" && !words.get(before).after_stop
}
