//! The library as a file: a head with the layout's version, a SHA-256 of all that follows, and lists of numbers that are
//! read where they lie. It is mapped into memory as it is; stores keep it packed.

use super::columns::Columns;
use super::finder::Finder;
use super::{Library, Pin};
use crate::bytes::{Rest, STEP, damaged, put};
use crate::closure::Closure;
use crate::dictionary::Dictionary;
use crate::lookup::Lookup;
use crate::numbers;
use crate::problem::Error;
use crate::release::Place;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::path::Path;

/// What the file is.
const MAGIC: &[u8; 12] = b"chorale-onto";
/// The version of what [`Library::write`] gives. Folding words differently makes another layout too: the dictionary holds
/// folded words.
pub const LAYOUT: u32 = 3;
/// Of zstd.
const LEVEL: i32 = 3;
/// What unpacks to more is no library of ours.
const MOST_BYTES: u64 = 4 << 30;

/// Packs a written library for a store.
///
/// # Errors
/// Those of both ends.
pub fn pack(from: impl Read, to: impl Write) -> io::Result<()> {
    zstd::stream::copy_encode(from, to, LEVEL)
}

/// The library that was packed, for [`Library::open`].
///
/// # Errors
/// Those of both ends; bytes that nobody packed, or that unpack to more than any library is.
pub fn unpack(from: impl Read, mut to: impl Write) -> io::Result<()> {
    let mut plain = zstd::stream::read::Decoder::new(from)?.take(MOST_BYTES + 1);
    match io::copy(&mut plain, &mut to)? {
        0..=MOST_BYTES => Ok(()),
        _ => Err(io::Error::other("it unpacks to more than 4 GiB, which no library is")),
    }
}

impl Library {
    /// Writes it; the same releases give the same bytes.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let mut body = Vec::new();
        put(&mut body, &serde_json::to_vec(&self.pins)?);
        self.columns.write(&mut body);
        put(&mut body, &self.replacements);
        self.closure.write(&mut body);
        self.finder.write(&mut body);
        self.dictionary.write(&mut body);
        self.lookup.write(&mut body);
        let digest = Sha256::digest(&body);
        const { assert!((MAGIC.len() + size_of_val(&LAYOUT) + 32).is_multiple_of(STEP), "lists begin at steps") };
        to.write_all(MAGIC)?;
        to.write_all(&LAYOUT.to_le_bytes())?;
        to.write_all(&digest)?;
        to.write_all(&body)
    }

    /// Maps the file that [`Library::write`] wrote: it is there at once, and costs no memory of the process's own. Nobody
    /// may write to the file afterwards; to be removed, or replaced by another, does it no harm.
    ///
    /// # Errors
    /// A file that cannot be read, is damaged, cut off, or of another version: prepare it again from the releases.
    pub fn open(path: &Path) -> Result<Library, Error> {
        let file = numbers::map(path).map_err(|e| Error::new(0, format!("{} cannot be read: {e}", path.display())))?;
        Library::take(Rest::of_file(&file))
    }

    /// Reads what [`Library::write`] wrote into memory of its own.
    ///
    /// # Errors
    /// Bytes that are damaged, cut off, or of another version: prepare them again from the releases.
    pub fn read(bytes: &[u8]) -> Result<Library, Error> {
        Library::take(Rest::of(bytes))
    }

    fn take(mut rest: Rest<'_>) -> Result<Library, Error> {
        if rest.bytes(MAGIC.len())? != MAGIC {
            return Err(damaged());
        }
        let layout = rest.bytes(4)?.try_into().map(u32::from_le_bytes).map_err(|_| damaged())?;
        if layout != LAYOUT {
            return Err(Error::new(
                0,
                format!(
                    "the prepared ontologies have layout {layout}, this version reads {LAYOUT}; prepare them again"
                ),
            ));
        }
        let digest = rest.bytes(32)?;
        if Sha256::digest(rest.left())[..] != *digest {
            return Err(damaged());
        }
        let pins = serde_json::from_slice::<Vec<Pin>>(&rest.take::<u8>()?).map_err(|_| damaged())?;
        let starts = starts(&pins)?;
        let (columns, replacements) = (Columns::read(&mut rest)?, rest.take::<u32>()?);
        let terms = columns.len();
        let sound = starts.last().is_some_and(|end| *end as usize == terms)
            && replacements.len() == terms
            && replacements.iter().all(|to| *to == u32::MAX || (*to as usize) < terms);
        if !sound {
            return Err(damaged());
        }
        let (closure, finder) = (Closure::read(&mut rest, terms)?, Finder::read(&mut rest, terms)?);
        let (dictionary, lookup) = (Dictionary::take(&mut rest)?, Lookup::read(&mut rest)?);
        let known = |release: u16, place: Place| {
            let ends = starts.get(usize::from(release)).zip(starts.get(usize::from(release) + 1));
            ends.is_some_and(|(start, end)| start.checked_add(place).is_some_and(|at| at < *end))
        };
        if !rest.left().is_empty() || !dictionary.refers(known) || !lookup.refers(known) {
            return Err(damaged());
        }
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
