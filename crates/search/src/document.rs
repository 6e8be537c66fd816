//! What is indexed: one sample or one dataset, and its compact stored form.
//!
//! A document is everything the index knows about a thing; the SQL catalog stays the truth.
//! It must never carry anything that a searcher of its collection may not see.

use serde::{Deserialize, Serialize};

/// The two kinds of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Sample,
    Dataset,
}

impl Kind {
    /// The value of the `kind` column.
    pub(crate) fn code(self) -> u64 {
        match self {
            Kind::Sample => 0,
            Kind::Dataset => 1,
        }
    }
}

/// One sample or dataset as it is indexed. `(kind, id)` is its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doc {
    #[serde(rename = "k")]
    pub kind: Kind,
    #[serde(rename = "i")]
    pub id: String,
    /// The organization that owns it.
    #[serde(rename = "o")]
    pub owner: String,
    /// The collection it is in; every request filters on the collections that may be seen.
    #[serde(rename = "c")]
    pub collection: String,
    #[serde(rename = "a")]
    pub accession: String,
    #[serde(rename = "t")]
    pub title: String,
    #[serde(rename = "s")]
    pub summary: String,
    /// Raw attributes, key and value, in the order of their source.
    #[serde(rename = "r")]
    pub attributes: Vec<(String, String)>,
    /// Facet field and value; a field may have several values. Fields that the layout does not
    /// list are searchable as `field:value`, but not counted.
    #[serde(rename = "f")]
    pub facets: Vec<(String, String)>,
    /// Facet field and exact value, such as the id of a term and of each of its ancestors: counted like a facet, and found
    /// as a whole by [`crate::Node::Exact`]; each stands here once. They are no words of the text, and no snippet shows
    /// them.
    #[serde(skip)]
    pub terms: Vec<(String, String)>,
    /// Other accessions under which it is found: series, platform, SRA.
    #[serde(rename = "l")]
    pub links: Vec<String>,
    /// What `Order::Date` sorts by; the unit is the caller's, one for all documents.
    #[serde(rename = "d")]
    pub date: Option<i64>,
    #[serde(rename = "n")]
    pub sample_count: u64,
}

impl Doc {
    /// The unique term of a document: kind and id.
    pub(crate) fn key(kind: Kind, id: &str) -> String {
        format!("{}:{id}", kind.code())
    }
}
