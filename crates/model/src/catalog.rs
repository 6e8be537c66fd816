//! Collections, datasets, their immutable versions, samples and files.

use crate::{CollectionId, DatasetId, FileId, OrganizationId, SampleId, Time, VersionId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Collection {
    pub id: CollectionId,
    /// Who owns it; another organization's when it is shared with yours.
    pub owner: OrganizationId,
    pub owner_name: String,
    pub name: String,
    pub description: String,
    pub shared: bool,
    pub datasets: i64,
    /// Distinct samples.
    pub samples: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCollection {
    pub name: String,
    #[serde(default)]
    pub description: String,
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateCollection {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
}

/// The order of a list of datasets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DatasetSort {
    #[default]
    Accession,
    Title,
    /// Most samples first.
    Samples,
    /// Newest first.
    Updated,
}

/// The order of a dataset's samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SampleSort {
    /// As in the source.
    #[default]
    Position,
    Accession,
    Title,
}

/// One accession on one platform, at its current version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dataset {
    pub id: DatasetId,
    pub owner: OrganizationId,
    pub collection: CollectionId,
    pub collection_name: String,
    pub accession: String,
    pub platform: String,
    pub platform_title: String,
    pub title: String,
    pub summary: String,
    pub organisms: Vec<String>,
    pub samples: i64,
    pub version: Version,
    /// Attributes of the series, as the source said.
    pub attributes: Vec<RawAttribute>,
    pub relations: Vec<Relation>,
    /// Same series, other platforms.
    pub siblings: Vec<Sibling>,
    pub value_table: Option<ValueTable>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sibling {
    pub id: DatasetId,
    pub accession: String,
    pub platform: String,
    pub samples: i64,
}

/// An immutable state of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version {
    pub id: VersionId,
    /// 1, 2, 3 …
    pub number: i64,
    /// SHA-256 over what was parsed: equal content never makes a second version.
    pub content_sha256: String,
    pub samples: i64,
    pub provenance: Provenance,
    pub created_at: Time,
    pub created_by: String,
}

/// Where a version came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provenance {
    /// `NCBI GEO`, `upload`, `synthetic`.
    pub source: String,
    pub source_url: Option<String>,
    pub licence: String,
    pub retrieved_at: Time,
    pub file_name: String,
    pub raw_sha256: String,
    pub raw_size_bytes: i64,
    /// Reader and version: `soft 0.1.0`.
    pub parser: String,
    pub lines: i64,
    pub warnings: i64,
    pub job: Option<crate::JobId>,
}

/// Exactly what the source said: never edited, order and duplicates kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RawAttribute {
    pub key: String,
    pub value: String,
}

/// `SuperSeries of`, `SubSeries of`, `Reanalysis of`, `BioSample`, `SRA` …
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Relation {
    pub kind: String,
    pub target: String,
    /// Where the target is in this catalog, if it is.
    pub dataset: Option<DatasetId>,
    pub sample: Option<SampleId>,
    pub url: Option<String>,
}

/// The measurements, features × samples, as Parquet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ValueTable {
    pub features: i64,
    pub samples: i64,
    pub size_bytes: i64,
    pub sha256: String,
}

/// The upper left corner of a value table; a missing value is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ValuesPreview {
    /// `feature_id`, then samples.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
    pub features: i64,
    pub samples: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sample {
    pub id: SampleId,
    pub owner: OrganizationId,
    pub collection: CollectionId,
    pub accession: String,
    pub title: String,
    pub organisms: Vec<String>,
    pub platform: String,
    pub attributes: Vec<RawAttribute>,
    pub relations: Vec<Relation>,
    /// Every dataset that holds it.
    pub datasets: Vec<Sibling>,
    /// When the newest of them was published.
    pub updated_at: Time,
}

/// A row of a dataset's sample table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampleRow {
    pub id: SampleId,
    pub position: i64,
    pub accession: String,
    pub title: String,
    pub organisms: Vec<String>,
    pub attributes: Vec<RawAttribute>,
}

/// A file that a dataset can be followed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct File {
    pub id: FileId,
    pub name: String,
    /// `raw` (what came in) or `values` (Parquet).
    pub kind: String,
    pub size_bytes: i64,
    pub sha256: String,
    pub version: i64,
    pub created_at: Time,
}

/// A dataset in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetRow {
    pub id: DatasetId,
    pub accession: String,
    pub platform: String,
    pub title: String,
    pub organisms: Vec<String>,
    pub samples: i64,
    pub version: i64,
    pub updated_at: Time,
}
