//! Search: what is asked and what is answered (`GET /api/v1/search`).

use crate::{CollectionId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Samples,
    Datasets,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Samples => "samples",
            Kind::Datasets => "datasets",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Relevance,
    Accession,
    Title,
    Newest,
}

/// A facet field: harmonized ones exist from the first day and stay empty until annotators fill them. Values of fields
/// with an ontology are ids of terms, and a sample counts for each term above its own too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacetField {
    pub name: &'static str,
    pub label: &'static str,
    /// Filled by harmonization rather than by the source.
    pub harmonized: bool,
}

const fn said(name: &'static str, label: &'static str) -> FacetField {
    FacetField { name, label, harmonized: false }
}

const fn harmonized(name: &'static str, label: &'static str) -> FacetField {
    FacetField { name, label, harmonized: true }
}

/// Every facet that can be asked for, in the order of the search page.
pub const FACETS: &[FacetField] = &[
    harmonized("disease", "Disease"),
    harmonized("tissue", "Tissue"),
    harmonized("cell_type", "Cell type"),
    harmonized("cell_line", "Cell line"),
    harmonized("drug", "Drug"),
    harmonized("sex", "Sex"),
    harmonized("development_stage", "Development stage"),
    harmonized("assay", "Assay"),
    harmonized("condition", "Condition"),
    harmonized("study_arm", "Study arm"),
    harmonized("age_group", "Age group"),
    harmonized("ancestry", "Ancestry"),
    harmonized("strain", "Strain"),
    said("organism", "Organism"),
    said("collection", "Collection"),
    said("study", "Study"),
    said("platform", "Platform"),
    said("study_type", "Study type"),
    said("molecule", "Molecule"),
    said("library_strategy", "Library strategy"),
    said("channels", "Channels"),
    said("attribute", "Has attribute"),
    said("year", "Year"),
    said("country", "Country"),
];

/// Its facets when a request names none.
pub const DEFAULT_FACETS: &[&str] =
    &["organism", "collection", "study", "platform", "study_type", "molecule", "library_strategy", "attribute", "year"];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchRequest {
    pub kind: Kind,
    pub q: String,
    /// OR within a field, AND between fields.
    pub chosen: BTreeMap<String, Vec<String>>,
    pub facets: Vec<String>,
    /// 0 to 500.
    pub limit: Option<i64>,
    pub cursor: Option<String>,
    pub sort: Sort,
    /// How many values of each facet; 10 when absent, at most 200.
    pub facet_limit: Option<i64>,
    /// Terms that words of the query shall not be widened to: `-MONDO:0002691,-UBERON:0002107`; `none`: no widening.
    #[serde(default)]
    pub expand: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResponse {
    pub total: u64,
    pub took_ms: f64,
    pub hits: Vec<Hit>,
    pub facets: BTreeMap<String, Vec<FacetValue>>,
    /// Terms that words of the query name: samples that have them, or kinds of them, are found too.
    pub expansions: Vec<Expansion>,
    pub next_cursor: Option<String>,
    /// The generations of the indexes that answered: own, shared.
    pub generations: Vec<i64>,
}

/// What words of a query were widened to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expansion {
    /// The words of the query.
    pub text: String,
    /// Leave it out with `expand=-MONDO:0002691`.
    pub term: String,
    pub label: String,
    /// The field in which samples have it.
    pub field: String,
    /// Terms below it, which are found with it.
    pub kinds: u64,
    /// Other names, the first ten.
    pub synonyms: Vec<String>,
    /// The label of the term that the words name, where no sample has it: samples that are said to have `term`, right
    /// above it, and no kind of that are found instead.
    #[serde(default)]
    pub instead_of: Option<String>,
}

/// An accepted value of a sample, as a hit shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HitValue {
    pub field: String,
    pub state: crate::harmonize::ValueState,
    /// The id of a term, or a choice, a quantity, a text; empty where the state says all.
    pub term: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hit {
    /// A sample's or a dataset's id, as the kind says.
    pub id: uuid::Uuid,
    pub owner: OrganizationId,
    pub collection: CollectionId,
    pub accession: String,
    pub title: String,
    pub platform: String,
    pub organisms: Vec<String>,
    /// Distinct samples of a dataset; 1 for a sample.
    pub samples: i64,
    pub score: f32,
    pub snippet: Option<Snippet>,
    /// What the source said, the first of them.
    pub attributes: Vec<crate::catalog::RawAttribute>,
    /// The datasets that hold a sample.
    pub datasets: Vec<crate::catalog::Sibling>,
    /// Of a sample: its accepted harmonized values.
    #[serde(default)]
    pub values: Vec<HitValue>,
    /// Why it was found where its words alone do not say: `disease is hepatocellular carcinoma, a kind of liver cancer`.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// Where the query matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snippet {
    /// `title`, `summary` or the attribute's key.
    pub field: String,
    pub fragments: Vec<Fragment>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fragment {
    pub text: String,
    pub marked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FacetValue {
    pub value: String,
    pub label: String,
    /// Of a term: with all kinds of it, each sample once.
    pub count: u64,
    /// Of a term: the nearest one above it among the values of the answer.
    #[serde(default)]
    pub parent: Option<String>,
}

/// How fresh search is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IndexState {
    pub generation: i64,
    /// Changes of the catalog that this index holds, of `changes_total`.
    pub changes_indexed: i64,
    pub changes_total: i64,
    pub documents: i64,
    pub size_bytes: i64,
    pub published_at: Option<crate::Time>,
}

/// Terms for a form: what was typed, and for which field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TermQuery {
    #[serde(default)]
    pub q: String,
    /// Only terms of this field's ontologies.
    #[serde(default)]
    pub field: Option<String>,
    /// The collection whose field it is: only what that field takes, by its branch too.
    #[serde(default)]
    pub collection: Option<CollectionId>,
    /// 0 to 100; 10 when absent.
    #[serde(default)]
    pub limit: Option<i64>,
}
