//! The dictionary as bytes: written once when a release is installed, read in a moment when a worker starts.
//! Little-endian numbers behind a head; a version of this layout that is not ours is refused, never guessed at.

use super::{Codes, Dictionary, Name, Trie};
use crate::bytes::{damaged, put, take};
use crate::hash::{NONE, Table};
use crate::problem::Error;
use crate::term::Scope;

const MAGIC: &[u8; 8] = b"chordic2";

impl Dictionary {
    /// Writes it; the same dictionary gives the same bytes.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(MAGIC);
        self.trie.steps.write(to);
        self.codes.table.write(to);
        put(to, self.trie.ends.iter().copied());
        put(to, self.starts.iter().copied());
        put(to, self.names.iter().map(pack));
    }

    /// Reads what [`Dictionary::write`] wrote.
    ///
    /// # Errors
    /// When the bytes are of another layout, cut off, or point outside themselves.
    pub fn read(bytes: &[u8]) -> Result<Dictionary, Error> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let (steps, codes) = (Table::read(&mut rest)?, Table::read(&mut rest)?);
        let (ends, starts) = (take::<4, u32>(&mut rest)?, take::<4, u32>(&mut rest)?);
        let names = take::<8, u64>(&mut rest)?.into_iter().map(unpack).collect::<Option<Vec<Name>>>();
        let names = names.ok_or_else(damaged)?;
        let lists = starts.len().saturating_sub(1);
        let sound = rest.is_empty()
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

/// Term in the low half, then release, scope and two flags.
fn pack(name: &Name) -> u64 {
    u64::from(name.term)
        | u64::from(name.release) << 32
        | u64::from(name.scope.number()) << 48
        | u64::from(name.is_label) << 52
        | u64::from(name.is_acronym) << 53
}

fn unpack(packed: u64) -> Option<Name> {
    Some(Name {
        term: packed as u32,
        release: (packed >> 32) as u16,
        scope: Scope::numbered((packed >> 48 & 15) as u8)?,
        is_label: packed >> 52 & 1 == 1,
        is_acronym: packed >> 53 & 1 == 1,
    })
}
