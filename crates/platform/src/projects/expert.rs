//! What needs an expert: items that reviewers disagree about, and closed ones that are checked. Here answers are seen side
//! by side, under letters; admins see names.

use super::close::{advance, settle};
use super::comments::about;
use super::sql::{self, Closing};
use super::{Item, checked_note, field_of, find, find_item, outcome, person, shown};
use crate::{Ctx, audit, curation, review};
use chorale_model::page::{Page, PageRequest};
use chorale_model::projects::{
    AnswerItem, CheckItem, ClosedBy, Dispute, ExpertAsked, GivenAnswer, ItemState, NextItem, ProjectItem,
};
use chorale_model::{Fault, ItemId, OrganizationId, ProjectId, Role};
use serde_json::json;
use std::collections::HashMap;

/// The next item for an expert who did not answer it; admins may decide about any. `skip` goes on behind that one.
pub async fn next_dispute(ctx: &Ctx, id: ProjectId, asked: NextItem) -> Result<Option<Dispute>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let is_admin = ctx.require(Role::Admin).is_ok();
    let waiting = sql::list_for_expert(ctx.db(), organization, id, person(ctx).user, is_admin).await?;
    let next = match (asked.item, asked.skip) {
        (Some(item), _) => waiting.iter().find(|(id, _)| *id == item),
        (None, Some(skipped)) => {
            let behind = find_item(ctx, organization, id, skipped).await?.position;
            waiting.iter().find(|(_, position)| *position > behind).or(waiting.first())
        }
        (None, None) => waiting.first(),
    };
    let Some((next, _)) = next else { return Ok(None) };
    let item = find_item(ctx, organization, id, *next).await?;
    let answers = answers(ctx, organization, id, item.id).await?;
    let (outcome, is_check) = (item.outcome.clone(), item.waits_for_check);
    let task = shown(ctx, organization, &project, item).await?;
    let asked = if is_check { ExpertAsked::Check } else { ExpertAsked::Adjudicate };
    Ok(Some(Dispute { asked, task, answers, outcome, left: waiting.len() as i64 }))
}

/// The answers of an item, in the order in which they came, under letters; for admins under names.
async fn answers(
    ctx: &Ctx,
    organization: OrganizationId,
    project: ProjectId,
    item: ItemId,
) -> Result<Vec<GivenAnswer>, Fault> {
    let people = sql::list_people(ctx.db(), organization, project).await?;
    let names: HashMap<_, _> = people.into_iter().map(|(one, _)| (one.user, one.name)).collect();
    let is_admin = ctx.require(Role::Admin).is_ok();
    let tasks = sql::list_tasks(ctx.db(), organization, project, item).await?;
    let given = tasks.into_iter().filter_map(|task| Some((task.person, task.answer?)));
    let shown = given.enumerate().map(|(at, (person, given))| {
        let letter = char::from(b'A' + u8::try_from(at).unwrap_or(25).min(25)).to_string();
        let name = names.get(&person).filter(|_| is_admin).cloned();
        let (outcome, note, guideline, at) = (given.outcome, given.note, given.guideline, given.at);
        GivenAnswer { who: name.unwrap_or(letter), outcome, note, guideline, at }
    });
    Ok(shown.collect())
}

/// Whoever answered an item does not judge it; admins may.
async fn may_judge(ctx: &Ctx, organization: OrganizationId, project: ProjectId, item: ItemId) -> Result<(), Fault> {
    if ctx.require(Role::Admin).is_ok() {
        return Ok(());
    }
    let own = person(ctx).user;
    let tasks = sql::list_tasks(ctx.db(), organization, project, item).await?;
    match tasks.iter().any(|task| task.person == own && task.answer.is_some()) {
        true => Err(Fault::forbidden("you answered this item yourself; another curator or an admin decides about it")),
        false => Ok(()),
    }
}

/// Decides what reviewers disagree about; it settles the samples.
pub async fn adjudicate(ctx: &Ctx, id: ProjectId, given: AnswerItem) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let item = find_item(ctx, organization, id, given.item).await?;
    may_judge(ctx, organization, id, item.id).await?;
    let field = field_of(ctx, project.plan.collection, &item.frozen.question.field).await?;
    let outcome = outcome(ctx, &field, &item.frozen.question, &given).await?;
    let note = checked_note(&given.note)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::lock_item(tx, organization, id, item.id, ItemState::Disputed).await? {
                    return Err(Fault::conflict("this item is not disputed any more; go on with the next"));
                }
                let mut why = format!("adjudicated in \"{}\"", project.plan.name);
                if !note.is_empty() {
                    why = format!("{why}: {note}");
                }
                let job = settle(tx, &inner, organization, &project, item.id, why).await?;
                let closing = Closing {
                    outcome: Some(outcome),
                    how: ClosedBy::Adjudication.name(),
                    by: inner.actor_name(),
                    note,
                    at: inner.now(),
                    job: Some(job),
                };
                sql::close_item(tx, organization, id, item.id, &closing).await?;
                advance(tx, organization, id).await?;
                audit::record(tx, &inner, "project.adjudicated", "project", id, json!({ "item": item.id })).await
            })
        })
        .await
}

