//! Files of decisions, read from the start to the end on a thread of their own: one sample at a time, whatever their size.
//! What they say is not known here to be right; what cannot be understood names its line and the remedy.

mod label_studio;
mod own;
mod table;

use chorale_model::curation::Curation;
use chorale_model::harmonize::ValueState;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Which format a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The platform's own JSON.
    Own,
    Table,
    LabelStudio,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Own => "decisions",
            Kind::Table => "table",
            Kind::LabelStudio => "label_studio",
        }
    }
}

/// What a file says of one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// A line of a table, or which of a JSON file's entries; from 1.
    pub line: i64,
    pub sample: String,
    /// The accession of a dataset that holds it.
    pub dataset: Option<String>,
    pub said: Vec<Said>,
}

/// What it says of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// The values as people write them: terms by id or name, choices.
    Values { field: String, values: Vec<String> },
    /// That there is none, and why.
    Nothing { field: String, state: ValueState },
    /// A decision as the platform wrote it.
    Exact(Box<Curation>),
}

/// One thing that a reader comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Told(Told),
    /// Something that is left out, with its line and the reason.
    Left {
        line: i64,
        message: String,
    },
}

/// The file cannot be read on from here: its line, and the words for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    pub line: i64,
    pub message: String,
}

/// Takes what is read; false: nobody wants more.
pub type Each<'a> = &'a mut dyn FnMut(Item) -> bool;

/// A field of the collection: how columns may name it.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub label: String,
    /// Several values may stand in a cell.
    pub many: bool,
}

/// Reads a file of any known format.
pub fn read(file: impl Read, fields: &[Named], seen: Arc<AtomicI64>, each: Each<'_>) -> Result<Kind, Broken> {
    let mut input = BufReader::with_capacity(1 << 16, Counted { file, seen });
    let head = input.fill_buf().map_err(|e| unreadable(&e))?;
    if head.starts_with(&[0x1f, 0x8b]) || head.starts_with(b"PK\x03\x04") {
        return Err(broken(0, "is packed; unpack it first, or save a spreadsheet as CSV"));
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        input.consume(3);
    }
    let head = input.fill_buf().map_err(|e| unreadable(&e))?;
    match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(broken(0, "is empty")),
        Some(b'{') => own::read(input, each).map(|()| Kind::Own),
        Some(b'[') => label_studio::read(input, fields, each).map(|()| Kind::LabelStudio),
        Some(_) => table::read(input, fields, each).map(|()| Kind::Table),
    }
}

/// Counts what went through.
struct Counted<R> {
    file: R,
    seen: Arc<AtomicI64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(into)?;
        self.seen.fetch_add(i64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

fn broken(line: i64, message: impl Into<String>) -> Broken {
    Broken { line, message: message.into() }
}

fn unreadable(error: &std::io::Error) -> Broken {
    broken(0, format!("cannot be read: {error}"))
}

/// What is wrong with JSON, and where.
fn of_json(error: &serde_json::Error) -> Broken {
    let line = i64::try_from(error.line()).unwrap_or(i64::MAX);
    let words = error.to_string();
    // The place is said beside it.
    let words = words.split(" at line ").next().unwrap_or(&words).to_owned();
    broken(line, format!("column {}: {words}", error.column()))
}

/// Words for a state, as people write them in a cell.
fn state_of(text: &str) -> Option<ValueState> {
    match text.trim().to_lowercase().replace(['_', '-'], " ").as_str() {
        "not reported" => Some(ValueState::NotReported),
        "not applicable" => Some(ValueState::NotApplicable),
        _ => None,
    }
}

/// A cell that says nothing.
fn is_empty(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "" | "-" | "–" | "na" | "n/a" | "nan" | "null" | "none")
}

/// What the values of a field say: nothing at all, a state, or values.
fn said(field: &str, values: impl IntoIterator<Item = String>) -> Option<Said> {
    let values = values.into_iter().map(|value| value.trim().to_owned());
    let values: Vec<String> = values.filter(|value| !is_empty(value)).collect();
    let field = field.to_owned();
    match values.as_slice() {
        [] => None,
        [one] if state_of(one).is_some() => state_of(one).map(|state| Said::Nothing { field, state }),
        _ => Some(Said::Values { field, values }),
    }
}

#[cfg(test)]
mod tests;
