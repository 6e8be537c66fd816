//! Terms for forms: a few letters typed, ranked terms back. Every word of what was typed must begin a word of the name;
//! whole names come before beginnings, beginnings before the middle, labels before synonyms, short before long.
//!
//! Its cost grows with the names that hold the rarest of the typed words, not with the number of all names.

mod artifact;
mod builder;
mod rows;

pub use builder::Builder;

use crate::numbers::Numbers;
use crate::release::Place;
use crate::term::Scope;
use crate::texts::Texts;
use crate::words::{Word, Words};
use rows::{Row, Rows};
use std::ops::Range;

/// Every name of some releases by its words.
#[derive(Debug, Default, PartialEq)]
pub struct Lookup {
    /// Folded words, sorted; and `starts[w]..starts[w + 1]` of `postings` are the names that hold word w.
    words: Texts,
    starts: Numbers<u32>,
    postings: Numbers<u32>,
    names: Rows,
    /// From the first word of name n to the first of the name behind it are the words of name n, in order.
    name_words: Numbers<u32>,
}

/// A term that was found, by its best name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub release: u16,
    pub term: Place,
    /// Which of [`crate::Term::names`] matched.
    pub name: u16,
    /// Higher is better; only good for comparing within one answer.
    pub score: f32,
}

impl Lookup {
    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every term that it knows is one.
    pub(crate) fn refers(&self, known: impl Fn(u16, Place) -> bool) -> bool {
        let names = self.names.columns();
        (0..self.len()).map(|name| names.get(name)).all(|row| known(row.release, row.term))
    }

    /// The best `limit` terms for what was `typed`, among those that `accept` lets through; `weight` gives a term that is
    /// used often a head start (its number of samples, say), `most` at most. Terms that no head start could bring into the
    /// answer are neither weighed nor asked about.
    pub fn search(
        &self,
        typed: &str,
        limit: usize,
        accept: impl Fn(u16, Place) -> bool,
        weight: impl Fn(u16, Place) -> u64,
        most: u64,
    ) -> Vec<Found> {
        let read = Words::of(typed);
        let asked = limit > 0 && !self.is_empty();
        let Some(last) = read.len().checked_sub(1).filter(|_| asked) else { return Vec::new() };
        let mut ranges: Vec<Range<u32>> = read.iter().map(|(_, word)| self.range(word)).collect();
        ranges[last] = self.beginnings(typed, read.get(last), ranges[last].clone());
        let Some(rarest) = ranges.iter().min_by_key(|range| self.postings_of(range).len()) else { return Vec::new() };
        let whole: Vec<Option<u32>> = read.iter().map(|(_, word)| self.find(word)).collect();
        let (names, name_words) = (self.names.columns(), &self.name_words[..]);
        let mut best = Best { limit, found: Vec::with_capacity(limit.min(1_024)) };
        for name in self.postings_of(rarest) {
            let words = &name_words[names.words(*name as usize, name_words.len())];
            if !ranges.iter().all(|range| words.iter().any(|word| range.contains(word))) {
                continue;
            }
            let row = names.get(*name as usize);
            let score = score(&row, words, &whole, &ranges);
            let found = Found { release: row.release, term: row.term, name: row.name, score: score + head_start(most) };
            if !best.wants(&found) {
                continue;
            }
            let used = weight(row.release, row.term).min(most);
            let found = Found { score: score + head_start(used), ..found };
            if best.wants(&found) && accept(row.release, row.term) {
                best.put(found);
            }
        }
        best.found
    }

    fn postings_of(&self, range: &Range<u32>) -> &[u32] {
        &self.postings[self.starts[range.start as usize] as usize..self.starts[range.end as usize] as usize]
    }

    /// The words that the last word of what was typed begins: it may be half a word, which plurals and spellings take for
    /// a whole one. `leukae` is no plural of `leuka`, and `tumou` goes on to `tumour`.
    fn beginnings(&self, typed: &str, last: Word, whole: Range<u32>) -> Range<u32> {
        let length = last.end.saturating_sub(last.start) as usize;
        let half = typed.chars().skip(last.start as usize).take(length).collect::<String>().to_lowercase();
        let half = half.replace("ae", "e").replace("oe", "e");
        let half = half.strip_suffix("ou").map_or(half.clone(), |stem| format!("{stem}o"));
        let half = self.range(&half);
        if self.postings_of(&half).len() > self.postings_of(&whole).len() { half } else { whole }
    }

    /// The words that begin with `prefix`.
    fn range(&self, prefix: &str) -> Range<u32> {
        let from = self.words.partition_point(0, |word| word < prefix);
        let to = self.words.partition_point(from, |word| word.starts_with(prefix));
        from as u32..to as u32
    }

    fn find(&self, word: &str) -> Option<u32> {
        let at = self.words.partition_point(0, |known| known < word);
        (at < self.words.len() && self.words.get(at) == word).then_some(at as u32)
    }
}

/// Of a name with these `words`; `whole` are those that were typed, where they are words of any name, and `ranges` what
/// they begin.
fn score(row: &Row, words: &[u32], whole: &[Option<u32>], ranges: &[Range<u32>]) -> f32 {
    let begins = words.len() >= ranges.len() && ranges.iter().zip(words).all(|(range, word)| range.contains(word));
    let exact_words = whole.iter().zip(words).filter(|(typed, word)| **typed == Some(**word)).count();
    let all = begins && words.len() == ranges.len() && exact_words == words.len();
    let mut score = 0.0;
    if all {
        score += 6.0;
    }
    if begins {
        score += 2.0 + exact_words as f32 * 0.5;
    }
    score += match (row.name, row.scope) {
        (0, _) => 1.5,
        (_, Scope::Exact) => 1.0,
        (_, Scope::Unsaid) => 0.8,
        (_, Scope::Narrow | Scope::Broad) => 0.2,
        (_, Scope::Related) => 0.0,
    };
    // Fewer words that were not typed.
    score - 0.3 * (words.len() as f32 - ranges.len() as f32).max(0.0)
}

/// Of a term that is used so often.
fn head_start(used: u64) -> f32 {
    0.1 * (used as f32).ln_1p()
}

/// The best terms so far, best first, each by its best name. They are few, and walked through.
struct Best {
    limit: usize,
    found: Vec<Found>,
}

impl Best {
    fn wants(&self, one: &Found) -> bool {
        self.found.len() < self.limit || self.found.last().is_some_and(|worst| one.is_before(worst))
    }

    fn put(&mut self, one: Found) {
        let known = self.found.iter().position(|known| (known.release, known.term) == (one.release, one.term));
        match known {
            Some(at) if !one.is_before(&self.found[at]) => return,
            Some(at) => drop(self.found.remove(at)),
            None => self.found.truncate(self.limit - 1),
        }
        let at = self.found.partition_point(|better| better.is_before(&one));
        self.found.insert(at, one);
    }
}

impl Found {
    fn is_before(&self, other: &Found) -> bool {
        let by_score = other.score.total_cmp(&self.score);
        let by_place = || (self.release, self.term, self.name).cmp(&(other.release, other.term, other.name));
        by_score.then_with(by_place).is_lt()
    }
}
