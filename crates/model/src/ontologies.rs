//! Ontology releases and their terms.

use crate::{CollectionId, JobId, Time};
use serde::{Deserialize, Serialize};

/// A pinned release of an ontology, known to the whole deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OntologyRelease {
    /// `MONDO`
    pub name: String,
    /// What the file says of itself, or the day it was installed.
    pub version: String,
    /// Of the file as it came.
    pub sha256: String,
    /// `obo`, `czi`, `cellosaurus` …
    pub format: String,
    pub size_bytes: i64,
    pub terms: i64,
    pub obsolete: i64,
    /// Labels and synonyms.
    pub names: i64,
    /// Oddities that were read over.
    pub problems: i64,
    /// Annotation and look-up work on this one; a name has one release in use.
    pub in_use: bool,
    pub source: String,
    pub installed_at: Time,
    pub installed_by: String,
}

/// The releases that are installed, and what may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OntologyReleases {
    /// By name; of one name the newest installation first.
    pub items: Vec<OntologyRelease>,
    /// False while the set in use is being prepared: until then the one before it answers.
    pub prepared: bool,
    pub known: Vec<KnownOntology>,
}

/// An ontology that fields ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownOntology {
    /// `MONDO`
    pub name: String,
    /// `Mondo Disease Ontology`
    pub title: String,
    /// Where its newest release is published; None: nobody publishes it in a form that is read here.
    pub address: Option<String>,
    /// What to know before installing it.
    pub note: String,
}

/// The oddities of a release that were read over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseProblems {
    /// All of them; the first thousand are listed.
    pub total: i64,
    pub items: Vec<ReleaseProblem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseProblem {
    /// From 1; 0 where the format has no lines.
    pub line: i64,
    /// What is odd, and what was done.
    pub message: String,
}

/// Puts an installed release of a name in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UseRelease {
    pub sha256: String,
}

/// What another release of a name says otherwise than the one in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseChanges {
    pub name: String,
    pub from_version: String,
    pub to_version: String,
    pub added: i64,
    pub relabelled: i64,
    /// In use in the first, and obsolete or absent in the other.
    pub gone: Vec<GoneTerm>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoneTerm {
    pub term: String,
    pub label: String,
    /// The term in use that replaces it, where the ontology says one.
    pub replaced_by: Option<String>,
    pub replacement_label: Option<String>,
    pub consider: Vec<String>,
}

/// Where a release is to come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InstallOntology {
    pub name: String,
    /// An https address; the command line takes files too. Absent: the address that is known for the name.
    #[serde(default)]
    pub from: Option<String>,
}

/// A term in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermHit {
    /// `MONDO:0007256`
    pub id: String,
    pub label: String,
    pub release: String,
    /// The name that matched what was typed, where it is not the label.
    pub matched: Option<String>,
    pub definition: String,
    /// Labels on the way to the root, the root first.
    pub path: Vec<String>,
    /// Distinct samples that the asker may see, by descent.
    pub samples: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermHits {
    pub items: Vec<TermHit>,
    pub took_ms: f64,
}

/// A neighbour in the tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermStep {
    pub id: String,
    pub label: String,
    /// `is_a`, `part_of`, `develops_from`
    pub relation: String,
    /// By descent.
    pub samples: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermSynonym {
    pub text: String,
    /// `exact`, `narrow`, `broad`, `related`, `unsaid`
    pub scope: String,
}

/// Everything that is known of a term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    pub id: String,
    pub label: String,
    pub release: String,
    pub version: String,
    pub definition: String,
    pub synonyms: Vec<TermSynonym>,
    pub xrefs: Vec<String>,
    pub obsolete: bool,
    pub replaced_by: Option<String>,
    pub consider: Vec<String>,
    pub parents: Vec<TermStep>,
    pub children: Vec<TermStep>,
    /// One way to the root, the root first, without the term itself.
    pub path: Vec<TermStep>,
    /// `organism`, `sex`, `disease`, `structure` … of cell lines and drugs.
    pub facts: Vec<(String, String)>,
    /// The field in which samples have it, if any do.
    pub field: Option<String>,
    pub samples_direct: u64,
    pub samples: u64,
    /// Samples by descent, by the year of their submission.
    pub by_year: Vec<(String, u64)>,
}

/// What a new release would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpgradePreview {
    pub name: String,
    /// Of the release that would be used.
    pub sha256: String,
    pub from_version: String,
    pub to_version: String,
    pub added: i64,
    pub relabelled: i64,
    pub newly_obsolete: i64,
    /// The organization's samples that applying it changes: each counts once.
    pub samples: i64,
    /// Of them, those with a value that another term takes the place of.
    pub replaced: i64,
    /// Of them, those with an accepted value that nothing replaces: it goes to review.
    pub to_review: i64,
    /// Where the samples are, most first.
    pub collections: Vec<UpgradeCollection>,
    /// Every term that goes, those that most samples have first.
    pub changes: Vec<UpgradeChange>,
}

/// Samples of one collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpgradeCollection {
    pub collection: CollectionId,
    pub name: String,
    pub samples: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpgradeChange {
    pub term: String,
    pub label: String,
    /// None: nothing replaces it; its samples go to review.
    pub replaced_by: Option<String>,
    pub replacement_label: Option<String>,
    pub consider: Vec<String>,
    /// The organization's samples that have it accepted.
    pub samples: i64,
    /// Samples on which it waits for review.
    pub in_review: i64,
    /// Of both, most first.
    pub collections: Vec<UpgradeCollection>,
}

/// Applies what a release replaces to the organization's values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplyUpgrade {
    /// For those who read the history.
    #[serde(default)]
    pub why: String,
}

/// What was begun in the background.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Begun {
    pub job: BegunJob,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BegunJob {
    pub id: JobId,
    pub state: crate::jobs::JobState,
}
