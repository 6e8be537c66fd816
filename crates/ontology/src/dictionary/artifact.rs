//! The dictionary as bytes: written once when a release is installed, read in a moment when a worker starts.
//! Little-endian numbers behind a head; a version of this layout that is not ours is refused, never guessed at.

use super::{Codes, Dictionary, Name, Trie};
use crate::bytes::{Rest, damaged, put};
use crate::hash::{NONE, Table};
use crate::problem::Error;
use crate::term::Scope;

const MAGIC: &[u8; 8] = b"chordic3";

impl Dictionary {
    /// Writes it; the same dictionary gives the same bytes.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(MAGIC);
        self.trie.steps.write(to);
        self.codes.table.write(to);
        put(to, &self.trie.ends);
        put(to, &self.starts);
        put(to, &self.names);
    }

    /// Reads what [`Dictionary::write`] wrote.
    ///
    /// # Errors
    /// When the bytes are of another layout, cut off, or point outside themselves.
    pub fn read(bytes: &[u8]) -> Result<Dictionary, Error> {
        let mut rest = Rest::of(bytes);
        let dictionary = Dictionary::take(&mut rest)?;
        if rest.left().is_empty() { Ok(dictionary) } else { Err(damaged()) }
    }

    pub(crate) fn take(rest: &mut Rest<'_>) -> Result<Dictionary, Error> {
        if rest.bytes(MAGIC.len())? != MAGIC {
            return Err(damaged());
        }
        let (steps, codes) = (Table::read(rest)?, Table::read(rest)?);
        let (ends, starts, names) = (rest.take::<u32>()?, rest.take::<u32>()?, rest.take::<u64>()?);
        let lists = starts.len().saturating_sub(1);
        let sound = names.iter().all(|name| Name::unpack(*name).is_some())
            && steps.is_within(ends.len())
            && codes.is_within(lists)
            && ends.iter().all(|list| *list == NONE || (*list as usize) < lists)
            && !ends.is_empty()
            && starts.is_sorted()
            && starts.first() == Some(&0)
            && starts.last().is_some_and(|end| *end as usize == names.len());
        if !sound {
            return Err(damaged());
        }
        Ok(Dictionary { trie: Trie { steps, ends }, codes: Codes { table: codes }, starts, names })
    }
}

impl Name {
    /// Term in the low half, then release, scope and two flags.
    pub(super) fn pack(self) -> u64 {
        u64::from(self.term)
            | u64::from(self.release) << 32
            | u64::from(self.scope.number()) << 48
            | u64::from(self.is_label) << 52
            | u64::from(self.is_acronym) << 53
    }

    /// None where the scope is none.
    pub(super) fn unpack(packed: u64) -> Option<Name> {
        Some(Name {
            term: packed as u32,
            release: (packed >> 32) as u16,
            scope: Scope::numbered((packed >> 48 & 15) as u8)?,
            is_label: packed >> 52 & 1 == 1,
            is_acronym: packed >> 53 & 1 == 1,
        })
    }
}
