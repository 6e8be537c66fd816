//! Review projects: the list, a new one, one with how far it is, a curator's work in it, and what needs an expert.

mod accuracy;
mod agreement;
mod closed;
mod edit;
mod expert;
mod form;
mod list;
mod new;
mod people;
mod posted;
mod project;
mod work;

pub use edit::EditProjectPage;
pub use expert::AdjudicatePage;
pub use list::ProjectsPage;
pub use new::NewProjectPage;
pub use posted::{PostedGuideline, PostedPlan};
pub use project::ProjectPage;
pub use work::WorkPage;

use chorale_model::ProjectId;
use chorale_model::projects::{Outcome, ProjectState, ProjectTask, Sampling};
use chorale_model::review::ReviewTask;
use chorale_ui::{Icon, Status, Tone};
use leptos::prelude::*;

pub const PATH: &str = "/projects";

/// The page of a project.
pub fn of(id: ProjectId) -> String {
    format!("{PATH}/{id}")
}

/// Where its reviewers work.
pub fn work(id: ProjectId) -> String {
    format!("{PATH}/{id}/work")
}

/// Where what they disagree about is decided.
pub fn adjudicate(id: ProjectId) -> String {
    format!("{PATH}/{id}/adjudicate")
}

fn state_words(state: ProjectState) -> &'static str {
    match state {
        ProjectState::Draft => "draft",
        ProjectState::ToDo => "to do",
        ProjectState::InReview => "in review",
        ProjectState::InAcceptance => "in acceptance",
        ProjectState::Approved => "approved",
        ProjectState::Cancelled => "cancelled",
    }
}

fn status(state: ProjectState) -> AnyView {
    let (tone, icon) = match state {
        ProjectState::Draft => (Tone::Plain, Icon::Doc),
        ProjectState::ToDo => (Tone::Info, Icon::Queue),
        ProjectState::InReview => (Tone::Info, Icon::Run),
        ProjectState::InAcceptance => (Tone::Warn, Icon::Clock),
        ProjectState::Approved => (Tone::Ok, Icon::Ok),
        ProjectState::Cancelled => (Tone::Plain, Icon::X),
    };
    view! { <Status tone=tone icon=icon word=state_words(state)/> }.into_any()
}

fn sampling_words(sampling: Sampling) -> &'static str {
    match sampling {
        Sampling::All => "everything that matches",
        Sampling::Random => "at random",
        Sampling::Uncertain => "the least sure first",
        Sampling::Stratified => "from each field and value in turn",
        Sampling::Active => "what is worth most first",
    }
}

/// What an answer says.
fn outcome_words(outcome: &Outcome) -> String {
    match outcome.state {
        None => "not what is suggested".to_owned(),
        Some(state) if !crate::values::is_said(state) => crate::values::state_words(state).to_owned(),
        Some(_) => {
            let words = |(term, label): (&str, &str)| if label.is_empty() { term.to_owned() } else { label.to_owned() };
            values_of(outcome).map(words).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Every value that an answer says, as term and label.
fn values_of(outcome: &Outcome) -> impl Iterator<Item = (&str, &str)> {
    let also = outcome.also.iter().map(|one| (one.term.as_str(), one.label.as_str()));
    std::iter::once((outcome.term.as_str(), outcome.label.as_str())).chain(also)
}

/// An answer with its values, each drawn by `one`.
fn outcome_view(outcome: &Outcome, one: fn(&str, &str) -> AnyView) -> AnyView {
    match outcome.state {
        Some(state) if crate::values::is_said(state) => {
            let parts = values_of(outcome).enumerate().map(|(at, (term, label))| {
                let comma = (at > 0).then_some(", ");
                view! { {comma} {one(term, label)} }
            });
            parts.collect_view().into_any()
        }
        _ => outcome_words(outcome).into_any(),
    }
}

/// An item as the bench draws questions. What the same words became before is none of its business.
fn as_question(task: ProjectTask) -> ReviewTask {
    ReviewTask {
        question: task.question,
        accession: task.accession,
        attributes: task.attributes,
        evidence: task.evidence,
        study: task.study,
        study_title: task.study_title,
        study_summary: task.study_summary,
        ranked: task.ranked,
        before: Vec::new(),
        earlier: Vec::new(),
        known: Vec::new(),
        many: task.many,
        held_by: None,
        guideline: task.guideline.text,
        values: 0,
        waiting: 0,
        until: task.guideline.at,
    }
}
