//! Owns `Error`: why a file could not be read to its end, at which line, and what to do about it.
//! It must never carry a path of this machine or the contents of the file beyond a short quotation.
//! Start at [`Error`]; [`Cause`] tells programs apart what `Display` tells people.

use crate::sink::Stop;
use std::fmt;

/// What kind of trouble ended the reading.
#[derive(Debug)]
pub enum Cause {
    /// The bytes are not what the format allows, and nothing sensible can be made of them.
    Malformed,
    /// The file ends before its own structure does.
    Truncated,
    /// A limit of [`crate::Limits`] was passed.
    TooLarge,
    /// The file inflates more than [`crate::Limits::max_ratio`] allows: a gzip bomb.
    Bomb,
    /// No reader for these bytes.
    Unsupported,
    /// The underlying reader failed; the file itself may be fine.
    Io(std::io::Error),
    /// The sink asked to stop: the job was cancelled, or the consumer failed.
    Stopped(Stop),
}

/// Why reading ended early: the place, what was found, what was expected, what to do.
#[derive(Debug)]
pub struct Error {
    pub cause: Cause,
    /// The line reached, counted from 1; 0 when no line was read yet.
    pub line: u64,
    pub what: String,
    pub expected: String,
    pub remedy: String,
}

impl Error {
    pub(crate) fn new(cause: Cause, line: u64, what: impl Into<String>) -> Self {
        Self { cause, line, what: what.into(), expected: String::new(), remedy: String::new() }
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    pub(crate) fn stopped(stop: Stop, line: u64) -> Self {
        let what = match &stop {
            Stop::Cancelled => "Reading was cancelled".to_owned(),
            Stop::Failed(error) => format!("What was read could not be stored: {error}"),
        };
        Self::new(Cause::Stopped(stop), line, what)
    }

    /// Whether the sink asked to stop because its job was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.cause, Cause::Stopped(Stop::Cancelled))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        f.write_str(&self.what)?;
        if !self.expected.is_empty() {
            write!(f, "; expected {}", self.expected)?;
        }
        if !self.remedy.is_empty() {
            write!(f, ". {}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(error) => Some(error),
            Cause::Stopped(Stop::Failed(error)) => Some(error.as_ref()),
            _ => None,
        }
    }
}
