//! Why the engine refused: what the asker can mend (a query, a facet, a cursor), what a rebuild
//! mends (a layout), and what only an operator can (the files).

use std::fmt;

use crate::query::SyntaxError;

/// A refusal of the engine. `Syntax`, `UnknownFacet` and `Cursor` are the asker's (a 400).
#[derive(Debug)]
pub enum Fault {
    Syntax(SyntaxError),
    /// A facet that the layout does not have, and the ones it has.
    UnknownFacet {
        name: String,
        known: Vec<String>,
    },
    /// The cursor is damaged, or was made by another query or order.
    Cursor(String),
    /// The index was built with another layout, or by another version of this engine: rebuild it.
    Layout {
        found: String,
        wanted: String,
    },
    /// Files are missing, damaged or not writable.
    Index {
        doing: String,
        cause: String,
    },
}

impl Fault {
    pub(crate) fn index(doing: impl Into<String>) -> impl FnOnce(tantivy::TantivyError) -> Fault {
        let doing = doing.into();
        move |error| Fault::Index { doing, cause: error.to_string() }
    }

    pub(crate) fn files(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Fault {
        let doing = doing.into();
        move |error| Fault::Index { doing, cause: error.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Syntax(error) => error.fmt(out),
            Fault::UnknownFacet { name, known } => {
                write!(out, "there is no facet {name:?}; choose one of {}", known.join(", "))
            }
            Fault::Cursor(why) => write!(out, "the cursor {why}; start again from the first page"),
            Fault::Layout { found, wanted } => {
                write!(out, "the search index has the layout {found}, this program needs {wanted}; rebuild the index")
            }
            Fault::Index { doing, cause } => write!(out, "{doing}: {cause}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<SyntaxError> for Fault {
    fn from(error: SyntaxError) -> Fault {
        Fault::Syntax(error)
    }
}
