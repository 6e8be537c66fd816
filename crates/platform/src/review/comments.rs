//! What curators write about questions, and who is mentioned: members of the organization alone, who find it under their
//! mentions. It must never tell who is a member of another one.

use super::list::check;
use super::sql;
use super::task::all_of;
use crate::{Ctx, audit, identity};
use chorale_model::comments::{
    Comment, CommentsOf, Mention, NewComment, Person, PersonQuery, ReadMentions, Unread, handles,
};
use chorale_model::page::PageRequest;
use chorale_model::{CommentId, Fault, Page, Role, UserId};
use serde_json::json;

const LONGEST: usize = 4_000;
/// Members of one comment.
const MENTIONED: usize = 20;
/// Comments of a question that are shown.
const SHOWN: i64 = 200;

/// Writes about a question. Handles that name no member are words like others.
pub async fn comment(ctx: &Ctx, new: NewComment) -> Result<Comment, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let filter = all_of(new.collection, new.field);
    check(ctx, organization, &filter).await?;
    let text = new.text.trim().to_owned();
    match text.chars().count() {
        0 => return Err(Fault::field("text", "is empty; write what others should know of this question")),
        n if n > LONGEST => return Err(Fault::field("text", format!("has {n} characters; at most {LONGEST} fit"))),
        _ => {}
    }
    let question = sql::find_question(ctx.db(), organization, &filter, new.question).await?;
    let question = question.ok_or_else(|| Fault::missing("question", new.question))?;
    let handles = handles(&text);
    if handles.len() > MENTIONED {
        return Err(Fault::field("text", format!("mentions {}; at most {MENTIONED} at once", handles.len())));
    }
    let mentioned: Vec<(UserId, String)> = identity::find_people(ctx, &handles).await?;
    let comment = Comment {
        id: CommentId(ctx.app.ids.uuid()),
        collection: filter.collection,
        field: filter.field,
        question: new.question,
        words: question.words,
        text,
        by: ctx.actor_name(),
        at: ctx.now(),
        mentions: mentioned.iter().map(|(_, handle)| handle.clone()).collect(),
    };
    let (inner, written) = (ctx.clone(), comment.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::insert_comment(tx, organization, &written).await?;
                sql::insert_mentions(tx, organization, written.id, mentioned).await?;
                let detail = json!({ "field": written.field, "mentions": written.mentions.len() });
                audit::record(tx, &inner, "comment.written", "comment", written.id, detail).await
            })
        })
        .await?;
    Ok(comment)
}

/// What was written about a question, the oldest first.
pub async fn list_comments(ctx: &Ctx, of: CommentsOf) -> Result<Vec<Comment>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let filter = all_of(of.collection, of.field);
    check(ctx, organization, &filter).await?;
    sql::list_comments(ctx.db(), organization, &filter, of.question, SHOWN).await
}

/// Members that can be mentioned, by a few letters.
pub async fn list_people(ctx: &Ctx, query: PersonQuery) -> Result<Page<Person>, Fault> {
    ctx.require(Role::Curator)?;
    Ok(Page { items: identity::list_people(ctx, &query.q).await?, next_cursor: None })
}

/// The comments that mention whoever asks, the newest first.
pub async fn list_mentions(ctx: &Ctx, page: PageRequest) -> Result<Page<Mention>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let Some(person) = ctx.user() else { return Ok(Page { items: Vec::new(), next_cursor: None }) };
    let found = sql::list_mentions(ctx.db(), organization, person, page.before()?, limit + 1).await?;
    Ok(Page::cut(found, limit, |mention| mention.comment.id.to_string()))
}

pub async fn count_unread(ctx: &Ctx) -> Result<Unread, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    Ok(match ctx.user() {
        Some(person) => Unread { unread: sql::count_unread(ctx.db(), organization, person).await? },
        None => Unread::default(),
    })
}

/// Marks one's own mentions as read; how many are unread then.
pub async fn read_mentions(ctx: &Ctx, read: ReadMentions) -> Result<Unread, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let Some(person) = ctx.user() else { return Ok(Unread::default()) };
    let now = ctx.now();
    ctx.db()
        .write(move |tx| Box::pin(async move { sql::read_mentions(tx, organization, person, read.comment, now).await }))
        .await?;
    count_unread(ctx).await
}
