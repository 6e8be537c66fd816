//! Review projects: questions that are frozen when they are drawn, handed to several curators who do not see each other's
//! answers, adjudicated where they disagree, and checked before they count as approved.

use crate::catalog::RawAttribute;
use crate::comments::Comment;
use crate::harmonize::{Evidence, ValueState};
use crate::review::{Ranked, ReviewAnswer, ReviewState, ReviewValue};
use crate::{BatchId, CollectionId, DatasetId, ItemId, JobId, ProjectId, QuestionId, Time, UserId};
use serde::{Deserialize, Serialize};

/// Where a project stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProjectState {
    /// Nothing is drawn yet.
    Draft,
    /// Its items are drawn, and nobody answered yet.
    ToDo,
    InReview,
    /// Every item is closed; an expert checks some of them.
    InAcceptance,
    Approved,
    Cancelled,
}

impl ProjectState {
    pub fn name(self) -> &'static str {
        match self {
            ProjectState::Draft => "draft",
            ProjectState::ToDo => "to_do",
            ProjectState::InReview => "in_review",
            ProjectState::InAcceptance => "in_acceptance",
            ProjectState::Approved => "approved",
            ProjectState::Cancelled => "cancelled",
        }
    }
}

/// Which questions become items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    #[default]
    All,
    Random,
    /// The least sure first.
    Uncertain,
    /// At random, from each field and each suggested value in turn.
    Stratified,
    /// What is worth most first: many samples, little certainty.
    Active,
}

/// What a project is about; the same for a form, a draft and JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateProject {
    pub name: String,
    pub collection: CollectionId,
    pub fields: Vec<String>,
    /// What the words, the term or its label hold.
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub state: ReviewState,
    /// From this score on.
    #[serde(default)]
    pub least: Option<f64>,
    /// Up to this score.
    #[serde(default)]
    pub most: Option<f64>,
    /// Only what is said in this dataset.
    #[serde(default)]
    pub dataset: Option<DatasetId>,
    /// Markdown.
    #[serde(default)]
    pub guideline: String,
    /// How many curators answer each item, 1 to 5.
    pub reviewers: i64,
    /// Who they are: each item is assigned to as many of them as answer it, in turn. Without anybody, every curator may
    /// take what comes next.
    #[serde(default)]
    pub people: Vec<UserId>,
    #[serde(default)]
    pub sampling: Sampling,
    /// How many items are drawn; with `all` it is not needed.
    #[serde(default)]
    pub items: Option<i64>,
    /// An expert checks so many percent of the closed items; 0: none.
    #[serde(default)]
    pub checked: i64,
    /// So many percent of those that are checked must pass.
    #[serde(default)]
    pub passing: i64,
    #[serde(default)]
    pub due_at: Option<Time>,
}

/// Changes a project before it starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeDraft {
    /// Of the draft that was read: another's change in between is a conflict, not lost.
    pub version: i64,
    /// The whole of it. Its collection stays; another text of its guideline becomes the next version of that.
    pub plan: CreateProject,
}

/// How far a project is. Gold items are among its items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    pub items: i64,
    /// Answers are missing.
    pub open: i64,
    /// Their answers differ.
    pub disputed: i64,
    pub closed: i64,
    /// Answers that were given, of those that it takes.
    pub answers: i64,
    pub answers_needed: i64,
    /// Of the closed ones, those that wait for the expert, and what became of the others.
    pub to_check: i64,
    pub passed: i64,
    pub failed: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    pub user: UserId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Project {
    pub id: ProjectId,
    /// Of the draft; raised with each change of it.
    pub version: i64,
    pub plan: CreateProject,
    pub state: ProjectState,
    pub people: Vec<Colleague>,
    pub guideline: Guideline,
    pub created_by: String,
    pub created_at: Time,
    pub progress: Progress,
}

/// A version of a project's guideline, Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Guideline {
    pub version: i64,
    pub text: String,
    pub by: String,
    pub at: Time,
}

