//! Answers question by question, and what waits again when they are taken back.

use super::rows::{self, ValueRow};
use crate::db::{Value, insert_many, sql};
use crate::{Db, Tx};
use chorale_model::review::{Earlier, ReviewFilter};
use chorale_model::{BatchId, CollectionId, DatasetId, Fault, OrganizationId, QuestionId, Time};
use uuid::Uuid;

#[derive(Clone)]
pub struct AnswerRow {
    pub question: Uuid,
    pub dataset: Uuid,
    pub words: String,
    pub answer: String,
    pub term: String,
    pub label: String,
    pub samples: i64,
    pub waiting: i64,
    pub gathered: Option<String>,
}

pub async fn put_answers(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    batch: BatchId,
    rows: Vec<AnswerRow>,
) -> Result<(), Fault> {
    let rows: Vec<[Value; 13]> = rows
        .into_iter()
        .map(|row| {
            [
                organization.into(),
                batch.into(),
                row.question.into(),
                row.dataset.into(),
                filter.collection.into(),
                filter.field.clone().into(),
                row.words.into(),
                row.answer.into(),
                row.term.into(),
                row.label.into(),
                row.samples.into(),
                row.waiting.into(),
                row.gathered.into(),
            ]
        })
        .collect();
    insert_many(
        tx,
        "insert into review_answers (organization, batch, question, dataset, collection, field, words, answer, term, label, \
         samples, waiting, gathered)",
        rows,
        "on conflict (organization, batch, question, dataset) do nothing",
    )
    .await
    .map(drop)
}

/// Datasets in which a question waits.
pub async fn list_waiting_datasets(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
) -> Result<Vec<(DatasetId, Option<String>)>, Fault> {
    let rows: Vec<(Uuid, Option<String>)> =
        sql("select dataset, places from review_values where organization = $1 and collection = $2 \
         and field = $3 and id = $4 and waiting > 0 order by waiting desc, dataset")
        .bind(organization)
        .bind(filter.collection)
        .bind(&filter.field)
        .bind(question)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, places)| (DatasetId(id), places)).collect())
}

/// Who answered a question last, when, and with which words; what was taken back is none.
pub async fn find_answer(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
) -> Result<Option<(String, Time, String)>, Fault> {
    let row: Option<(String, i64, String)> = sql("select b.made_by, b.applied_at, b.title from review_answers a \
         join curation_batches b on b.organization = a.organization and b.id = a.batch where a.organization = $1 \
         and a.collection = $2 and a.field = $3 and a.question = $4 and b.applied_at is not null \
         and b.reverted_at is null order by b.applied_at desc limit 1")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .optional(db)
    .await?;
    Ok(row.map(|(by, at, title)| (by, Time(at), title)))
}

#[derive(sqlx_macros::FromRow)]
struct EarlierRow {
    batch: Uuid,
    question: Uuid,
    answer: String,
    term: String,
    label: String,
    samples: i64,
    made_by: String,
    applied_at: i64,
    why: String,
    reverted: bool,
}

/// The answers about the same words, the newest first.
pub async fn list_earlier(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    words: &str,
    limit: i64,
) -> Result<Vec<Earlier>, Fault> {
    let rows: Vec<EarlierRow> = sql("select a.batch, a.question, min(a.answer) as answer, min(a.term) as term, \
         min(a.label) as label, cast(sum(a.samples) as bigint) as samples, min(b.made_by) as made_by, \
         min(b.applied_at) as applied_at, min(b.why) as why, b.reverted_at is not null as reverted \
         from review_answers a join curation_batches b on b.organization = a.organization and b.id = a.batch \
         where a.organization = $1 and a.collection = $2 and a.field = $3 and a.words = $4 \
         and b.applied_at is not null group by a.batch, a.question, b.reverted_at order by min(b.applied_at) desc limit $5")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(words)
    .bind(limit)
    .all(db)
    .await?;
    let read = |row: EarlierRow| {
        let answer = serde_json::from_value(row.answer.into());
        Ok(Earlier {
            batch: BatchId(row.batch),
            question: QuestionId(row.question),
            answer: answer.map_err(|e| Fault::internal("reading an earlier answer", e))?,
            term: row.term,
            label: row.label,
            samples: row.samples,
            by: row.made_by,
            at: Time(row.applied_at),
            why: row.why,
            reverted: row.reverted,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Questions of a field that a batch answers.
pub async fn list_answered(
    db: &Db,
    organization: OrganizationId,
    (collection, field): (CollectionId, &str),
    batch: BatchId,
    limit: i64,
) -> Result<Vec<QuestionId>, Fault> {
    let rows: Vec<(Uuid,)> =
        sql("select distinct question from review_answers where organization = $1 and batch = $2 \
         and collection = $3 and field = $4 limit $5")
        .bind(organization)
        .bind(batch)
        .bind(collection)
        .bind(field)
        .bind(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id,)| QuestionId(id)).collect())
}

/// What waited before a batch that is taken back.
#[derive(sqlx_macros::FromRow)]
pub struct Restored {
    pub collection: Uuid,
    pub field: String,
    pub question: Uuid,
    pub dataset: Uuid,
    pub waiting: i64,
    pub gathered: Option<String>,
}

pub async fn list_reverted_answers(
    tx: &mut Tx,
    organization: OrganizationId,
    batch: BatchId,
    limit: i64,
) -> Result<Vec<Restored>, Fault> {
    sql("select a.collection, a.field, a.question, a.dataset, a.waiting, a.gathered from review_answers a join curation_batches b \
         on b.organization = a.organization and b.id = a.batch where a.organization = $1 and a.batch = $2 \
         and b.reverted_at is not null and a.waiting > 0 limit $3")
    .bind(organization)
    .bind(batch)
    .bind(limit)
    .all(tx)
    .await
}

/// Never more than there are: gathering may have been faster. A question that gathering forgot meanwhile, because its samples
/// said something else, is there again as it was.
pub async fn wait_again(tx: &mut Tx, organization: OrganizationId, row: Restored) -> Result<(), Fault> {
    sql("update review_values set waiting = waiting + $6 where organization = $1 and collection = $2 and field = $3 \
         and id = $4 and dataset = $5 and waiting + $6 <= samples")
    .bind(organization)
    .bind(row.collection)
    .bind(row.field)
    .bind(row.question)
    .bind(row.dataset)
    .bind(row.waiting)
    .run(&mut *tx)
    .await?;
    let Some(gathered) = row.gathered else { return Ok(()) };
    let was: ValueRow =
        serde_json::from_str(&gathered).map_err(|e| Fault::internal("reading a question that was answered", e))?;
    rows::restore(tx, organization, ValueRow { waiting: row.waiting, ..was }).await
}
