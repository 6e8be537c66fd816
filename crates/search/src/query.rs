//! The query language: what a person typed, as a tree, and its canonical print.
//!
//! Terms, `"phrases"`, `AND` (also implied), `OR`, `NOT` and `-`, parentheses, `field:value`,
//! `field:(a OR b)`, `"field name":"a phrase"`, `hepat*`. `NOT` binds before `AND`, `AND` before `OR`;
//! in lower case they are words. Own grammar: tantivy's has panicked and looped on hostile input,
//! and cannot say at which character a query went wrong.
//! It never looks at an index: whether a field exists is asked when the query is run.

mod parser;
mod syntax_error;
#[cfg(test)]
mod tests;

use std::fmt;

pub use parser::parse;
pub use syntax_error::SyntaxError;

/// Longest query, in bytes.
pub const MAX_QUERY_BYTES: usize = 4096;
/// Most words in one query, those inside phrases included.
pub const MAX_CLAUSES: usize = 256;
/// Deepest nesting of brackets and negations.
pub const MAX_DEPTH: usize = 32;
/// Shortest prefix before a `*`: a single letter would match nearly everything.
pub const MIN_PREFIX_CHARS: usize = 2;

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub root: Node,
}

impl Query {
    /// The query that every document matches: an empty text.
    pub fn all() -> Query {
        Query { root: Node::All }
    }
}

/// `And` and `Or` have at least two children, and never a child of their own kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    All,
    Text(Text),
    /// One whole value of [`crate::Doc::terms`]; made by callers, never by [`parse`]. It adds nothing to a score.
    Exact {
        field: String,
        value: String,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
}

/// A word, a phrase or a prefix, in one field or in all.
#[derive(Clone, Debug, Eq)]
pub struct Text {
    /// Folded name of the field; none searches everything.
    pub field: Option<String>,
    /// As typed, without the punctuation around it; holds at least one word.
    pub text: String,
    /// Whether words that only begin with it match, too.
    pub prefix: bool,
    /// Where it stood in the query, counted in characters (its field, if it has one).
    pub at: usize,
}

/// Where it stood is no part of what it asks.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        (&self.field, &self.text, self.prefix) == (&other.field, &other.text, other.prefix)
    }
}

/// Reads as the same query, unless it was at a limit: a field is printed before each of its words,
/// and brackets are added where `AND` meets `OR`.
impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Node::All => Ok(()),
            root => root.fmt(out),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |out: &mut fmt::Formatter<'_>, children: &[Node], between: &str| {
            for (index, child) in children.iter().enumerate() {
                if index > 0 {
                    out.write_str(between)?;
                }
                child.fmt_operand(out)?;
            }
            Ok(())
        };
        match self {
            Node::All => out.write_str("()"),
            Node::Text(text) => text.fmt(out),
            Node::Exact { field, value } => write!(out, "\"{field}\":\"{value}\""),
            Node::And(children) => list(out, children, " "),
            Node::Or(children) => list(out, children, " OR "),
            Node::Not(child) => {
                out.write_str("NOT ")?;
                child.fmt_operand(out)
            }
        }
    }
}

impl Node {
    fn fmt_operand(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::And(_) | Node::Or(_) => write!(out, "({self})"),
            _ => fmt::Display::fmt(self, out),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            if is_plain(field) { write!(out, "{field}:")? } else { write!(out, "\"{field}\":")? }
        }
        match (is_plain(&self.text), self.prefix) {
            (_, true) => write!(out, "{}*", self.text),
            (true, false) => out.write_str(&self.text),
            (false, false) => write!(out, "\"{}\"", self.text),
        }
    }
}

/// Whether a text means the same without quotes.
fn is_plain(text: &str) -> bool {
    !matches!(text, "AND" | "OR" | "NOT") && text.chars().all(|c| c.is_alphanumeric() || crate::words::is_link_char(c))
}
