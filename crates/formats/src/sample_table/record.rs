//! Owns quoting. With commas or semicolons RFC 4180 holds: a quoted cell may hold delimiters, doubled
//! quotes and line ends. With tabs a cell never holds a tab or a line end, and quotes around a whole cell
//! are dropped: biologists' TSV files are full of lone quotes (5" and 3').

use super::Delimiter;
use std::borrow::Cow;

/// Lines joined until no quote is open.
#[derive(Default)]
pub(super) struct Record {
    text: String,
    open: bool,
}

impl Record {
    /// Adds a line; whether the record is whole with it.
    pub fn push(&mut self, line: &str, delimiter: Delimiter) -> bool {
        if self.open {
            self.text.push('\n');
        } else {
            self.text.clear();
        }
        self.text.push_str(line);
        self.open = delimiter != Delimiter::Tab && leaves_open(line.as_bytes(), delimiter.byte(), self.open);
        !self.open
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.open = false;
    }
}

/// Whether a quoted cell goes on after this line. Looks at the line alone, so that joining many lines
/// costs no more than reading them.
fn leaves_open(line: &[u8], delimiter: u8, mut open: bool) -> bool {
    let mut at_start = true;
    for byte in line {
        match *byte {
            // A doubled quote closes and opens again, which comes to the same.
            b'"' if open => open = false,
            b'"' if at_start => open = true,
            b'"' => {
                // Right after a closing quote: the second half of a doubled one. Elsewhere it is text.
                continue;
            }
            _ => {}
        }
        at_start = *byte == delimiter && !open;
    }
    open
}

/// Splits a whole record into its cells, `most` at most: a line of nothing but commas must not cost
/// memory.
pub(super) fn split(text: &str, delimiter: Delimiter, most: usize) -> Vec<Cow<'_, str>> {
    let mut cells = Vec::new();
    let mut rest = Some(text);
    while let Some(from) = rest
        && cells.len() < most
    {
        let (cell, after) = match delimiter {
            Delimiter::Tab => tab_cell(from),
            _ => quoted_cell(from, delimiter.byte()),
        };
        cells.push(cell);
        rest = after;
    }
    cells
}

fn plain_cell(text: &str, delimiter: u8) -> (&str, Option<&str>) {
    match memchr::memchr(delimiter, text.as_bytes()) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn tab_cell(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let (cell, rest) = plain_cell(text, b'\t');
    let inner = cell.trim().strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    (inner.map_or(Cow::Borrowed(cell), undoubled), rest)
}

fn quoted_cell(text: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    if !text.starts_with('"') {
        let (cell, rest) = plain_cell(text, delimiter);
        return (Cow::Borrowed(cell), rest);
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(quote) = memchr::memchr(b'"', &bytes[at..]) {
        let end = at + quote;
        if bytes.get(end + 1) == Some(&b'"') {
            at = end + 2;
            continue;
        }
        // Text between a closing quote and the delimiter belongs to no cell by the rules; keep it.
        let (tail, rest) = plain_cell(&text[end + 1..], delimiter);
        let inner = undoubled(&text[1..end]);
        let cell = if tail.trim().is_empty() { inner } else { Cow::Owned(format!("{inner}{tail}")) };
        return (cell, rest);
    }
    (undoubled(&text[1..]), None)
}

fn undoubled(cell: &str) -> Cow<'_, str> {
    if cell.contains("\"\"") { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, delimiter: Delimiter) -> Vec<String> {
        split(text, delimiter, 10).into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn quotes_follow_rfc_4180_between_commas() {
        assert_eq!(cells(r#"a,"b, ""c""",d"#, Delimiter::Comma), ["a", r#"b, "c""#, "d"]);
        assert_eq!(cells(r#""",5" tall,"#, Delimiter::Comma), ["", "5\" tall", ""]);
        assert_eq!(cells(r#""a"b,c"#, Delimiter::Comma), ["ab", "c"]);
    }

    #[test]
    fn lone_quotes_between_tabs_are_text() {
        assert_eq!(cells("5\"\t\"a\"\t\"b", Delimiter::Tab), ["5\"", "a", "\"b"]);
    }

    #[test]
    fn a_quoted_line_end_joins_lines() {
        let mut record = Record::default();
        assert!(!record.push("a,\"b", Delimiter::Comma));
        assert!(record.push("c \"\"d\"\"\",e", Delimiter::Comma));
        assert_eq!(cells(record.text(), Delimiter::Comma), ["a", "b\nc \"d\"", "e"]);
        assert!(record.push("x,5\" tall,y", Delimiter::Comma));
    }
}
