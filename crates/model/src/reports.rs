//! "This is wrong": any member says so about a value of a sample that they see. It is a task of whoever owns the sample, and
//! the answer goes back.

use crate::harmonize::ValueState;
use crate::review::ReviewAnswer;
use crate::{BatchId, CollectionId, Fault, JobId, QuestionId, ReportId, SampleId, Time, UserId};
use serde::{Deserialize, Serialize};

/// Says that a value is wrong, or that one is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileReport {
    pub sample: SampleId,
    pub field: String,
    /// Which of the field's values, by its term; the only one, or that there is none, when absent.
    #[serde(default)]
    pub term: Option<String>,
    /// A sentence for the curators.
    pub words: String,
    /// What it should be: the id or the name of a term, or a choice.
    #[serde(default)]
    pub proposed: Option<String>,
}

/// How far a report is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    #[default]
    Open,
    /// The value was changed.
    Answered,
    /// It stays as it is, with the reason.
    Declined,
}

impl ReportState {
    pub const ALL: [ReportState; 3] = [ReportState::Open, ReportState::Answered, ReportState::Declined];

    pub fn name(self) -> &'static str {
        match self {
            ReportState::Open => "open",
            ReportState::Answered => "answered",
            ReportState::Declined => "declined",
        }
    }
}

impl std::str::FromStr for ReportState {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let unknown = || Fault::field("state", format!("\"{text}\" is no state; choose open, answered or declined"));
        ReportState::ALL.into_iter().find(|state| state.name() == text).ok_or_else(unknown)
    }
}

/// That somebody holds a value for wrong, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    pub id: ReportId,
    pub sample: SampleId,
    pub accession: String,
    pub collection: CollectionId,
    pub collection_name: String,
    pub field: String,
    /// What stood there; None: nothing did.
    pub value: Option<Reported>,
    pub words: String,
    pub proposed: Option<Proposed>,
    /// Samples of the collection that say the same; a decision may settle all of them.
    pub impact: i64,
    /// What they say, for review by value.
    pub question: Option<QuestionId>,
    /// Who filed it; None where it was a member of another organization, whose names are its own business.
    pub by: Option<String>,
    pub at: Time,
    pub state: ReportState,
    /// The curator who has taken it, for members of the owner.
    pub assignee: Option<UserId>,
    pub assignee_name: Option<String>,
    pub answer: Option<ReportAnswer>,
    /// The reporter has seen the answer.
    pub seen: bool,
    /// It is the asker's own organization that decides.
    pub own: bool,
}

/// A value at the moment of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reported {
    pub state: ValueState,
    pub term: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposed {
    pub term: String,
    pub label: String,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportAnswer {
    pub words: String,
    /// None for a reporter of another organization.
    pub by: Option<String>,
    pub at: Time,
    /// The decision, for members of the owner.
    pub batch: Option<BatchId>,
    /// Or the job that writes it.
    pub job: Option<JobId>,
}

/// Which reports are wanted: what is absent narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportFilter {
    #[serde(default)]
    pub state: Option<ReportState>,
    #[serde(default)]
    pub collection: Option<CollectionId>,
    #[serde(default)]
    pub field: Option<String>,
    /// Those that the asker has taken.
    #[serde(default)]
    pub taken: bool,
}

/// Settles a report by a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerReport {
    /// `change`, `reject`, `not_reported` or `not_applicable`.
    pub answer: ReviewAnswer,
    /// The term or the choice that it is changed to.
    #[serde(default)]
    pub term: Option<String>,
    /// Every sample that says the same, not this one alone.
    #[serde(default)]
    pub all: bool,
    /// For whoever filed it, and for those who read the history.
    #[serde(default)]
    pub words: String,
}

/// Leaves the value as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeclineReport {
    /// Why, for whoever filed it.
    pub words: String,
}

/// Gives a report to a curator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AssignReport {
    /// Oneself; admins name anybody. None: it is free again.
    pub assignee: Option<UserId>,
}

/// How many reports somebody should look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportCounts {
    /// Of the organization's own samples, those that nobody answered yet.
    pub open: i64,
    /// One's own that were answered or declined since one looked.
    pub news: i64,
}
