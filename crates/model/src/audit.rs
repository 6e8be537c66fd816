//! The audit log: who did what, sealed into a hash chain per organization.

use crate::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One mutation by a person or a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRow {
    pub id: Uuid,
    pub at: Time,
    /// `user`, `token` or `operator`.
    pub actor_kind: String,
    pub actor: Option<Uuid>,
    /// The e-mail address or token name at that time.
    pub actor_name: String,
    /// In the past tense: `member.added`, `import.started`.
    pub action: String,
    /// What it was done to: `dataset`, `token` …
    pub object_kind: String,
    pub object: String,
    /// What changed, as JSON.
    pub detail: serde_json::Value,
    pub request_id: String,
    /// Its place in the chain; absent until it is sealed.
    pub position: Option<i64>,
    /// SHA-256 over the previous row's hash and this row; absent until it is sealed.
    pub hash: Option<String>,
}

/// The newest sealed link: keep it elsewhere, and a tail that was cut off shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainHead {
    pub position: i64,
    pub hash: String,
    pub sealed_at: Option<Time>,
    /// Rows that wait for the next seal.
    pub unsealed: i64,
}

/// What checking the whole chain found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChainCheck {
    pub intact: bool,
    pub checked: i64,
    /// The first position whose hash does not fit.
    pub broken_at: Option<i64>,
    pub head: ChainHead,
}

/// What a list of the log is narrowed to; what is absent narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// An action, or all of a noun: `member` is `member.added`, `member.updated` …
    #[serde(default)]
    pub action: Option<String>,
    /// An e-mail address, a token's name, or either's id.
    #[serde(default)]
    pub actor: Option<String>,
    /// The id of what it was done to.
    #[serde(default)]
    pub object: Option<String>,
    #[serde(default)]
    pub from: Option<Time>,
    /// Not included.
    #[serde(default)]
    pub to: Option<Time>,
}
