//! From ids to terms. An id may be written with a colon or an underscore behind its prefix: bsllmner writes `CVCL:0027`,
//! Cellosaurus itself `CVCL_0027`, and OWL's IRIs `MONDO_0007256`. The prefix may have any case.

use super::columns::Columns;
use crate::bytes::{Rest, damaged};
use crate::hash::{Fnv, Table, mix};
use crate::problem::Error;

#[derive(Clone, Debug, Default)]
pub struct Finder {
    /// By release and id; of two keys that are one the first is kept, and what is found is compared.
    table: Table,
}

impl Finder {
    pub fn write(&self, to: &mut Vec<u8>) {
        self.table.write(to);
    }

    /// Of a library with so many terms.
    pub fn read(rest: &mut Rest<'_>, terms: usize) -> Result<Finder, Error> {
        let table = Table::read(rest)?;
        if table.is_within(terms) { Ok(Finder { table }) } else { Err(damaged()) }
    }

    /// `starts[n]..starts[n + 1]` are the terms of release n. Ids go before ids that terms had once.
    pub fn new(columns: &Columns, starts: &[u32]) -> Finder {
        let mut keys: Vec<(u64, u32)> = Vec::with_capacity(columns.len());
        let mut former = Vec::new();
        for (release, terms) in starts.windows(2).enumerate() {
            for term in terms[0]..terms[1] {
                let key = |id: &str| Sought::new(id).key(release as u16);
                keys.push((key(columns.ids.get(term as usize)), term));
                former.extend(columns.alternatives(term as usize).map(|id| (key(id), term)));
            }
        }
        keys.append(&mut former);
        let mut table = Table::with_room(keys.len());
        for (key, term) in keys {
            if table.find(key).is_none() {
                table.put(key, term);
            }
        }
        Finder { table }
    }

    /// The number of the term that has or had this id in a release; whether it has it.
    pub fn find(&self, columns: &Columns, release: u16, sought: Sought<'_>) -> Option<(u32, bool)> {
        let term = self.table.find(sought.key(release))?;
        let has = same(columns.ids.get(term as usize), sought.id);
        let had = || columns.alternatives(term as usize).any(|former| same(former, sought.id));
        (has || had()).then_some((term, has))
    }
}

/// An id that is looked for, perhaps in one release after the other.
#[derive(Clone, Copy)]
pub struct Sought<'a> {
    id: &'a str,
    hash: u64,
}

impl<'a> Sought<'a> {
    pub fn new(id: &'a str) -> Sought<'a> {
        let mut hash = Fnv::new();
        let (prefix, number) = parts(id);
        prefix.bytes().for_each(|byte| hash.feed(&[byte.to_ascii_lowercase()]));
        // No byte of a text: `A:1` is not `A1:`.
        hash.feed(&[0xff]);
        hash.feed(number.as_bytes());
        Sought { id, hash: hash.end() }
    }

    fn key(self, release: u16) -> u64 {
        mix(self.hash ^ u64::from(release).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

fn same(a: &str, b: &str) -> bool {
    let ((a, a_number), (b, b_number)) = (parts(a), parts(b));
    a.eq_ignore_ascii_case(b) && a_number == b_number
}

/// Without the separator. An id without one is all number: Ensembl's have none.
fn parts(id: &str) -> (&str, &str) {
    id.split_once([':', '_']).unwrap_or(("", id))
}
