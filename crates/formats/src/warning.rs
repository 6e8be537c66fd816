//! Owns warnings: what was odd in a file that was read nevertheless. Ones that would repeat by the
//! thousand are gathered under their first line; see [`Warnings::gather`].

use crate::error::Error;
use crate::sink::{Report, Sink};
use serde::Serialize;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing was changed or lost.
    Note,
    /// The file contradicts itself or its format, and was read in the way that `done` says.
    Warning,
    /// Something was left out.
    Error,
}

/// One oddity: the line, what it is, what was expected, what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    pub line: u64,
    pub severity: Severity,
    pub what: String,
    pub expected: String,
    pub done: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)?;
        if !self.expected.is_empty() {
            write!(f, "; {}", self.expected)?;
        }
        write!(f, "; {}", self.done)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Table,
    File,
}

/// An oddity that can stand on every line of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habit {
    /// Whether it is told at the end of each table, or once at the end of the file.
    pub scope: Scope,
    pub severity: Severity,
    pub what: &'static str,
    pub expected: &'static str,
    pub done: &'static str,
}

/// Counts all warnings and hands over the first `max`.
pub(crate) struct Warnings {
    pub total: u64,
    max: u64,
    gathered: Vec<(Habit, u64, u64)>,
}

impl Warnings {
    pub fn new(max: u64) -> Self {
        Self { total: 0, max, gathered: Vec::new() }
    }

    pub fn push<S: Sink + ?Sized>(&mut self, sink: &mut S, warning: Warning) {
        self.total += 1;
        if self.total <= self.max {
            sink.warning(warning);
        }
    }

    /// Remembers the first line of a habit and counts the others. There are as many habits as places in
    /// our own code that name one, so the list stays short.
    pub fn gather(&mut self, habit: Habit, line: u64) {
        match self.gathered.iter_mut().find(|(known, ..)| known.what == habit.what) {
            Some((_, _, count)) => *count += 1,
            None => self.gathered.push((habit, line, 1)),
        }
    }

    /// Hands over what was gathered: at the end of a table what belongs to it, at the end of the file all.
    pub fn flush<S: Sink + ?Sized>(&mut self, sink: &mut S, scope: Scope) {
        if self.gathered.is_empty() {
            return;
        }
        let (now, later) = std::mem::take(&mut self.gathered)
            .into_iter()
            .partition(|(habit, ..)| scope == Scope::File || habit.scope == Scope::Table);
        self.gathered = later;
        let now: Vec<(Habit, u64, u64)> = now;
        for (habit, line, count) in now {
            let done = match count {
                1 => habit.done.to_owned(),
                _ => format!("{} ({} lines, this is the first)", habit.done, grouped(count)),
            };
            let Habit { severity, what, expected, .. } = habit;
            let warning = Warning { line, severity, what: what.to_owned(), expected: expected.to_owned(), done };
            self.push(sink, warning);
        }
    }

    /// The end of a reading. What was gathered is handed over also when the reading failed: it tells why.
    pub fn conclude<S: Sink + ?Sized>(
        mut self,
        sink: &mut S,
        ended: Result<(), Error>,
        report: Report,
        lines: u64,
    ) -> Result<Report, Error> {
        self.flush(sink, Scope::File);
        ended.map(|()| Report { warnings_total: self.total, lines, ..report })
    }
}

/// 22283 as "22,283".
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A short quotation of a source's text, safe for a message of one line.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("\"{short}\"")
}
