//! Every statement on questions.

use super::Weighed;
use crate::db::{Value, insert_many, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::automatic::ThresholdChange;
use chorale_model::comments::{Comment, Mention};
use chorale_model::harmonize::ValueState;
use chorale_model::review::{Earlier, ReviewFilter, ReviewSort, ReviewState, ReviewValue};
use chorale_model::{
    BatchId, CollectionId, CommentId, DatasetId, Fault, OrganizationId, QuestionId, SampleId, Time, UserId,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// Ids of one statement.
const IDS: usize = 500;

#[derive(Clone, PartialEq, sqlx_macros::FromRow, Serialize, Deserialize)]
pub struct ValueRow {
    pub collection: Uuid,
    pub field: String,
    pub id: Uuid,
    pub dataset: Uuid,
    pub attribute: String,
    pub words: String,
    pub sought: String,
    pub state: String,
    pub term: String,
    pub label: String,
    pub score: f64,
    pub band: i64,
    pub method: String,
    pub runner_up: Option<String>,
    pub reason: Option<String>,
    pub samples: i64,
    pub waiting: i64,
    pub sample: Uuid,
}

pub async fn list_heads(db: &Db, organization: OrganizationId) -> Result<Vec<(DatasetId, i64)>, Fault> {
    let rows: Vec<(Uuid, i64)> =
        sql("select dataset, changes from review_heads where organization = $1").bind(organization).all(db).await?;
    Ok(rows.into_iter().map(|(id, changes)| (DatasetId(id), changes)).collect())
}

pub async fn put_head(
    tx: &mut Tx,
    organization: OrganizationId,
    dataset: DatasetId,
    changes: i64,
) -> Result<(), Fault> {
    sql("insert into review_heads (organization, dataset, changes) select organization, id, $3 from datasets \
         where organization = $1 and id = $2 \
         on conflict (organization, dataset) do update set changes = excluded.changes")
    .bind(organization)
    .bind(dataset)
    .bind(changes)
    .run(tx)
    .await
    .map(drop)
}

macro_rules! row_columns {
    () => {
        "collection, field, id, dataset, attribute, words, sought, state, term, label, score, band, method, runner_up, \
         reason, samples, waiting, sample"
    };
}

/// The rows of one dataset.
pub async fn list_of_dataset(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
) -> Result<Vec<ValueRow>, Fault> {
    sql(concat!("select ", row_columns!(), " from review_values where organization = $1 and dataset = $2"))
        .bind(organization)
        .bind(dataset)
        .all(db)
        .await
}

pub async fn delete_values(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    field: &str,
    dataset: DatasetId,
    ids: Vec<Uuid>,
) -> Result<(), Fault> {
    sql_in(
        "delete from review_values where organization = $1 and collection = $2 and field = $3 and dataset = $4 and id in",
        vec![organization.into(), collection.into(), field.to_owned().into(), dataset.into()],
        ids.into_iter().map(Value::from).collect(),
        "",
    )
    .run(tx)
    .await
    .map(drop)
}

/// The dataset is there no more.
pub async fn forget_dataset(tx: &mut Tx, organization: OrganizationId, dataset: DatasetId) -> Result<(), Fault> {
    for text in [
        "delete from review_values where organization = $1 and dataset = $2",
        "delete from review_heads where organization = $1 and dataset = $2",
    ] {
        sql(text).bind(organization).bind(dataset).run(&mut *tx).await?;
    }
    Ok(())
}

/// Writes rows over what is there.
pub async fn put_values(tx: &mut Tx, organization: OrganizationId, rows: Vec<ValueRow>) -> Result<(), Fault> {
    insert_many(
        tx,
        INTO_VALUES,
        rows.into_iter().map(|row| bound(organization, row)).collect(),
        "on conflict (organization, collection, field, id, dataset) do update set label = excluded.label, \
         sought = excluded.sought, score = excluded.score, band = excluded.band, method = excluded.method, \
         runner_up = excluded.runner_up, reason = excluded.reason, samples = excluded.samples, \
         waiting = excluded.waiting, sample = excluded.sample",
    )
    .await
    .map(drop)
}

const INTO_VALUES: &str = concat!("insert into review_values (organization, ", row_columns!(), ")");

/// In the order of [`INTO_VALUES`].
fn bound(organization: OrganizationId, row: ValueRow) -> [Value; 19] {
    [
        organization.into(),
        row.collection.into(),
        row.field.into(),
        row.id.into(),
        row.dataset.into(),
        row.attribute.into(),
        row.words.into(),
        row.sought.into(),
        row.state.into(),
        row.term.into(),
        row.label.into(),
        row.score.into(),
        row.band.into(),
        row.method.into(),
        row.runner_up.into(),
        row.reason.into(),
        row.samples.into(),
        row.waiting.into(),
        row.sample.into(),
    ]
}

/// The order of `chorale_annotate::worth` in SQL, but for what was decided of the same term; a test compares the two.
macro_rules! by_worth {
    () => {
        "order by sum(waiting * (1.05 - score)) desc, id "
    };
}

/// Of a filter, in the order of [`with`].
macro_rules! matching {
    () => {
        "from review_values where organization = $1 and collection = $2 and field = $3 \
         and ($4 = '' or sought like $4 escape '!') and score >= $5 and score <= $6 "
    };
}

/// Of a group, by the state that is wanted.
macro_rules! wanted {
    () => {
        "group by id having ($7 = 2 or ($7 = 0 and sum(waiting) > 0) or ($7 = 1 and sum(waiting) = 0)) "
    };
}

fn with(query: crate::db::Query, organization: OrganizationId, filter: &ReviewFilter) -> crate::db::Query {
    let q = filter.q.trim().to_lowercase();
    let like = match q.is_empty() {
        true => String::new(),
        false => format!("%{}%", q.replace('!', "!!").replace('%', "!%").replace('_', "!_")),
    };
    query
        .bind(organization)
        .bind(filter.collection)
        .bind(&filter.field)
        .bind(&like)
        .bind(filter.least.unwrap_or(0.0))
        .bind(filter.most.unwrap_or(1.0))
        .bind(match filter.state {
            ReviewState::Waiting => 0_i64,
            ReviewState::Settled => 1,
            ReviewState::All => 2,
        })
}

#[derive(sqlx_macros::FromRow)]
struct GroupRow {
    id: Uuid,
    attribute: String,
    words: String,
    state: String,
    term: String,
    label: String,
    score: f64,
    samples: i64,
    waiting: i64,
    datasets: i64,
}

/// The dataset's row that speaks for a group.
#[derive(sqlx_macros::FromRow)]
struct OneRow {
    id: Uuid,
    sample: Uuid,
    dataset: Uuid,
    method: String,
    runner_up: Option<String>,
    reason: Option<String>,
}

macro_rules! columns {
    () => {
        "select id, min(attribute) as attribute, min(words) as words, min(state) as state, min(term) as term, \
         min(label) as label, min(score) as score, cast(sum(samples) as bigint) as samples, \
         cast(sum(waiting) as bigint) as waiting, count(*) as datasets "
    };
}

macro_rules! groups {
    () => {
        concat!(columns!(), matching!(), wanted!())
    };
}

pub async fn list_values(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    sort: ReviewSort,
    offset: i64,
    limit: i64,
) -> Result<Vec<ReviewValue>, Fault> {
    let text = match sort {
        ReviewSort::Samples => {
            concat!(groups!(), "order by sum(waiting) desc, sum(samples) desc, id limit $8 offset $9")
        }
        ReviewSort::Worth => concat!(groups!(), by_worth!(), "limit $8 offset $9"),
        ReviewSort::Score => concat!(groups!(), "order by min(score), sum(samples) desc, id limit $8 offset $9"),
        ReviewSort::Words => concat!(groups!(), "order by min(words), min(attribute), id limit $8 offset $9"),
    };
    let groups: Vec<GroupRow> = with(sql(text), organization, filter).bind(limit).bind(offset).all(db).await?;
    all_shown(db, organization, filter, groups).await
}

/// The questions of a list, all of them, in its order.
pub async fn list_ids(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    sort: ReviewSort,
) -> Result<Vec<QuestionId>, Fault> {
    let text = match sort {
        ReviewSort::Samples => {
            concat!("select id ", matching!(), wanted!(), "order by sum(waiting) desc, sum(samples) desc, id")
        }
        ReviewSort::Worth => concat!("select id ", matching!(), wanted!(), by_worth!()),
        ReviewSort::Score => {
            concat!("select id ", matching!(), wanted!(), "order by min(score), sum(samples) desc, id")
        }
        ReviewSort::Words => concat!("select id ", matching!(), wanted!(), "order by min(words), min(attribute), id"),
    };
    let rows: Vec<(Uuid,)> = with(sql(text), organization, filter).all(db).await?;
    Ok(rows.into_iter().map(|(id,)| QuestionId(id)).collect())
}

/// Questions by their ids, in the order of these; what was gathered anew meanwhile is left out.
pub async fn list_named(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: &[QuestionId],
) -> Result<Vec<ReviewValue>, Fault> {
    let found = list_questions(db, organization, filter, ids).await?;
    let mut found: HashMap<QuestionId, ReviewValue> = found.into_iter().map(|one| (one.id, one)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// One question, whether it waits or not.
pub async fn find_question(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    id: QuestionId,
) -> Result<Option<ReviewValue>, Fault> {
    let text = concat!(
        columns!(),
        "from review_values where organization = $1 and collection = $2 and field = $3 and id = $4 group by id"
    );
    let groups: Vec<GroupRow> =
        sql(text).bind(organization).bind(filter.collection).bind(&filter.field).bind(id).all(db).await?;
    Ok(all_shown(db, organization, filter, groups).await?.pop())
}

/// The named ones of a field, in no order.
pub async fn list_questions(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: &[QuestionId],
) -> Result<Vec<ReviewValue>, Fault> {
    let text =
        concat!(columns!(), "from review_values where organization = $1 and collection = $2 and field = $3 and id in");
    let first = vec![organization.into(), filter.collection.into(), filter.field.clone().into()];
    let list = ids.iter().map(|id| Value::from(*id)).collect();
    let groups: Vec<GroupRow> = sql_in(text, first, list, "group by id").all(db).await?;
    all_shown(db, organization, filter, groups).await
}

/// Every question that matches, what is worth most first; of one dataset or of all.
pub async fn list_weighed(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    dataset: Option<DatasetId>,
) -> Result<Vec<Weighed>, Fault> {
    let text = concat!(
        "select id, min(term), min(score), sum(waiting * (1.05 - score)) as worth ",
        matching!(),
        "and ($8 = 0 or dataset = $9) ",
        wanted!(),
        "order by worth desc, sum(samples) desc, id"
    );
    let rows: Vec<(Uuid, String, f64, f64)> = with(sql(text), organization, filter)
        .bind(i64::from(dataset.is_some()))
        .bind(dataset.map_or(Uuid::nil(), |id| id.0))
        .all(db)
        .await?;
    let weighed = |(id, term, score, worth)| Weighed { id: QuestionId(id), term, score, worth };
    Ok(rows.into_iter().map(weighed).collect())
}

async fn all_shown(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    groups: Vec<GroupRow>,
) -> Result<Vec<ReviewValue>, Fault> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<OneRow> = sql_in(
        "select id, sample, dataset, method, runner_up, reason from (select id, sample, dataset, method, runner_up, \
         reason, row_number() over (partition by id order by waiting desc, dataset) as place from review_values \
         where organization = $1 and collection = $2 and field = $3 and id in",
        vec![organization.into(), filter.collection.into(), filter.field.clone().into()],
        groups.iter().map(|group| Value::from(group.id)).collect(),
        ") t where place = 1",
    )
    .all(db)
    .await?;
    let mut ones: HashMap<Uuid, OneRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    // What was gathered anew between the two readings is left out.
    groups.into_iter().filter_map(|group| Some(shown(ones.remove(&group.id)?, group, &filter.field))).collect()
}

fn shown(one: OneRow, group: GroupRow, field: &str) -> Result<ReviewValue, Fault> {
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|e| Fault::internal("reading the runner-up of a question", e))
    };
    Ok(ReviewValue {
        id: QuestionId(group.id),
        field: field.to_owned(),
        attribute: group.attribute,
        words: group.words,
        state: state(group.state)?,
        term: group.term,
        label: group.label,
        score: group.score,
        method: one.method,
        runner_up: one.runner_up.map(read).transpose()?,
        reason: one.reason,
        samples: group.samples,
        waiting: group.waiting,
        datasets: group.datasets,
        sample: SampleId(one.sample),
        dataset: DatasetId(one.dataset),
    })
}

pub fn state(text: String) -> Result<ValueState, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading the state of a question", e))
}

