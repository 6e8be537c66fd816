//! Owns the joining of two tables: the features of both, the samples of both; where a sample is in both, its column is
//! the added table's alone, because two statements about one sample are never mixed. Column after column goes through a
//! [`Builder`], so memory is as bounded as when a table is made: features, and one sample.

use crate::builder::{Builder, Summary};
use crate::error::Error;
use crate::read::{Description, describe, write_number};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

/// Cells read at once.
const CELLS: usize = 8_192;

/// Writes the join of `before` and `added` to a new file `to`, with a temporary file in `dir`.
///
/// # Errors
/// When a file can't be read or written, or the join grows larger than a table may.
pub fn merge(before: &Path, added: &Path, dir: &Path, to: &Path) -> Result<Summary, Error> {
    let (mut before, mut added) = (Table::open(before)?, Table::open(added)?);
    let mut builder = Builder::new(dir, added.description.meta.clone())?;
    builder.leave(&before.description.meta.columns_left);
    before.place_features(&mut builder)?;
    added.place_features(&mut builder)?;
    for name in before.description.samples.clone() {
        let speaks = if added.columns.contains_key(&name) { &added } else { &before };
        speaks.copy(&name, &mut builder)?;
    }
    for name in &added.description.samples {
        if !before.columns.contains_key(name) {
            added.copy(name, &mut builder)?;
        }
    }
    builder.finish(to)
}

struct Table {
    file: SerializedFileReader<File>,
    description: Description,
    /// Where each sample's column stands in the file.
    columns: HashMap<String, usize>,
    /// The place in the join of each row.
    places: Vec<usize>,
}

impl Table {
    fn open(path: &Path) -> Result<Table, Error> {
        let description = describe(path)?;
        let columns = description.samples.iter().cloned().zip(1..).collect();
        let file = SerializedFileReader::new(File::open(path)?)?;
        Ok(Table { file, description, columns, places: Vec::new() })
    }

    fn place_features(&mut self, builder: &mut Builder) -> Result<(), Error> {
        let mut places = Vec::with_capacity(usize::try_from(self.description.rows).unwrap_or(0));
        self.each_cell(0, |_, cell| {
            places.push(builder.place(cell.unwrap_or_default())?);
            Ok(())
        })?;
        self.places = places;
        Ok(())
    }

    fn copy(&self, name: &str, builder: &mut Builder) -> Result<(), Error> {
        let Some(column) = self.columns.get(name) else {
            return Err(Error::misuse(format!("sample {name:?} is not in the table")));
        };
        builder.begin_sample(name)?;
        self.each_cell(*column, |row, cell| match cell {
            Some(cell) => builder.value_at(self.places[row], cell),
            None => Ok(()),
        })?;
        builder.finish_sample()
    }

    /// Hands each cell of a column to `take`, as text that reads back the same, by its row.
    fn each_cell(
        &self,
        column: usize,
        mut take: impl FnMut(usize, Option<&str>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut first = 0;
        let mut text = String::new();
        for group in 0..self.file.num_row_groups() {
            let reader = self.file.get_row_group(group)?.get_column_reader(column)?;
            first = match reader {
                ColumnReader::DoubleColumnReader(reader) => each_value(reader, first, |row, number: Option<&f64>| {
                    text.clear();
                    if let Some(number) = number {
                        write_number(*number, &mut text);
                    }
                    take(row, number.map(|_| text.as_str()))
                })?,
                ColumnReader::ByteArrayColumnReader(reader) => {
                    each_value(reader, first, |row, cell: Option<&ByteArray>| {
                        take(row, cell.map(ByteArray::as_utf8).transpose()?)
                    })?
                }
                _ => return Err(Error::misuse("a value table holds texts and 64-bit floats only")),
            };
        }
        Ok(())
    }
}

/// Hands each value of a column's share of a row group to `take`; the answer is the row after the last.
fn each_value<D: DataType>(
    mut reader: ColumnReaderImpl<D>,
    first: usize,
    mut take: impl FnMut(usize, Option<&D::T>) -> Result<(), Error>,
) -> Result<usize, Error> {
    let (mut row, mut levels, mut values) = (first, Vec::new(), Vec::new());
    loop {
        levels.clear();
        values.clear();
        let (records, ..) = reader.read_records(CELLS, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Ok(row);
        }
        // A column without missing values may have no levels.
        let mut next = values.iter();
        for place in 0..records {
            let present = levels.get(place).is_none_or(|level| *level == 1);
            take(row, if present { next.next() } else { None })?;
            row += 1;
        }
    }
}
