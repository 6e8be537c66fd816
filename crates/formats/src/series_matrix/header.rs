//! Owns the metadata of a series matrix until its samples are handed over: cells across become
//! attributes down. Neighbours that say the same, as in most lines, are kept once.

use crate::entity::Attribute;
use crate::error::{Cause, Error};
use crate::limits::Limits;
use crate::warning::grouped;

#[derive(Default)]
pub(super) struct Header {
    series: Vec<Attribute>,
    lines: Vec<SampleLine>,
    samples: Vec<String>,
    samples_at: u64,
    bytes: usize,
}

/// One `!Sample_…` line.
struct SampleLine {
    key: String,
    line: u64,
    text: String,
    /// Where each sample's cell lies in `text`.
    cells: Vec<(u32, u32)>,
}

impl Header {
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.lines.is_empty()
    }

    pub fn series_line(&mut self, key: &str, cells: &str, line: u64, limits: &Limits) -> Result<(), Error> {
        let mut rest = Some(cells);
        while let Some(from) = rest {
            let (cell, after) = next_cell(from);
            self.grow(key.len() + cell.len(), line, limits)?;
            self.series.push(Attribute { key: key.to_owned(), value: unescaped(cell), line });
            rest = after;
        }
        Ok(())
    }

    pub fn sample_line(&mut self, key: &str, cells: &str, line: u64, limits: &Limits) -> Result<(), Error> {
        let mut kept = SampleLine { key: key.to_owned(), line, text: String::new(), cells: Vec::new() };
        let mut rest = Some(cells);
        while let Some(from) = rest {
            let (cell, after) = next_cell(from);
            kept.push(cell);
            rest = after;
            if kept.cells.len() > limits.max_columns {
                let what = format!("The file has more than {} samples", grouped(limits.max_columns as u64));
                return Err(Error::new(Cause::TooLarge, line, what).remedy("An operator can raise the limit."));
            }
        }
        self.grow(key.len() + kept.text.len() + kept.cells.len() * size_of::<(u32, u32)>(), line, limits)?;
        if key.eq_ignore_ascii_case("sample_geo_accession") && self.samples.is_empty() {
            self.samples = (0..kept.cells.len()).map(|place| kept.cell(place).trim().to_owned()).collect();
            while self.samples.last().is_some_and(String::is_empty) {
                self.samples.pop();
            }
            self.samples_at = line;
        }
        self.lines.push(kept);
        Ok(())
    }

    fn grow(&mut self, bytes: usize, line: u64, limits: &Limits) -> Result<(), Error> {
        self.bytes += bytes;
        let count = self.series.len() + self.lines.len();
        if count < limits.max_attributes && self.bytes <= limits.max_entity_bytes {
            return Ok(());
        }
        let most = grouped(limits.max_entity_bytes as u64);
        Err(Error::new(Cause::TooLarge, line, format!("The metadata is larger than {most} bytes"))
            .remedy("Check that the file is genuine; an operator can raise the limit."))
    }

    pub fn series(&self) -> Vec<Attribute> {
        self.series.clone()
    }

    pub fn samples(&self) -> &[String] {
        &self.samples
    }

    pub fn samples_at(&self) -> u64 {
        self.samples_at
    }

    /// What the lines say about the sample at a place.
    pub fn attributes(&self, place: usize) -> Vec<Attribute> {
        let said = |line: &SampleLine| {
            let value = line.cell(place).trim();
            (!value.is_empty()).then(|| Attribute { key: line.key.clone(), value: unescaped(value), line: line.line })
        };
        self.lines.iter().filter_map(said).collect()
    }

    /// The first line that has another number of cells than there are samples.
    pub fn ragged(&self) -> Option<(u64, &str)> {
        let odd = |line: &&SampleLine| !self.samples.is_empty() && line.cells.len() != self.samples.len();
        self.lines.iter().find(odd).map(|line| (line.line, line.key.as_str()))
    }

    /// The rows that all samples announce, when they agree and announce any.
    pub fn announced(&self) -> Option<(u64, u64)> {
        let line = self.lines.iter().find(|line| line.key.eq_ignore_ascii_case("sample_data_row_count"))?;
        let first: u64 = line.cell(0).parse().ok()?;
        let agree = (1..self.samples.len()).all(|place| line.cell(place).parse() == Ok(first));
        (agree && first > 0).then_some((line.line, first))
    }
}

impl SampleLine {
    fn push(&mut self, cell: &str) {
        let same = self.cells.last().copied().filter(|(from, to)| self.slice(*from, *to) == cell);
        let place = same.unwrap_or_else(|| {
            let from = offset(self.text.len());
            self.text.push_str(cell);
            (from, offset(self.text.len()))
        });
        self.cells.push(place);
    }

    /// The cell of a sample; a line that is too short says nothing about the last ones.
    fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |(from, to)| self.slice(*from, *to))
    }

    fn slice(&self, from: u32, to: u32) -> &str {
        &self.text[from as usize..to as usize]
    }
}

/// A line is bounded by the longest line, far below 4 GiB; a limit set higher saturates to an empty cell.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The first cell of a line, without its quotes, and what follows its tab. GEO never writes a tab inside
/// quotes, so a tab always ends a cell: one pass over the line, whatever its quotes.
pub(super) fn next_cell(text: &str) -> (&str, Option<&str>) {
    let (cell, rest) = match memchr::memchr(b'\t', text.as_bytes()) {
        Some(tab) => (&text[..tab], Some(&text[tab + 1..])),
        None => (text, None),
    };
    let inner = cell.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    (inner.unwrap_or(cell), rest)
}

/// `""` inside a quoted cell is one quote.
fn unescaped(cell: &str) -> String {
    cell.trim().replace("\"\"", "\"")
}
