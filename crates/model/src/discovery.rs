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

/// A facet field: harmonized ones exist from the first day and stay empty until annotators fill them.
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
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResponse {
    pub total: u64,
    pub took_ms: f64,
    pub hits: Vec<Hit>,
    pub facets: BTreeMap<String, Vec<FacetValue>>,
    pub next_cursor: Option<String>,
    /// The generations of the indexes that answered: own, shared.
    pub generations: Vec<i64>,
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
    pub count: u64,
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
