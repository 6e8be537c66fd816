//! The keys by which hits are ordered, and by which ties are broken the same way on every machine.

use crate::document::Kind;

/// Longest sort key, in bytes.
const MAX_KEY_BYTES: usize = 80;

/// A text whose byte order is the order people expect: no case, `GSE9` before `GSE10`.
pub(crate) fn natural(text: &str) -> String {
    let mut key = String::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        if key.len() >= MAX_KEY_BYTES {
            break;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let number = rest[..digits].trim_start_matches('0');
            // A number's length sorts before its digits: '0' + length, as one character.
            let length = char::from(b'0' + u8::try_from(number.len().min(70)).unwrap_or(70));
            key.push(length);
            key.push_str(&number[..number.len().min(MAX_KEY_BYTES)]);
            rest = &rest[digits..];
        } else {
            key.extend(c.to_lowercase());
            rest = &rest[c.len_utf8()..];
        }
    }
    key
}

/// A number that orders most accessions as [`natural`] does: up to five letters, then the number.
/// Breaks ties of the score, so that equal samples come in the order of their series.
pub(crate) fn rank(accession: &str) -> u64 {
    const LETTERS: usize = 5;
    const NUMBER_BITS: u32 = 39;
    let letters = accession.bytes().take(LETTERS).take_while(u8::is_ascii_alphabetic).count();
    let mut rank = 0;
    for place in 0..LETTERS {
        let letter = if place < letters { accession.as_bytes()[place] & 31 } else { 0 };
        rank = rank << 5 | u64::from(letter);
    }
    let digits = accession[letters..].bytes().take_while(u8::is_ascii_digit);
    let number = digits.fold(0u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    rank << NUMBER_BITS | number.min((1 << NUMBER_BITS) - 1)
}

/// A number that no two documents of an index share, for practical purposes.
pub(crate) fn identity(kind: Kind, id: &str) -> u64 {
    fnv(id.bytes(), kind.code())
}

/// FNV-1a, 64 bit: the same on every machine and in every version.
pub(crate) fn fnv(bytes: impl Iterator<Item = u8>, seed: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    bytes.fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_numbers() {
        let sorted = ["", "a", "a 2 b", "a 10 b", "GSE9", "GSE10", "GSE0100", "GSM1", "z"];
        for pair in sorted.windows(2) {
            assert!(natural(pair[0]) < natural(pair[1]), "{pair:?}");
        }
        for pair in ["GPL570", "GSE9", "GSE10", "GSM1", "GSM1002540"].windows(2) {
            assert!(rank(pair[0]) < rank(pair[1]), "{pair:?}");
        }
        assert_eq!(rank("gsm7"), rank("GSM7"));
        assert_eq!(natural("Łiver 007"), natural("łiver 7"));
    }
}
