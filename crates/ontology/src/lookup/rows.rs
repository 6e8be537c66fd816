//! The names of the look-up, column by column.

use crate::bytes::{Rest, damaged, put};
use crate::numbers::Numbers;
use crate::problem::Error;
use crate::release::Place;
use crate::term::Scope;
use std::ops::Range;

/// A name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Where its words begin.
    pub words: u32,
    pub term: Place,
    pub release: u16,
    /// The number of the name in its term: 0 is the label.
    pub name: u16,
    pub scope: Scope,
}

#[derive(Debug, Default, PartialEq)]
pub struct Rows {
    words: Numbers<u32>,
    terms: Numbers<u32>,
    releases: Numbers<u16>,
    names: Numbers<u16>,
    scopes: Numbers<u8>,
}

/// The rows, borrowed once for many look-ups.
#[derive(Clone, Copy)]
pub struct Columns<'a> {
    words: &'a [u32],
    terms: &'a [u32],
    releases: &'a [u16],
    names: &'a [u16],
    scopes: &'a [u8],
}

impl Rows {
    pub fn of(rows: &[Row]) -> Rows {
        Rows {
            words: rows.iter().map(|row| row.words).collect::<Vec<_>>().into(),
            terms: rows.iter().map(|row| row.term).collect::<Vec<_>>().into(),
            releases: rows.iter().map(|row| row.release).collect::<Vec<_>>().into(),
            names: rows.iter().map(|row| row.name).collect::<Vec<_>>().into(),
            scopes: rows.iter().map(|row| row.scope.number()).collect::<Vec<_>>().into(),
        }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn columns(&self) -> Columns<'_> {
        Columns {
            words: &self.words,
            terms: &self.terms,
            releases: &self.releases,
            names: &self.names,
            scopes: &self.scopes,
        }
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        put(to, &self.words);
        put(to, &self.terms);
        put(to, &self.releases);
        put(to, &self.names);
        put(to, &self.scopes);
    }

    /// Of names that have `words` words together.
    pub fn read(rest: &mut Rest<'_>, words: usize) -> Result<Rows, Error> {
        let (firsts, terms) = (rest.take::<u32>()?, rest.take::<u32>()?);
        let (releases, names, scopes) = (rest.take::<u16>()?, rest.take::<u16>()?, rest.take::<u8>()?);
        let count = firsts.len();
        let sound = [terms.len(), releases.len(), names.len(), scopes.len()].iter().all(|length| *length == count)
            && firsts.is_sorted()
            && firsts.last().is_none_or(|last| *last as usize <= words)
            && scopes.iter().all(|scope| Scope::numbered(*scope).is_some());
        if sound { Ok(Rows { words: firsts, terms, releases, names, scopes }) } else { Err(damaged()) }
    }
}

impl Columns<'_> {
    pub fn get(self, name: usize) -> Row {
        Row {
            words: self.words[name],
            term: self.terms[name],
            release: self.releases[name],
            name: self.names[name],
            scope: Scope::numbered(self.scopes[name]).expect("scopes were checked when they were read"),
        }
    }

    /// Where the words of a name are, of `all` words.
    pub fn words(self, name: usize, all: usize) -> Range<usize> {
        let end = self.words.get(name + 1).map_or(all, |next| *next as usize);
        self.words[name] as usize..end
    }
}
