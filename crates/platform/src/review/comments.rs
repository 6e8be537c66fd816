//! What curators write about questions, and who is mentioned: members of the organization alone, who find it under their
//! mentions. It must never tell who is a member of another one, nor show a word of others about a question that is answered
//! blind: [`Reading`] says what may be read, and every list here asks it.

use super::blind::{Reading, about, author};
use super::list::check;
use super::sql::{self, Written};
use super::task::all_of;
use crate::{Ctx, audit, identity};
use chorale_model::comments::{
    Comment, Comments, CommentsOf, Mention, NewComment, Person, PersonQuery, ReadMentions, Unread, handles,
};
use chorale_model::page::PageRequest;
use chorale_model::{CommentId, Fault, OrganizationId, Page, QuestionId, Role, UserId};
use serde_json::json;
use std::collections::HashMap;

const LONGEST: usize = 4_000;
/// Members of one comment.
const MENTIONED: usize = 20;
/// Comments of a question that are shown.
const SHOWN: usize = 200;

/// Writes about a question. Handles that name no member are words like others.
pub async fn comment(ctx: &Ctx, new: NewComment) -> Result<Comment, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let filter = all_of(new.collection, new.field.clone());
    check(ctx, organization, &filter).await?;
    let question = sql::find_question(ctx.db(), organization, &filter, new.question).await?;
    let question = question.ok_or_else(|| Fault::missing("question", new.question))?;
    write(ctx, organization, new, question.words).await
}

/// The same about a question that a room to the right froze with these words: perhaps nobody asks it any more.
pub async fn comment_frozen(ctx: &Ctx, new: NewComment, words: &str) -> Result<Comment, Fault> {
    let organization = ctx.require(Role::Curator)?;
    check(ctx, organization, &all_of(new.collection, new.field.clone())).await?;
    write(ctx, organization, new, words.to_owned()).await
}

async fn write(ctx: &Ctx, organization: OrganizationId, new: NewComment, words: String) -> Result<Comment, Fault> {
    let text = new.text.trim().to_owned();
    match text.chars().count() {
        0 => return Err(Fault::field("text", "is empty; write what others should know of this question")),
        n if n > LONGEST => return Err(Fault::field("text", format!("has {n} characters; at most {LONGEST} fit"))),
        _ => {}
    }
    let handles = handles(&text);
    if handles.len() > MENTIONED {
        return Err(Fault::field("text", format!("mentions {}; at most {MENTIONED} at once", handles.len())));
    }
    let mentioned: Vec<(UserId, String)> = identity::find_people(ctx, &handles).await?;
    let comment = Comment {
        id: CommentId(ctx.app.ids.uuid()),
        collection: new.collection,
        field: new.field,
        question: new.question,
        words,
        text,
        by: ctx.actor_name(),
        at: ctx.now(),
        mentions: mentioned.iter().map(|(_, handle)| handle.clone()).collect(),
    };
    let (inner, written) = (ctx.clone(), Written { author: Some(author(ctx)), comment: comment.clone() });
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let id = written.comment.id;
                sql::insert_comment(tx, organization, &written).await?;
                sql::insert_mentions(tx, organization, id, mentioned).await?;
                let detail = json!({ "field": written.comment.field, "mentions": written.comment.mentions.len() });
                audit::record(tx, &inner, "comment.written", "comment", id, detail).await
            })
        })
        .await?;
    Ok(comment)
}

/// What was written about a question, the oldest first.
pub async fn list_comments(ctx: &Ctx, of: CommentsOf) -> Result<Comments, Fault> {
    let organization = ctx.require(Role::Curator)?;
    check(ctx, organization, &all_of(of.collection, of.field.clone())).await?;
    let reading = Reading::of(ctx, organization, &[of.question]).await?;
    let mut items = comments_of(ctx, std::slice::from_ref(&of)).await?.remove(&of).unwrap_or_default();
    items.truncate(SHOWN);
    Ok(Comments { items, kept_back: reading.is_kept_back(&of) })
}

/// The same for several questions at once.
pub async fn comments_of(ctx: &Ctx, of: &[CommentsOf]) -> Result<HashMap<CommentsOf, Vec<Comment>>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let questions: Vec<QuestionId> = of.iter().map(|one| one.question).collect();
    let reading = Reading::of(ctx, organization, &questions).await?;
    let mut found: HashMap<CommentsOf, Vec<Comment>> = of.iter().map(|one| (one.clone(), Vec::new())).collect();
    for written in sql::list_comments(ctx.db(), organization, &questions).await? {
        if let Some(all) = found.get_mut(&about(&written.comment)).filter(|_| reading.may_read(&written)) {
            all.push(written.comment);
        }
    }
    Ok(found)
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
    let (mut found, mut before) = (Vec::new(), page.before()?);
    // A page is filled with what may be read.
    while (found.len() as i64) <= limit {
        let rows = sql::list_mentions(ctx.db(), organization, person, before, limit + 1).await?;
        let questions: Vec<QuestionId> = rows.iter().map(|(written, _)| written.comment.question).collect();
        let reading = Reading::of(ctx, organization, &questions).await?;
        let is_last = rows.len() as i64 <= limit;
        before = rows.last().map(|(written, _)| written.comment.id.0);
        let seen = rows.into_iter().filter(|(written, _)| reading.may_read(written));
        found.extend(seen.map(|(written, read)| Mention { comment: written.comment, read }));
        if is_last {
            break;
        }
    }
    Ok(Page::cut(found, limit, |mention| mention.comment.id.to_string()))
}

/// Unread mentions that may be read.
async fn unread(ctx: &Ctx, organization: OrganizationId, person: UserId) -> Result<Vec<CommentId>, Fault> {
    let rows = sql::list_unread(ctx.db(), organization, person).await?;
    let questions: Vec<QuestionId> = rows.iter().map(|written| written.comment.question).collect();
    let reading = Reading::of(ctx, organization, &questions).await?;
    Ok(rows.into_iter().filter(|written| reading.may_read(written)).map(|written| written.comment.id).collect())
}

pub async fn count_unread(ctx: &Ctx) -> Result<Unread, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    Ok(match ctx.user() {
        Some(person) => Unread { unread: unread(ctx, organization, person).await?.len() as i64 },
        None => Unread::default(),
    })
}

/// Marks one's own mentions as read; how many are unread then. What is kept back stays unread.
pub async fn read_mentions(ctx: &Ctx, read: ReadMentions) -> Result<Unread, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let Some(person) = ctx.user() else { return Ok(Unread::default()) };
    let mut ids = unread(ctx, organization, person).await?;
    if let Some(one) = read.comment {
        ids.retain(|id| *id == one);
    }
    let now = ctx.now();
    ctx.db()
        .write(move |tx| Box::pin(async move { sql::read_mentions(tx, organization, person, &ids, now).await }))
        .await?;
    count_unread(ctx).await
}
