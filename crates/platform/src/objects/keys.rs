//! Every object key, made in one place. The organization always comes first, so a listing of one tenant is a prefix.

use chorale_model::OrganizationId;
use std::fmt;
use uuid::Uuid;

/// Before every object of the deployment's ontologies, which belong to no organization.
pub const ONTOLOGIES: &str = "shared/ontologies";

/// Below an organization, what the sweep of unused objects looks at. Search and audit take care of theirs.
pub const SWEPT: [&str; 5] = ["raw", "lake/values", "exports", "models", "artifacts"];

/// A key that this module made; nothing a client sends becomes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A raw file, named by its content.
    pub fn raw(organization: OrganizationId, sha256: &str) -> Key {
        Key(format!("{organization}/raw/{sha256}"))
    }

    /// A value table (Parquet) under a fresh name.
    pub fn values(organization: OrganizationId, id: Uuid) -> Key {
        Key(format!("{organization}/lake/values/{id}.parquet"))
    }

    /// A file of a search index; `feed` is an organization's id or `shared`.
    pub fn search(feed: &str, id: Uuid) -> Key {
        Key(format!("{feed}/search/{id}"))
    }

    /// What an export job packed for download.
    pub fn export(organization: OrganizationId, id: Uuid) -> Key {
        Key(format!("{organization}/exports/{id}.tar"))
    }

    /// A file of a model version, under a fresh name.
    pub fn model(organization: OrganizationId, id: Uuid) -> Key {
        Key(format!("{organization}/models/{id}"))
    }

    /// A file of a run or a logged model, under a fresh name.
    pub fn artifact(organization: OrganizationId, id: Uuid) -> Key {
        Key(format!("{organization}/artifacts/{id}"))
    }

    /// The file of an ontology release: under a fresh name, with its SHA-256 at the end as every raw file.
    pub fn ontology(id: Uuid, sha256: &str) -> Key {
        Key(format!("{ONTOLOGIES}/{id}/raw/{sha256}"))
    }

    /// A set of releases that is prepared for use; it can be made again.
    pub fn ontology_set(id: Uuid) -> Key {
        Key(format!("{ONTOLOGIES}/{id}/prepared"))
    }

    /// The head of an audit chain when it had `position` rows. No row points at it: it is there to outlive the rows.
    pub fn audit_head(organization: OrganizationId, position: i64) -> Key {
        Key(format!("{organization}/audit/head-{position:012}.json"))
    }

    /// The key of an object that a backup of ours brings back.
    pub(crate) fn from_backup(key: &str) -> Key {
        Key(key.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