/// Writes the next version of a guideline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WriteGuideline {
    /// The version that was read: another's change in between is a conflict, not lost.
    pub version: i64,
    pub text: String,
}

/// Hands open tasks to a curator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AssignTasks {
    pub to: UserId,
    /// Whose tasks they were; free places when absent.
    #[serde(default)]
    pub from: Option<UserId>,
    /// How many, the first ones first.
    pub tasks: i64,
}

/// What came of assigning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assigned {
    pub tasks: i64,
}

/// Asks for the next task of a project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NextItem {
    /// The item that the asker passes over: it comes again behind the others.
    #[serde(default)]
    pub skip: Option<ItemId>,
    /// An item that is to be looked at, whatever is next.
    #[serde(default)]
    pub item: Option<ItemId>,
}

/// An item as it was when it was drawn, with what a curator needs to answer it. What others say of it, and whether its
/// answer is known, it does not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectTask {
    pub item: ItemId,
    pub question: ReviewValue,
    pub accession: String,
    pub attributes: Vec<RawAttribute>,
    pub evidence: Option<Evidence>,
    pub study: String,
    pub study_title: String,
    pub study_summary: String,
    /// What it may be, the likeliest first; at most nine.
    pub ranked: Vec<Ranked>,
    /// The field takes several values.
    pub many: bool,
    pub guideline: Guideline,
}

/// A task for whoever asked, with how many of theirs are answered and left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyTask {
    pub task: Option<ProjectTask>,
    /// Until then it is nobody else's.
    pub until: Option<Time>,
    pub answered: i64,
    /// Assigned to them and not answered yet, this one with them.
    pub left: i64,
}

/// Answers an item: a reviewer their task, an adjudicator what reviewers disagree about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerItem {
    pub item: ItemId,
    pub answer: ReviewAnswer,
    /// The id or the name of the term, or the choice, that it is changed to.
    #[serde(default)]
    pub term: Option<String>,
    /// Further terms or choices that hold beside it, in a field that takes several.
    #[serde(default)]
    pub also: Vec<String>,
    /// A comment; nobody reads it before the item is closed.
    #[serde(default)]
    pub note: String,
}

/// A term or a choice with its label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beside {
    pub term: String,
    pub label: String,
}

/// What an answer says, whichever words it was given in: to accept a suggestion and to change to the same term is the same,
/// and so are several values in whichever order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    pub answer: ReviewAnswer,
    /// None: the suggestion is wrong, and nobody says what is right.
    pub state: Option<ValueState>,
    pub term: String,
    pub label: String,
    /// Further values that hold beside it, by their terms.
    #[serde(default)]
    pub also: Vec<Beside>,
}

impl Outcome {
    /// What is compared of an answer: its state and the set of its values, in one order and each once. Two answers agree
    /// where the whole set is the same.
    pub fn says(&self) -> (Option<ValueState>, Vec<&str>) {
        let also = self.also.iter().map(|one| one.term.as_str());
        let mut terms: Vec<&str> = std::iter::once(self.term.as_str()).chain(also).collect();
        terms.sort_unstable();
        terms.dedup();
        (self.state, terms)
    }

    /// Whether both say the same.
    pub fn agrees(&self, other: &Outcome) -> bool {
        self.says() == other.says()
    }
}

/// The item whose answer was taken back, where there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenBack {
    pub item: Option<ItemId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Open,
    Disputed,
    Closed,
}

impl ItemState {
    pub fn name(self) -> &'static str {
        match self {
            ItemState::Open => "open",
            ItemState::Disputed => "disputed",
            ItemState::Closed => "closed",
        }
    }
}

/// How an item was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// Enough reviewers said the same.
    Agreement,
    Adjudication,
    /// Its sample was deleted.
    Nothing,
}

