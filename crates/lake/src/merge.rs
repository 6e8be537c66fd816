//! Owns the joining of two tables: the features of both, the samples of both; where a sample is in both, its column is
//! the added table's alone, because two statements about one sample are never mixed. Column after column goes through a
//! [`Builder`], so memory is as bounded as when a table is made: features, and one sample.

use crate::builder::{Builder, Summary};
use crate::error::Error;
use crate::table::Table;
use std::path::Path;

/// Writes the join of `before` and `added` to a new file `to`, with a temporary file in `dir`.
///
/// # Errors
/// When a file can't be read or written, or the join grows larger than a table may.
pub fn merge(before: &Path, added: &Path, dir: &Path, to: &Path) -> Result<Summary, Error> {
    let (before, added) = (Table::open(before)?, Table::open(added)?);
    let mut builder = Builder::new(dir, added.description.meta.clone())?;
    builder.leave(&before.description.meta.columns_left);
    let (old, new) = (before.place_features(&mut builder)?, added.place_features(&mut builder)?);
    for name in &before.description.samples {
        let (speaks, places) = if added.holds(name) { (&added, &new) } else { (&before, &old) };
        speaks.copy(name, places, &mut builder)?;
    }
    for name in &added.description.samples {
        if !before.holds(name) {
            added.copy(name, &new, &mut builder)?;
        }
    }
    builder.finish(to)
}
