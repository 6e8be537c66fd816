//! Owns the way back to text: a value table streamed as CSV or TSV. Holds a few rows at a time.

use crate::error::Error;
use crate::read::write_cell;
use arrow_array::Array;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::Write;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    Comma,
    Tab,
}

/// Writes the whole table with its header; missing values are empty cells. Quotes as RFC 4180 says. The
/// answer is the number of rows below the header.
///
/// # Errors
/// When the file can't be read or `to` fails, as it does when a client goes away.
pub fn export(path: &Path, delimiter: Delimiter, mut to: impl Write) -> Result<u64, Error> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let width = builder.metadata().file_metadata().schema_descr().num_columns().max(1);
    let separator = match delimiter {
        Delimiter::Comma => ',',
        Delimiter::Tab => '\t',
    };
    let mut line = String::new();
    for (place, column) in builder.metadata().file_metadata().schema_descr().columns().iter().enumerate() {
        separate(&mut line, place, separator);
        quote(column.name(), separator, &mut line);
    }
    line.push('\n');
    to.write_all(line.as_bytes())?;

    let mut rows = 0;
    let mut text = String::new();
    for batch in builder.with_batch_size(((1 << 20) / width).clamp(16, 1_024)).build()? {
        let batch = batch?;
        let columns: Vec<&dyn Array> = batch.columns().iter().map(AsRef::as_ref).collect();
        for row in 0..batch.num_rows() {
            line.clear();
            for (place, column) in columns.iter().enumerate() {
                separate(&mut line, place, separator);
                text.clear();
                if write_cell(*column, row, &mut text) {
                    quote(&text, separator, &mut line);
                }
            }
            line.push('\n');
            to.write_all(line.as_bytes())?;
            rows += 1;
        }
    }
    to.flush()?;
    Ok(rows)
}

fn separate(line: &mut String, place: usize, separator: char) {
    if place > 0 {
        line.push(separator);
    }
}

fn quote(text: &str, separator: char, line: &mut String) {
    if !text.contains([separator, '"', '\n', '\r']) {
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}
