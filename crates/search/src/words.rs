//! How text becomes words, the same way for documents and for queries.
//!
//! A *word* is a run of letters and digits, folded: no case, no diacritics, Greek letters inside a
//! word become Latin ones (`TGFβ`, `TGFbeta` → `tgfb`), an English plural loses its `s`.
//! A *compound* is several words joined by a hyphen or the like (`Hep-G2`, `TGF-β`), or a short word
//! followed by one with a digit (`hep g2`, `IL 6`). It takes one position and yields its parts and
//! their joined forms, so `HepG2`, `Hep-G2` and `hep g2` meet in the token `hepg2`.
//! Every rule looks at nothing but the text itself: whatever both sides hold in common stays in common.

mod fold;
mod stream;

use std::borrow::Cow;

use compact_str::CompactString;

pub(crate) use fold::plural;
pub(crate) use stream::{SCOPE_END, ScopedTokenizer, WordTokenizer};

/// Words longer than this are cut: sequences and hashes would bloat the dictionary.
const MAX_WORD_BYTES: usize = 64;
/// Names of fields longer than this are cut.
const MAX_FIELD_NAME_BYTES: usize = 120;
/// Joined forms are made of at most this many parts.
pub(crate) const MAX_JOINED_PARTS: usize = 3;

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Byte range in the text.
    pub start: usize,
    pub end: usize,
    /// Folded, but with its plural: what joined forms are made of.
    pub raw: CompactString,
    /// The compound it belongs to, counted from 0: its position in the index.
    pub position: u32,
}

impl Word {
    /// The token that is indexed and looked up.
    pub fn token(&self) -> CompactString {
        self.token_text().into()
    }

    pub fn token_text(&self) -> Cow<'_, str> {
        plural(&self.raw)
    }
}

/// The words of `text` in order. `first` is the position of the first one.
pub(crate) fn words(text: &str, first: u32) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut position = first;
    let mut parts = 0;
    // Whether the word before already is the second half of a spaced compound: no chains.
    let mut spaced = false;
    for (start, end) in runs(text) {
        let raw = fold::fold(&text[start..end], MAX_WORD_BYTES);
        if raw.is_empty() {
            continue;
        }
        if let Some(before) = words.last() {
            let gap = &text[before.end..start];
            let link = is_link(gap);
            spaced = !link && !spaced && gap == " " && is_spaced_compound(&before.raw, &raw);
            parts = if link || spaced { parts % MAX_JOINED_PARTS + 1 } else { 1 };
            position += u32::from(parts == 1);
        } else {
            parts = 1;
        }
        words.push(Word { start, end, raw, position });
    }
    words
}

/// The parts as one word, without folding its plural or the name of a Greek letter: what a prefix is compared with.
pub(crate) fn unfolded(parts: &[Word]) -> CompactString {
    match parts {
        [word] => word.raw.clone(),
        parts => joined(parts),
    }
}

/// The joined form of consecutive words, as it is indexed.
pub(crate) fn joined(parts: &[Word]) -> CompactString {
    let mut whole = CompactString::default();
    for part in parts {
        whole.push_str(fold::greek_letter(&part.raw).unwrap_or(&part.raw));
    }
    let whole = fold::cut(fold::greek_inside(whole), MAX_WORD_BYTES);
    plural(&whole).into()
}

/// A short word and one with a digit belong together over a space: `hep g2`, `IL 6`, `MCF 7`.
pub(crate) fn is_spaced_compound(first: &str, second: &str) -> bool {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    first.len() <= 5
        && digits(first) == 0
        && digits(second) > 0
        && (second.len() <= 4 || digits(second) == second.len())
}

/// Byte ranges of maximal runs of letters and digits (with combining marks).
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = chars.by_ref().find(|(_, c)| c.is_alphanumeric())?;
        let mut end = text.len();
        while let Some((at, c)) = chars.peek() {
            if !c.is_alphanumeric() && !fold::is_mark(*c) {
                end = *at;
                break;
            }
            chars.next();
        }
        Some((start, end))
    })
}

/// What stands between two parts of a compound: one or two hyphens, primes, dots, underscores.
fn is_link(gap: &str) -> bool {
    let mut chars = gap.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(one), None, _) => is_link_char(one),
        (Some(one), Some(two), None) => is_link_char(one) && is_link_char(two),
        _ => false,
    }
}

pub(crate) fn is_link_char(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '\'' | '’' | '′' | '‐' | '‑' | '‒' | '–' | '−' | '\u{ad}')
}

/// The name of a field as it is indexed and asked for: `Cell_Line`, `cell-line` → `cell line`.
/// Empty when it holds no letter or digit. It stands before each of its words, so a long one is cut.
pub(crate) fn field_name(name: &str) -> String {
    let folded = |name: &str| {
        let words = words(name, 0);
        let raw: Vec<&str> = words.iter().map(|word| word.raw.as_str()).collect();
        raw.join(" ")
    };
    let name = folded(name);
    if name.len() <= MAX_FIELD_NAME_BYTES {
        return name;
    }
    // What is left may end in the name of a Greek letter, which is folded in its turn: a name is folded to itself.
    folded(&fold::cut(name.into(), MAX_FIELD_NAME_BYTES))
}

/// A whole value behind the name of its field.
pub(crate) fn exact(field: &str, value: &str) -> String {
    format!("{field}{SCOPE_END}{value}")
}

#[cfg(test)]
mod tests;