/// Says whether a closed item is right. One that is not is taken back and has to be decided again; with the last of them
/// the check passes or fails as a whole.
pub async fn check_item(ctx: &Ctx, id: ProjectId, checked: CheckItem) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    find(ctx, organization, id).await?;
    let item = find_item(ctx, organization, id, checked.item).await?;
    may_judge(ctx, organization, id, item.id).await?;
    let note = checked_note(&checked.note)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let is_closed = sql::lock_item(tx, organization, id, item.id, ItemState::Closed).await?;
                let item = sql::find_item(&mut *tx, organization, id, item.id).await?;
                let item = item.filter(|item| is_closed && item.waits_for_check);
                let item =
                    item.ok_or_else(|| Fault::conflict("this item waits for no check any more; go on with the next"))?;
                if item.is_settled || checked.passes {
                    judge(tx, &inner, organization, id, &item, checked.passes, &note).await?;
                    let detail = json!({ "item": item.id, "passes": checked.passes });
                    return audit::record(tx, &inner, "project.checked", "project", id, detail).await;
                }
                Err(Fault::conflict("its samples are being settled at this moment; say so again when that has ended"))
            })
        })
        .await
}

async fn judge(
    tx: &mut crate::Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    id: ProjectId,
    item: &Item,
    passes: bool,
    note: &str,
) -> Result<(), Fault> {
    sql::lock_project(tx, organization, id).await?;
    if passes {
        sql::set_checked(tx, organization, id, item.id, "passed").await?;
    } else {
        let why = if note.is_empty() { "an expert's check" } else { note };
        sql::dispute_item(tx, organization, id, item.id, why).await?;
        if let Some(batch) = item.batch {
            curation::revert_in(tx, ctx, organization, batch, why).await?;
        }
    }
    let Some(project) = sql::find_project(&mut *tx, organization, id).await? else { return Ok(()) };
    let right = project.right_checks + i64::from(passes);
    let wrong = project.wrong_checks + i64::from(!passes);
    let is_last = sql::count_items(&mut *tx, organization, id).await?.to_check == 0;
    let passed = is_last && 100 * right >= project.plan.passing * (right + wrong);
    sql::set_checks(tx, organization, id, (right, wrong), passed).await?;
    advance(tx, organization, id).await
}

/// Closed items with their answers, in their order. Gold ones are among them, and look like all others but to admins.
pub async fn list_closed(ctx: &Ctx, id: ProjectId, page: PageRequest) -> Result<Page<ProjectItem>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let limit = page.limit()?;
    let after = match &page.cursor {
        None => f64::MIN,
        Some(text) => {
            let position = text.parse().ok().filter(|position: &f64| position.is_finite());
            position.ok_or_else(|| Fault::field("cursor", "is none of this list's; begin again without one"))?
        }
    };
    let rows = sql::list_closed(ctx.db(), organization, id, after, limit + 1).await?;
    let page = Page::cut(rows, limit, |item| item.position.to_string());
    let is_admin = ctx.require(Role::Admin).is_ok();
    let asked: Vec<_> = page.items.iter().map(|item| about(&project, item)).collect();
    let mut comments = review::comments_of(ctx, &asked).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for (item, of) in page.items.into_iter().zip(asked) {
        let comments = comments.remove(&of).unwrap_or_default();
        let answers = answers(ctx, organization, id, item.id).await?;
        items.push(ProjectItem {
            id: item.id,
            question: item.frozen.question,
            outcome: item.outcome,
            closed_by: item.closed_how.unwrap_or(ClosedBy::Nothing),
            closed_at: item.closed_at.unwrap_or(ctx.now()),
            note: item.note,
            answers,
            comments,
            gold: is_admin.then_some(item.known.is_some()),
            job: item.job.filter(|_| is_admin),
            batch: item.batch.filter(|_| is_admin),
        });
    }
    Ok(Page { items, next_cursor: page.next_cursor })
}
