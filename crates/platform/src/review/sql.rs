//! Every statement on questions.

use super::Weighed;
use crate::db::{Value, insert_many, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::automatic::ThresholdChange;
use chorale_model::harmonize::ValueState;
use chorale_model::review::{ReviewFilter, ReviewSort, ReviewState, ReviewValue};
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, QuestionId, SampleId, Time};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Clone, PartialEq, sqlx_macros::FromRow)]
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
    let rows: Vec<[Value; 19]> = rows
        .into_iter()
        .map(|row| {
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
        })
        .collect();
    insert_many(
        tx,
        concat!("insert into review_values (organization, ", row_columns!(), ")"),
        rows,
        "on conflict (organization, collection, field, id, dataset) do update set label = excluded.label, \
         sought = excluded.sought, score = excluded.score, band = excluded.band, method = excluded.method, \
         runner_up = excluded.runner_up, reason = excluded.reason, samples = excluded.samples, \
         waiting = excluded.waiting, sample = excluded.sample",
    )
    .await
    .map(drop)
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
        ReviewSort::Score => concat!(groups!(), "order by min(score), sum(samples) desc, id limit $8 offset $9"),
        ReviewSort::Words => concat!(groups!(), "order by min(words), min(attribute), id limit $8 offset $9"),
    };
    let groups: Vec<GroupRow> = with(sql(text), organization, filter).bind(limit).bind(offset).all(db).await?;
    all_shown(db, organization, filter, groups).await
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

/// Nothing of these waits any more, until it is gathered again.
pub async fn settle(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: Vec<Uuid>,
) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    sql_in(
        "update review_values set waiting = 0 where organization = $1 and collection = $2 and field = $3 and id in",
        vec![organization.into(), filter.collection.into(), filter.field.clone().into()],
        ids.into_iter().map(Value::from).collect(),
        "",
    )
    .run(tx)
    .await
    .map(drop)
}

/// The question that is worth most to a person now: many samples, little certainty. What others hold is left out, and what
/// the person passed over since `skipped_after`.
pub async fn find_next(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    person: Uuid,
    now: Time,
    skipped_after: Time,
) -> Result<Option<QuestionId>, Fault> {
    let row: Option<(Uuid,)> = sql("select id from review_values v where organization = $1 and collection = $2 \
         and field = $3 and waiting > 0 and not exists (select 1 from review_claims c where c.organization = $1 \
         and c.collection = $2 and c.field = $3 and c.question = v.id and c.person <> $4 and c.until > $5) \
         and not exists (select 1 from review_skips s where s.organization = $1 and s.collection = $2 and s.field = $3 \
         and s.person = $4 and s.question = v.id and s.at > $6) \
         group by id order by sum(waiting * (1.05 - score)) desc, id limit 1")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(person)
    .bind(now)
    .bind(skipped_after)
    .optional(db)
    .await?;
    Ok(row.map(|(id,)| QuestionId(id)))
}

/// False: somebody else holds it.
pub async fn claim(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
    person: Uuid,
    (now, until): (Time, Time),
) -> Result<bool, Fault> {
    let taken = sql("insert into review_claims (organization, collection, field, question, person, until) \
         select organization, id, $3, $4, $5, $6 from collections where organization = $1 and id = $2 \
         on conflict (organization, collection, field, question) do update set person = excluded.person, \
         until = excluded.until where review_claims.person = excluded.person or review_claims.until <= $7")
    .bind(organization)
    .bind(filter.collection)
    .bind(&filter.field)
    .bind(question)
    .bind(person)
    .bind(until)
    .bind(now)
    .run(tx)
    .await?;
    Ok(taken == 1)
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
