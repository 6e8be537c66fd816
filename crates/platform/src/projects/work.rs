//! A curator's work: the next item, answering it, passing it over, taking the answer back. Nothing here says what others
//! answered, or whether they did.

use super::close::close_if_complete;
use super::life::may_work;
use super::sql::{self, Given, ProjectRow};
use super::{HELD, checked_note, field_of, find, find_item, outcome, person, shown};
use crate::{Ctx, Tx, audit};
use chorale_model::projects::{AnswerItem, ClosedBy, Colleague, ItemState, MyTask, NextItem, ProjectState, TakenBack};
use chorale_model::{Fault, FaultKind, ItemId, OrganizationId, ProjectId, Role, Time, UserId};
use serde_json::json;

/// How often the next item is looked for when others were faster.
const TRIES: usize = 10;
/// Free items that are tried at once: others reach for the first one, too.
const REACHED_FOR: i64 = 8;

/// The next item for whoever asks, who holds it from now on: their own ones first, then places that are free or lie too
/// long, at last what they passed over.
pub async fn next_item(ctx: &Ctx, id: ProjectId, asked: NextItem) -> Result<MyTask, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let own = may_work(ctx, organization, &project).await?;
    if let Some(skipped) = asked.skip {
        skip(ctx, organization, id, (skipped, own.user)).await?;
    }
    let mut task = None;
    if is_open(&project) {
        task = match asked.item {
            Some(item) => Some(held(ctx, organization, &project, item, &own).await?),
            None => find_next(ctx, organization, &project, &own).await?,
        };
    }
    let (answered, left) = sql::count_own(ctx.db(), organization, id, own.user).await?;
    let Some((item, until)) = task else { return Ok(MyTask { task: None, until: None, answered, left }) };
    let item = find_item(ctx, organization, id, item).await?;
    let task = shown(ctx, organization, &project, item).await?;
    Ok(MyTask { task: Some(task), until: Some(until), answered, left })
}

fn is_open(project: &ProjectRow) -> bool {
    matches!(project.state, ProjectState::ToDo | ProjectState::InReview)
}

async fn find_next(
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
    own: &Colleague,
) -> Result<Option<(ItemId, Time)>, Fault> {
    let db = ctx.db();
    for _ in 0..TRIES {
        let mut tried: Vec<ItemId> = Vec::new();
        tried.extend(sql::find_own(db, organization, project.id, own.user, false).await?);
        if tried.is_empty() {
            tried = sql::list_free(db, organization, project.id, own.user, ctx.now(), REACHED_FOR).await?;
        }
        if tried.is_empty() {
            tried.extend(sql::find_own(db, organization, project.id, own.user, true).await?);
        }
        if tried.is_empty() {
            return Ok(None);
        }
        for item in tried {
            match held(ctx, organization, project, item, own).await {
                Ok(found) if is_there(ctx, organization, project, item).await? => return Ok(Some(found)),
                Ok(_) => {}
                // Another was faster.
                Err(fault) if fault.kind == FaultKind::Conflict => {}
                Err(fault) => return Err(fault),
            }
        }
    }
    Err(Fault::busy("others take the items faster than they can be handed out; ask again"))
}

/// Whether the sample is still there by which an item is shown; what was deleted closes its item.
async fn is_there(ctx: &Ctx, organization: OrganizationId, project: &ProjectRow, id: ItemId) -> Result<bool, Fault> {
    let item = find_item(ctx, organization, project.id, id).await?;
    match crate::catalog::load_sample(ctx, item.frozen.question.sample).await {
        Ok(_) => return Ok(true),
        Err(fault) if fault.kind == FaultKind::Missing => {}
        Err(fault) => return Err(fault),
    }
    let (inner, project) = (ctx.clone(), project.id);
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::lock_item(tx, organization, project, id, ItemState::Open).await? {
                    return Ok(());
                }
                let closing = sql::Closing {
                    outcome: None,
                    how: ClosedBy::Nothing.name(),
                    by: "system".into(),
                    note: "the sample was deleted".into(),
                    at: inner.now(),
                    job: None,
                };
                sql::close_item(tx, organization, project, id, &closing).await?;
                super::close::advance(tx, organization, project).await
            })
        })
        .await?;
    Ok(false)
}

/// The item is the person's from now on, if it has a place for them.
async fn held(
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
    item: ItemId,
    own: &Colleague,
) -> Result<(ItemId, Time), Fault> {
    find_item(ctx, organization, project.id, item).await?;
    let (now, until, own, project) = (ctx.now(), ctx.now().plus(HELD), own.clone(), project.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::put_person(tx, organization, project.id, &own, false).await?;
                let (id, place) = (project.id, (item, own.user));
                if let Some(until) = sql::show_task(tx, organization, id, place, now, until).await? {
                    return Ok((item, until));
                }
                if !take(tx, organization, &project, (item, own.user, until), now).await? {
                    return Err(taken());
                }
                sql::show_task(tx, organization, id, place, now, until).await?;
                Ok((item, until))
            })
        })
        .await
}

