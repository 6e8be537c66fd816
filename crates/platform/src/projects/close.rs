//! When an item is closed, what that does to its samples, and where its project stands afterwards.

use super::draw::chance;
use super::sql::{self, Closing, ProjectRow};
use super::{Item, life};
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::{Ctx, Tx, curation, review};
use chorale_model::projects::{ClosedBy, ItemState, Outcome, ProjectState};
use chorale_model::review::{ReviewAnswer, ReviewFilter, ReviewState};
use chorale_model::{BatchId, Fault, ItemId, OrganizationId, ProjectId, QuestionId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// With the last of its answers an item is closed, where most reviewers say the same; else it is disputed. A gold item is
/// closed whatever they say, and settles nothing.
pub(super) async fn close_if_complete(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
    item: &Item,
) -> Result<(), Fault> {
    let tasks = sql::list_tasks(&mut *tx, organization, project.id, item.id).await?;
    let answers: Vec<&Outcome> = tasks.iter().filter_map(|task| Some(&task.answer.as_ref()?.outcome)).collect();
    if (answers.len() as i64) < project.plan.reviewers {
        return Ok(());
    }
    let agreed = most_say(&answers);
    let closing = |outcome, how: ClosedBy, job| Closing {
        outcome,
        how: how.name(),
        by: ctx.actor_name(),
        note: String::new(),
        at: ctx.now(),
        job,
    };
    match (&item.known, agreed) {
        (Some(known), agreed) => {
            let is_agreed = agreed.is_some_and(|outcome| outcome.agrees(known));
            let how = if is_agreed { ClosedBy::Agreement } else { ClosedBy::Adjudication };
            sql::close_item(tx, organization, project.id, item.id, &closing(Some(known.clone()), how, None)).await?;
        }
        (None, Some(outcome)) => {
            let same = answers.iter().filter(|one| one.agrees(outcome)).count();
            let why = format!("{same} of {} reviewers of \"{}\" say so", answers.len(), project.plan.name);
            let job = settle(tx, ctx, organization, project, item.id, why).await?;
            let closing = closing(Some(outcome.clone()), ClosedBy::Agreement, Some(job));
            sql::close_item(tx, organization, project.id, item.id, &closing).await?;
        }
        (None, None) => sql::dispute_item(tx, organization, project.id, item.id, "").await?,
    }
    advance(tx, organization, project.id).await
}

/// What more than half of them say.
fn most_say<'a>(answers: &[&'a Outcome]) -> Option<&'a Outcome> {
    let same = |one: &Outcome| answers.iter().filter(|other| other.agrees(one)).count();
    answers.iter().find(|one| 2 * same(one) > answers.len()).copied()
}

/// What settles an item's samples, in its own time: they may be many.
pub(super) async fn settle(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
    item: ItemId,
    why: String,
) -> Result<chorale_model::JobId, Fault> {
    let payload = Payload { project: project.id, item, why };
    let payload = serde_json::to_value(payload).map_err(|e| Fault::internal("writing what is to be settled", e))?;
    let title = format!("Settle an item of \"{}\"", project.plan.name);
    let job = NewJob::new(SettleJob::KIND, title, payload).priority(20).attempts(10);
    enqueue(tx, ctx, Some(organization), job).await
}

/// Where a project stands after one of its items was closed or disputed.
pub(super) async fn advance(tx: &mut Tx, organization: OrganizationId, id: ProjectId) -> Result<(), Fault> {
    // Two that close its last items wait for each other, so that the second one sees that nothing is left.
    sql::lock_project(tx, organization, id).await?;
    let Some(project) = sql::find_project(&mut *tx, organization, id).await? else { return Ok(()) };
    if matches!(project.state, ProjectState::Draft | ProjectState::Cancelled) {
        return Ok(());
    }
    let progress = sql::count_items(&mut *tx, organization, id).await?;
    let to = match progress {
        _ if progress.open + progress.disputed > 0 => ProjectState::InReview,
        _ if progress.to_check > 0 => ProjectState::InAcceptance,
        _ if project.plan.checked == 0 || project.passed => ProjectState::Approved,
        _ if draw_check(tx, organization, &project, progress.closed).await? => ProjectState::InAcceptance,
        // Everything was checked.
        _ => ProjectState::Approved,
    };
    // What is closed stays with the expert while something else is disputed again.
    let from = [ProjectState::ToDo, ProjectState::InReview, ProjectState::InAcceptance, ProjectState::Approved];
    sql::move_to(tx, organization, id, &from, to).await.map(drop)
}

