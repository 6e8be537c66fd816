//! Questions over all datasets: listed, found and counted.

use super::with;
use crate::Db;
use crate::db::{Value, sql, sql_in};
use crate::review::Weighed;
use chorale_model::harmonize::ValueState;
use chorale_model::review::{ReviewFilter, ReviewSort, ReviewValue};
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, QuestionId, SampleId};
use std::collections::HashMap;
use uuid::Uuid;

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
