//! Owns reading a value table column after column, for what is made from tables.

use crate::builder::Builder;
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

pub struct Table {
    file: SerializedFileReader<File>,
    pub description: Description,
    /// Where each sample's column stands in the file.
    columns: HashMap<String, usize>,
}

impl Table {
    pub fn open(path: &Path) -> Result<Table, Error> {
        let description = describe(path)?;
        let columns = description.samples.iter().cloned().zip(1..).collect();
        let file = SerializedFileReader::new(File::open(path)?)?;
        Ok(Table { file, description, columns })
    }

    pub fn holds(&self, sample: &str) -> bool {
        self.columns.contains_key(sample)
    }

    fn column(&self, sample: &str) -> Result<usize, Error> {
        let column = self.columns.get(sample).copied();
        column.ok_or_else(|| Error::misuse(format!("sample {sample:?} is not in the table")))
    }

    /// The place in `builder` of each row's feature.
    pub fn place_features(&self, builder: &mut Builder) -> Result<Vec<usize>, Error> {
        let mut places = Vec::with_capacity(usize::try_from(self.description.rows).unwrap_or(0));
        self.each_cell(0, |_, cell| {
            places.push(builder.place(cell.unwrap_or_default())?);
            Ok(())
        })?;
        Ok(places)
    }

    /// The same of those rows alone in which some of the samples have a value; other rows stand nowhere.
    pub fn place_features_of(&self, samples: &[&str], builder: &mut Builder) -> Result<Vec<usize>, Error> {
        let mut measured = vec![false; usize::try_from(self.description.rows).unwrap_or(0)];
        for sample in samples {
            self.each_cell(self.column(sample)?, |row, cell| {
                measured[row] |= cell.is_some();
                Ok(())
            })?;
        }
        let mut places = vec![usize::MAX; measured.len()];
        self.each_cell(0, |row, cell| {
            if measured[row] {
                places[row] = builder.place(cell.unwrap_or_default())?;
            }
            Ok(())
        })?;
        Ok(places)
    }

    /// Copies a sample's column; `places` are those of the rows.
    pub fn copy(&self, sample: &str, places: &[usize], builder: &mut Builder) -> Result<(), Error> {
        let column = self.column(sample)?;
        builder.begin_sample(sample)?;
        self.each_cell(column, |row, cell| match cell {
            Some(cell) => builder.value_at(places[row], cell),
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
