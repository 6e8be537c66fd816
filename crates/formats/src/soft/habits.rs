//! Owns the words for what SOFT files get wrong again and again.

use crate::warning::{Habit, Scope, Severity};

pub const BYTE_ORDER_MARK: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "The file begins with a byte order mark",
    expected: "expected plain UTF-8",
    done: "skipped it",
};
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
pub const TRAILING_BYTES: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "Bytes follow after the end of the gzip stream",
    expected: "expected the end of the file",
    done: "ignored them",
};
pub const PADDED: Habit = Habit {
    scope: Scope::Table,
    severity: Severity::Warning,
    what: "A row with fewer cells than the header",
    expected: "expected one cell for each column",
    done: "filled up with empty cells",
};
pub const CUT: Habit = Habit {
    scope: Scope::Table,
    severity: Severity::Error,
    what: "A row with more cells than the header",
    expected: "expected one cell for each column",
    done: "left the surplus cells out",
};
pub const BLANK_ROW: Habit = Habit {
    scope: Scope::Table,
    severity: Severity::Note,
    what: "A blank line inside a table",
    expected: "expected a row",
    done: "skipped it",
};
