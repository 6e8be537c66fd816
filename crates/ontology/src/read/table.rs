//! Tables with a head between tabs, as registries of genes and compounds publish them: cells may stand in quotes, and a
//! cell may hold a list between bars.

use super::lines::Lines;
use crate::problem::{Error, Problems};

pub struct Table<'a> {
    lines: Lines<'a>,
    head: Vec<String>,
    /// The last line has an end: the file is whole as far as anybody can tell.
    is_ended: bool,
}

/// One row with its line.
pub struct Row {
    pub line: u64,
    cells: Vec<String>,
}

impl<'a> Table<'a> {
    /// Reads the head; without one of the `needed` columns the file is another one.
    pub fn open(text: &'a [u8], needed: &[&str], problems: &mut Problems) -> Result<Table<'a>, Error> {
        let mut lines = Lines::new(text);
        let (_, first) = lines.next(problems).unwrap_or_default();
        let head: Vec<String> = cells(&first).map(|cell| cell.to_ascii_lowercase()).collect();
        if let Some(missing) = needed.iter().find(|name| !head.iter().any(|cell| cell == *name)) {
            return Err(Error::new(
                1,
                format!("the table has no column \"{missing}\"; is its head there, and are its columns between tabs?"),
            ));
        }
        Ok(Table { lines, head, is_ended: text.ends_with(b"\n") })
    }

    /// The place of a column; None where the table lacks it.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.head.iter().position(|cell| cell == name)
    }

    /// The next row that has a cell for every column. A shorter one is told, and the last one refuses the file when its
    /// line has no end: it was cut off there.
    pub fn next(&mut self, problems: &mut Problems) -> Result<Option<Row>, Error> {
        while let Some((line, text)) = self.lines.next(problems) {
            if text.trim().is_empty() {
                continue;
            }
            let cells: Vec<String> = cells(&text).collect();
            if cells.len() >= self.head.len() {
                return Ok(Some(Row { line, cells }));
            }
            if !self.is_ended && self.lines.is_at_end() {
                return Err(Error::new(
                    line,
                    "the file ends in the middle of a row; fetch it again and compare its checksum",
                ));
            }
            let told = format!("{} cells where the head has {}; the row was left out", cells.len(), self.head.len());
            problems.push(line, told);
        }
        Ok(None)
    }
}

impl Row {
    /// Empty where the table lacks the column.
    pub fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// The parts of a list.
    pub fn list(&self, column: Option<usize>) -> impl Iterator<Item = &str> {
        self.cell(column).split('|').map(str::trim).filter(|part| !part.is_empty())
    }
}

/// Between tabs, without the quotes around a cell; a quote in a quoted cell stands twice.
fn cells(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('\t').map(|cell| {
        let cell = cell.trim();
        match cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\"").trim().to_owned(),
            None => cell.to_owned(),
        }
    })
}
