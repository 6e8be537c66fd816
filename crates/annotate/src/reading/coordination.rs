//! Diseases that are named otherwise than their terms: with last words that two of them share ("Duchenne and Becker muscular
//! dystrophy"), with their abbreviation inside ("von Hippel-Lindau (VHL) disease"), or as a disorder that its term calls a
//! disease.

use super::{Definition, Mention, Reader, Reading, Section, word_hash};
use crate::field::Field;
use crate::lexicon::Sense;
use crate::suggestion::{Method, State};
use crate::terms::Role;
use chorale_ontology::{Shape, TermRef, Words};

/// So many names of a section are looked at.
const MOST: usize = 64;
/// How sure the name that is not written out is, beside the one that is.
const SHARE: f32 = 0.9;

impl Reader<'_> {
    /// Adds the diseases that a word, `and`, `or` or a slash, and a name of at least two words stand for.
    pub(super) fn coordinated(&self, section: &Section, first: usize, reading: &mut Reading) {
        let mut found: Vec<Mention> = Vec::new();
        for one in reading.mentions[first..].iter().take(MOST) {
            if one.field != Field::Disease || one.words < 2 || one.state != State::Present {
                continue;
            }
            let start = one.start - section.start;
            let Some(from) = (0..self.words.len()).find(|word| self.words.get(*word).start == start) else { continue };
            let Some(before) = self.joined_before(section, from) else { continue };
            let Some(term) = self.disease_named(before, from + 1, from + usize::from(one.words)) else { continue };
            let start = section.start + self.words.get(before).start;
            let (sense, prior) = (Sense::Term(term), SHARE * one.prior);
            let is_new = |other: &Mention| other.sense != sense || other.end != one.end;
            if one.sense != sense && found.iter().all(is_new) {
                found.push(Mention {
                    sense,
                    start,
                    prior,
                    method: Method::Dictionary,
                    whole: false,
                    rivals: 0,
                    ..*one
                });
            }
        }
        reading.mentions.append(&mut found);
    }

    /// Adds what is called a disorder here and a disease by its term, or the other way round.
    pub(super) fn renamed(&self, section: &Section, first: usize, reading: &mut Reading) {
        const MOST_WORDS: usize = 3;
        for at in 1..self.words.len() {
            let other = match self.words.text(at) {
                "disorder" => "disease",
                "disease" => "disorder",
                _ => continue,
            };
            let end = section.start + self.words.get(at).end;
            let is_read = |one: &Mention| one.field == Field::Disease && one.end == end && one.words > 1;
            if reading.mentions[first..].iter().any(is_read) {
                continue;
            }
            let starts = (at.saturating_sub(MOST_WORDS)..at)
                .filter(|from| (from + 1..=at).all(|word| !self.words.get(word).after_stop));
            let found = starts.filter_map(|from| Some((from, self.disease_of(from..at, other)?))).next();
            if let Some((from, term)) = found {
                let quality = 0.9;
                let prior = quality * section.weight(Field::Disease);
                let place = section.mention(Field::Disease, self.words.get(from).start, self.words.get(at).end, prior);
                let words = (at + 1 - from) as u16;
                let sense = Sense::Term(term);
                reading.mentions.push(Mention { sense, quality, words, method: Method::Dictionary, ..place });
            }
        }
    }

    /// Adds the diseases whose names have an abbreviation inside, in brackets before their last word; it is theirs.
    pub(super) fn interrupted(&self, section: &Section, reading: &mut Reading) {
        const MOST_WORDS: usize = 5;
        const LAST: [&str; 8] =
            ["disease", "disorder", "syndrome", "deficiency", "dystrophy", "anemia", "cancer", "tumor"];
        for at in 1..self.words.len().saturating_sub(1) {
            let last = self.words.text(at + 1);
            if !LAST.contains(&last) || !self.is_bracketed(section, at) {
                continue;
            }
            let starts = (at.saturating_sub(MOST_WORDS)..at)
                .filter(|from| (from + 1..at).all(|word| !self.words.get(word).after_stop));
            let found = starts.filter_map(|from| Some((from, self.disease_of(from..at, last)?))).next();
            if let Some((from, term)) = found {
                let quality = 0.95;
                let prior = quality * section.weight(Field::Disease);
                let (start, end) = (self.words.get(from).start, self.words.get(at + 1).end);
                let place = section.mention(Field::Disease, start, end, prior);
                let (words, sense) = ((at + 1 - from) as u16, Sense::Term(term));
                reading.mentions.push(Mention { sense, quality, words, method: Method::Dictionary, ..place });
                let word = word_hash(self.words.text(at));
                reading.definitions.push(Definition { word, field: Field::Disease, sense });
            }
        }
    }

    /// Whether a word that may be an abbreviation stands alone in round brackets.
    fn is_bracketed(&self, section: &Section, at: usize) -> bool {
        let word = self.words.get(at);
        if !matches!(word.shape, Shape::Upper | Shape::Mixed | Shape::Code) {
            return false;
        }
        let mut around = section.text.chars().skip((word.start as usize).saturating_sub(1));
        let length = (word.end - word.start) as usize;
        word.start > 0 && around.next() == Some('(') && around.nth(length) == Some(')')
    }

    /// The disease that some words and another one name together.
    fn disease_of(&self, words: std::ops::Range<usize>, last: &str) -> Option<TermRef> {
        let mut name = String::new();
        for word in words {
            name.push_str(self.words.text(word));
            name.push(' ');
        }
        self.named_so(&(name + last))
    }

    /// The word that is joined to the one at `at` by "and", "or", "and/or" or a slash.
    fn joined_before(&self, section: &Section, at: usize) -> Option<usize> {
        let is_joint = |word: usize| matches!(self.words.text(word), "and" | "or");
        let joints = (0..at).rev().take(2).take_while(|word| is_joint(*word)).count();
        let before = at.checked_sub(joints + 1)?;
        if (before + 1..=at).any(|word| self.words.get(word).after_stop) {
            return None;
        }
        let by_slash = || section.text.chars().nth(self.words.get(before).end as usize) == Some('/');
        (joints > 0 || by_slash()).then_some(before)
    }

    /// The disease that one word and then others name together.
    fn disease_named(&self, word: usize, from: usize, to: usize) -> Option<TermRef> {
        let mut name = self.words.text(word).to_owned();
        for word in from..to {
            name.push(' ');
            name.push_str(self.words.text(word));
        }
        self.named_so(&name)
    }

    /// The disease that has this name.
    pub(super) fn named_so(&self, name: &str) -> Option<TermRef> {
        let (words, mut found) = (Words::of(name), Vec::new());
        self.library.dictionary().find(&words, &mut found);
        let whole = found.iter().find(|one| one.from == 0 && one.to as usize == words.len())?;
        let names = self.library.dictionary().names(whole);
        let mut terms = names.map(|name| TermRef { release: name.release, place: name.term });
        terms.find(|term| self.roles.of(*term) == Role::Value(Field::Disease))
    }
}
