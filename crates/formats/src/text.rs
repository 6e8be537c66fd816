//! Owns the step from bytes to text, and from a line to its cells. What is not UTF-8 is read as
//! Windows-1252, and what cannot stand in a text (NUL and other control characters) becomes `�`; both are
//! told once per file with their first line.

use crate::warning::{Habit, Scope, Severity, Warnings};

const ENCODING: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Warning,
    what: "The text is not UTF-8",
    expected: "expected UTF-8",
    done: "read the line as Windows-1252",
};
const CONTROL: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Warning,
    what: "The text holds control characters",
    expected: "expected printable text",
    done: "replaced each by \u{fffd}",
};

/// What the bytes 0x80 to 0x9f mean in Windows-1252; five of them mean nothing.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// The line as text: borrowed as it is when it is clean, else rewritten into `scratch`.
pub(crate) fn decode<'a>(bytes: &'a [u8], line: u64, scratch: &'a mut String, warnings: &mut Warnings) -> &'a str {
    let text = std::str::from_utf8(bytes);
    if let Ok(text) = text
        && !has_control(bytes)
    {
        return text;
    }
    scratch.clear();
    match text {
        Ok(text) => scratch.push_str(text),
        Err(_) => {
            warnings.gather(ENCODING, line);
            scratch.extend(bytes.iter().map(|byte| match byte {
                0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
                byte => char::from(*byte),
            }));
        }
    }
    if has_control(bytes) {
        warnings.gather(CONTROL, line);
        *scratch = scratch.chars().map(|c| if is_control(c) { '\u{fffd}' } else { c }).collect();
    }
    scratch
}

fn is_control(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_control_byte)
}

fn is_control_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || byte == 0x7f
}

/// No early exit, so that the loop runs on whole vectors: nearly every line is clean.
fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, byte| found | is_control_byte(*byte))
}

/// An emptied vector that keeps its room, for cells borrowed from the next line.
pub(crate) fn recycle<'b>(mut cells: Vec<&str>) -> Vec<&'b str> {
    cells.clear();
    cells.into_iter().map(|_| "").collect()
}

/// What became of a row that had to fit a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Exact,
    Padded,
    Cut,
}

/// Splits at tabs into exactly `columns` cells. Cells beyond them count only when they say something.
pub(crate) fn split_tabs<'a>(text: &'a str, columns: usize, cells: &mut Vec<&'a str>) -> Fit {
    let mut start = 0;
    for tab in memchr::memchr_iter(b'\t', text.as_bytes()) {
        cells.push(&text[start..tab]);
        start = tab + 1;
        if cells.len() == columns {
            return if text[start..].trim().is_empty() { Fit::Exact } else { Fit::Cut };
        }
    }
    cells.push(&text[start..]);
    if cells.len() == columns {
        return Fit::Exact;
    }
    cells.resize(columns, "");
    Fit::Padded
}
