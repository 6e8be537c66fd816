//! The dictionary: every name of every release in one structure, found in a text in one pass.
//!
//! A name is a sequence of folded words, and the structure is a trie over words rather than over characters: a match
//! can only begin and end at a word, so nothing is found inside one, and a text of thirty words costs some sixty
//! look-ups however many names there are. Names like `Hep G2` are written together, apart and with hyphens; they are
//! also kept as codes, compared without their gaps.
//!
//! Start at [`Builder`] to make one, at [`Dictionary::find`] to read a text, at [`Dictionary::write`] to keep it.

mod artifact;
mod builder;
mod codes;
mod trie;

pub use builder::Builder;

use crate::numbers::Numbers;
use crate::release::Place;
use crate::term::Scope;
use crate::words::{Shape, Words};
use codes::Codes;
use trie::Trie;

/// One name of one term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Which release, in the order in which they were added.
    pub release: u16,
    pub term: Place,
    pub scope: Scope,
    /// The term's label, not a synonym.
    pub is_label: bool,
    /// Written in capitals only, such as ALL or MS: in small letters it is another word.
    pub is_acronym: bool,
}

/// Where names stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Words of the text, the end exclusive.
    pub from: u32,
    pub to: u32,
    /// Scalar values of the text, the end exclusive.
    pub start: u32,
    pub end: u32,
    /// The names are a list of the dictionary: [`Dictionary::names`].
    names: u32,
    /// Found as a code: the gaps may differ from the name's.
    pub is_code: bool,
    /// No small letter in the text of the match.
    pub is_upper: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dictionary {
    trie: Trie,
    codes: Codes,
    /// `starts[n]..starts[n + 1]` are the names of list n.
    starts: Numbers<u32>,
    /// Packed: [`Name::unpack`].
    names: Numbers<u64>,
}

impl Dictionary {
    /// How many names it holds.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether every term that it names is one.
    pub(crate) fn refers(&self, known: impl Fn(u16, Place) -> bool) -> bool {
        self.names.iter().filter_map(|name| Name::unpack(*name)).all(|name| known(name.release, name.term))
    }

    /// The names that a match stands for: one text can name several terms.
    pub fn names(&self, found: &Match) -> impl ExactSizeIterator<Item = Name> + Clone {
        let list = found.names as usize;
        let names = &self.names[self.starts[list] as usize..self.starts[list + 1] as usize];
        names.iter().map(|name| Name::unpack(*name).expect("names were checked when they were read"))
    }

    /// Every name in the text, shorter ones inside longer ones too, by where they begin and then by length.
    pub fn find(&self, words: &Words, found: &mut Vec<Match>) {
        found.clear();
        for from in 0..words.len() {
            let trie_begin = found.len();
            self.trie.walk(words, from, |to, names| found.push(place(words, from, to, names, false)));
            let trie_end = found.len();
            self.codes.walk(words, from, |to, names| {
                // A code's list holds the terms of every name that is written so.
                match found[trie_begin..trie_end].iter_mut().find(|one| one.to as usize == to) {
                    Some(one) => one.names = names,
                    None => found.push(place(words, from, to, names, true)),
                }
            });
        }
    }
}

fn place(words: &Words, from: usize, to: usize, names: u32, is_code: bool) -> Match {
    let is_upper =
        (from..to).all(|index| !matches!(words.get(index).shape, Shape::Lower | Shape::Title | Shape::Mixed));
    let (start, end) = (words.get(from).start, words.get(to - 1).end);
    Match { from: from as u32, to: to as u32, start, end, names, is_code, is_upper }
}
