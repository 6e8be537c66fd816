//! Alerts: something is not as it was promised, and somebody is to look. One stays open until a person resolves it.

use crate::{AlertId, Time};
use serde::{Deserialize, Serialize};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// What is accepted automatically is less precise than its field promises.
    Precision,
    /// What is accepted automatically is less precise than it was.
    Drift,
}

impl AlertKind {
    pub fn name(self) -> &'static str {
        match self {
            AlertKind::Precision => "precision",
            AlertKind::Drift => "drift",
        }
    }
}

/// How far somebody has come with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody has looked yet.
    #[default]
    Open,
    /// Somebody looks after it.
    Acknowledged,
    Resolved,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    pub id: AlertId,
    pub kind: AlertKind,
    pub state: AlertState,
    /// What it is about: `Disease of Biopsies`.
    pub subject: String,
    /// What was seen, and what follows from it until it is resolved.
    pub message: String,
    /// The page that shows it.
    pub link: String,
    pub opened_at: Time,
    /// When the same was seen last.
    pub seen_at: Time,
    pub acknowledged: Option<Answered>,
    pub resolved: Option<Answered>,
}

/// Who did something about an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answered {
    pub by: String,
    pub at: Time,
    pub why: String,
}

/// Which alerts are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertsWanted {
    /// What nobody resolved yet.
    #[default]
    Unresolved,
    Resolved,
    All,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlertFilter {
    #[serde(default)]
    pub state: AlertsWanted,
}

/// Acknowledges an alert, or resolves it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerAlert {
    /// For those who read it later; to resolve an alert something has to be said.
    #[serde(default)]
    pub why: String,
}
