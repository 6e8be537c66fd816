//! The look-up as bytes.

use super::{Lookup, Row};
use crate::bytes::{damaged, put, take};
use crate::problem::Error;
use crate::term::Scope;
use crate::texts::Texts;

impl Lookup {
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        self.words.write(to);
        put(to, self.starts.iter().copied());
        put(to, self.postings.iter().copied());
        put(to, self.name_words.iter().copied());
        put(to, self.names.iter().map(|row| row.words));
        put(to, self.names.iter().map(|row| row.term));
        put(to, self.names.iter().map(|row| row.release));
        put(to, self.names.iter().map(|row| row.name));
        put(to, self.names.iter().map(|row| row.scope.number()));
    }

    pub(crate) fn read(rest: &mut &[u8]) -> Result<Lookup, Error> {
        let words = Texts::read(rest)?;
        let (starts, postings, name_words) = (take::<4, u32>(rest)?, take::<4, u32>(rest)?, take::<4, u32>(rest)?);
        let (firsts, terms) = (take::<4, u32>(rest)?, take::<4, u32>(rest)?);
        let (releases, numbers, scopes) = (take::<2, u16>(rest)?, take::<2, u16>(rest)?, take::<1, u8>(rest)?);
        let count = firsts.len();
        let sound = [terms.len(), releases.len(), numbers.len(), scopes.len()].iter().all(|length| *length == count)
            && starts.len() == words.len() + 1
            && starts.is_sorted()
            && starts.last().is_some_and(|end| *end as usize == postings.len())
            && postings.iter().all(|name| (*name as usize) < count)
            && name_words.iter().all(|word| (*word as usize) < words.len())
            && firsts.is_sorted()
            && firsts.last().is_none_or(|last| *last as usize <= name_words.len());
        if !sound {
            return Err(damaged());
        }
        let row = |at: usize| {
            let scope = Scope::numbered(scopes[at])?;
            Some(Row { words: firsts[at], term: terms[at], release: releases[at], name: numbers[at], scope })
        };
        let names = (0..count).map(row).collect::<Option<Vec<Row>>>().ok_or_else(damaged)?;
        Ok(Lookup { words, starts, postings, names, name_words })
    }
}
