//! A trie whose steps are words. A step is looked up by its node and the word's hash, mixed into one key of a
//! [`Table`]; the words themselves are not kept.

use crate::hash::{self, NONE, Table};
use crate::numbers::Numbers;
use crate::words::Words;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trie {
    pub steps: Table,
    /// The list of names that ends at a node, or none.
    pub ends: Numbers<u32>,
}

fn key(node: u32, word: u64) -> u64 {
    hash::mix(word ^ u64::from(node).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl Trie {
    /// From names as hashes of their words, sorted, each with the number of its list.
    pub fn new(names: &[(Vec<u64>, u32)]) -> Trie {
        let total: usize = names.iter().map(|(words, _)| words.len()).sum();
        let mut steps = rustc_hash::FxHashMap::<(u32, u64), u32>::default();
        steps.reserve(total / 2);
        let mut ends = vec![NONE];
        for (words, list) in names {
            let mut node = 0;
            for word in words {
                node = *steps.entry((node, *word)).or_insert_with(|| {
                    ends.push(NONE);
                    (ends.len() - 1) as u32
                });
            }
            ends[node as usize] = *list;
        }
        let mut table = Table::with_room(steps.len());
        let mut sorted: Vec<_> = steps.into_iter().collect();
        // The same names give the same bytes.
        sorted.sort_unstable();
        for ((node, word), to) in sorted {
            table.put(key(node, word), to);
        }
        Trie { steps: table, ends: ends.into() }
    }

    /// Calls `found` with the end and the list of every name that begins at word `from`.
    pub fn walk(&self, words: &Words, from: usize, mut found: impl FnMut(usize, u32)) {
        let mut node = 0;
        for to in from..words.len() {
            // A name does not go on over the end of a clause, unless it has the comma itself: its words are the same.
            match self.steps.find(key(node, words.get(to).hash)) {
                None => return,
                Some(next) => node = next,
            }
            let list = self.ends[node as usize];
            if list != NONE {
                found(to + 1, list);
            }
        }
    }
}
