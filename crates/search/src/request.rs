//! A request and its answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Kind;
use crate::query::Query;
use crate::snapshot::Allowed;

/// What is asked. `Request::new` fills in the usual.
#[derive(Clone, Debug)]
pub struct Request {
    pub kind: Kind,
    pub query: Query,
    /// Facets to count.
    pub facets: Vec<String>,
    /// Chosen values: any of them within a facet, all facets together.
    pub chosen: BTreeMap<String, Vec<String>>,
    /// For each snapshot, in their order, the collections that may be seen; none means all.
    /// A snapshot without an entry shows nothing.
    pub allowed_collections: Vec<Option<BTreeSet<String>>>,
    /// Hits on this page.
    pub limit: usize,
    pub after: Option<Cursor>,
    pub sort: Sort,
    /// Values of each facet; the most frequent ones come first.
    pub facet_limit: usize,
    /// Only values that begin with this, or have a word that does, whatever their case.
    pub facet_prefix: Option<String>,
    pub highlight: bool,
}

impl Request {
    pub fn new(kind: Kind, query: Query) -> Request {
        Request {
            kind,
            query,
            facets: Vec::new(),
            chosen: BTreeMap::new(),
            allowed_collections: Vec::new(),
            limit: 20,
            after: None,
            sort: Sort::default(),
            facet_limit: 10,
            facet_prefix: None,
            highlight: true,
        }
    }

    /// The collections of a snapshot that may be seen; nothing at all when no entry speaks of it, unless none speaks of
    /// any.
    pub(crate) fn allowed(&self, snapshot: usize) -> Option<Allowed<'_>> {
        match self.allowed_collections.get(snapshot) {
            Some(allowed) => Some(allowed.as_ref()),
            None if self.allowed_collections.is_empty() => Some(None),
            None => None,
        }
    }
}

/// The order of hits. Ties are broken by accession, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sort {
    pub order: Order,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// Best first, in either direction.
    #[default]
    Relevance,
    Accession,
    Title,
    /// Documents without a date come last, in either direction.
    Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    #[default]
    Ascending,
    Descending,
}

/// A page, the counts and the way to the next page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// Documents that match, on all pages.
    pub total: u64,
    pub hits: Vec<Hit>,
    pub facets: BTreeMap<String, Facet>,
    pub next: Option<Cursor>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub kind: Kind,
    pub id: String,
    pub owner: String,
    pub collection: String,
    pub accession: String,
    pub title: String,
    pub sample_count: u64,
    pub date: Option<i64>,
    /// Which of the snapshots it came from.
    pub snapshot: usize,
    pub score: f32,
    pub snippet: Option<Snippet>,
}

/// Where and why a hit matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// `title`, `summary`, `accession`, or the key of an attribute or facet.
    pub field: String,
    /// Consecutive pieces of the text, and whether a piece is what matched.
    pub fragments: Vec<(String, bool)>,
}

/// Counted values of one facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// Most frequent first, then by value.
    pub counts: Vec<Count>,
    /// How many different values there are among the counted documents, shown or not.
    pub distinct: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub value: String,
    pub count: u64,
}

/// The place after a hit: opaque, safe in a URL, good for the same request on the same snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);
