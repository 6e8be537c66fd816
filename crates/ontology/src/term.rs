//! A term as its ontology tells it: names, definition, ancestors' first steps, and what became of it.

use serde::{Deserialize, Serialize};

/// A class of an ontology, a taxon, a cell line, a drug or a gene.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// A CURIE, `MONDO:0007256`; Cellosaurus writes `CVCL_0027`.
    pub id: String,
    pub label: String,
    pub definition: String,
    pub synonyms: Vec<Synonym>,
    /// Ids of the same thing elsewhere, as the source writes them.
    pub xrefs: Vec<String>,
    /// Ids that this term had before (`alt_id`).
    pub alternatives: Vec<String>,
    pub parents: Vec<Parent>,
    pub obsolete: bool,
    /// The term to use instead, where the ontology decides.
    pub replaced_by: Option<String>,
    /// Terms to look at instead, where it does not.
    pub consider: Vec<String>,
    /// What the term implies beside its ancestors.
    pub facts: Vec<Fact>,
}

/// Another name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Synonym {
    pub text: String,
    pub scope: Scope,
}

/// How near a synonym is to its term (OBO 1.4, section 3.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Exact,
    /// The source gives no scope (CELLxGENE's JSON).
    #[default]
    Unsaid,
    Narrow,
    Broad,
    Related,
}

impl Scope {
    const ALL: [Scope; 5] = [Scope::Exact, Scope::Unsaid, Scope::Narrow, Scope::Broad, Scope::Related];

    /// For keeping: stays the same from version to version.
    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn numbered(number: u8) -> Option<Scope> {
        Scope::ALL.get(usize::from(number)).copied()
    }
}

/// A step towards the root.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parent {
    pub relation: Relation,
    pub id: String,
    /// How many steps it is away: 1, or more where the file leaves out the terms between.
    pub steps: u16,
}

/// Relations that closures follow; others are read and left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    IsA,
    PartOf,
    DevelopsFrom,
}

impl Relation {
    pub const ALL: [Relation; 3] = [Relation::IsA, Relation::PartOf, Relation::DevelopsFrom];

    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn numbered(number: u8) -> Option<Relation> {
        Relation::ALL.get(usize::from(number)).copied()
    }

    pub fn name(self) -> &'static str {
        match self {
            Relation::IsA => "is_a",
            Relation::PartOf => "part_of",
            Relation::DevelopsFrom => "develops_from",
        }
    }

    /// By the names and ids that OBO files use.
    pub fn named(name: &str) -> Option<Relation> {
        match name {
            "is_a" => Some(Relation::IsA),
            "part_of" | "BFO:0000050" => Some(Relation::PartOf),
            "develops_from" | "RO:0002202" | "derives_from" => Some(Relation::DevelopsFrom),
            _ => None,
        }
    }
}

/// Something that a term implies: a cell line its donor's sex, a drug its structure.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    pub kind: FactKind,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// `NCBITaxon:9606`.
    Organism,
    /// An id in the source's own choice of ontology: `NCIt:C3099`.
    Disease,
    /// `male`, `female`, or as the source says it.
    Sex,
    Age,
    /// The id of the cell line that this one was made from.
    ParentCellLine,
    /// `Cancer cell line`, `Hybridoma` …
    Category,
    /// SMILES.
    Structure,
    InchiKey,
    Phase,
    Mechanism,
    /// `species`, `genus` …
    Rank,
    Biotype,
}

impl FactKind {
    pub const ALL: [FactKind; 12] = [
        FactKind::Organism,
        FactKind::Disease,
        FactKind::Sex,
        FactKind::Age,
        FactKind::ParentCellLine,
        FactKind::Category,
        FactKind::Structure,
        FactKind::InchiKey,
        FactKind::Phase,
        FactKind::Mechanism,
        FactKind::Rank,
        FactKind::Biotype,
    ];

    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn numbered(number: u8) -> Option<FactKind> {
        FactKind::ALL.get(usize::from(number)).copied()
    }
}

impl Term {
    /// What its id begins with: `MONDO`, `CVCL`.
    pub fn prefix(&self) -> &str {
        self.id.split([':', '_']).next().unwrap_or_default()
    }

    /// Its names: the label first, then the synonyms.
    pub fn names(&self) -> impl Iterator<Item = (&str, Scope)> {
        std::iter::once((self.label.as_str(), Scope::Exact))
            .chain(self.synonyms.iter().map(|synonym| (synonym.text.as_str(), synonym.scope)))
    }

    /// The values of one kind of fact.
    pub fn facts(&self, kind: FactKind) -> impl Iterator<Item = &str> {
        self.facts.iter().filter(move |fact| fact.kind == kind).map(|fact| fact.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_for_what_it_was_made_from() {
        Scope::ALL.iter().for_each(|scope| assert_eq!(Scope::numbered(scope.number()), Some(*scope)));
        Relation::ALL.iter().for_each(|relation| assert_eq!(Relation::numbered(relation.number()), Some(*relation)));
        FactKind::ALL.iter().for_each(|kind| assert_eq!(FactKind::numbered(kind.number()), Some(*kind)));
        assert_eq!((Scope::numbered(5), Relation::numbered(3), FactKind::numbered(12)), (None, None, None));
    }
}
