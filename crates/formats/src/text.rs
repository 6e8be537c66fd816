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

pub(crate) const PADDED: Habit = Habit {
    scope: Scope::Table,
    severity: Severity::Warning,
    what: "A row with fewer cells than the header",
    expected: "expected one cell for each column",
    done: "filled up with empty cells",
};
pub(crate) const CUT: Habit = Habit {
    scope: Scope::Table,
    severity: Severity::Error,
    what: "A row with more cells than the header",
    expected: "expected one cell for each column",
    done: "left the surplus cells out",
};
const BYTE_ORDER_MARK: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "The file begins with a byte order mark",
    expected: "expected plain UTF-8",
    done: "skipped it",
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

/// The first line without a byte order mark.
pub(crate) fn without_mark<'a>(bytes: &'a [u8], line: u64, warnings: &mut Warnings) -> &'a [u8] {
    match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) if line == 1 => {
            warnings.gather(BYTE_ORDER_MARK, line);
            rest
        }
        _ => bytes,
    }
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

/// Splits at tabs into exactly `columns` cells.
pub(crate) fn split_tabs<'a>(text: &'a str, columns: usize, cells: &mut Vec<&'a str>) -> Fit {
    let mut start = 0;
    for tab in memchr::memchr_iter(b'\t', text.as_bytes()) {
        cells.push(&text[start..tab]);
        start = tab + 1;
        if cells.len() == columns {
            return fit(cells, Some(&text[start..]), columns);
        }
    }
    cells.push(&text[start..]);
    fit(cells, None, columns)
}

/// Fills cells up to the number of columns. What is left of the row counts only when it says something.
pub(crate) fn fit(cells: &mut Vec<&str>, rest: Option<&str>, columns: usize) -> Fit {
    if cells.len() < columns {
        cells.resize(columns, "");
        return Fit::Padded;
    }
    match rest {
        Some(rest) if !rest.trim().is_empty() => Fit::Cut,
        _ => Fit::Exact,
    }
}