/// Values that match, and how many suggestions on samples wait behind them.
pub async fn count_values(db: &Db, organization: OrganizationId, filter: &ReviewFilter) -> Result<(i64, i64), Fault> {
    let text = concat!(
        "select count(*), cast(coalesce(sum(waiting), 0) as bigint) from (select sum(waiting) as waiting ",
        matching!(),
        wanted!(),
        ") t"
    );
    with(sql(text), organization, filter).one(db).await
}

/// Suggestions that wait, by twentieths of their score.
pub async fn count_bands(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    field: &str,
) -> Result<Vec<(i64, i64)>, Fault> {
    sql("select band, cast(sum(waiting) as bigint) from review_values \
         where organization = $1 and collection = $2 and field = $3 and waiting > 0 group by band")
    .bind(organization)
    .bind(collection)
    .bind(field)
    .all(db)
    .await
}

/// Collection, field, distinct values that wait and suggestions on samples.
pub async fn count_fields(db: &Db, organization: OrganizationId) -> Result<Vec<(Uuid, String, i64, i64)>, Fault> {
    sql("select collection, field, count(distinct id), cast(sum(waiting) as bigint) from review_values \
         where organization = $1 and waiting > 0 group by collection, field order by collection, field")
    .bind(organization)
    .all(db)
    .await
}

