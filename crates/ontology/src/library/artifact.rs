//! The library as bytes: a head with the layout's version, a SHA-256 of all that follows, and sections packed with zstd
//! one by one, so that only one of them is in memory twice while it is read. Closures and the finder of ids are quicker
//! made than read, and are left out.

use super::columns::Columns;
use super::finder::Finder;
use super::{Library, Pin};
use crate::bytes::{damaged, put, take};
use crate::closure::Closure;
use crate::dictionary::Dictionary;
use crate::lookup::Lookup;
use crate::problem::Error;
use crate::release::{Place, Step};
use crate::term::Relation;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// What the file is.
const MAGIC: &[u8; 12] = b"chorale-onto";
/// The version of what [`Library::write`] gives. Folding words differently makes another layout too: the dictionary holds
/// folded words.
pub const LAYOUT: u32 = 1;
const LEVEL: i32 = 3;
/// A section that unpacks to more is no library of ours.
const MOST_BYTES: u64 = 4 << 30;

impl Library {
    /// Writes it; the same releases give the same bytes.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let mut sections = Vec::new();
        section(&mut sections, |to| pins(&self.pins, to))?;
        section(&mut sections, |to| {
            self.columns.write(to);
            put(to, self.replacements.iter().copied());
        })?;
        section(&mut sections, |to| steps(&self.closure, to))?;
        section(&mut sections, |to| self.dictionary.write(to))?;
        section(&mut sections, |to| self.lookup.write(to))?;
        to.write_all(MAGIC)?;
        to.write_all(&LAYOUT.to_le_bytes())?;
        to.write_all(&Sha256::digest(&sections))?;
        to.write_all(&sections)
    }

    /// Reads what [`Library::write`] wrote.
    ///
    /// # Errors
    /// Bytes that are damaged, cut off, or of another version: prepare them again from the releases.
    pub fn read(bytes: &[u8]) -> Result<Library, Error> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let (layout, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let layout = u32::from_le_bytes(*layout);
        if layout != LAYOUT {
            return Err(Error::new(
                0,
                format!(
                    "the prepared ontologies have layout {layout}, this version reads {LAYOUT}; prepare them again"
                ),
            ));
        }
        let (digest, mut rest) = rest.split_first_chunk::<32>().ok_or_else(damaged)?;
        if Sha256::digest(rest)[..] != digest[..] {
            return Err(damaged());
        }
        let pins = serde_json::from_slice::<Vec<Pin>>(&unpack(&mut rest)?).map_err(|_| damaged())?;
        let starts = starts(&pins)?;
        let (columns, replacements) = {
            let section = unpack(&mut rest)?;
            let mut section = &section[..];
            (Columns::read(&mut section)?, take::<4, u32>(&mut section)?)
        };
        let terms = columns.len();
        let sound = starts.last().is_some_and(|end| *end as usize == terms)
            && replacements.len() == terms
            && replacements.iter().all(|to| *to == u32::MAX || (*to as usize) < terms);
        if !sound {
            return Err(damaged());
        }
        let closure = closure(&unpack(&mut rest)?, terms)?;
        let dictionary = Dictionary::read(&unpack(&mut rest)?)?;
        let lookup = Lookup::read(&mut &unpack(&mut rest)?[..])?;
        let known = |release: u16, place: Place| {
            let ends = starts.get(usize::from(release)).zip(starts.get(usize::from(release) + 1));
            ends.is_some_and(|(start, end)| start.checked_add(place).is_some_and(|at| at < *end))
        };
        if !rest.is_empty() || !dictionary.refers(known) || !lookup.refers(known) {
            return Err(damaged());
        }
        let finder = Finder::new(&columns, &starts);
        Ok(Library { pins, starts, columns, closure, replacements, finder, dictionary, lookup })
    }
}

/// Where the terms of each release begin.
fn starts(pins: &[Pin]) -> Result<Vec<u32>, Error> {
    let mut starts = vec![0_u32];
    for (pin, start) in pins.iter().zip(0..) {
        let end = pin.terms.checked_add(starts[start]).ok_or_else(damaged)?;
        starts.push(end);
    }
    Ok(starts)
}

fn pins(pins: &[Pin], to: &mut Vec<u8>) {
    to.extend(serde_json::to_vec(pins).expect("names and numbers can always be written as JSON"));
}

fn steps(closure: &Closure, to: &mut Vec<u8>) {
    let all: Vec<&[Step]> = (0..closure.len() as Place).map(|place| closure.parents(place)).collect();
    let flat: Vec<&Step> = all.iter().copied().flatten().collect();
    put(to, all.iter().map(|steps| steps.len() as u32));
    put(to, flat.iter().map(|step| step.to));
    put(to, flat.iter().map(|step| step.length));
    put(to, flat.iter().map(|step| step.relation.number()));
}

fn closure(mut section: &[u8], terms: usize) -> Result<Closure, Error> {
    let (counts, places) = (take::<4, u32>(&mut section)?, take::<4, u32>(&mut section)?);
    let (lengths, relations) = (take::<2, u16>(&mut section)?, take::<1, u8>(&mut section)?);
    let total: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let sound = counts.len() == terms
        && [total, lengths.len() as u64, relations.len() as u64].iter().all(|length| *length == places.len() as u64)
        && places.iter().all(|place| (*place as usize) < terms);
    if !sound {
        return Err(damaged());
    }
    let step = |at: usize| {
        let relation = Relation::numbered(relations[at])?;
        Some(Step { relation, to: places[at], length: lengths[at] })
    };
    let steps = (0..places.len()).map(step).collect::<Option<Vec<Step>>>().ok_or_else(damaged)?;
    let mut rest = &steps[..];
    Closure::new(counts.iter().map(|count| {
        let (mine, others) = rest.split_at(*count as usize);
        rest = others;
        mine
    }))
}

/// Packs what `fill` writes: its length packed, then the frame.
fn section(to: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
    let mut plain = Vec::new();
    fill(&mut plain);
    let packed = zstd::bulk::compress(&plain, LEVEL)?;
    to.extend_from_slice(&(plain.len() as u64).to_le_bytes());
    put(to, packed.into_iter());
    Ok(())
}

fn unpack(rest: &mut &[u8]) -> Result<Vec<u8>, Error> {
    let (length, after) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    *rest = after;
    let packed: Vec<u8> = take::<1, u8>(rest)?;
    let length = u64::from_le_bytes(*length);
    if length > MOST_BYTES {
        return Err(damaged());
    }
    zstd::bulk::decompress(&packed, length as usize).map_err(|_| damaged())
}
