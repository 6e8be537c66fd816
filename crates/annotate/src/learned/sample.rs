//! What the learned annotator is given: the samples of a study with what the dictionary found in each.

use super::terms::TermNumber;
use serde::{Deserialize, Serialize};

/// The samples of one study, in their order.
#[derive(Clone, Debug, Default)]
pub struct Study<'a> {
    /// Rows of one group stand on one side of every split; 0 is a group like any other.
    pub group: u64,
    pub samples: Vec<Sample<'a>>,
}

/// One sample.
#[derive(Clone, Debug, Default)]
pub struct Sample<'a> {
    /// Keys with their values, as the source gives them.
    pub attributes: Vec<(&'a str, &'a str)>,
    /// Terms that the dictionary read, each once, with its strongest mention.
    pub hits: Vec<Hit>,
}

/// A term that the dictionary found in a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub term: TermNumber,
    /// A number for where it stands (key and kind of text), so that keys which mislead are learned.
    pub place: u64,
    pub evidence: Evidence,
}

/// How a term was read; numbers, because trees part them where it pays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// How sure the dictionary alone is, 0 to 1.
    pub prior: f32,
    /// The same where the dictionary alone would suggest this value, else 0.
    pub chosen: f32,
    /// Kind of text, numbered as the dictionary numbers it.
    pub source: f32,
    /// How far the key asks for the field.
    pub fit: f32,
    /// Scope of the name: exact 0 … related 4.
    pub scope: f32,
    pub is_label: f32,
    pub is_acronym: f32,
    pub words: f32,
    pub chars: f32,
    pub rivals: f32,
    pub negated: f32,
    pub compared: f32,
    pub inside: f32,
    pub whole: f32,
    pub in_study: f32,
    pub support: f32,
    pub mentions: f32,
    /// The dictionary's own field, numbered as it numbers it: a control may be a healthy donor or an untreated dish.
    pub field: f32,
}

impl Evidence {
    pub(super) const COUNT: usize = 18;

    pub(super) fn numbers(&self) -> [f32; Evidence::COUNT] {
        [
            self.prior,
            self.chosen,
            self.source,
            self.fit,
            self.scope,
            self.is_label,
            self.is_acronym,
            self.words,
            self.chars,
            self.rivals,
            self.negated,
            self.compared,
            self.inside,
            self.whole,
            self.in_study,
            self.support,
            self.mentions,
            self.field,
        ]
    }
}

/// What somebody decided about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gold {
    pub study: usize,
    pub sample: usize,
    /// Index into the fields that are trained.
    pub field: usize,
    pub term: TermNumber,
    pub verdict: Verdict,
}

/// What a decision says of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    #[default]
    Is,
    /// It does not hold; what does, nobody says.
    IsNot,
    /// The sample has no value of the field at all: neither this one nor another.
    Nothing,
}

/// A field to learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    pub name: String,
    /// Ontologies of its values, the prefixes of their ids. Each ontology answers by itself: a cell type beside an organ
    /// is no contradiction.
    pub prefixes: Vec<String>,
    /// A sample may have several values of one ontology.
    pub several: bool,
    /// The value that excludes all others and need not be read anywhere: control of a disease.
    pub exclusive: Option<String>,
}
