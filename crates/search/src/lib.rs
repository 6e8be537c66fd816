//! The search engine: documents in, ranked hits, exact facet counts and snippets out, on tantivy.
//!
//! Owns the index layout, the way words are folded, the query language and its evaluation.
//! It must never know SQL, HTTP, tenants' rights or object storage: a caller says which collections
//! may be seen, and moves the immutable files that a commit names.
//!
//! Start reading at [`search()`] (one request over one or more snapshots), then [`parse`] and [`Writer`].

mod counting;
mod cursor;
mod document;
mod fault;
mod known_fields;
mod layout;
mod matching;
mod order;
mod plan;
mod query;
mod ranking;
mod request;
mod search;
mod snapshot;
mod snippet;
#[cfg(test)]
mod tests;
mod words;
mod writer;

pub use document::{Doc, Kind};
pub use fault::Fault;
pub use layout::Layout;
pub use query::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES, MIN_PREFIX_CHARS, Node, Query, SyntaxError, Text, parse};
pub use request::{Count, Cursor, Direction, Facet, Hit, Order, Request, Response, Snippet, Sort};
pub use search::search;
pub use snapshot::Snapshot;
pub use writer::{File, Files, Filter, Writer, remove_garbage};