impl ClosedBy {
    pub fn name(self) -> &'static str {
        match self {
            ClosedBy::Agreement => "agreement",
            ClosedBy::Adjudication => "adjudication",
            ClosedBy::Nothing => "nothing",
        }
    }
}

/// One reviewer's answer, for whoever may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenAnswer {
    /// A letter; for admins the name.
    pub who: String,
    pub outcome: Outcome,
    pub note: String,
    /// Which version of the guideline it was given under.
    pub guideline: i64,
    pub at: Time,
}

/// A closed item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectItem {
    pub id: ItemId,
    pub question: ReviewValue,
    pub outcome: Option<Outcome>,
    pub closed_by: ClosedBy,
    pub closed_at: Time,
    /// The adjudicator's words.
    pub note: String,
    pub answers: Vec<GivenAnswer>,
    /// What was written about its question, as far as it may be read.
    pub comments: Vec<Comment>,
    /// For admins alone: whether its answer was known before.
    pub gold: Option<bool>,
    /// For admins alone: what settles its samples, and the batch that did.
    pub job: Option<JobId>,
    pub batch: Option<BatchId>,
}

/// What an expert is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExpertAsked {
    /// Which answer is right.
    Adjudicate,
    /// Whether the outcome is right.
    Check,
}

/// An item that needs an expert, with the reviewers' answers side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dispute {
    pub asked: ExpertAsked,
    pub task: ProjectTask,
    pub answers: Vec<GivenAnswer>,
    /// What it was closed with, for a check.
    pub outcome: Option<Outcome>,
    /// So many items wait for an expert, this one with them.
    pub left: i64,
}

/// An expert's check of a closed item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    pub item: ItemId,
    pub passes: bool,
    #[serde(default)]
    pub note: String,
}

/// Mixes an item in whose answer is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddGold {
    /// A closed item of another project on the same collection: its outcome is the known answer.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// Or a question of a field, with its answer.
    #[serde(default)]
    pub field: Option<String>,
    #[serde(default)]
    pub question: Option<QuestionId>,
    #[serde(default)]
    pub answer: Option<ReviewAnswer>,
    #[serde(default)]
    pub term: Option<String>,
    /// Further values that hold beside it, in a field that takes several.
    #[serde(default)]
    pub also: Vec<String>,
}

/// A gold item, for admins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GoldItem {
    pub id: ItemId,
    pub question: ReviewValue,
    pub known: Outcome,
    /// How often it was answered, and how often as it is known.
    pub answers: i64,
    pub right: i64,
}

/// A share with its 95% interval (Wilson).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accuracy {
    pub answers: i64,
    pub right: i64,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// A day's answers to gold items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccuracyDay {
    /// Its first moment, UTC.
    pub day: Time,
    pub accuracy: Accuracy,
}

/// What a curator did in a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonWork {
    pub user: UserId,
    pub name: String,
    pub answered: i64,
    /// Tasks that are theirs and wait.
    pub waiting: i64,
    /// Of them, those that lie too long: another may take them.
    pub lying: i64,
    /// From shown to answered.
    pub median_s: Option<f64>,
    /// On gold items; oneself and admins see it.
    pub accuracy: Option<Accuracy>,
    pub days: Vec<AccuracyDay>,
}

/// How two curators agree on the items that both answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PairAgreement {
    pub one: String,
    pub other: String,
    pub items: i64,
    pub same: i64,
    /// Cohen's kappa; none where chance alone would agree always.
    pub kappa: Option<f64>,
}

/// How curators agree in one field, or in all of them, over closed items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreement {
    /// None: all fields together.
    pub field: Option<String>,
    /// Closed items with at least two answers.
    pub items: i64,
    /// Of them, those whose answers all say the same.
    pub same: i64,
    /// Over the items that all have the same number of answers, which is the commonest one.
    pub fleiss: Option<f64>,
    pub krippendorff: Option<f64>,
    pub pairs: Vec<PairAgreement>,
}
