//! Owns series matrices: `!Series_…` lines, `!Sample_…` lines with a cell per sample, and the matrix of
//! features × samples between `!series_matrix_table_begin` and `_end`.
//!
//! The samples' lines run across, so they are gathered until the matrix begins and then handed over one
//! sample at a time. An empty cell says nothing about its sample: GEO pads ragged lines that way.
//! It must never keep a row of the matrix. Start at [`read`]; `header` gathers them, `samples` hands them over.

mod header;
mod samples;

use crate::entity::EntityKind;
use crate::error::{Cause, Error};
use crate::input::Input;
use crate::limits::Limits;
use crate::sink::{Column, Report, Sink, TableOf, go_on};
use crate::text::{Fit, decode, fit, recycle, without_mark};
use crate::warning::{Habit, Scope, Severity, Warning, Warnings, grouped};
use header::{Header, next_cell};
use std::io::Read;

const STRAY: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Error,
    what: "A line that is neither metadata nor a row of the matrix",
    expected: "expected !Series_…, !Sample_… or the matrix",
    done: "left it out",
};

pub(crate) fn read<R: Read, S: Sink + ?Sized>(
    mut input: Input<R>,
    limits: &Limits,
    sink: &mut S,
) -> Result<Report, Error> {
    let mut reader = Reader {
        limits,
        sink,
        warnings: Warnings::new(limits.max_warnings),
        report: Report::default(),
        header: Header::default(),
        place: Place::Metadata,
        of: TableOf { kind: EntityKind::Series, accession: String::new() },
        columns: 0,
        rows: 0,
        announced: None,
        scratch: String::new(),
    };
    let ended = reader.read_all(&mut input);
    reader.warnings.conclude(reader.sink, ended, reader.report, input.line())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Metadata,
    /// After the begin line: the next line names the samples.
    BeforeColumns,
    Rows,
    After,
}

struct Reader<'a, S: ?Sized> {
    limits: &'a Limits,
    sink: &'a mut S,
    warnings: Warnings,
    report: Report,
    header: Header,
    place: Place,
    of: TableOf,
    columns: usize,
    rows: u64,
    /// The line and number of `!Sample_data_row_count`.
    announced: Option<(u64, u64)>,
    scratch: String,
}

