//! Gathers names and lays the dictionary out.

use super::{Codes, Dictionary, Name, Trie, codes};
use crate::hash::MOST_VALUES;
use crate::problem::Error;
use crate::release::Place;
use crate::term::{Scope, Term};
use crate::words::{Shape, Words};

/// Longer names are sentences: nobody types them, and they would never be found.
const MOST_WORDS: usize = 20;

#[derive(Default)]
pub struct Builder {
    words: Words,
    names: Vec<(Vec<u64>, Option<u64>, Name)>,
}

impl Builder {
    /// Every name of a term.
    pub fn add_term(&mut self, release: u16, place: Place, term: &Term) {
        for (index, (text, scope)) in term.names().enumerate() {
            self.add(release, place, text, scope, index == 0);
        }
    }

    /// One name. Names without a letter or a digit are left out.
    pub fn add(&mut self, release: u16, term: Place, text: &str, scope: Scope, is_label: bool) {
        self.words.read(text);
        if self.words.is_empty() || self.words.len() > MOST_WORDS {
            return;
        }
        let key = self.words.iter().map(|(word, _)| word.hash).collect();
        let code = codes::key_of(&self.words);
        let is_acronym =
            self.words.len() == 1 && self.words.get(0).shape == Shape::Upper && self.words.text(0).len() <= 6;
        self.names.push((key, code, Name { release, term, scope, is_label, is_acronym }));
    }

    /// # Errors
    /// More names than fit.
    pub fn build(mut self) -> Result<Dictionary, Error> {
        self.names.sort_unstable();
        // A term that has one name twice, as label and as synonym, keeps the stronger.
        self.names.dedup_by(|next, first| {
            (&next.0, next.2.release, next.2.term) == (&first.0, first.2.release, first.2.term) && {
                first.2.is_label |= next.2.is_label;
                first.2.is_acronym &= next.2.is_acronym;
                true
            }
        });
        let (mut starts, mut names, mut lists, mut code_lists) = (vec![0], Vec::new(), Vec::new(), Vec::new());
        let mut all = std::mem::take(&mut self.names).into_iter().peekable();
        while let Some((key, code, name)) = all.next() {
            let list = lists.len() as u32;
            code_lists.extend(code.map(|code| (code, list)));
            names.push(name);
            while let Some((_, _, name)) = all.next_if(|(next, _, _)| *next == key) {
                names.push(name);
            }
            starts.push(names.len() as u32);
            lists.push((key, list));
        }
        let trie = Trie::new(&lists);
        let code_lists = one_list_a_code(code_lists, &mut starts, &mut names);
        if trie.ends.len().max(starts.len()) > MOST_VALUES {
            return Err(Error::new(0, "the ontologies hold more than 16 million names; leave some of them out"));
        }
        let names: Vec<u64> = names.into_iter().map(Name::pack).collect();
        Ok(Dictionary { trie, codes: Codes::new(code_lists), starts: starts.into(), names: names.into() })
    }
}

/// `Hep G2` and `HepG2` are different names and one code: it gets a list of both's terms.
fn one_list_a_code(mut codes: Vec<(u64, u32)>, starts: &mut Vec<u32>, names: &mut Vec<Name>) -> Vec<(u64, u32)> {
    codes.sort_unstable();
    let mut single = Vec::with_capacity(codes.len());
    for same in codes.chunk_by(|(a, _), (b, _)| a == b) {
        let (key, mut list) = same[0];
        if same.len() > 1 {
            let ranges =
                same.iter().map(|(_, list)| starts[*list as usize] as usize..starts[*list as usize + 1] as usize);
            let mut all: Vec<Name> = ranges.flat_map(|range| names[range].to_vec()).collect();
            all.sort_unstable();
            all.dedup_by_key(|name| (name.release, name.term));
            names.extend(all);
            list = starts.len() as u32 - 1;
            starts.push(names.len() as u32);
        }
        single.push((key, list));
    }
    single
}