/// Draws what an expert checks; false where nothing is left that nobody checked.
async fn draw_check(
    tx: &mut Tx,
    organization: OrganizationId,
    project: &ProjectRow,
    closed: i64,
) -> Result<bool, Fault> {
    let mut left = sql::list_unchecked(tx, organization, project.id).await?;
    left.sort_by_cached_key(|id| chance(project.id.0, "check", QuestionId(id.0)));
    let number = (closed * project.plan.checked + 99) / 100;
    left.truncate(usize::try_from(number).unwrap_or(0));
    for item in &left {
        sql::set_checked(tx, organization, project.id, *item, "to_check").await?;
    }
    if !left.is_empty() {
        sql::set_checks(tx, organization, project.id, (0, 0), false).await?;
    }
    Ok(!left.is_empty())
}

/// A batch was taken back, by whomever: the item that it settled has to be decided again. Given to `curation::Listeners`.
pub fn taken_back<'t>(tx: &'t mut Tx, _: &'t Ctx, changed: &'t curation::Changed) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        if changed.what != curation::Change::TakenBack {
            return Ok(());
        }
        for (project, item) in sql::list_of_batch(tx, changed.organization, changed.batch).await? {
            let note = "its batch was taken back";
            sql::dispute_item(tx, changed.organization, project, item, note).await?;
            advance(tx, changed.organization, project).await?;
        }
        Ok(())
    })
}

#[derive(Serialize, Deserialize)]
struct Payload {
    project: ProjectId,
    item: ItemId,
    why: String,
}

/// Jobs of kind `project.settle`: the samples of a closed item.
pub struct SettleJob;

impl SettleJob {
    pub const KIND: &'static str = "project.settle";
}

impl Handler for SettleJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("settling an item", "the job has no organization"))?;
            let payload: Payload = serde_json::from_value(job.payload.clone())
                .map_err(|e| Fault::internal("reading what is to be settled", e))?;
            run(job, organization, payload).await
        })
    }
}

async fn run(job: &Running, organization: OrganizationId, payload: Payload) -> Result<Json, Fault> {
    let db = job.ctx.db();
    let project = sql::find_project(db, organization, payload.project).await?;
    let item = sql::find_item(db, organization, payload.project, payload.item).await?;
    let (Some(project), Some(item)) = (project, item) else { return Ok(json!({ "note": "the project is gone" })) };
    let Some(outcome) = item.outcome.clone().filter(|_| item.state == ItemState::Closed && item.job == Some(job.id))
    else {
        return Ok(json!({ "note": "the item is being decided anew" }));
    };
    let question = &item.frozen.question;
    let state = if project.plan.state == ReviewState::Waiting { ReviewState::Waiting } else { ReviewState::All };
    let matching = ReviewFilter { state, ..life::any_state(&project.plan, &question.field) };
    let term = (outcome.answer == ReviewAnswer::Change).then_some(outcome.term);
    let also = outcome.also.into_iter().map(|one| one.term).collect();
    let settled =
        review::settle_by(job, organization, matching, question.id, (outcome.answer, term, also), payload.why).await?;
    let batch: Option<BatchId> = settled.get("batch").and_then(|batch| serde_json::from_value(batch.clone()).ok());
    let (now, item, own) = (job.ctx.now(), item.id, job.id);
    job.write(move |tx| {
        Box::pin(async move { sql::set_settled(tx, organization, payload.project, (item, own), batch, now).await })
    })
    .await?;
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::harmonize::ValueState;
    use chorale_model::projects::Beside;

    fn said(term: &str) -> Outcome {
        Outcome {
            answer: ReviewAnswer::Change,
            state: Some(ValueState::Present),
            term: term.into(),
            label: String::new(),
            also: Vec::new(),
        }
    }

    fn with(term: &str, beside: &str) -> Outcome {
        let beside = Beside { term: beside.into(), label: String::new() };
        Outcome { also: vec![beside], ..said(term) }
    }

    #[test]
    fn more_than_half_must_say_the_same() {
        let (a, b, c) = (said("A"), said("B"), said("C"));
        let accepted = Outcome { answer: ReviewAnswer::Accept, ..a.clone() };
        assert_eq!(most_say(&[&a]), Some(&a));
        assert_eq!(most_say(&[&a, &accepted]), Some(&a), "the same value is the same answer");
        assert_eq!(most_say(&[&a, &b]), None);
        assert_eq!(most_say(&[&a, &b, &b]), Some(&b));
        assert_eq!(most_say(&[&a, &b, &c]), None);
        assert_eq!(most_say(&[&a, &a, &b, &b]), None);
        // Several values are one label: the whole set has to be the same, in whichever order.
        let (both, turned) = (with("A", "B"), with("B", "A"));
        assert_eq!(most_say(&[&both, &turned]), Some(&both));
        assert_eq!(most_say(&[&both, &a]), None, "a part is not the same");
        assert_eq!(most_say(&[&both, &with("A", "C"), &a]), None);
    }
}
