//! Owns the parting of a table that holds the samples of several datasets. Column after column goes through a
//! [`Builder`], so memory is as bounded as when a table is made: features, and one sample.

use crate::builder::{Builder, Summary};
use crate::error::Error;
use crate::table::Table;
use std::path::Path;

/// A table that is parted; its footer is read once, however many parts it has.
pub struct Parts(Table);

impl Parts {
    /// # Errors
    /// When the file can't be read or is no value table.
    pub fn open(path: &Path) -> Result<Parts, Error> {
        Table::open(path).map(Parts)
    }

    /// Writes the columns of those of `samples` that are in the table, in their order, to a new file `to`, with a
    /// temporary file in `dir`. Features of which none of them has a value are left out. None: there is nothing of
    /// these samples, and no file.
    ///
    /// # Errors
    /// When a file can't be read or written.
    pub fn write(&self, samples: &[&str], dir: &Path, to: &Path) -> Result<Option<Summary>, Error> {
        let held: Vec<&str> = samples.iter().copied().filter(|sample| self.0.holds(sample)).collect();
        let mut builder = Builder::new(dir, self.0.description.meta.clone())?;
        let places = self.0.place_features_of(&held, &mut builder)?;
        for sample in held {
            self.0.copy(sample, &places, &mut builder)?;
        }
        if builder.is_empty() { Ok(None) } else { builder.finish(to).map(Some) }
    }
}
