//! Owns looking into a value table: what it is, and its upper left corner. Reads only the pages it needs.

use crate::error::Error;
use crate::ranged::Ranged;
use crate::{FEATURE_ID, Meta};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use serde::Serialize;
use std::fs::File;
use std::path::Path;

/// What a file holds, from its footer alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    pub rows: u64,
    /// The samples' accessions, in the order of the columns.
    pub samples: Vec<String>,
    /// Samples whose values are text.
    pub text_samples: Vec<String>,
    pub size_bytes: u64,
    pub meta: Meta,
}

/// The first rows and columns as text; `None` is a missing value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// `feature_id`, then samples.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
    pub rows_total: u64,
    pub samples_total: u64,
}

/// # Errors
/// When the file can't be read or is no value table.
pub fn describe(path: &Path) -> Result<Description, Error> {
    let file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    let reader = SerializedFileReader::new(file)?;
    let metadata = reader.metadata().file_metadata();
    let columns = metadata.schema_descr().columns();
    if columns.first().is_none_or(|first| first.name() != FEATURE_ID) {
        return Err(Error::misuse(format!(
            "{} is no value table: its first column is not {FEATURE_ID}",
            path.display()
        )));
    }
    let entry = |key: &str| {
        let entries = metadata.key_value_metadata().into_iter().flatten();
        let found = entries
            .filter(|entry| entry.key.strip_prefix("chorale.") == Some(key))
            .find_map(|entry| entry.value.clone());
        found.unwrap_or_default()
    };
    let is_text =
        |column: &&parquet::schema::types::ColumnDescPtr| column.physical_type() == parquet::basic::Type::BYTE_ARRAY;
    Ok(Description {
        rows: u64::try_from(metadata.num_rows()).unwrap_or(0),
        samples: columns.iter().skip(1).map(|column| column.name().to_owned()).collect(),
        text_samples: columns.iter().skip(1).filter(is_text).map(|column| column.name().to_owned()).collect(),
        size_bytes,
        meta: Meta {
            source: entry("source"),
            accession: entry("accession"),
            platform: entry("platform"),
            parser_version: entry("parser_version"),
            columns_left: entry("columns_left")
                .split('\t')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        },
    })
}

/// The first `rows` features of the first `samples` samples.
///
/// # Errors
/// When the file can't be read.
pub fn preview(path: &Path, rows: usize, samples: usize) -> Result<Preview, Error> {
    preview_of(File::open(path)?, rows, samples)
}

/// The same of a file that lies elsewhere: only the footer and the pages that hold the corner are read.
///
/// # Errors
/// When a range can't be read.
pub fn preview_ranged(file: Ranged, rows: usize, samples: usize) -> Result<Preview, Error> {
    preview_of(file, rows, samples)
}

fn preview_of(file: impl ChunkReader + 'static, rows: usize, samples: usize) -> Result<Preview, Error> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let metadata = builder.metadata().file_metadata();
    let rows_total = u64::try_from(metadata.num_rows()).unwrap_or(0);
    let width = metadata.schema_descr().num_columns();
    let shown = width.min(samples.saturating_add(1));
    let mask = ProjectionMask::leaves(metadata.schema_descr(), 0..shown);
    let columns = metadata.schema_descr().columns()[..shown].iter().map(|column| column.name().to_owned()).collect();
    let mut shown_rows = Vec::new();
    for batch in builder.with_projection(mask).with_limit(rows).with_batch_size(rows.clamp(1, 1_024)).build()? {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            shown_rows.push((0..batch.num_columns()).map(|column| cell(&batch, column, row)).collect());
        }
    }
    Ok(Preview { columns, rows: shown_rows, rows_total, samples_total: width.saturating_sub(1) as u64 })
}

/// A cell as text: numbers in their shortest form that reads back the same.
pub(crate) fn cell(batch: &RecordBatch, column: usize, row: usize) -> Option<String> {
    let mut text = String::new();
    write_cell(batch.column(column).as_ref(), row, &mut text).then_some(text)
}

/// Appends a cell to `text`; false when there is no value.
pub(crate) fn write_cell(array: &dyn Array, row: usize, text: &mut String) -> bool {
    if array.is_null(row) {
        return false;
    }
    if array.data_type() == &DataType::Float64 {
        write_number(array.as_primitive::<Float64Type>().value(row), text);
        return true;
    }
    match array.as_string_opt::<i32>() {
        Some(strings) => {
            text.push_str(strings.value(row));
            true
        }
        None => false,
    }
}

pub(crate) fn write_number(number: f64, text: &mut String) {
    use std::fmt::Write;
    let size = number.abs();
    let plain = size == 0.0 || (1e-5..1e16).contains(&size) || !number.is_finite();
    let written = if plain { write!(text, "{number}") } else { write!(text, "{number:e}") };
    debug_assert!(written.is_ok(), "writing to a String cannot fail");
}
