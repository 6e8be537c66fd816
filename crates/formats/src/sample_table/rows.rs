//! Owns the reading of a sample table: each row becomes a sample entity under the keys of its roles.
//! It must never hold more than one record.

use super::record::{Record, split};
use super::{Mapping, Role};
use crate::entity::{Attribute, Entity, EntityKind};
use crate::error::{Cause, Error};
use crate::input::{Input, TRAILING_BYTES};
use crate::limits::Limits;
use crate::sink::{Report, Sink, go_on};
use crate::text::{decode, without_mark};
use crate::warning::{Habit, Scope, Severity, Warnings, grouped};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Read;

const PADDED: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Warning,
    what: "A row with fewer cells than there are columns",
    expected: "expected one cell for each column",
    done: "took the missing ones as empty",
};
const CUT: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Error,
    what: "A row with more cells than there are columns",
    expected: "expected one cell for each column",
    done: "left the surplus cells out",
};
const NAMELESS: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Error,
    what: "A row without accession",
    expected: "expected a name in the accession column",
    done: "left the row out",
};
const REPEATED: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Warning,
    what: "An accession that came before",
    expected: "expected a row for each sample",
    done: "kept both; the later row adds to the earlier",
};
const NOT_AVAILABLE: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "A cell says \"NA\"",
    expected: "expected a value or an empty cell",
    done: "kept it as the source says it",
};

/// Reads a table whose columns mean what `mapping` says.
///
/// # Errors
/// As [`crate::read`]; also when the mapping has not exactly one accession, or as many roles as the header
/// has names.
pub fn read<R: Read, S: Sink + ?Sized>(
    mut input: Input<R>,
    mapping: &Mapping,
    limits: &Limits,
    sink: &mut S,
) -> Result<Report, Error> {
    let mut reader = Reader {
        mapping,
        limits,
        sink,
        accession: accession_column(mapping)?,
        keys: Vec::new(),
        warnings: Warnings::new(limits.max_warnings),
        report: Report::default(),
        seen: HashSet::new(),
        begun: false,
    };
    let ended = reader.read_all(&mut input);
    reader.warnings.conclude(reader.sink, ended, reader.report, input.line())
}

fn accession_column(mapping: &Mapping) -> Result<usize, Error> {
    let mut columns = mapping.roles.iter().enumerate().filter(|(_, role)| **role == Role::Accession);
    match (columns.next(), columns.next()) {
        (Some((column, _)), None) => Ok(column),
        (first, _) => {
            let what = if first.is_none() { "No column names the samples" } else { "Two columns name the samples" };
            Err(Error::new(Cause::Unsupported, 0, what)
                .expected("exactly one column with the role accession")
                .remedy("Choose one column as the accession."))
        }
    }
}

struct Reader<'a, S: ?Sized> {
    mapping: &'a Mapping,
    limits: &'a Limits,
    sink: &'a mut S,
    accession: usize,
    /// The key under which each column is kept.
    keys: Vec<String>,
    warnings: Warnings,
    report: Report,
    seen: HashSet<u64>,
    begun: bool,
}

