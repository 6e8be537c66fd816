//! Owns SOFT: `^ENTITY = accession`, `!Key = value`, `#COLUMN = description`, tables between
//! `!sample_table_begin` and `!sample_table_end`. Family, GSM, GPL, GDS and GPL annotation files are one
//! grammar. The format: <https://www.ncbi.nlm.nih.gov/geo/info/soft.html>.
//!
//! It must never keep a table in memory. Start at [`read`]; `draft` gathers an entity until its table
//! begins, `table` reads the rows.

mod draft;
mod habits;
mod table;

use crate::entity::EntityKind;
use crate::error::{Cause, Error};
use crate::input::Input;
use crate::limits::Limits;
use crate::sink::{Report, Sink, go_on};
use crate::text::{decode, without_mark};
use crate::warning::{Severity, Warning, Warnings, grouped, quoted};
use draft::Draft;
use std::collections::HashSet;
use std::io::Read;
use table::Table;

pub(crate) fn read<R: Read, S: Sink + ?Sized>(
    mut input: Input<R>,
    limits: &Limits,
    sink: &mut S,
) -> Result<Report, Error> {
    let mut reader = Reader::new(limits, sink);
    let ended = reader.read_all(&mut input);
    reader.warnings.conclude(reader.sink, ended, reader.report, input.line())
}

struct Reader<'a, S: ?Sized> {
    limits: &'a Limits,
    sink: &'a mut S,
    warnings: Warnings,
    report: Report,
    draft: Option<Draft>,
    table: Option<Table>,
    /// Hashes of (kind, accession) that were handed over. A clash of two hashes costs one wrong remark,
    /// no data.
    seen: HashSet<u64>,
    announced_samples: u64,
    series: u64,
    scratch: String,
}

/// What a line of metadata is, by its first bytes.
enum Line<'a> {
    Blank,
    Entity(EntityKind, &'a str),
    TableBegin,
    TableEnd,
    Attribute(&'a str, &'a str, bool),
    Column(&'a str, &'a str),
    Other,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        match text.as_bytes().first() {
            None => Self::Blank,
            Some(b'^') => match entity_line(text) {
                Some((kind, accession)) => Self::Entity(kind, accession),
                None => Self::Other,
            },
            Some(b'!') => {
                if is_mark(text, "_table_begin") {
                    Self::TableBegin
                } else if is_mark(text, "_table_end") {
                    Self::TableEnd
                } else {
                    let (key, value, said) = key_value(&text[1..]);
                    Self::Attribute(key, value, said)
                }
            }
            Some(b'#') => {
                let (name, description, _) = key_value(&text[1..]);
                Self::Column(name, description)
            }
            Some(_) if text.trim().is_empty() => Self::Blank,
            Some(_) => Self::Other,
        }
    }
}

/// `^SAMPLE = GSM1`, `^sample=GSM1`, `^database`.
fn entity_line(text: &str) -> Option<(EntityKind, &str)> {
    let (word, accession, _) = key_value(text.strip_prefix('^')?);
    EntityKind::from_word(word.as_bytes()).map(|kind| (kind, accession))
}

/// `!sample_table_begin` with whatever entity, case and trailing white space.
fn is_mark(text: &str, mark: &str) -> bool {
    let bytes = text.trim_ascii_end().as_bytes();
    bytes.len() > mark.len()
        && bytes[bytes.len() - mark.len()..].eq_ignore_ascii_case(mark.as_bytes())
        && !bytes.contains(&b'=')
}

/// Splits at the first `=`; the last part says whether there was one.
fn key_value(text: &str) -> (&str, &str, bool) {
    match memchr::memchr(b'=', text.as_bytes()) {
        Some(at) => (text[..at].trim(), text[at + 1..].trim(), true),
        None => (text.trim(), "", false),
    }
}

impl<'a, S: Sink + ?Sized> Reader<'a, S> {
    fn new(limits: &'a Limits, sink: &'a mut S) -> Self {
        Self {
            limits,
            sink,
            warnings: Warnings::new(limits.max_warnings),
            report: Report::default(),
            draft: None,
            table: None,
            seen: HashSet::new(),
            announced_samples: 0,
            series: 0,
            scratch: String::new(),
        }
    }

