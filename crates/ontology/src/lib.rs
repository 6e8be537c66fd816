//! Ontologies: releases read from the formats that people download, their closures, the search for a term by name, and
//! the dictionary that finds terms in free text.
//!
//! Owns what a name means. It must never touch SQL or HTTP, and decides nothing about samples: which field a term
//! belongs to and which of two readings holds is harmonization's business. Start at [`read()`], then [`Library`].

mod bytes;
mod closure;
mod cycle;
pub mod dictionary;
mod draft;
mod hash;
mod library;
pub mod lookup;
mod numbers;
mod problem;
mod read;
mod release;
mod term;
mod texts;
mod words;

pub use closure::Closure;
pub use dictionary::Dictionary;
pub use library::{Hit, LAYOUT, Library, Pin, TermRef, pack, unpack};
pub use lookup::Lookup;
pub use problem::{Error, KEPT, Problem, Problems};
pub use read::{Format, MOST_BYTES, detect, read};
pub use release::{Place, Release, Step};
pub use term::{Fact, FactKind, Parent, Relation, Scope, Synonym, Term};
pub use words::{Shape, Word, Words};