/// Every row that matches: the question, its dataset, and what is said there.
pub async fn list_rows(db: &Db, organization: OrganizationId, filter: &ReviewFilter) -> Result<Vec<ValueRow>, Fault> {
    let text = concat!(
        "select ",
        row_columns!(),
        " from review_values where organization = $1 and collection = $2 and field = $3 and id in (select id ",
        matching!(),
        wanted!(),
        ") order by dataset, id"
    );
    with(sql(text), organization, filter).all(db).await
}

/// Nothing of these waits any more, until it is gathered again; in how many rows anything waited.
pub async fn settle(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: Vec<Uuid>,
) -> Result<u64, Fault> {
    let mut settled = 0;
    for ids in ids.chunks(IDS) {
        settled += sql_in(
            "update review_values set waiting = 0 where organization = $1 and collection = $2 and field = $3 \
             and waiting > 0 and id in",
            vec![organization.into(), filter.collection.into(), filter.field.clone().into()],
            ids.iter().copied().map(Value::from).collect(),
            "",
        )
        .run(&mut *tx)
        .await?;
    }
    Ok(settled)
}

/// One sample less waits for an answer; false: none waited any more.
pub async fn settle_one(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: Uuid,
    dataset: Uuid,
) -> Result<bool, Fault> {
    let settled = sql("update review_values set waiting = waiting - 1 where organization = $1 and collection = $2 \
         and field = $3 and id = $4 and dataset = $5 and waiting > 0")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(dataset)
    .run(tx)
    .await?;
    Ok(settled == 1)
}