    fn read_all<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), Error> {
        let mut cells: Vec<&str> = Vec::new();
        while let Some(range) = input.next_line()? {
            let line = input.line();
            cells = self.line(input.bytes(range), line, cells)?;
            let flow = input.report(self.sink);
            go_on(flow, line)?;
        }
        self.end(input)
    }

    /// Reads one line. The cells come back emptied, so that their room is used again.
    fn line<'c>(&mut self, bytes: &[u8], line: u64, cells: Vec<&'c str>) -> Result<Vec<&'c str>, Error> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let bytes = without_mark(bytes, line, &mut self.warnings);
        let text = decode(bytes, line, &mut scratch, &mut self.warnings);
        let result = if self.table.is_some() {
            self.table_line(text, line, cells)
        } else {
            self.metadata_line(text, line).map(|()| cells)
        };
        self.scratch = scratch;
        result
    }

    fn metadata_line(&mut self, text: &str, line: u64) -> Result<(), Error> {
        match Line::of(text) {
            Line::Blank => Ok(()),
            Line::Entity(kind, accession) => self.begin_entity(kind, accession, line),
            Line::TableBegin => self.begin_table(line, true),
            Line::TableEnd => {
                self.warnings.gather(habits::END_WITHOUT_BEGIN, line);
                Ok(())
            }
            Line::Attribute(key, value, said) => self.attribute(key, value, said, line),
            Line::Column(name, description) => match &mut self.draft {
                Some(draft) => draft.describe_column(name, description, line, self.limits),
                None => self.stray(line),
            },
            Line::Other => {
                if self.draft.as_ref().is_some_and(|draft| draft.is_header(text)) {
                    self.warnings.gather(habits::NO_TABLE_BEGIN, line);
                    self.begin_table(line, false)?;
                    self.table_line(text, line, Vec::new()).map(|_| ())
                } else {
                    self.stray(line)
                }
            }
        }
    }

    fn stray(&mut self, line: u64) -> Result<(), Error> {
        let habit = if self.draft.is_none() { habits::BEFORE_FIRST } else { habits::STRAY };
        self.warnings.gather(habit, line);
        Ok(())
    }

    fn attribute(&mut self, key: &str, value: &str, said: bool, line: u64) -> Result<(), Error> {
        if !said {
            self.warnings.gather(habits::NO_VALUE, line);
        }
        match &mut self.draft {
            Some(draft) => draft.attribute(key, value, line, self.limits),
            None => self.stray(line),
        }
    }

    fn begin_entity(&mut self, kind: EntityKind, accession: &str, line: u64) -> Result<(), Error> {
        self.close_entity(line)?;
        if self.report.entities >= self.limits.max_entities {
            let most = grouped(self.limits.max_entities);
            return Err(Error::new(Cause::TooLarge, line, format!("The file holds more than {most} entities"))
                .remedy("Split the file."));
        }
        self.draft = Some(Draft::new(kind, accession, line));
        Ok(())
    }

    /// Hands over what was gathered since the `^` line or since the table.
    fn hand_over(&mut self, line: u64) -> Result<(), Error> {
        let Some(draft) = &mut self.draft else {
            return Ok(());
        };
        let Some(mut entity) = draft.take_entity() else {
            return Ok(());
        };
        let repeated = !self.seen.insert(entity.key_hash());
        if repeated {
            if !entity.continued && entity.kind != EntityKind::Database {
                // GEO's own GDS files name the dataset again before its table, with nothing new to say.
                if entity.attributes.is_empty() {
                    return Ok(());
                }
                let done = "kept both; the later adds to the earlier";
                let what = format!("{} {} comes again", entity.kind.word(), quoted(&entity.accession));
                self.warn(entity.line, Severity::Warning, what, "expected each accession once", done);
            }
            entity.continued = true;
        } else {
            self.report.entities += 1;
            self.report.samples += u64::from(entity.kind == EntityKind::Sample);
        }
        if entity.kind == EntityKind::Series {
            self.announced_samples += entity.samples().len() as u64;
            self.series += u64::from(!repeated);
        }
        go_on(self.sink.entity(entity), line)
    }

    fn close_entity(&mut self, line: u64) -> Result<(), Error> {
        self.name_draft();
        self.hand_over(line)?;
        if let Some(draft) = &self.draft
            && let Some(announced) = draft.missing_table()
        {
            let at = announced.line;
            let said = format!("!{} = {}, there is no table", announced.key, grouped(announced.rows));
            self.warn(at, Severity::Note, "No table although rows are announced", said, "kept the description");
        }
        self.draft = None;
        Ok(())
    }

    /// An entity needs a name before it is handed over.
    fn name_draft(&mut self) {
        let Some(draft) = &mut self.draft else { return };
        if let Some((at, name)) = draft.name_if_nameless() {
            let done = format!("called it {}", quoted(&name));
            self.warn(at, Severity::Warning, "An entity without accession", "expected ^ENTITY = accession", done);
        }
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

    fn end<R: Read>(&mut self, input: &Input<R>) -> Result<(), Error> {
        let line = input.line();
        self.close_table(line, table::End::OfFile)?;
        self.close_entity(line)?;
        if input.has_trailing_garbage() {
            self.warnings.gather(crate::input::TRAILING_BYTES, line);
        }
        let found = self.report.samples;
        // A platform's file lists its series whole and holds only its own samples of them.
        if found > 0 && self.series == 1 && self.announced_samples > found {
            let said = format!(
                "the series names {} samples, the file has {}",
                grouped(self.announced_samples),
                grouped(found)
            );
            self.warn(line, Severity::Warning, "Fewer samples than announced", said, "kept those that are here");
        }
        if self.report.entities == 0 {
            return Err(Error::new(Cause::Malformed, line, "The file describes nothing")
                .expected("a line such as ^SERIES = GSE1 or ^SAMPLE = GSM1")
                .remedy("Check that it is a SOFT file and was not cut off."));
        }
        Ok(())
    }
}
