//! From bytes to a [`Release`]: which format a file is in, unpacking, and its SHA-256.
//!
//! A reader takes lines or a whole document and fills a `Draft`; it never decides what is a term's parent beyond what
//! the file says. Start at [`read()`].

mod cellosaurus;
mod chembl;
mod czi;
mod drugs;
mod genes;
mod hgnc;
mod lines;
mod ncbitaxon;
mod obo;
mod table;

use crate::draft::Draft;
use crate::problem::Error;
use crate::release::Release;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Read;

/// A file that unpacks to more is refused: the largest real one, Cellosaurus, has 120 MB.
pub const MOST_BYTES: u64 = 2 << 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// OBO 1.2 and 1.4.
    Obo,
    /// CELLxGENE's ontology JSON.
    Czi,
    /// `cellosaurus.txt`.
    Cellosaurus,
    /// `names.dmp` and `nodes.dmp` of NCBI's taxdump, one after the other or as a tar of both.
    Ncbitaxon,
    /// Drug Repurposing Hub: a table with `name`, `clinical_phase`, `moa`, `smiles` …
    Drugs,
    /// CELLxGENE's gene tables: Ensembl id, symbol, version, length, biotype.
    Genes,
    /// HGNC's `hgnc_complete_set.txt`.
    Hgnc,
    /// A table of ChEMBL's names: `chembl_id`, `pref_name`, `synonyms`.
    Chembl,
}

impl Format {
    pub const ALL: [Format; 8] = [
        Format::Obo,
        Format::Czi,
        Format::Cellosaurus,
        Format::Ncbitaxon,
        Format::Drugs,
        Format::Genes,
        Format::Hgnc,
        Format::Chembl,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Format::Obo => "obo",
            Format::Czi => "czi",
            Format::Cellosaurus => "cellosaurus",
            Format::Ncbitaxon => "ncbitaxon",
            Format::Drugs => "drugs",
            Format::Genes => "genes",
            Format::Hgnc => "hgnc",
            Format::Chembl => "chembl",
        }
    }
}

/// Reads a whole file, gzip or zstd or plain, in the format that its first bytes show.
///
/// # Errors
/// With the line where there is one: an unknown format, a file that ends in the middle, a circle of `is_a`, no terms.
pub fn read(bytes: &[u8]) -> Result<Release, Error> {
    let sha256 = hex::encode(Sha256::digest(bytes));
    let unpacked = unpack(bytes)?;
    let text: &[u8] = unpacked.as_deref().unwrap_or(bytes);
    let format = detect(text)?;
    let draft = match format {
        Format::Obo => obo::read(text),
        Format::Czi => czi::read(text),
        Format::Cellosaurus => cellosaurus::read(text),
        Format::Ncbitaxon => ncbitaxon::read(text),
        Format::Drugs => drugs::read(text),
        Format::Genes => genes::read(text),
        Format::Hgnc => hgnc::read(text),
        Format::Chembl => chembl::read(text),
    }?;
    Release::new(draft, format, sha256)
}

fn unpack(bytes: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let reader: Box<dyn Read + '_> = match bytes {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(
            zstd::stream::read::Decoder::new(bytes)
                .map_err(|e| Error::new(0, format!("the zstd file cannot be opened: {e}")))?,
        ),
        [b'P', b'K', 3, 4, ..] => {
            return Err(Error::new(0, "this is a zip archive; unpack it and give the ontology's file itself"));
        }
        _ => return Ok(None),
    };
    let mut unpacked = Vec::new();
    reader.take(MOST_BYTES + 1).read_to_end(&mut unpacked).map_err(|e| {
        Error::new(0, format!("the packed file is damaged or cut off ({e}); fetch it again and compare its checksum"))
    })?;
    if unpacked.len() as u64 > MOST_BYTES {
        return Err(Error::new(0, "the file unpacks to more than 2 GiB, which no ontology does; is it the right one?"));
    }
    Ok(Some(unpacked))
}

/// The format that a file's beginning shows.
pub fn detect(text: &[u8]) -> Result<Format, Error> {
    let head = String::from_utf8_lossy(&text[..text.len().min(64 << 10)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let first = head.lines().next().unwrap_or_default();
    if head.starts_with('{') {
        return Ok(Format::Czi);
    }
    if head.starts_with("format-version:")
        || head.contains("\n[Term]")
        || head.starts_with("[Term]")
        || first.starts_with("ontology:")
    {
        return Ok(Format::Obo);
    }
    if head.lines().any(|line| line.starts_with("AC   CVCL_")) {
        return Ok(Format::Cellosaurus);
    }
    if first.contains("\t|\t") || text.get(257..262) == Some(b"ustar") {
        return Ok(Format::Ncbitaxon);
    }
    if first.starts_with("name\t") && first.contains("\tsmiles") {
        return Ok(Format::Drugs);
    }
    if first.starts_with("ENS") && first.matches(',').count() >= 3 {
        return Ok(Format::Genes);
    }
    let columns: Vec<&str> = first.split('\t').map(|cell| cell.trim().trim_matches('"')).collect();
    let has = |name: &str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    if has("hgnc_id") {
        return Ok(Format::Hgnc);
    }
    if has("chembl_id") {
        return Ok(Format::Chembl);
    }
    Err(Error::new(
        1,
        "this is no ontology that can be read here; give OBO, CELLxGENE's JSON, cellosaurus.txt, NCBI's taxdump, a Drug \
         Repurposing Hub table, a CELLxGENE gene table, hgnc_complete_set.txt or a table of ChEMBL's names",
    ))
}

/// A draft to fill.
fn draft() -> Draft {
    Draft::default()
}
