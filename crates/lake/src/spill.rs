//! Owns the values between their arrival and the finished file: texts of one column and one run of rows,
//! a segment, in one nameless temporary file that vanishes with the process. Texts, not numbers: only
//! at the end is it known whether a column is all numbers.

use crate::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Stands for the length of a value that is not there.
const MISSING: u32 = u32::MAX;
/// Words for "no value" in a column of numbers. `NaN` is none: it is a number's way to say so.
const NO_VALUE: [&str; 7] = ["", "null", "NULL", "NA", "N/A", "na", "#N/A"];

/// Rows of one column, in the file.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    offset: u64,
    pub first_row: usize,
    pub rows: usize,
    bytes: usize,
}

/// One column: its segments in the order of rows, and what they hold.
#[derive(Clone, Default)]
pub(crate) struct Column {
    pub segments: Vec<Segment>,
    /// Some value is neither a number nor a word for none.
    pub text: bool,
}

pub(crate) struct Spill {
    file: BufWriter<File>,
    written: u64,
    lengths: Vec<u8>,
    values: Vec<u8>,
}

impl Spill {
    pub fn new(dir: &Path) -> Result<Self, Error> {
        let file = BufWriter::with_capacity(256 << 10, tempfile::tempfile_in(dir)?);
        Ok(Self { file, written: 0, lengths: Vec::new(), values: Vec::new() })
    }

    /// Appends values to a column, from `first_row` on.
    pub fn append<'a>(
        &mut self,
        column: &mut Column,
        first_row: usize,
        cells: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<(), Error> {
        self.lengths.clear();
        self.values.clear();
        let mut rows = 0;
        for cell in cells {
            let cell = cell.filter(|cell| !cell.is_empty());
            let length = match cell {
                None => MISSING,
                Some(cell) => {
                    u32::try_from(cell.len()).ok().filter(|length| *length != MISSING).ok_or_else(too_long)?
                }
            };
            self.lengths.extend(length.to_le_bytes());
            if let Some(cell) = cell {
                self.values.extend(cell.as_bytes());
                column.text = column.text || !is_numeric(cell);
            }
            rows += 1;
        }
        column.segments.push(Segment { offset: self.written, first_row, rows, bytes: self.values.len() });
        self.file.write_all(&self.lengths)?;
        self.file.write_all(&self.values)?;
        self.written += (self.lengths.len() + self.values.len()) as u64;
        Ok(())
    }

    /// No more will be appended.
    pub fn into_reader(self) -> Result<SpillReader, Error> {
        let file = self.file.into_inner().map_err(|error| Error::from(error.into_error()))?;
        Ok(SpillReader { file: BufReader::with_capacity(64 << 10, file), lengths: Vec::new(), values: Vec::new() })
    }
}

pub(crate) struct SpillReader {
    file: BufReader<File>,
    lengths: Vec<u8>,
    values: Vec<u8>,
}

impl SpillReader {
    /// Hands each value of a segment to `take`, by its row.
    pub fn read(&mut self, segment: Segment, mut take: impl FnMut(usize, Option<&str>)) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(segment.offset))?;
        self.lengths.resize(segment.rows * size_of::<u32>(), 0);
        self.file.read_exact(&mut self.lengths)?;
        self.values.resize(segment.bytes, 0);
        self.file.read_exact(&mut self.values)?;
        let text = std::str::from_utf8(&self.values).map_err(|_| Error::misuse("the temporary file was changed"))?;
        let mut at = 0;
        for (row, length) in self.lengths.chunks_exact(size_of::<u32>()).enumerate() {
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
            let cell = (length != MISSING).then(|| &text[at..at + length as usize]);
            at += cell.map_or(0, str::len);
            take(segment.first_row + row, cell);
        }
        Ok(())
    }
}

/// The number that a cell of a numeric column stands for.
pub(crate) fn number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok()
}

fn is_numeric(cell: &str) -> bool {
    number(cell).is_some() || NO_VALUE.contains(&cell.trim())
}

fn too_long() -> Error {
    Error::too_large("a single value is longer than 4 GiB")
}
