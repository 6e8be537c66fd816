//! Gold items: their answer is known, and curators answer them like all others. Only admins know which they are.

use super::life::{any_state, assign_all, new_item};
use super::sql;
use super::{Frozen, Item, field_of, find, outcome};
use crate::{Ctx, audit, review};
use chorale_model::projects::{AddGold, AnswerItem, GoldItem, Outcome, ProjectState};
use chorale_model::review::ReviewState;
use chorale_model::{Fault, ItemId, OrganizationId, ProjectId, Role};
use serde_json::json;

/// Items that are offered.
const TO_BE: i64 = 100;

/// The project's gold items, with how they were answered.
pub async fn list_gold(ctx: &Ctx, id: ProjectId) -> Result<Vec<GoldItem>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    find(ctx, organization, id).await?;
    let mut all = Vec::new();
    for item in sql::list_gold(ctx.db(), organization, id).await? {
        let Some(known) = item.known else { continue };
        let tasks = sql::list_tasks(ctx.db(), organization, id, item.id).await?;
        let answers: Vec<Outcome> = tasks.into_iter().filter_map(|task| Some(task.answer?.outcome)).collect();
        let right = answers.iter().filter(|answer| answer.agrees(&known)).count() as i64;
        all.push(GoldItem { id: item.id, question: item.frozen.question, known, answers: answers.len() as i64, right });
    }
    Ok(all)
}

/// What may become one: closed items of other projects on the same collection, the newest first.
pub async fn list_gold_to_be(ctx: &Ctx, id: ProjectId) -> Result<Vec<GoldItem>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    find(ctx, organization, id).await?;
    let mut all = Vec::new();
    for (project, item) in sql::list_gold_to_be(ctx.db(), organization, id, TO_BE).await? {
        let Some(item) = sql::find_item(ctx.db(), organization, project, item).await? else { continue };
        if let Some(known) = item.outcome {
            all.push(GoldItem { id: item.id, question: item.frozen.question, known, answers: 0, right: 0 });
        }
    }
    Ok(all)
}

/// Mixes an item in whose answer is known: a closed one of another project, or a question with its answer.
pub async fn add_gold(ctx: &Ctx, id: ProjectId, input: AddGold) -> Result<GoldItem, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let project = find(ctx, organization, id).await?;
    if !matches!(project.state, ProjectState::ToDo | ProjectState::InReview) {
        let why =
            format!("\"{}\" hands nothing out now; gold items are mixed into a project in review", project.plan.name);
        return Err(Fault::conflict(why));
    }
    let (frozen, known) = match input.item {
        Some(item) => of_item(ctx, organization, id, item, &input).await?,
        None => of_question(ctx, id, &input).await?,
    };
    if project.plan.state == ReviewState::Waiting && frozen.question.waiting == 0 {
        let why =
            "was settled before, and curators would tell it from the others; take one that waits, or a closed item";
        return Err(Fault::field("question", why));
    }
    let inner = ctx.clone();
    let item = Item { known: Some(known.clone()), ..new_item(ctx, 0.0, frozen) };
    let made = GoldItem { id: item.id, question: item.frozen.question.clone(), known, answers: 0, right: 0 };
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::lock_project(tx, organization, id).await?;
                let items = sql::count_items(&mut *tx, organization, id).await?.items;
                // Anywhere among the others, between two of them.
                let chance = u32::from_le_bytes(inner.app.ids.bytes());
                let item = Item { position: f64::from(chance) / f64::from(u32::MAX) * items as f64, ..item };
                if sql::has_question(tx, organization, id, &item).await? {
                    return Err(Fault::conflict("this value is an item of the project already; take another one"));
                }
                sql::insert_items(tx, organization, id, std::slice::from_ref(&item)).await?;
                assign_all(tx, &inner, organization, &project, &[item]).await?;
                audit::record(tx, &inner, "project.gold_added", "project", id, json!({})).await
            })
        })
        .await?;
    Ok(made)
}

/// What a closed item came to.
async fn of_item(
    ctx: &Ctx,
    organization: OrganizationId,
    project: ProjectId,
    id: ItemId,
    input: &AddGold,
) -> Result<(Frozen, Outcome), Fault> {
    let found = sql::find_item_anywhere(ctx.db(), organization, id).await?;
    let (of, item) = found.ok_or_else(|| Fault::missing("item", id))?;
    let (from, to) = (find(ctx, organization, of).await?, find(ctx, organization, project).await?);
    if of == project || from.plan.collection != to.plan.collection {
        return Err(Fault::field("item", "is none of another project on the same collection"));
    }
    if input.question.is_some() || input.answer.is_some() || !input.also.is_empty() {
        return Err(Fault::field("item", "stands beside a question; name one of them"));
    }
    let known = item.outcome.ok_or_else(|| Fault::field("item", "is not closed, so its answer is not known"))?;
    Ok((item.frozen, known))
}

/// A question of the collection, with the answer that is given here.
async fn of_question(ctx: &Ctx, project: ProjectId, input: &AddGold) -> Result<(Frozen, Outcome), Fault> {
    let organization = ctx.require(Role::Admin)?;
    let project = find(ctx, organization, project).await?;
    let missing =
        |name: &str| Fault::field(name, "is missing; name a closed item, or a field, a question and its answer");
    let name = input.field.as_deref().ok_or_else(|| missing("field"))?;
    let id = input.question.ok_or_else(|| missing("question"))?;
    let answer = input.answer.ok_or_else(|| missing("answer"))?;
    let filter = any_state(&project.plan, name);
    let field = review::check_filter(ctx, organization, &filter).await?;
    let found = review::freeze(ctx, &filter, &[id]).await?.pop();
    let (question, evidence) = found.ok_or_else(|| Fault::missing("question", id))?;
    field_of(ctx, project.plan.collection, &field.name).await?;
    let (term, also) = (input.term.clone(), input.also.clone());
    let given = AnswerItem { item: ItemId(id.0), answer, term, also, note: String::new() };
    let known = outcome(ctx, &field, &question, &given).await?;
    Ok((Frozen { question, evidence }, known))
}
