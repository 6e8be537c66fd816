//! Owns the contract between a reader and whoever uses what it read: entities, tables, warnings, progress.
//! A reader hands over borrowed cells row by row; it never collects a table.

use crate::entity::{Entity, EntityKind};
use crate::error::Error;
use crate::warning::Warning;
use std::ops::ControlFlow;

/// Why a sink stops its reader.
#[derive(Debug)]
pub enum Stop {
    Cancelled,
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

/// `Continue(())` to go on, `Break(Stop)` to end the reading with [`crate::Cause::Stopped`].
pub type Flow = ControlFlow<Stop>;

/// Whose table it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableOf {
    pub kind: EntityKind,
    pub accession: String,
}

/// A column of a table: the name in its header, and what a `#NAME = …` line said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub description: String,
}

/// Takes what a reader finds, in the order of the file.
///
/// Between `table` and `table_end` come only `row`, `warning` and `progress`; every row has as many cells
/// as the table has columns. A table follows the entity it belongs to. When reading ends with an error, an
/// open table gets no `table_end`.
pub trait Sink {
    /// An entity with all attributes up to its table. One with [`Entity::continued`] adds to the entity of
    /// the same kind and accession that came before.
    fn entity(&mut self, entity: Entity) -> Flow;
    fn table(&mut self, of: &TableOf, columns: &[Column]) -> Flow;
    fn row(&mut self, cells: &[&str]) -> Flow;
    fn table_end(&mut self, rows: u64) -> Flow;
    fn warning(&mut self, warning: Warning);
    /// Called about every [`crate::Limits::progress_every_bytes`]; compare the bytes with the file's size.
    fn progress(&mut self, compressed_bytes_read: u64, line: u64) -> Flow;
}

/// What a reader did, once it reached the end of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub lines: u64,
    pub entities: u64,
    pub samples: u64,
    pub tables: u64,
    pub rows: u64,
    /// All warnings, those beyond [`crate::Limits::max_warnings`] included.
    pub warnings_total: u64,
}

/// A flow as a result, for `?`.
pub(crate) fn go_on(flow: Flow, line: u64) -> Result<(), Error> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(stop) => Err(Error::stopped(stop, line)),
    }
}
