//! Review projects: questions are drawn and frozen, several curators answer each without seeing each other, what they agree
//! on settles samples, what they do not is adjudicated, and an expert checks some of it. Owns `projects` and every table
//! `project_…`. It must never show an answer before its item is closed, but to the adjudicator of what is disputed, and
//! never tell a curator which items are gold. What becomes of samples it leaves to `review` and `curation`.
//!
//! Start at [`start_project`] for what is drawn, [`next_item`] and [`answer_item`] for a curator's work; `close` says when an
//! item is closed and where a project stands after it.

mod close;
mod comments;
mod draw;
mod expert;
mod figures;
mod gold;
mod life;
mod sql;
mod work;

pub use close::{SettleJob, taken_back};
pub use comments::{answered_blind, comment_item, list_item_comments};
pub use expert::{adjudicate, check_item, list_closed, next_dispute};
pub use figures::{list_agreement, list_work};
pub use gold::{add_gold, list_gold, list_gold_to_be};
pub use life::{
    assign_tasks, cancel_project, change_draft, create_project, list_curators, list_guidelines, list_projects,
    load_project, start_project, write_guideline,
};
pub use work::{answer_item, next_item, take_back};

use crate::{Actor, Ctx, catalog, harmonize, review};
use chorale_model::fields::Field;
use chorale_model::harmonize::Evidence;
use chorale_model::projects::{AnswerItem, Beside, ClosedBy, Colleague, ItemState, Outcome, ProjectTask};
use chorale_model::review::{ReviewAnswer, ReviewValue};
use chorale_model::{BatchId, CollectionId, Fault, ItemId, JobId, OrganizationId, ProjectId, Time, UserId};
use review::SaidValue;
use serde::{Deserialize, Serialize};
use sql::ProjectRow;

/// How long a task that is shown is nobody else's.
const HELD: i64 = 10 * Time::MINUTE;
/// How long a task that is assigned is.
const ASSIGNED: i64 = 3 * Time::DAY;
/// Characters of a comment.
const LONGEST_NOTE: usize = 1_000;

/// A question as it was when it was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Frozen {
    question: ReviewValue,
    evidence: Option<Evidence>,
}

/// A row of `project_items`.
#[derive(Clone, Debug)]
struct Item {
    id: ItemId,
    position: f64,
    frozen: Frozen,
    /// Of a gold item.
    known: Option<Outcome>,
    state: ItemState,
    outcome: Option<Outcome>,
    closed_how: Option<ClosedBy>,
    closed_at: Option<Time>,
    note: String,
    job: Option<JobId>,
    is_settled: bool,
    batch: Option<BatchId>,
    waits_for_check: bool,
}

async fn find(ctx: &Ctx, organization: OrganizationId, id: ProjectId) -> Result<ProjectRow, Fault> {
    sql::find_project(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("project", id))
}

async fn find_item(ctx: &Ctx, organization: OrganizationId, project: ProjectId, item: ItemId) -> Result<Item, Fault> {
    sql::find_item(ctx.db(), organization, project, item).await?.ok_or_else(|| Fault::missing("item", item))
}

/// Who works: a person, or the program that works with a token of nobody's.
fn person(ctx: &Ctx) -> Colleague {
    let user = match (&ctx.actor, ctx.user()) {
        (_, Some(user)) => user,
        (Actor::Token { token, .. }, None) => UserId(token.0),
        _ => UserId(uuid::Uuid::nil()),
    };
    Colleague { user, name: ctx.actor_name() }
}

async fn field_of(ctx: &Ctx, collection: CollectionId, name: &str) -> Result<Field, Fault> {
    let fields = harmonize::fields_of(ctx, collection).await?.fields;
    let gone =
        || Fault::conflict(format!("the collection has no field \"{name}\" any more; add it again, or cancel this"));
    fields.into_iter().find(|field| field.name == name).ok_or_else(gone)
}

/// What an answer to an item says. Whoever changes to what is suggested accepts it, and several values are the same in
/// whichever order they are named.
async fn outcome(ctx: &Ctx, field: &Field, question: &ReviewValue, given: &AnswerItem) -> Result<Outcome, Fault> {
    let said = review::said_by(ctx, field, question, given.answer, given.term.as_deref(), &given.also).await?;
    let Some(SaidValue { state, term, label, also }) = said else {
        let (term, label, also) = Default::default();
        return Ok(Outcome { answer: given.answer, state: None, term, label, also });
    };
    let mut all: Vec<Beside> = also.into_iter().map(|(term, label)| Beside { term, label }).collect();
    all.push(Beside { term, label });
    all.sort();
    all.dedup_by(|one, other| one.term == other.term);
    let suggested = all.iter().position(|one| one.term == question.term).filter(|_| state == question.state);
    let Beside { term, label } = all.remove(suggested.unwrap_or(0));
    let answer = if suggested.is_some() { ReviewAnswer::Accept } else { given.answer };
    Ok(Outcome { answer, state: Some(state), term, label, also: all })
}

fn checked_note(note: &str) -> Result<String, Fault> {
    let note = note.trim();
    match note.chars().count() {
        n if n > LONGEST_NOTE => Err(Fault::field("note", format!("has {n} characters; at most {LONGEST_NOTE} fit"))),
        _ => Ok(note.to_owned()),
    }
}

/// What a curator needs to answer an item: its source, and what it may be by the annotator and by names alone.
async fn shown(
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
    item: Item,
) -> Result<ProjectTask, Fault> {
    let Frozen { mut question, evidence } = item.frozen;
    // Said of all alike: a gold item may wait for nothing, and why one waits is a hint.
    question.reason = None;
    question.waiting = if question.waiting > 0 { question.waiting } else { question.samples };
    let field = field_of(ctx, project.plan.collection, &question.field).await?;
    let (sample, dataset, guideline, ranked) = futures::try_join!(
        catalog::load_sample(ctx, question.sample),
        catalog::load_dataset(ctx, question.dataset),
        sql::find_guideline(ctx.db(), organization, project.id, project.guideline),
        review::ranked_blind(ctx, &field, &question, evidence.as_ref()),
    )?;
    Ok(ProjectTask {
        item: item.id,
        accession: sample.accession,
        attributes: sample.attributes,
        evidence,
        study: dataset.accession,
        study_title: dataset.title,
        study_summary: dataset.summary,
        ranked,
        many: field.many,
        guideline,
        question,
    })
}

#[cfg(test)]
mod tests;
