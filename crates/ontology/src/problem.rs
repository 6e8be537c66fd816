//! What was odd in an ontology's file, with its line; and what makes a file unusable.

use std::fmt;

/// How many oddities are kept with their text; all are counted.
pub const KEPT: usize = 1_000;

/// The longest message that is kept, in bytes.
const LONGEST: usize = 500;

/// An oddity that was read over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1; 0 where the format has no lines.
    pub line: u64,
    /// What is odd, and what was done.
    pub message: String,
}

/// Counts oddities and keeps the first [`KEPT`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    pub total: u64,
    pub kept: Vec<Problem>,
}

impl Problems {
    pub fn push(&mut self, line: u64, message: impl Into<String>) {
        self.total += 1;
        if self.kept.len() < KEPT {
            let mut message = message.into();
            // Ids and names in it are the file's, and may be of any length.
            if message.len() > LONGEST {
                message.truncate(message.floor_char_boundary(LONGEST));
                message.push('…');
            }
            self.kept.push(Problem { line, message });
        }
    }
}

/// Why a file is no ontology that can be used. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub line: u64,
    pub message: String,
}

impl Error {
    pub fn new(line: u64, message: impl Into<String>) -> Error {
        Error { line, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