/// A question that could be next.
#[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)]
pub struct OpenRow {
    pub id: Uuid,
    pub term: String,
    /// The mean of those that wait.
    pub score: f64,
    pub waiting: i64,
}

/// Questions that are worth most to a person now, the first `limit`. What others hold is left out, what the person passed
/// over since `skipped_after`, and the question that they look at.
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
         and s.collection = $2 and s.field = $3 and s.person = $4 and s.question = v.id and s.at > $6) group by id ",
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

/// Wait by their score alone; `$3` and `$4` are how such reasons begin.
macro_rules! by_score {
    () => {
        "waiting > 0 and (reason like $3 or reason like $4)"
    };
}

/// An annotator's word, of which nothing waits.
macro_rules! automatic {
    () => {
        "waiting = 0 and method <> 'curation' and method <> 'submitter'"
    };
}

fn beginning([one, two]: [&str; 2]) -> [String; 2] {
    [format!("{one}%"), format!("{two}%")]
}

macro_rules! scores {
    () => {
        concat!(
            "select field, band, cast(sum(waiting) as bigint) as waiting, cast(sum(case when ",
            by_score!(),
            " then waiting else 0 end) as bigint) as by_score, cast(sum(case when ",
            automatic!(),
            " then samples else 0 end) as bigint) as automatic from review_values \
             where organization = $1 and collection = $2 "
        )
    };
}

