//! Comments about questions, and who is mentioned there.

use crate::db::{Value, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::comments::{Comment, Mention};
use chorale_model::review::ReviewFilter;
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
}

macro_rules! comment_columns {
    () => {
        "select c.id, c.collection, c.field, c.question, c.words, c.text, c.made_by, c.made_at "
    };
}

impl CommentRow {
    fn comment(self, mentions: &mut HashMap<Uuid, Vec<String>>) -> Comment {
        Comment {
            mentions: mentions.remove(&self.id).unwrap_or_default(),
            id: CommentId(self.id),
            collection: CollectionId(self.collection),
            field: self.field,
            question: QuestionId(self.question),
            words: self.words,
            text: self.text,
            by: self.made_by,
            at: Time(self.made_at),
        }
    }
}

pub async fn insert_comment(tx: &mut Tx, organization: OrganizationId, one: &Comment) -> Result<(), Fault> {
    sql("insert into comments (organization, id, collection, field, question, words, text, made_by, made_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(organization)
    .bind(one.id)
    .bind(one.collection)
    .bind(&one.field)
    .bind(one.question)
    .bind(&one.words)
    .bind(&one.text)
    .bind(&one.by)
    .bind(one.at)
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
    filter: &ReviewFilter,
    question: QuestionId,
    limit: i64,
) -> Result<Vec<Comment>, Fault> {
    let rows: Vec<CommentRow> = sql(concat!(
        comment_columns!(),
        "from comments c where c.organization = $1 and c.collection = $2 and c.field = $3 and c.question = $4 \
         order by c.id limit $5"
    ))
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(limit)
    .all(db)
    .await?;
    with_mentions(db, organization, rows).await
}

async fn with_mentions(db: &Db, organization: OrganizationId, rows: Vec<CommentRow>) -> Result<Vec<Comment>, Fault> {
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
    Ok(rows.into_iter().map(|row| row.comment(&mut mentions)).collect())
}

/// The newest first, before an id.
pub async fn list_mentions(
    db: &Db,
    organization: OrganizationId,
    person: UserId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Mention>, Fault> {
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
    let of = |comment: Comment| Mention { read: read.get(&comment.id.0).copied().unwrap_or_default(), comment };
    Ok(comments.into_iter().map(of).collect())
}

pub async fn count_unread(db: &Db, organization: OrganizationId, person: UserId) -> Result<i64, Fault> {
    let (count,): (i64,) =
        sql("select count(*) from mentions where organization = $1 and person = $2 and read_at is null")
            .bind(organization)
            .bind(person)
            .one(db)
            .await?;
    Ok(count)
}

/// One of them, or all.
pub async fn read_mentions(
    tx: &mut Tx,
    organization: OrganizationId,
    person: UserId,
    comment: Option<CommentId>,
    now: Time,
) -> Result<(), Fault> {
    sql("update mentions set read_at = $4 where organization = $1 and person = $2 and read_at is null \
         and ($5 = 1 or comment = $3)")
    .bind(organization)
    .bind(person)
    .bind(comment.map_or(Uuid::nil(), |comment| comment.0))
    .bind(now)
    .bind(i64::from(comment.is_none()))
    .run(tx)
    .await
    .map(drop)
}