impl<S: Sink + ?Sized> Reader<'_, S> {
    fn read_all<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), Error> {
        let mut cells: Vec<&str> = Vec::new();
        while let Some(range) = input.next_line()? {
            let line = input.line();
            cells = self.line(input.bytes(range), line, cells)?;
            go_on(input.report(self.sink), line)?;
        }
        self.end(input.line(), input.has_trailing_garbage())
    }

    fn line<'c>(&mut self, bytes: &[u8], line: u64, mut cells: Vec<&'c str>) -> Result<Vec<&'c str>, Error> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let bytes = without_mark(bytes, line, &mut self.warnings);
        let text = decode(bytes, line, &mut scratch, &mut self.warnings);
        let result = match self.place {
            _ if text.trim().is_empty() => Ok(()),
            Place::Metadata | Place::After => self.metadata(text, line),
            Place::BeforeColumns => self.begin_rows(text, line),
            Place::Rows if is_mark(text, "!series_matrix_table_end") => self.end_rows(line),
            Place::Rows => {
                let mut row = recycle(cells);
                let done = self.row(text, line, &mut row);
                cells = recycle(row);
                done
            }
        };
        self.scratch = scratch;
        result.map(|()| cells)
    }

    fn metadata(&mut self, text: &str, line: u64) -> Result<(), Error> {
        if is_mark(text, "!series_matrix_table_begin") && self.place == Place::Metadata {
            self.place = Place::BeforeColumns;
            return Ok(());
        }
        let Some(said) = text.strip_prefix('!') else {
            self.warnings.gather(STRAY, line);
            return Ok(());
        };
        let (key, cells) = said.split_once('\t').unwrap_or((said, ""));
        let key = key.trim();
        if self.place == Place::Metadata && starts_with(key, "sample_") {
            return self.header.sample_line(key, cells, line, self.limits);
        }
        if self.place == Place::Metadata && starts_with(key, "series_") {
            return self.header.series_line(key, cells, line, self.limits);
        }
        self.warnings.gather(STRAY, line);
        Ok(())
    }

    /// The line of sample names above the matrix: now all samples are known.
    fn begin_rows(&mut self, text: &str, line: u64) -> Result<(), Error> {
        if is_mark(text, "!series_matrix_table_end") {
            self.place = Place::After;
            let done = "kept the descriptions";
            return self.hand_over(&[], line).map(|()| {
                self.warn(line, Severity::Note, "The matrix is empty", "expected a line of sample names", done);
            });
        }
        let names = cells_of(text, self.limits, line)?;
        let samples: Vec<String> = names.iter().skip(1).cloned().collect();
        self.hand_over(&samples, line)?;
        self.columns = names.len();
        self.place = Place::Rows;
        self.report.tables += 1;
        let columns: Vec<Column> = names.into_iter().map(|name| Column { name, description: String::new() }).collect();
        go_on(self.sink.table(&self.of, &columns), line)
    }

    fn row<'c>(&mut self, text: &'c str, line: u64, cells: &mut Vec<&'c str>) -> Result<(), Error> {
        let mut rest = Some(text);
        while let Some(from) = rest
            && cells.len() < self.columns
        {
            let (cell, after) = next_cell(from);
            cells.push(cell);
            rest = after;
        }
        match fit(cells, rest, self.columns) {
            Fit::Exact => {}
            Fit::Padded => self.warnings.gather(crate::text::PADDED, line),
            Fit::Cut => self.warnings.gather(crate::text::CUT, line),
        }
        self.rows += 1;
        self.report.rows += 1;
        go_on(self.sink.row(cells), line)
    }

    fn end_rows(&mut self, line: u64) -> Result<(), Error> {
        self.place = Place::After;
        self.warnings.flush(self.sink, Scope::Table);
        if let Some((at, announced)) = self.announced
            && announced != self.rows
        {
            let what = if announced > self.rows { "Fewer rows than announced" } else { "More rows than announced" };
            let found = grouped(self.rows);
            let expected = format!("!Sample_data_row_count = {}, the matrix has {found}", grouped(announced));
            self.warn(at, Severity::Warning, what, expected, format!("kept {found}"));
        }
        go_on(self.sink.table_end(self.rows), line)
    }

    fn end(&mut self, line: u64, trailing: bool) -> Result<(), Error> {
        match self.place {
            Place::Metadata if self.header.is_empty() => {
                return Err(Error::new(Cause::Malformed, line, "The file describes nothing")
                    .expected("lines such as !Series_title and !Sample_title")
                    .remedy("Check that it is a series matrix and was not cut off."));
            }
            Place::Metadata | Place::BeforeColumns => {
                self.hand_over(&[], line)?;
                let expected = "expected !series_matrix_table_begin and _end";
                self.warn(
                    line,
                    Severity::Warning,
                    "The file ends before its matrix",
                    expected,
                    "kept the descriptions",
                );
            }
            Place::Rows => {
                let done = "kept the rows up to here; the file may be cut off";
                let expected = "expected !series_matrix_table_end";
                self.warn(line, Severity::Warning, "The file ends inside the matrix", expected, done);
                self.end_rows(line)?;
            }
            Place::After => {}
        }
        if trailing {
            self.warnings.gather(crate::input::TRAILING_BYTES, line);
        }
        Ok(())
    }

    fn warn(
        &mut self,
        line: u64,
        severity: Severity,
        what: impl Into<String>,
        expected: impl Into<String>,
        done: impl Into<String>,
    ) {
        let warning = Warning { line, severity, what: what.into(), expected: expected.into(), done: done.into() };
        self.warnings.push(self.sink, warning);
    }
}

fn is_mark(text: &str, mark: &str) -> bool {
    text.trim_ascii().eq_ignore_ascii_case(mark)
}

fn starts_with(text: &str, lower: &str) -> bool {
    text.get(..lower.len()).is_some_and(|start| start.eq_ignore_ascii_case(lower))
}

/// All cells of the line above the matrix.
fn cells_of(text: &str, limits: &Limits, line: u64) -> Result<Vec<String>, Error> {
    let mut cells = Vec::new();
    let mut rest = Some(text);
    while let Some(from) = rest {
        let (cell, after) = next_cell(from);
        cells.push(cell.to_owned());
        rest = after;
        if cells.len() > limits.max_columns {
            let what = format!("The matrix has more than {} columns", grouped(limits.max_columns as u64));
            return Err(Error::new(Cause::TooLarge, line, what).remedy("An operator can raise the limit."));
        }
    }
    while cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    Ok(cells)
}