pub async fn count_scores(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    field: Option<&str>,
    reasons: [&str; 2],
) -> Result<Vec<super::ScoreCount>, Fault> {
    let [one, two] = beginning(reasons);
    let query = match field {
        None => sql(concat!(scores!(), "group by field, band")),
        Some(_) => sql(concat!(scores!(), "and field = $5 group by field, band")),
    };
    let query = query.bind(organization).bind(collection).bind(one).bind(two);
    let query = if let Some(field) = field { query.bind(field) } else { query };
    query.all(db).await
}

/// Collection, field, the score that is accepted, the one below which all waits, and how reasons begin.
type Accepted<'a> = (CollectionId, &'a str, f64, f64, [&'a str; 2]);

macro_rules! accepted {
    () => {
        concat!(
            "from review_values where organization = $1 and collection = $2 and field = $5 and ((",
            by_score!(),
            " and score >= $6) or (",
            automatic!(),
            " and score < $7))"
        )
    };
}

fn with_accepted(
    query: crate::db::Query,
    organization: OrganizationId,
    (collection, field, from, below, reasons): Accepted,
) -> crate::db::Query {
    let [one, two] = beginning(reasons);
    query.bind(organization).bind(collection).bind(one).bind(two).bind(field).bind(from).bind(below)
}

/// Samples and questions that would be accepted, and those that would wait.
pub async fn count_accepted(
    db: &Db,
    organization: OrganizationId,
    of: Accepted<'_>,
) -> Result<(i64, i64, i64, i64), Fault> {
    let text = concat!(
        "select cast(coalesce(sum(waiting), 0) as bigint), count(distinct case when waiting > 0 then id end), \
         cast(coalesce(sum(case when waiting = 0 then samples else 0 end), 0) as bigint), \
         count(distinct case when waiting = 0 then id end) ",
        accepted!()
    );
    with_accepted(sql(text), organization, of).one(db).await
}

/// The questions on most samples of them.
pub async fn list_accepted(
    db: &Db,
    organization: OrganizationId,
    of: Accepted<'_>,
    limit: i64,
) -> Result<Vec<ThresholdChange>, Fault> {
    let text = concat!(
        "select min(attribute), min(words), min(term), min(label), min(score), \
         cast(sum(case when waiting > 0 then waiting else samples end) as bigint), max(waiting) > 0 ",
        accepted!(),
        " group by id order by sum(case when waiting > 0 then waiting else samples end) desc, id limit $8"
    );
    let rows: Vec<(String, String, String, String, f64, i64, bool)> =
        with_accepted(sql(text), organization, of).bind(limit).all(db).await?;
    let change = |(attribute, words, term, label, score, samples, accepted)| ThresholdChange {
        attribute,
        words,
        term,
        label,
        score,
        samples,
        accepted,
    };
    Ok(rows.into_iter().map(change).collect())
}

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
) -> Result<Vec<DatasetId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select dataset from review_values where organization = $1 and collection = $2 \
         and field = $3 and id = $4 and waiting > 0 order by waiting desc, dataset")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| DatasetId(id)).collect())
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
    let was = ValueRow { waiting: row.waiting, ..was };
    let rows = vec![bound(organization, was)];
    insert_many(tx, INTO_VALUES, rows, "on conflict (organization, collection, field, id, dataset) do nothing")
        .await
        .map(drop)
}

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

/// Samples that belong to a question; None where no dataset holds it.
pub async fn count_samples(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    field: &str,
    id: QuestionId,
) -> Result<Option<i64>, Fault> {
    let (samples,): (Option<i64>,) = sql("select cast(sum(samples) as bigint) from review_values \
         where organization = $1 and collection = $2 and field = $3 and id = $4")
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(id)
    .one(db)
    .await?;
    Ok(samples)
}