impl<S: Sink + ?Sized> Reader<'_, S> {
    fn read_all<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), Error> {
        let mut record = Record::default();
        let mut scratch = String::new();
        let mut begin = 0;
        while let Some(range) = input.next_line()? {
            let line = input.line();
            if !record.is_open() {
                begin = line;
            }
            let bytes = without_mark(input.bytes(range), line, &mut self.warnings);
            let text = decode(bytes, line, &mut scratch, &mut self.warnings);
            if record.push(text, self.mapping.delimiter) {
                self.record(record.text(), begin)?;
            } else if record.text().len() > self.limits.max_line_bytes {
                return Err(unclosed(begin));
            }
            go_on(input.report(self.sink), line)?;
        }
        if record.is_open() {
            return Err(unclosed(begin));
        }
        self.end(input.line(), input.has_trailing_garbage())
    }

    fn record(&mut self, text: &str, line: u64) -> Result<(), Error> {
        if text.trim().is_empty() {
            return Ok(());
        }
        // One more than there are columns, to see that a row has too many.
        let cells = split(text, self.mapping.delimiter, self.mapping.roles.len() + 1);
        if !self.begun {
            self.begun = true;
            self.begin(&cells, line)?;
            if self.mapping.header {
                return Ok(());
            }
        }
        self.row(&cells, line)
    }

    fn begin(&mut self, cells: &[Cow<'_, str>], line: u64) -> Result<(), Error> {
        let roles = &self.mapping.roles;
        if cells.len() != roles.len() {
            let what = format!("The table has {} columns, the mapping {}", cells.len(), roles.len());
            return Err(Error::new(Cause::Malformed, line, what)
                .remedy("Look at the table's head again and say what each column means."));
        }
        let name = |(column, cell): (usize, &Cow<'_, str>)| match cell.trim() {
            "" => format!("column {}", column + 1),
            name if self.mapping.header => name.to_owned(),
            _ => format!("column {}", column + 1),
        };
        let names = cells.iter().enumerate().map(name);
        self.keys = names.zip(roles).map(|(name, role)| key_of(role, name)).collect();
        Ok(())
    }

    fn row(&mut self, cells: &[Cow<'_, str>], line: u64) -> Result<(), Error> {
        if cells.len() < self.keys.len() {
            self.warnings.gather(PADDED, line);
        }
        if cells.iter().skip(self.keys.len()).any(|cell| !cell.trim().is_empty()) {
            self.warnings.gather(CUT, line);
        }
        let accession = cells.get(self.accession).map_or("", |cell| cell.trim());
        if accession.is_empty() {
            self.warnings.gather(NAMELESS, line);
            return Ok(());
        }
        let mut entity = Entity {
            kind: EntityKind::Sample,
            accession: accession.to_owned(),
            line,
            attributes: self.attributes(cells, line)?,
            continued: false,
        };
        entity.continued = !self.seen.insert(entity.key_hash());
        if entity.continued {
            self.warnings.gather(REPEATED, line);
        } else {
            self.report.entities += 1;
            self.report.samples += 1;
        }
        if self.report.entities > self.limits.max_entities {
            let most = grouped(self.limits.max_entities);
            let what = format!("The table has more than {most} samples");
            return Err(Error::new(Cause::TooLarge, line, what).remedy("Split the file."));
        }
        go_on(self.sink.entity(entity), line)
    }

    fn attributes(&mut self, cells: &[Cow<'_, str>], line: u64) -> Result<Vec<Attribute>, Error> {
        let mut attributes = Vec::new();
        let mut not_available = false;
        let most = self.limits.max_attributes + 1;
        for ((role, key), cell) in self.mapping.roles.iter().zip(&self.keys).zip(cells) {
            let separator = match role {
                Role::Accession | Role::Ignore => continue,
                Role::Characteristics { separator, .. } => Some(*separator),
                _ => None,
            };
            let mut add = |value: &str| {
                let value = value.trim();
                not_available |= value == "NA";
                if !value.is_empty() {
                    attributes.push(Attribute { key: key.clone(), value: value.to_owned(), line });
                }
            };
            match separator {
                Some(separator) => cell.split(separator).take(most).for_each(&mut add),
                None => add(cell),
            }
            if attributes.len() > self.limits.max_attributes {
                let what = "A sample has too many attributes";
                return Err(Error::new(Cause::TooLarge, line, what).remedy("Check the separators."));
            }
        }
        if not_available {
            self.warnings.gather(NOT_AVAILABLE, line);
        }
        Ok(attributes)
    }

    fn end(&mut self, line: u64, trailing: bool) -> Result<(), Error> {
        if trailing {
            self.warnings.gather(TRAILING_BYTES, line);
        }
        if self.report.samples == 0 {
            return Err(Error::new(Cause::Malformed, line, "The table has no samples")
                .expected("a row for each sample")
                .remedy("Check that the file was not cut off."));
        }
        Ok(())
    }
}

fn key_of(role: &Role, name: String) -> String {
    match role {
        Role::Title => "title".to_owned(),
        Role::Description => "description".to_owned(),
        Role::SourceName { channel } => format!("source_name_ch{channel}"),
        Role::Characteristics { channel, .. } => format!("characteristics_ch{channel}"),
        Role::Organism { channel } => format!("organism_ch{channel}"),
        Role::Platform => "platform_id".to_owned(),
        Role::Series => "series_id".to_owned(),
        Role::Accession | Role::Attribute | Role::Ignore => name,
    }
}

fn unclosed(line: u64) -> Error {
    Error::new(Cause::Malformed, line, "A quote that opens on this line never closes")
        .expected("a closing quote before the next delimiter or line end")
        .remedy("Close it, or double the quotes that are text (\"\").")
}
