//! What is written about items. It is kept with their questions, where the one-by-one review finds it too; while an item
//! is not closed, nobody learns from it what others think, wherever they read.

use super::sql::{self, ProjectRow};
use super::{Item, find, find_item};
use crate::{Ctx, review};
use chorale_model::comments::{Comment, CommentItem, Comments, CommentsOf, NewComment};
use chorale_model::projects::ItemState;
use chorale_model::{Fault, ItemId, OrganizationId, ProjectId, QuestionId, Role};
use futures::future::BoxFuture;

/// What was written about an item's question.
pub async fn list_item_comments(ctx: &Ctx, id: ProjectId, item: ItemId) -> Result<Comments, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let item = find_item(ctx, organization, id, item).await?;
    review::list_comments(ctx, about(&project, &item)).await
}

/// Writes about an item. Whoever is mentioned finds it when they may read it.
pub async fn comment_item(ctx: &Ctx, id: ProjectId, item: ItemId, new: CommentItem) -> Result<Comment, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let item = find_item(ctx, organization, id, item).await?;
    let CommentsOf { collection, field, question } = about(&project, &item);
    let new = NewComment { collection, field, question, text: new.text };
    review::comment_frozen(ctx, new, &item.frozen.question.words).await
}

pub(super) fn about(project: &ProjectRow, item: &Item) -> CommentsOf {
    let question = &item.frozen.question;
    CommentsOf { collection: project.plan.collection, field: question.field.clone(), question: question.id }
}

/// Of these questions those about which the asker reads nothing of others: items that are not closed. Admins, who see names
/// beside answers, read about an item once all of its answers are there. Given to `review::Blind`.
pub fn answered_blind<'c>(
    ctx: &'c Ctx,
    organization: OrganizationId,
    questions: &'c [QuestionId],
) -> BoxFuture<'c, Result<Vec<CommentsOf>, Fault>> {
    Box::pin(async move {
        let is_admin = ctx.require(Role::Admin).is_ok();
        let unclosed = sql::list_unclosed(ctx.db(), organization, questions).await?;
        let kept_back = unclosed.into_iter().filter(|(_, state)| *state == ItemState::Open || !is_admin);
        Ok(kept_back.map(|(about, _)| about).collect())
    })
}
