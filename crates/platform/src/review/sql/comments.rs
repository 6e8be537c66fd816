//! Comments about questions, and who is mentioned there.

use crate::db::{Value, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::comments::Comment;
use chorale_model::{CollectionId, CommentId, Fault, OrganizationId, QuestionId, Time, UserId};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct CommentRow {
    id: Uuid,
    collection: Uuid,
    field: String,
    question: Uuid,
    words: String,
    text: String,
    made_by: String,
    made_at: i64,
    author: Option<Uuid>,
}

/// A comment with who wrote it, where that is known.
pub struct Written {
    pub author: Option<Uuid>,
    pub comment: Comment,
}

macro_rules! comment_columns {
    () => {
        "select c.id, c.collection, c.field, c.question, c.words, c.text, c.made_by, c.made_at, c.author "
    };
}

impl CommentRow {
    fn written(self, mentions: &mut HashMap<Uuid, Vec<String>>) -> Written {
        let comment = Comment {
            mentions: mentions.remove(&self.id).unwrap_or_default(),
            id: CommentId(self.id),
            collection: CollectionId(self.collection),
            field: self.field,
            question: QuestionId(self.question),
            words: self.words,
            text: self.text,
            by: self.made_by,
            at: Time(self.made_at),
        };
        Written { author: self.author, comment }
    }
}

pub async fn insert_comment(tx: &mut Tx, organization: OrganizationId, written: &Written) -> Result<(), Fault> {
    let one = &written.comment;
    sql("insert into comments (organization, id, collection, field, question, words, text, made_by, made_at, author) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(organization)
    .bind(one.id)
    .bind(one.collection)
    .bind(&one.field)
    .bind(one.question)
    .bind(&one.words)
    .bind(&one.text)
    .bind(&one.by)
    .bind(one.at)
    .bind(written.author)
    .run(tx)
    .await
    .map(drop)
}

pub async fn insert_mentions(
    tx: &mut Tx,
    organization: OrganizationId,
    comment: CommentId,
    people: Vec<(UserId, String)>,
) -> Result<(), Fault> {
    for (person, handle) in people {
        sql("insert into mentions (organization, person, comment, handle) values ($1, $2, $3, $4) \
             on conflict (organization, person, comment) do nothing")
        .bind(organization)
        .bind(person)
        .bind(comment)
        .bind(handle)
        .run(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The oldest first.
pub async fn list_comments(
    db: &Db,
    organization: OrganizationId,
    questions: &[QuestionId],
) -> Result<Vec<Written>, Fault> {
    let rows: Vec<CommentRow> = sql_in(
        concat!(comment_columns!(), "from comments c where c.organization = $1 and c.question in"),
        vec![organization.into()],
        questions.iter().map(|id| Value::from(*id)).collect(),
        "order by c.id",
    )
    .all(db)
    .await?;
    with_mentions(db, organization, rows).await
}

async fn with_mentions(db: &Db, organization: OrganizationId, rows: Vec<CommentRow>) -> Result<Vec<Written>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let handles: Vec<(Uuid, String)> = sql_in(
        "select comment, handle from mentions where organization = $1 and comment in",
        vec![organization.into()],
        rows.iter().map(|row| Value::from(row.id)).collect(),
        "order by handle",
    )
    .all(db)
    .await?;
    let mut mentions: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (comment, handle) in handles {
        mentions.entry(comment).or_default().push(handle);
    }
    Ok(rows.into_iter().map(|row| row.written(&mut mentions)).collect())
}

/// The newest first, before an id, each with whether it was read.
pub async fn list_mentions(
    db: &Db,
    organization: OrganizationId,
    person: UserId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(Written, bool)>, Fault> {
    let read: Vec<(Uuid, bool)> = sql("select comment, read_at is not null from mentions where organization = $1 \
         and person = $2 and comment < $3 order by comment desc limit $4")
    .bind(organization)
    .bind(person)
    .bind(before.unwrap_or(Uuid::max()))
    .bind(limit)
    .all(db)
    .await?;
    if read.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<CommentRow> = sql_in(
        concat!(comment_columns!(), "from comments c where c.organization = $1 and c.id in"),
        vec![organization.into()],
        read.iter().map(|(id, _)| Value::from(*id)).collect(),
        "order by c.id desc",
    )
    .all(db)
    .await?;
    let read: HashMap<Uuid, bool> = read.into_iter().collect();
    let comments = with_mentions(db, organization, rows).await?;
    let of = |written: Written| {
        let read = read.get(&written.comment.id.0).copied().unwrap_or_default();
        (written, read)
    };
    Ok(comments.into_iter().map(of).collect())
}

/// What mentions a person and is unread, without who else is mentioned.
pub async fn list_unread(db: &Db, organization: OrganizationId, person: UserId) -> Result<Vec<Written>, Fault> {
    let rows: Vec<CommentRow> = sql(concat!(
        comment_columns!(),
        "from mentions m join comments c on c.organization = m.organization and c.id = m.comment \
         where m.organization = $1 and m.person = $2 and m.read_at is null"
    ))
    .bind(organization)
    .bind(person)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|row| row.written(&mut HashMap::new())).collect())
}

pub async fn read_mentions(
    tx: &mut Tx,
    organization: OrganizationId,
    person: UserId,
    comments: &[CommentId],
    now: Time,
) -> Result<(), Fault> {
    for comments in comments.chunks(500) {
        sql_in(
            "update mentions set read_at = $3 where organization = $1 and person = $2 and read_at is null and comment in",
            vec![organization.into(), person.into(), now.into()],
            comments.iter().map(|id| Value::from(id.0)).collect(),
            "",
        )
        .run(&mut *tx)
        .await?;
    }
    Ok(())
}
