//! Which question is whose: the open ones, who holds or skipped them.

use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::review::ReviewFilter;
use chorale_model::{Fault, OrganizationId, QuestionId, Time};
use std::collections::HashMap;
use uuid::Uuid;

/// A question that could be next.
#[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)]
pub struct OpenRow {
    pub id: Uuid,
    pub term: String,
    /// The mean of those that wait.
    pub score: f64,
    pub waiting: i64,
}

/// Questions that are worth most to a person now, the first `limit`. What others hold is left out, what a job is deciding,
/// what the person passed over since `skipped_after`, and the question that they look at.
pub async fn list_open(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    (person, after): (Uuid, QuestionId),
    (now, skipped_after): (Time, Time),
    limit: i64,
) -> Result<Vec<OpenRow>, Fault> {
    sql(concat!(
        "select id, min(term) as term, sum(waiting * score) / sum(waiting) as score, \
         cast(sum(waiting) as bigint) as waiting from review_values v where organization = $1 and collection = $2 \
         and field = $3 and waiting > 0 and id <> $7 and not exists (select 1 from review_claims c \
         where c.organization = $1 and c.collection = $2 and c.field = $3 and c.question = v.id and c.person <> $4 \
         and c.until > $5) and not exists (select 1 from review_skips s where s.organization = $1 \
         and s.collection = $2 and s.field = $3 and s.person = $4 and s.question = v.id and s.at > $6) and not exists (select 1 from review_settling g \
         join jobs j on j.id = g.job where g.organization = $1 and g.collection = $2 and g.field = $3 \
         and g.question = v.id and j.state in ('queued', 'running')) group by id ",
        by_worth!(),
        "limit $8"
    ))
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(person)
    .bind(now)
    .bind(skipped_after)
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// How many questions of each term were handed out since a moment: those that were decided, and those that others hold.
/// Claims lie there for a day, so that this costs as much as a day's questions and not as a field has.
pub async fn count_alike(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    person: Uuid,
    since: Time,
) -> Result<HashMap<String, i64>, Fault> {
    // `cross join` keeps SQLite to this order
    let rows: Vec<(String, i64)> = sql("select v.term, count(distinct v.id) from review_claims c \
         cross join review_values v where c.organization = $1 and c.collection = $2 and c.field = $3 and c.until > $5 \
         and v.organization = c.organization and v.collection = c.collection and v.field = c.field \
         and v.id = c.question and (v.waiting = 0 or c.person <> $4) group by v.term")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(person)
    .bind(since)
    .all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// False: somebody else holds it.
pub async fn claim(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
    (person, holder): (Uuid, &str),
    (now, until): (Time, Time),
) -> Result<bool, Fault> {
    let taken = sql("insert into review_claims (organization, collection, field, question, person, holder, until) \
         select organization, id, $3, $4, $5, $8, $6 from collections where organization = $1 and id = $2 \
         on conflict (organization, collection, field, question) do update set person = excluded.person, \
         holder = excluded.holder, until = excluded.until \
         where review_claims.person = excluded.person or review_claims.until <= $7")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(person)
    .bind(until)
    .bind(now)
    .bind(holder)
    .run(tx)
    .await?;
    Ok(taken == 1)
}

/// Who else holds a question now.
pub async fn find_holder(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
    person: Uuid,
    now: Time,
) -> Result<Option<String>, Fault> {
    let row: Option<(String,)> = sql("select holder from review_claims where organization = $1 and collection = $2 \
         and field = $3 and question = $4 and person <> $5 and until > $6")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(person)
    .bind(now)
    .optional(db)
    .await?;
    Ok(row.map(|(holder,)| holder))
}

/// The person holds it no more.
pub async fn free(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
    person: Uuid,
) -> Result<(), Fault> {
    sql("delete from review_claims where organization = $1 and collection = $2 and field = $3 and question = $4 \
         and person = $5")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(person)
    .run(tx)
    .await
    .map(drop)
}

/// The person passes a question over, and holds it no more.
pub async fn skip(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
    person: Uuid,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into review_skips (organization, collection, field, question, person, at) \
         select organization, id, $3, $4, $5, $6 from collections where organization = $1 and id = $2 \
         on conflict (organization, collection, field, person, question) do update set at = excluded.at")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(person)
    .bind(now)
    .run(&mut *tx)
    .await?;
    free(tx, organization, filter, question, person).await
}

/// What the same words became before in this field, by how many samples: state, term, label, samples.
pub async fn list_decided(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    words: &str,
    limit: i64,
) -> Result<Vec<(String, String, String, i64)>, Fault> {
    sql("select state, term, min(label), cast(sum(samples - waiting) as bigint) as settled from review_values \
         where organization = $1 and collection = $2 and field = $3 and words = $4 and samples > waiting \
         group by state, term order by sum(samples - waiting) desc, term limit $5")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(words)
    .bind(limit)
    .all(db)
    .await
}

/// Claims and skips that mean nothing any more.
pub async fn forget(tx: &mut Tx, organization: OrganizationId, before: Time) -> Result<(), Fault> {
    sql("delete from review_claims where organization = $1 and until < $2")
        .bind(organization)
        .bind(before)
        .run(&mut *tx)
        .await?;
    sql("delete from review_skips where organization = $1 and at < $2")
        .bind(organization)
        .bind(before)
        .run(tx)
        .await
        .map(drop)
}
