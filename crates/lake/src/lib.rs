//! Value tables as Parquet: features × samples, one file per dataset version, readable by pandas, polars,
//! DuckDB and Spark without us.
//!
//! Owns the file's layout: the first column is `feature_id` (text), then a column per sample named by its
//! accession. A column whose every value is a number is a 64-bit float, any other is text. A feature that
//! a sample does not have, and an empty cell, are null. It must never touch SQL or HTTP, and never hold a
//! whole table: its memory grows with the number of features, and with the largest single sample.
//!
//! Start at [`Builder`] to write, at [`merge()`] to join two tables and at [`Parts`] to part one, at
//! [`describe`], [`preview`] and [`export()`] to read. Why 64-bit floats:
//! `0.1` read from a 32-bit column prints as `0.10000000149`, and the source said `0.1`.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! use chorale_lake::{Builder, Meta, preview};
//! let mut table = Builder::new(dir.path(), Meta::default())?;
//! table.begin_sample("GSM1")?;
//! table.value("BRCA1", "7.5")?;
//! table.finish_sample()?;
//! let summary = table.finish(&dir.path().join("values.parquet"))?;
//! assert_eq!((summary.rows, summary.samples), (1, 1));
//! let head = preview(&dir.path().join("values.parquet"), 10, 10)?;
//! assert_eq!(head.rows, [[Some("BRCA1".to_owned()), Some("7.5".to_owned())]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assemble;
mod builder;
mod choice;
mod error;
mod export;
mod features;
mod merge;
mod parts;
mod ranged;
mod read;
mod spill;
mod table;
#[cfg(test)]
mod tests;

pub use builder::{Builder, Summary};
pub use choice::{ValueColumn, value_column};
pub use error::{Cause, Error};
pub use export::{Delimiter, export};
pub use merge::merge;
pub use parts::Parts;
pub use ranged::Ranged;
pub use read::{Description, Preview, describe, preview, preview_ranged};

use serde::{Deserialize, Serialize};

/// The name of the first column.
pub const FEATURE_ID: &str = "feature_id";

/// Where a table comes from; kept inside the file under `chorale.…` keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The raw object or file it was read from.
    pub source: String,
    /// The dataset's accession.
    pub accession: String,
    pub platform: String,
    pub parser_version: String,
    /// Columns of the source's tables that are not in this one; see [`value_column`].
    pub columns_left: Vec<String>,
}
