//! Owns sample tables: CSV or TSV with a sample to a row.
//! Start at [`sniff`], which says what the columns seem to mean, and [`read`], which takes a [`Mapping`].

use crate::{Error, Input, Limits, Report, Sink, error::Cause};
use serde::{Deserialize, Serialize};
use std::io::Read;

/// What separates the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    Tab,
    Comma,
    Semicolon,
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
    /// Kept under the column's own name.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Columns {
    pub delimiter: Delimiter,
    pub header: bool,
    /// The header's names, or `column 1`, `column 2` …
    pub names: Vec<String>,
    /// A few rows to show beside the names.
    pub examples: Vec<Vec<String>>,
    /// What the columns seem to mean, when one is known to name the samples.
    pub mapping: Option<Mapping>,
}

/// Looks at the head of a table; see [`Input::head`].
#[must_use]
pub fn sniff(_head: &[u8]) -> Columns {
    Columns { delimiter: Delimiter::Tab, header: true, names: vec![], examples: vec![], mapping: None }
}

/// Reads a table whose columns mean what `mapping` says.
///
/// # Errors
/// As [`crate::read`].
pub fn read<R: Read, S: Sink + ?Sized>(
    _input: Input<R>,
    _mapping: &Mapping,
    _limits: &Limits,
    _sink: &mut S,
) -> Result<Report, Error> {
    Err(Error::new(Cause::Unsupported, 0, "Sample tables are not read yet"))
}
