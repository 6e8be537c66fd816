//! What is wrong with a query, where, and how to mend it.

use std::fmt;

/// A query that cannot be understood. A 400 for whoever typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in characters (Unicode scalar values) from the start of the query.
    pub offset_chars: usize,
    /// What is wrong and what was expected.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl SyntaxError {
    pub(crate) fn new(offset_chars: usize, message: impl Into<String>, remedy: impl Into<String>) -> SyntaxError {
        SyntaxError { offset_chars, message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "at character {}: {}; {}", self.offset_chars + 1, self.message, self.remedy)
    }
}

impl std::error::Error for SyntaxError {}
