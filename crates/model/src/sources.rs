//! Imports: files that were uploaded, accessions to fetch, and what the columns of a table mean.

use crate::CollectionId;
use serde::{Deserialize, Serialize};

/// A file whose bytes are stored; its name is a label and never a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UploadedFile {
    pub name: String,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    pub size_bytes: i64,
}

/// What a curator asks to import, into a collection that is named or given by id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Import {
    #[serde(default)]
    pub collection: Option<CollectionId>,
    /// Used when `collection` is absent.
    #[serde(default)]
    pub collection_name: Option<String>,
    /// Makes the named collection when there is none yet.
    #[serde(default)]
    pub create_collection: bool,
    #[serde(default)]
    pub files: Vec<UploadedFile>,
    /// GEO series, such as GSE6344.
    #[serde(default)]
    pub accessions: Vec<String>,
    /// For tables of samples among the files; absent: what their column names say.
    #[serde(default)]
    pub mapping: Option<TableMapping>,
}

/// What a column of a table of samples means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// Names the sample; exactly one column does.
    Accession,
    Title,
    Description,
    SourceName,
    /// Several `key: value` in one cell.
    Characteristics,
    Organism,
    Platform,
    Series,
    /// Kept under the column's own name.
    Attribute,
    Ignore,
}

impl ColumnRole {
    pub const ALL: [ColumnRole; 10] = [
        ColumnRole::Accession,
        ColumnRole::Title,
        ColumnRole::Description,
        ColumnRole::SourceName,
        ColumnRole::Characteristics,
        ColumnRole::Organism,
        ColumnRole::Platform,
        ColumnRole::Series,
        ColumnRole::Attribute,
        ColumnRole::Ignore,
    ];

    /// For a menu.
    pub fn label(self) -> &'static str {
        match self {
            ColumnRole::Accession => "Sample accession",
            ColumnRole::Title => "Title",
            ColumnRole::Description => "Description",
            ColumnRole::SourceName => "Source name",
            ColumnRole::Characteristics => "Characteristics (key: value; …)",
            ColumnRole::Organism => "Organism",
            ColumnRole::Platform => "Platform",
            ColumnRole::Series => "Series",
            ColumnRole::Attribute => "Attribute of its own name",
            ColumnRole::Ignore => "Leave out",
        }
    }
}

/// A column and its meaning; columns that a mapping does not name become attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ColumnMeaning {
    pub name: String,
    pub role: ColumnRole,
    /// 1 unless the array has a second dye.
    #[serde(default = "first_channel")]
    pub channel: u8,
    /// Between the pairs of a cell of characteristics.
    #[serde(default = "pair_separator")]
    pub separator: char,
}

fn first_channel() -> u8 {
    1
}

fn pair_separator() -> char {
    '|'
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    pub columns: Vec<ColumnMeaning>,
}

/// What an uploaded file looks like, before it is imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inspection {
    pub file: UploadedFile,
    /// `soft`, `series_matrix`, `sample_table` or `unknown`.
    pub kind: String,
    /// What to know about it: why it is unknown and what to do.
    pub message: String,
    /// Of a table: its columns with what they probably mean.
    pub columns: Vec<ColumnMeaning>,
    /// The first rows, in the order of the columns.
    pub preview: Vec<Vec<String>>,
    /// No column is known to name the samples: a mapping must say which one does.
    pub needs_mapping: bool,
}
