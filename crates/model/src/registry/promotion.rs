//! Aliases that an organization protects, and promotions to them, which wait until another person approves.

use super::ModelVersion;
use crate::experiments::Metric;
use crate::{PromotionId, Time};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// All of them, in small letters; `Champion` is protected as `champion` is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProtectedAliases {
    pub aliases: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PromotionState {
    Waiting,
    Approved,
    Rejected,
    /// Whoever asked took it back, or what it asked for was deleted.
    Withdrawn,
}

impl PromotionState {
    pub const ALL: [PromotionState; 4] =
        [PromotionState::Waiting, PromotionState::Approved, PromotionState::Rejected, PromotionState::Withdrawn];

    pub fn name(self) -> &'static str {
        match self {
            PromotionState::Waiting => "waiting",
            PromotionState::Approved => "approved",
            PromotionState::Rejected => "rejected",
            PromotionState::Withdrawn => "withdrawn",
        }
    }
}

impl FromStr for PromotionState {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        PromotionState::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| {
            let why = format!("\"{text}\" is none; choose waiting, approved, rejected or withdrawn");
            crate::Fault::field("state", why)
        })
    }
}

/// That a protected alias be pointed at a version, or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PromotionRequest {
    pub id: PromotionId,
    /// Of the model.
    pub name: String,
    pub alias: String,
    /// What it is to stand for; absent: it is to be removed.
    pub version: Option<i64>,
    /// What it stood for when it was asked.
    pub held: Option<i64>,
    /// What it stands for now.
    pub holder: Option<i64>,
    pub state: PromotionState,
    pub why: String,
    pub asked_by: String,
    pub asked_at: Time,
    pub note: String,
    pub answered_by: Option<String>,
    pub answered_at: Option<Time>,
}

impl PromotionRequest {
    /// The alias moved since it was asked: what it was compared with then is no longer what it would replace.
    pub fn is_stale(&self) -> bool {
        self.state == PromotionState::Waiting && self.holder != self.held
    }
}

/// Which of them; what is absent narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionFilter {
    #[serde(default)]
    pub state: Option<PromotionState>,
    /// Of one model.
    #[serde(default)]
    pub name: Option<String>,
}

/// Approves a promotion, for whoever looked at it beside the alias's present holder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ApprovePromotion {
    /// The version that it was compared with: what the alias stands for now. Absent: it stands for none.
    pub holder: Option<i64>,
    pub note: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RejectPromotion {
    pub note: String,
}

/// What came of a promotion.
#[derive(Clone, Debug, PartialEq)]
pub enum Promotion {
    /// The alias stands for it.
    Done(Box<ModelVersion>),
    /// The alias is protected: another person is asked.
    Waits(Box<PromotionRequest>),
}

/// A promotion beside what it would replace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PromotionReview {
    pub request: PromotionRequest,
    /// The version that is asked for.
    pub asked: Option<ModelVersion>,
    /// What the alias stands for; of a promotion that is settled what it stood for when it was asked.
    pub present: Option<ModelVersion>,
    /// What either was measured by: the newest metrics of their runs, or their newest evaluations.
    pub metrics: Vec<ComparedMetric>,
    /// Params that differ.
    pub params: Vec<ComparedParam>,
    /// Whoever reads this may approve and reject it.
    pub may_answer: bool,
    /// Whoever reads this asked for it.
    pub is_own: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedMetric {
    pub key: String,
    pub asked: Option<Metric>,
    pub present: Option<Metric>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparedParam {
    pub key: String,
    pub asked: Option<String>,
    pub present: Option<String>,
}
