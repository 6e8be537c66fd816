//! Owns the rows of a SOFT table: its header, the fitting of rows to it, and the ways in which it ends.

use super::{Line, Reader, habits};
use crate::entity::EntityKind;
use crate::error::{Cause, Error};
use crate::sink::{Sink, go_on};
use crate::text::{self, Fit, recycle, split_tabs};
use crate::warning::{Scope, Severity, grouped};

pub(super) struct Table {
    /// Whether a `table_begin` line opened it, so that only its end line may close it.
    explicit: bool,
    begun_at: u64,
    /// How many columns its header has; 0 before the header came.
    columns: usize,
    rows: u64,
}

/// How a table ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Marked,
    ByNextEntity,
    OfFile,
}

impl<S: Sink + ?Sized> Reader<'_, S> {
    pub(super) fn begin_table(&mut self, line: u64, explicit: bool) -> Result<(), Error> {
        if self.draft.is_none() {
            return self.stray(line);
        }
        self.name_draft();
        self.hand_over(line)?;
        if let Some(draft) = &mut self.draft {
            draft.mark_table();
        }
        self.table = Some(Table { explicit, begun_at: line, columns: 0, rows: 0 });
        Ok(())
    }

    pub(super) fn table_line<'c>(&mut self, text: &str, line: u64, cells: Vec<&'c str>) -> Result<Vec<&'c str>, Error> {
        let Some(table) = &mut self.table else {
            return Ok(cells);
        };
        if let Some(end) = ending(text, table.explicit) {
            self.close_table(line, end)?;
            if end != End::Marked {
                self.metadata_line(text, line)?;
            }
            return Ok(cells);
        }
        if text.trim().is_empty() {
            if table.explicit {
                self.warnings.gather(habits::BLANK_ROW, line);
            }
            return Ok(cells);
        }
        if table.columns == 0 {
            self.header(text, line)?;
            return Ok(cells);
        }
        let mut cells = recycle(cells);
        match split_tabs(text, table.columns, &mut cells) {
            Fit::Exact => {}
            Fit::Padded => self.warnings.gather(text::PADDED, line),
            Fit::Cut => self.warnings.gather(text::CUT, line),
        }
        table.rows += 1;
        self.report.rows += 1;
        go_on(self.sink.row(&cells), line)?;
        Ok(recycle(cells))
    }

    fn header(&mut self, text: &str, line: u64) -> Result<(), Error> {
        let (Some(table), Some(draft)) = (&mut self.table, &self.draft) else {
            return Ok(());
        };
        let width = memchr::memchr_iter(b'\t', text.as_bytes()).count() + 1;
        if width > self.limits.max_columns {
            let what = format!("A table has {} columns", grouped(width as u64));
            return Err(Error::new(Cause::TooLarge, line, what)
                .expected(format!("at most {}", grouped(self.limits.max_columns as u64)))
                .remedy("Split the table; an operator can raise the limit."));
        }
        let columns = draft.columns(text);
        table.columns = columns.len();
        self.report.tables += 1;
        go_on(self.sink.table(&draft.table_of(), &columns), line)
    }

    pub(super) fn close_table(&mut self, line: u64, end: End) -> Result<(), Error> {
        let Some(table) = self.table.take() else {
            return Ok(());
        };
        // Rows belong to their table: what was odd in them is told before the next one.
        self.warnings.flush(self.sink, Scope::Table);
        if table.explicit && end != End::Marked {
            let (what, done) = match end {
                End::OfFile => ("The file ends inside a table", "kept the rows up to here; the file may be cut off"),
                _ => ("A table without its table_end line", "ended the table here"),
            };
            self.warn(line, Severity::Warning, what, "expected !…_table_end", done);
        }
        if table.columns == 0 {
            self.warn(table.begun_at, Severity::Note, "An empty table", "expected a header", "kept the description");
            return Ok(());
        }
        self.compare_with_announced(&table);
        go_on(self.sink.table_end(table.rows), line)
    }

    fn compare_with_announced(&mut self, table: &Table) {
        let Some(draft) = &self.draft else { return };
        let Some(announced) = draft.announced().cloned() else {
            return;
        };
        let what = match announced.rows.cmp(&table.rows) {
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Greater => "Fewer rows than announced",
            std::cmp::Ordering::Less => "More rows than announced",
        };
        let (said, found) = (grouped(announced.rows), grouped(table.rows));
        let expected = format!("!{} = {said}, the table has {found}", announced.key);
        self.warn(announced.line, Severity::Warning, what, expected, format!("kept {found}"));
    }
}

/// Whether a line ends the table that it stands in. Feature names may begin with `!`, `^` or `#`, so
/// inside a table that has an end line of its own, only lines that leave no doubt do.
fn ending(text: &str, explicit: bool) -> Option<End> {
    match text.as_bytes().first()? {
        b'!' => match Line::of(text) {
            Line::TableEnd => Some(End::Marked),
            _ if !explicit => Some(End::ByNextEntity),
            Line::Attribute(key, _, true) if !text.contains('\t') && has_entity_prefix(key) => Some(End::ByNextEntity),
            _ => None,
        },
        b'^' => match Line::of(text) {
            Line::Entity(..) if !explicit || !text.contains('\t') => Some(End::ByNextEntity),
            _ => None,
        },
        _ => None,
    }
}

fn has_entity_prefix(key: &str) -> bool {
    key.split_once('_').is_some_and(|(word, _)| EntityKind::from_word(word.as_bytes()).is_some())
}
