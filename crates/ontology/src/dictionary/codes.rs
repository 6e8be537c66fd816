//! Names that are codes: `Hep-G2`, `HEP G2` and `HepG2` are one. Compared as the bytes of their words without gaps.

use crate::hash::{Fnv, Table};
use crate::words::{Shape, Words};

/// A code is written as at most so many words.
const MOST_WORDS: usize = 4;
const MOST_BYTES: usize = 16;
/// `H9` is a cell line and a well of a plate: two bytes are left to the trie.
const LEAST_BYTES: usize = 3;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    pub table: Table,
}

/// The key of a name that is a code.
pub fn key_of(name: &Words) -> Option<u64> {
    if name.is_empty() || name.len() > MOST_WORDS {
        return None;
    }
    let length: usize = name.iter().map(|(_, text)| text.len()).sum();
    let has_digit = name.iter().any(|(_, text)| text.bytes().any(|byte| byte.is_ascii_digit()));
    let has_letter = name.iter().any(|(_, text)| text.bytes().any(|byte| !byte.is_ascii_digit()));
    if !has_digit || !has_letter || !(LEAST_BYTES..=MOST_BYTES).contains(&length) {
        return None;
    }
    let mut hash = Fnv::new();
    name.iter().for_each(|(_, text)| hash.feed(text.as_bytes()));
    Some(hash.end())
}

impl Codes {
    /// From keys that differ.
    pub fn new(codes: Vec<(u64, u32)>) -> Codes {
        let mut table = Table::with_room(codes.len());
        for (key, list) in codes {
            table.put(key, list);
        }
        Codes { table }
    }

    /// Calls `found` with the end and the list of every code that begins at word `from`.
    pub fn walk(&self, words: &Words, from: usize, mut found: impl FnMut(usize, u32)) {
        let window = from..words.len().min(from + MOST_WORDS);
        let is_code = |at: usize| words.get(at).shape == Shape::Code;
        if !window.clone().any(is_code) {
            return;
        }
        let mut hash = Fnv::new();
        let (mut length, mut has_digit) = (0, false);
        for to in window {
            // A code does not reach over a comma.
            if to > from && words.get(to).after_stop {
                return;
            }
            let text = words.text(to);
            length += text.len();
            if length > MOST_BYTES {
                return;
            }
            has_digit |= is_code(to);
            hash.feed(text.as_bytes());
            if has_digit
                && length >= LEAST_BYTES
                && let Some(list) = self.table.find(hash.end())
            {
                found(to + 1, list);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_do_not_change_a_code() {
        let keys: Vec<_> = ["Hep G2", "HepG2", "HEP-G2", "hep_g2"].map(|name| key_of(&Words::of(name))).to_vec();
        assert!(keys[0].is_some());
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_ne!(keys[0], key_of(&Words::of("Hep G3")));
        assert_eq!(key_of(&Words::of("liver")), None);
    }
}