fn taken() -> Fault {
    Fault::conflict("this item is not yours to answer: it was answered, or others have its places; go on with the next")
}

/// A place in an open item, if one is free or lies too long; nobody has two of one item.
pub(super) async fn take(
    tx: &mut Tx,
    organization: OrganizationId,
    project: &ProjectRow,
    (item, user, until): (ItemId, UserId, Time),
    now: Time,
) -> Result<bool, Fault> {
    if !sql::lock_item(tx, organization, project.id, item, ItemState::Open).await? {
        return Ok(false);
    }
    let tasks = sql::list_tasks(&mut *tx, organization, project.id, item).await?;
    if tasks.iter().any(|task| task.person == user) {
        return Ok(false);
    }
    if tasks.len() as i64 >= project.plan.reviewers {
        let lying = tasks.iter().filter(|task| task.answer.is_none() && task.until <= now);
        let Some(oldest) = lying.min_by_key(|task| task.until) else { return Ok(false) };
        sql::free_place(tx, organization, project.id, item, oldest.person).await?;
    }
    Ok(sql::insert_tasks(tx, organization, project.id, vec![(item, user)], until).await? == 1)
}

async fn skip(
    ctx: &Ctx,
    organization: OrganizationId,
    project: ProjectId,
    place: (ItemId, UserId),
) -> Result<(), Fault> {
    let (now, held) = (ctx.now(), ctx.now().plus(HELD));
    let skipped = ctx
        .db()
        .write(move |tx| Box::pin(async move { sql::skip_task(tx, organization, project, place, now, held).await }))
        .await?;
    if skipped { Ok(()) } else { Err(taken()) }
}

/// Answers an item. With the last of its answers it is closed or disputed; the answer does not say which.
pub async fn answer_item(ctx: &Ctx, id: ProjectId, given: AnswerItem) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let own = may_work(ctx, organization, &project).await?;
    let item = find_item(ctx, organization, id, given.item).await?;
    if !is_open(&project) {
        return Err(Fault::conflict(format!(
            "\"{}\" is not in review, so nothing is answered there",
            project.plan.name
        )));
    }
    let field = field_of(ctx, project.plan.collection, &item.frozen.question.field).await?;
    let outcome = outcome(ctx, &field, &item.frozen.question, &given).await?;
    let answer = Given { outcome, at: ctx.now(), note: checked_note(&given.note)?, guideline: project.guideline };
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let place = (item.id, own.user);
                if !sql::lock_item(tx, organization, id, item.id, ItemState::Open).await? {
                    return Err(taken());
                }
                if !sql::answer_task(tx, organization, id, place, &answer).await? {
                    // Not shown to them before, as a program may do, or their hold was another's meanwhile.
                    let until = answer.at.plus(HELD);
                    if !take(tx, organization, &project, (item.id, own.user, until), answer.at).await? {
                        return Err(taken());
                    }
                    sql::put_person(tx, organization, id, &own, false).await?;
                    sql::answer_task(tx, organization, id, place, &answer).await?;
                }
                sql::move_to(tx, organization, id, &[ProjectState::ToDo], ProjectState::InReview).await?;
                close_if_complete(tx, &inner, organization, &project, &item).await?;
                audit::record(tx, &inner, "project.answered", "project", id, json!({ "item": item.id })).await
            })
        })
        .await
}

/// Takes the asker's latest answer back, as long as its item is open; which item it was.
pub async fn take_back(ctx: &Ctx, id: ProjectId) -> Result<TakenBack, Fault> {
    let organization = ctx.require(Role::Curator)?;
    find(ctx, organization, id).await?;
    let own = person(ctx).user;
    let Some(item) = sql::find_last_answer(ctx.db(), organization, id, own).await? else {
        return Ok(TakenBack { item: None });
    };
    let inner = ctx.clone();
    let taken = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::lock_item(tx, organization, id, item, ItemState::Open).await? {
                    return Ok(false);
                }
                let until = inner.now().plus(HELD);
                let taken = sql::take_answer_back(tx, organization, id, (item, own), until).await?;
                if taken {
                    let detail = json!({ "item": item });
                    audit::record(tx, &inner, "project.answer_taken_back", "project", id, detail).await?;
                }
                Ok(taken)
            })
        })
        .await?;
    Ok(TakenBack { item: taken.then_some(item) })
}
