//! Owns the words for what SOFT files get wrong again and again.

use crate::warning::{Habit, Scope, Severity};

pub const BEFORE_FIRST: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Error,
    what: "Text before the first ^ENTITY line",
    expected: "expected a line such as ^SERIES = GSE1",
    done: "left it out",
};
pub const STRAY: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Error,
    what: "A line that is neither metadata nor a table",
    expected: "expected a line that begins with ^, ! or #",
    done: "left it out",
};
pub const NO_VALUE: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "A key without value",
    expected: "expected !Key = value",
    done: "kept the key with an empty value",
};
pub const END_WITHOUT_BEGIN: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Warning,
    what: "A table ends that never began",
    expected: "expected a table_begin line before it",
    done: "ignored the line",
};
pub const NO_TABLE_BEGIN: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "A table without its table_begin line",
    expected: "expected !sample_table_begin or the like",
    done: "recognized the header by its column names",
};
pub const BLANK_ROW: Habit = Habit {
    scope: Scope::Table,
    severity: Severity::Note,
    what: "A blank line inside a table",
    expected: "expected a row",
    done: "skipped it",
};
