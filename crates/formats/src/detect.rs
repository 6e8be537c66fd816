//! Owns the decision what a file is, by its content; its name is only a hint where the content says
//! nothing. What we have no reader for gets a reason and a remedy in words.

use crate::sample_table;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Kind {
    /// SOFT of any kind: family, GSM, GPL, GDS, GSE.
    SoftFamily,
    SeriesMatrix,
    SampleTable,
    /// SOFT that annotates a platform (`GPL97.annot`).
    GplAnnotation,
    Unknown {
        why: String,
        remedy: String,
    },
}

const UNPACK: &str = "Unpack it and send the SOFT, series matrix, CSV or TSV files in it, plain or gzip.";
const EXPORT: &str = "Save the sheet as CSV or tab-separated text in UTF-8 and send that.";
const OTHER: &str = "Send a SOFT family file, a series matrix, or a table of samples as CSV or TSV, plain or gzip.";
const UTF16: &str = "Save it as UTF-8 (for example: iconv -f UTF-16 -t UTF-8 FILE).";

/// First bytes that say what a file is, and what to do about it.
const SIGNATURES: [(&[u8], &str, &str); 18] = [
    (
        b"PK\x03\x04",
        "a zip archive or an Office document (xlsx, docx)",
        "If it is a spreadsheet, save the sheet as CSV; else unpack it and send the files in it.",
    ),
    (b"PK\x05\x06", "an empty zip archive", UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word document (xls, doc)", EXPORT),
    (b"%PDF", "a PDF", OTHER),
    (b"\x1f\x8b", "compressed by gzip twice", "Decompress it once and send the result."),
    (b"BZh", "a bzip2 file", "Decompress it (bunzip2) and send the result, plain or gzip."),
    (b"\xfd7zXZ\0", "an xz file", "Decompress it (unxz) and send the result, plain or gzip."),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "Decompress it (unzstd) and send the result, plain or gzip."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-zip archive", UNPACK),
    (b"Rar!", "a rar archive", UNPACK),
    (b"\x89HDF", "an HDF5 file", OTHER),
    (b"PAR1", "a Parquet file", OTHER),
    (b"\x89PNG", "an image", OTHER),
    (b"\xff\xd8\xff", "an image", OTHER),
    (b"\xff\xfe", "text in UTF-16", UTF16),
    (b"\xfe\xff", "text in UTF-16", UTF16),
    (b"[CEL]", "an Affymetrix CEL file", "Send the series' SOFT file; raw array images are not read."),
    (b"{\\rtf", "a rich text document", "Save it as plain text in UTF-8."),
];

/// Says what a file is from its first decompressed bytes; see [`crate::Input::head`].
#[must_use]
pub fn detect(name: &str, head: &[u8]) -> Kind {
    if let Some((_, what, remedy)) = SIGNATURES.iter().find(|(bytes, ..)| head.starts_with(bytes)) {
        return unknown(what, remedy);
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.get(257..262) == Some(b"ustar") {
        return unknown("a tar archive", UNPACK);
    }
    let start = head.trim_ascii_start();
    if start.is_empty() {
        return unknown("empty", "Check that it was transferred whole.");
    }
    by_first_line(start).or_else(|| by_markup(start)).unwrap_or_else(|| by_shape(name, head))
}

fn unknown(what: &str, remedy: &str) -> Kind {
    Kind::Unknown { why: format!("The file is {what}"), remedy: remedy.to_owned() }
}

fn by_first_line(start: &[u8]) -> Option<Kind> {
    if starts_with(start, b"^annotation") {
        return Some(Kind::GplAnnotation);
    }
    for line in start.split(|byte| *byte == b'\n').take(200) {
        let tab = memchr::memchr(b'\t', line);
        let equals = memchr::memchr(b'=', line);
        match line.first() {
            Some(b'^') => return Some(Kind::SoftFamily),
            Some(b'!') if starts_with(line, b"!series_matrix_table_begin") => {
                return Some(Kind::SeriesMatrix);
            }
            // In a matrix a tab follows the key; in SOFT an equals sign does.
            Some(b'!') if starts_with(line, b"!series_") || starts_with(line, b"!sample_") => {
                return match (tab, equals) {
                    (Some(tab), Some(equals)) if equals < tab => Some(Kind::SoftFamily),
                    (Some(_), _) => Some(Kind::SeriesMatrix),
                    _ => Some(Kind::SoftFamily),
                };
            }
            Some(b'!' | b'#' | b'\r') | None => {}
            Some(_) => return None,
        }
    }
    None
}

fn by_markup(start: &[u8]) -> Option<Kind> {
    if starts_with(start, b"<?xml") || starts_with(start, b"<miniml") {
        let remedy = "MINiML and other XML is not read yet: send the series' SOFT family file instead.";
        return Some(unknown("XML", remedy));
    }
    if starts_with(start, b"<!doctype html") || starts_with(start, b"<html") || starts_with(start, b"<head") {
        let remedy =
            "The server probably answered with an error page: open the address in a browser and fetch the file itself.";
        return Some(unknown("a web page (HTML)", remedy));
    }
    if matches!(start.first(), Some(b'{' | b'[')) {
        return Some(unknown("JSON", OTHER));
    }
    None
}

fn by_shape(name: &str, head: &[u8]) -> Kind {
    if memchr::memchr(0, head).is_some() {
        return if is_utf16(head) {
            unknown("text in UTF-16 without its mark", UTF16)
        } else {
            unknown("binary", OTHER)
        };
    }
    if memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some() {
        return unknown("text with the line ends of old Macintoshes", "Save it with line ends of Unix or Windows.");
    }
    if sample_table::sniff(head).names.len() > 1 {
        return Kind::SampleTable;
    }
    let lower = name.to_ascii_lowercase();
    if lower.contains(".soft") || lower.contains("_series_matrix") {
        return unknown("named like a file of GEO, but its text is none", "Fetch it again.");
    }
    unknown("text of a kind that is not known here", OTHER)
}

/// Whether nearly every second byte is zero and no other one.
fn is_utf16(head: &[u8]) -> bool {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.min(odd) == 0 && even.max(odd) * 5 > head.len() * 2
}

fn starts_with(text: &[u8], lower: &[u8]) -> bool {
    text.get(..lower.len()).is_some_and(|start| start.eq_ignore_ascii_case(lower))
}
