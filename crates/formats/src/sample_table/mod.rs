//! Owns sample tables: CSV or TSV with a sample to a row.
//!
//! Start at [`sniff`], which says what the columns seem to mean, and [`read`], which takes a [`Mapping`];
//! `recognize` knows the column names of GEO and SRA, `record` the rules of quoting.

mod recognize;
mod record;
mod rows;

pub use rows::read;

use record::{Record, split};
use serde::{Deserialize, Serialize};

/// What separates the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    Tab,
    Comma,
    Semicolon,
}

impl Delimiter {
    const ALL: [Self; 3] = [Self::Tab, Self::Comma, Self::Semicolon];

    fn byte(self) -> u8 {
        match self {
            Self::Tab => b'\t',
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "role")]
pub enum Role {
    /// Names the sample; exactly one column does.
    Accession,
    Title,
    Description,
    SourceName {
        channel: u8,
    },
    /// Several `key: value` in one cell, between `separator`.
    Characteristics {
        channel: u8,
        separator: char,
    },
    Organism {
        channel: u8,
    },
    Platform,
    Series,
    /// Kept under the column's own name, as a characteristic.
    Attribute,
    Ignore,
}

/// What each column of a table means, by place. A form sends it back as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub delimiter: Delimiter,
    /// Whether the first line names the columns.
    pub header: bool,
    pub roles: Vec<Role>,
}

/// What the head of a table looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    pub delimiter: Delimiter,
    pub header: bool,
    /// The header's names, or `column 1`, `column 2` …
    pub names: Vec<String>,
    /// Up to ten rows to show beside the names; long cells are cut.
    pub examples: Vec<Vec<String>>,
    /// What the columns mean, when one of them is known to name the samples.
    pub mapping: Option<Mapping>,
}

impl Columns {
    /// The mapping of a form: a role by column name. Columns that are not named become attributes.
    #[must_use]
    pub fn mapped(&self, roles: &[(String, Role)]) -> Mapping {
        let role_of = |name: &String| {
            roles.iter().find(|(known, _)| known == name).map_or(Role::Attribute, |(_, role)| role.clone())
        };
        Mapping { delimiter: self.delimiter, header: self.header, roles: self.names.iter().map(role_of).collect() }
    }
}

/// Looks at the head of a table; see [`crate::Input::head`]. Text that is no table has fewer than two
/// names.
#[must_use]
pub fn sniff(head: &[u8]) -> Columns {
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let mut best: Option<(Delimiter, Vec<Vec<String>>)> = None;
    for delimiter in Delimiter::ALL {
        let rows = first_rows(&text, delimiter);
        let width = |rows: &[Vec<String>]| rows.first().map_or(0, Vec::len);
        if is_table(&rows) && best.as_ref().is_none_or(|(_, known)| width(&rows) > width(known)) {
            best = Some((delimiter, rows));
        }
    }
    let (delimiter, mut rows) = best.unwrap_or((Delimiter::Tab, Vec::new()));
    let header = rows.first().is_some_and(|first| recognize::is_header(first));
    let names = match rows.first() {
        None => Vec::new(),
        Some(_) if header => rows.remove(0),
        Some(first) => (1..=first.len()).map(|number| format!("column {number}")).collect(),
    };
    let roles = recognize::roles(&names, &rows);
    let mapping = roles.map(|roles| Mapping { delimiter, header, roles });
    Columns { delimiter, header, names, examples: rows, mapping }
}

/// The header and up to ten rows, cells trimmed and cut.
fn first_rows(text: &str, delimiter: Delimiter) -> Vec<Vec<String>> {
    const ROWS: usize = 11;
    const COLUMNS: usize = 10_000;
    const LONGEST: usize = 200;
    let mut rows = Vec::new();
    let mut record = Record::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        // The head may end inside a line: a last line without its end is no evidence, unless it is all.
        if lines.peek().is_none() && !text.ends_with('\n') && !rows.is_empty() {
            break;
        }
        if !record.push(line, delimiter) || record.text().trim().is_empty() {
            continue;
        }
        let cells = split(record.text(), delimiter, COLUMNS);
        rows.push(cells.iter().map(|cell| cell.trim().chars().take(LONGEST).collect()).collect());
        record.clear();
        if rows.len() == ROWS {
            break;
        }
    }
    rows
}

/// At least two columns, and more than half of the rows as wide as the first.
fn is_table(rows: &[Vec<String>]) -> bool {
    let Some(first) = rows.first() else {
        return false;
    };
    let like = rows.iter().filter(|row| row.len() == first.len()).count();
    first.len() > 1 && like * 2 > rows.len()
}
