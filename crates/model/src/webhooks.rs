//! Webhooks: other programs hear of what happens to values, signed and in order.

use crate::{Time, WebhookDeliveryId, WebhookId};
use serde::{Deserialize, Serialize};

/// What can be heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HookEvent {
    /// A batch of decisions counts from now on.
    #[serde(rename = "batch.applied")]
    BatchApplied,
    #[serde(rename = "batch.taken_back")]
    BatchTakenBack,
    #[serde(rename = "batch.put_back")]
    BatchPutBack,
    /// What a batch decided about one field of a sample was taken back, or counts again.
    #[serde(rename = "decision.changed")]
    DecisionChanged,
    #[serde(rename = "report.filed")]
    ReportFiled,
    #[serde(rename = "report.answered")]
    ReportAnswered,
    #[serde(rename = "report.declined")]
    ReportDeclined,
    /// An admin tries the address; every webhook hears it.
    #[serde(rename = "ping")]
    Ping,
}

impl HookEvent {
    /// Those that a webhook chooses from.
    pub const ALL: [HookEvent; 7] = [
        HookEvent::BatchApplied,
        HookEvent::BatchTakenBack,
        HookEvent::BatchPutBack,
        HookEvent::DecisionChanged,
        HookEvent::ReportFiled,
        HookEvent::ReportAnswered,
        HookEvent::ReportDeclined,
    ];

    pub fn name(self) -> &'static str {
        match self {
            HookEvent::BatchApplied => "batch.applied",
            HookEvent::BatchTakenBack => "batch.taken_back",
            HookEvent::BatchPutBack => "batch.put_back",
            HookEvent::DecisionChanged => "decision.changed",
            HookEvent::ReportFiled => "report.filed",
            HookEvent::ReportAnswered => "report.answered",
            HookEvent::ReportDeclined => "report.declined",
            HookEvent::Ping => "ping",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            HookEvent::BatchApplied => "a batch of decisions counts",
            HookEvent::BatchTakenBack => "a batch was taken back",
            HookEvent::BatchPutBack => "a batch was put back",
            HookEvent::DecisionChanged => "one decision of a batch was taken back or put back",
            HookEvent::ReportFiled => "a value was reported as wrong",
            HookEvent::ReportAnswered => "a report was answered by a decision",
            HookEvent::ReportDeclined => "a report was declined",
            HookEvent::Ping => "somebody tries the address",
        }
    }
}

/// An address that hears of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub events: Vec<HookEvent>,
    /// What it is for.
    pub note: String,
    pub active: bool,
    /// Why it is off, where the platform switched it off.
    pub disabled_why: Option<String>,
    /// Attempts in a row that failed.
    pub failures: i64,
    /// Events that wait to be delivered.
    pub waiting: i64,
    pub created_by: String,
    pub created_at: Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// https; plain http only to hosts that the operator allows.
    pub url: String,
    /// All of them, when none is named.
    #[serde(default)]
    pub events: Vec<HookEvent>,
    #[serde(default)]
    pub note: String,
}

/// A webhook with the secret that signs what it hears; shown this once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedWebhook {
    pub webhook: Webhook,
    pub secret: String,
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    #[serde(default)]
    pub events: Option<Vec<HookEvent>>,
    #[serde(default)]
    pub note: Option<String>,
    /// Switched on again, it hears what it has missed.
    #[serde(default)]
    pub active: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Given up after several attempts.
    Failed,
}

impl DeliveryState {
    pub fn name(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }
}

/// One event on its way to one address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    pub id: WebhookDeliveryId,
    /// 1, 2, 3 … of its webhook, in the order in which it happened.
    pub position: i64,
    pub event: HookEvent,
    pub state: DeliveryState,
    pub attempts: i64,
    /// Of the last attempt: the answer's status, or why there was none.
    pub status: Option<i64>,
    pub error: Option<String>,
    pub took_ms: Option<i64>,
    pub made_at: Time,
    /// When it is tried again, while it waits after a failure.
    pub next_at: Option<Time>,
    /// What is sent.
    pub body: serde_json::Value,
}
