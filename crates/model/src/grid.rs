//! The grid of a study: its samples × the fields of its collection, edited like a spreadsheet. Every change is a batch of
//! decisions that is looked at before and undone as a whole.

use crate::fields::Field;
use crate::harmonize::{Layer, ValueState};
use crate::{BatchId, DatasetId, JobId, SampleId};
use serde::{Deserialize, Serialize};

/// Some rows of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grid {
    pub dataset: DatasetId,
    pub accession: String,
    pub title: String,
    pub summary: String,
    pub samples: i64,
    /// The columns, in the order asked for.
    pub fields: Vec<Field>,
    pub rows: Vec<GridRow>,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GridRow {
    pub sample: SampleId,
    pub position: i64,
    pub accession: String,
    pub title: String,
    /// As many as there are fields.
    pub cells: Vec<GridCell>,
}

/// What a field of a sample says, as a spreadsheet shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GridCell {
    /// Labels, several with ` | ` between them; a state in words where there is none. Empty: nothing is known.
    pub text: String,
    /// Ids of the same, as they are compared when the cell changes.
    pub terms: String,
    pub state: Option<ValueState>,
    pub layer: Option<Layer>,
    pub accepted: bool,
}

/// Changes cells of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum GridChange {
    /// One by one.
    Cells { cells: Vec<CellEdit> },
    /// A block from a spreadsheet: lines of cells with tabs between them. It begins at a sample and goes to those below,
    /// column by column.
    Paste { sample: SampleId, fields: Vec<String>, text: String },
    /// The same text into all samples from one to another, in the order of the study.
    Fill { from: SampleId, to: SampleId, fields: Vec<String>, text: String },
    /// The parts of the samples' titles, as values of fields.
    Titles {
        /// Each of its signs separates.
        separators: String,
        parts: Vec<PartReads>,
    },
}

/// What one cell becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CellEdit {
    pub sample: SampleId,
    pub field: String,
    /// A term by name or id, a choice, a quantity, a text; several with `|` between them where the field takes them;
    /// `not reported` or `not applicable`. Empty changes nothing.
    pub text: String,
    /// The terms that stood there when it was typed: another's change since then is a conflict, not lost.
    #[serde(default)]
    pub before: Option<String>,
}

/// What one part of the titles says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartReads {
    /// From 0.
    pub part: u32,
    pub field: String,
    /// What each value becomes; one that is not here is read as it stands, and one that becomes nothing changes nothing.
    #[serde(default)]
    pub values: Vec<PartValue>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartValue {
    pub value: String,
    pub becomes: String,
}

/// A change with its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeGrid {
    pub change: GridChange,
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
}

/// What a change does, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GridChanged {
    /// Cells that get another value.
    pub changes: i64,
    pub samples: i64,
    /// Cells that say so already.
    pub same: i64,
    /// What cells become, the commonest first; at most twenty.
    pub becomes: Vec<CellBecomes>,
    /// Cells that cannot be read, at most a hundred; the others change all the same.
    pub errors: Vec<CellError>,
    pub failed: i64,
    /// Lines or cells of a block that lie outside of the study.
    pub outside: i64,
    /// That was written; none when it was only looked at, or nothing changes.
    pub batch: Option<BatchId>,
    /// That writes it, where it is much.
    pub job: Option<JobId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellBecomes {
    pub field: String,
    pub text: String,
    pub state: ValueState,
    /// Labels of what it becomes.
    pub label: String,
    pub cells: i64,
}

/// A cell that cannot be read: it stays what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellError {
    pub sample: SampleId,
    pub accession: String,
    pub field: String,
    pub text: String,
    pub why: String,
    /// Terms with a name like it: id and label.
    pub nearest: Vec<NearTerm>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NearTerm {
    pub id: String,
    pub label: String,
}

/// How the titles of a study may be taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleSplits {
    /// The likeliest first.
    pub proposals: Vec<TitleSplit>,
    pub samples: i64,
    /// Some titles, to look at.
    pub examples: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleSplit {
    pub separators: String,
    pub parts: Vec<TitlePart>,
    /// Titles that have so many parts; others are left alone.
    pub fitting: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitlePart {
    pub kind: TitlePartKind,
    pub distinct: i64,
    /// The commonest, at most forty.
    pub values: Vec<TitleValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TitlePartKind {
    /// The same in every title.
    Constant,
    /// A number, or a word with one.
    Number,
    /// Few values that come again.
    Groups,
    /// Another one in nearly every title.
    Varying,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleValue {
    pub value: String,
    pub samples: i64,
}
