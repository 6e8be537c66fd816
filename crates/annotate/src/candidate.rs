//! What was read, before anything is chosen: every reading with what a re-ranker may want to know of it.

use crate::field::Field;
use crate::quantity::Quantity;
use crate::suggestion::{Method, State};
use chorale_ontology::{Scope, TermRef};

/// One value that one field of an item may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub field: Field,
    pub meaning: Meaning,
    pub state: State,
    pub method: Method,
    /// How sure the dictionary alone is, 0 to 1.
    pub prior: f32,
    /// The strongest place where it was read.
    pub span: Option<Span>,
    pub features: Features,
    pub quantities: Vec<Quantity>,
}

/// What a candidate stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A term of an installed release.
    Term(TermRef),
    /// A value of the built-in lists, with its id (or the value again) and label.
    Known { id: &'static str, label: &'static str },
    /// The text itself.
    Text(String),
}

/// A place in an item: scalar values of an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    pub attribute: u32,
    pub start: u32,
    pub end: u32,
}

/// Of a candidate's strongest mention, unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    pub source: Source,
    pub fit: Fit,
    pub scope: Scope,
    pub is_label: bool,
    pub is_acronym: bool,
    /// Read through an abbreviation that the study defines.
    pub is_abbreviation: bool,
    /// Words and characters of the name.
    pub words: u16,
    pub chars: u16,
    /// Other terms of the field that the same text names.
    pub rivals: u16,
    pub negated: bool,
    pub compared: bool,
    /// Part of a longer name of another field: the lung in lung cancer.
    pub inside: bool,
    /// The name is the whole value.
    pub whole: bool,
    /// The text stands alike in all samples of the study.
    pub constant: bool,
    /// The study's own title or summary names it.
    pub in_study: bool,
    /// How much other values of the item and the study speak for it, 0 to 1.
    pub support: f32,
    /// How often it stands in the item.
    pub mentions: u16,
}

/// Which kind of text it stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    Title,
    SourceName,
    /// A characteristic, or a column of a table.
    Characteristic,
    Description,
    Protocol,
    /// A text without a key.
    #[default]
    Bare,
    /// The second channel of a two-colour array: mostly a reference.
    Reference,
    /// A value that follows from others.
    Derived,
    StudyTitle,
    StudySummary,
}

/// How far a key asks for a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// The key asks for something else.
    Other,
    /// There is no key, or one that is not known.
    #[default]
    None,
    Weak,
    Strong,
}
