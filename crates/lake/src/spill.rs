//! Owns the values between their arrival and the finished file: texts of one column and one run of rows,
//! a segment, in one nameless temporary file that vanishes with the process. Texts, not numbers: only
//! at the end is it known whether a column is all numbers. The file grows with the values that are there, never
//! with the places where there is none: a source of many features and few values must not fill the disk.

use crate::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Stands for the length of a value that is not there.
const MISSING: u32 = u32::MAX;
/// The values of one table; a source that is larger keeps them in its raw file alone.
const MOST_BYTES: u64 = 64 << 30;
/// Words for "no value" in a column of numbers. `NaN` is none: it is a number's way to say so.
const NO_VALUE: [&str; 7] = ["", "null", "NULL", "NA", "N/A", "na", "#N/A"];

/// Rows of one column, in the file: from the first that has a value to the last. Each has its length, then the values
/// follow one after another. Where fewer than half have a value, only those are there, as pairs of row and length.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    offset: u64,
    pub first_row: usize,
    /// Lengths, or pairs.
    cells: usize,
    pairs: bool,
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
    most_bytes: u64,
    /// Row and length of each value of the segment at hand.
    present: Vec<(u32, u32)>,
    lengths: Vec<u8>,
    values: Vec<u8>,
}

impl Spill {
    pub fn new(dir: &Path) -> Result<Self, Error> {
        let file = BufWriter::with_capacity(256 << 10, tempfile::tempfile_in(dir)?);
        let (present, lengths, values) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { file, written: 0, most_bytes: MOST_BYTES, present, lengths, values })
    }

    /// Appends values to a column, from `first_row` on.
    pub fn append<'a>(
        &mut self,
        column: &mut Column,
        first_row: usize,
        cells: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<(), Error> {
        self.present.clear();
        self.values.clear();
        for (row, cell) in cells.enumerate() {
            let Some(cell) = cell.filter(|cell| !cell.is_empty()) else { continue };
            let length = u32::try_from(cell.len()).ok().filter(|length| *length != MISSING).ok_or_else(too_long)?;
            let row = u32::try_from(row).map_err(|_| Error::misuse("a segment is longer than a row group"))?;
            self.present.push((row, length));
            self.values.extend(cell.as_bytes());
            column.text = column.text || !is_numeric(cell);
        }
        let (Some((first, _)), Some((last, _))) = (self.present.first(), self.present.last()) else { return Ok(()) };
        let (first, rows) = (*first, (last - first) as usize + 1);
        let pairs = self.present.len() * 2 < rows;
        self.write_lengths(first, pairs);
        let bytes = self.lengths.len() + self.values.len();
        if self.written + bytes as u64 > self.most_bytes {
            return Err(Error::too_large(format!("the values of the table are more than {} bytes", self.most_bytes)));
        }
        self.file.write_all(&self.lengths)?;
        self.file.write_all(&self.values)?;
        column.segments.push(Segment {
            offset: self.written,
            first_row: first_row + first as usize,
            cells: if pairs { self.present.len() } else { rows },
            pairs,
            bytes: self.values.len(),
        });
        self.written += bytes as u64;
        Ok(())
    }

    fn write_lengths(&mut self, first: u32, pairs: bool) {
        self.lengths.clear();
        let mut next = first;
        for (row, length) in &self.present {
            if pairs {
                self.lengths.extend((row - first).to_le_bytes());
            } else {
                // Rows without a value, up to this one.
                for _ in next..*row {
                    self.lengths.extend(MISSING.to_le_bytes());
                }
                next = row + 1;
            }
            self.lengths.extend(length.to_le_bytes());
        }
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
    pub fn read(&mut self, segment: Segment, mut take: impl FnMut(usize, &str)) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(segment.offset))?;
        let width = if segment.pairs { 2 } else { 1 };
        self.lengths.resize(segment.cells * width * size_of::<u32>(), 0);
        self.file.read_exact(&mut self.lengths)?;
        self.values.resize(segment.bytes, 0);
        self.file.read_exact(&mut self.values)?;
        let text = std::str::from_utf8(&self.values).map_err(|_| Error::misuse("the temporary file was changed"))?;
        let mut numbers = self
            .lengths
            .chunks_exact(size_of::<u32>())
            .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let (mut at, mut next) = (0, 0);
        while let Some(number) = numbers.next() {
            let (row, length) = if segment.pairs {
                let length = numbers.next().ok_or_else(|| Error::misuse("the temporary file was changed"))?;
                (number as usize, length)
            } else {
                (next, number)
            };
            next = row + 1;
            if length != MISSING {
                take(segment.first_row + row, &text[at..at + length as usize]);
                at += length as usize;
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[Option<&str>]) -> (u64, Vec<(usize, String)>) {
        let dir = tempfile::tempdir().expect("a folder");
        let mut spill = Spill::new(dir.path()).expect("a temporary file");
        let mut column = Column::default();
        spill.append(&mut column, 10, cells.iter().copied()).expect("spills");
        let written = spill.written;
        let (mut reader, mut found) = (spill.into_reader().expect("reads"), Vec::new());
        for segment in &column.segments {
            reader.read(*segment, |row, cell| found.push((row, cell.to_owned()))).expect("reads");
        }
        (written, found)
    }

    #[test]
    fn places_without_a_value_cost_nothing() {
        let mut cells = vec![None; 300_000];
        assert_eq!(written(&cells), (0, Vec::new()));
        cells[299_999] = Some("1.5");
        assert_eq!(written(&cells), (7, vec![(300_009, "1.5".to_owned())]));
        cells[0] = Some("2");
        cells[7] = Some("");
        let found = vec![(10, "2".to_owned()), (300_009, "1.5".to_owned())];
        assert_eq!(written(&cells), (2 * 8 + 4, found));
        let dense = written(&[None, Some("a"), None, Some("b"), None]);
        assert_eq!(dense, (3 * 4 + 2, vec![(11, "a".to_owned()), (13, "b".to_owned())]));
    }

    #[test]
    fn a_table_does_not_fill_the_disk() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut spill = Spill::new(dir.path()).expect("a temporary file");
        spill.most_bytes = 20;
        let mut column = Column::default();
        spill.append(&mut column, 0, [Some("0123456789")].into_iter()).expect("14 bytes fit");
        let refused = spill.append(&mut column, 1, [Some("0123456789")].into_iter()).expect_err("28 do not");
        assert!(refused.to_string().contains("more than 20 bytes"), "{refused}");
        assert_eq!(column.segments.len(), 1);
    }
}
