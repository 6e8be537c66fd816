//! What was used, and how much may be.

use crate::Time;
use serde::{Deserialize, Serialize};

/// A sum of metered quantities of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// `cpu_seconds`, `peak_memory_bytes`, `stored_bytes`, `uploaded_bytes`, `sent_bytes`, `requests`.
    pub quantity: String,
    pub unit: String,
    /// What it was used by: a job kind, `rest`, `pages`.
    pub object: String,
    /// A sum; the maximum for peak memory and stored bytes.
    pub amount: f64,
}

/// The part of somebody in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActorUsage {
    /// An e-mail address or a token's name as it was at that time, `operator`, `system`.
    pub actor: String,
    pub quantity: String,
    pub unit: String,
    pub object: String,
    pub amount: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageReport {
    pub from: Time,
    pub to: Time,
    pub usage: Vec<Usage>,
    /// The same by whoever used it.
    pub by_actor: Vec<ActorUsage>,
    pub quotas: Vec<Quota>,
}

/// A limit of an organization and how much of it is taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quota {
    /// `stored_bytes`, `samples`, `running_jobs`, `queued_jobs`.
    pub name: String,
    pub limit: i64,
    pub used: i64,
}
