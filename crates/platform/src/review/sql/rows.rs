//! What each dataset's samples ask, as gathering writes it, and settling it.

use super::{of_filter, with};
use crate::db::{Value, insert_many, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::review::ReviewFilter;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, QuestionId};
use serde::{Deserialize, Serialize};
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
    /// Runs of positions; none: it may be asked anywhere in the dataset.
    #[serde(default)]
    pub places: Option<String>,
}

macro_rules! row_columns {
    () => {
        "collection, field, id, dataset, attribute, words, sought, state, term, label, score, band, method, runner_up, \
         reason, samples, waiting, sample, places"
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
    sql("delete from review_values where organization = $1 and dataset = $2")
        .bind(organization)
        .bind(dataset)
        .run(tx)
        .await
        .map(drop)
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
         waiting = excluded.waiting, sample = excluded.sample, places = excluded.places",
    )
    .await
    .map(drop)
}

/// A row is there again, unless one is there already.
pub async fn restore(tx: &mut Tx, organization: OrganizationId, row: ValueRow) -> Result<(), Fault> {
    let rows = vec![bound(organization, row)];
    insert_many(tx, INTO_VALUES, rows, "on conflict (organization, collection, field, id, dataset) do nothing")
        .await
        .map(drop)
}

const INTO_VALUES: &str = concat!("insert into review_values (organization, ", row_columns!(), ")");

/// In the order of [`INTO_VALUES`].
fn bound(organization: OrganizationId, row: ValueRow) -> [Value; 20] {
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
        row.places.into(),
    ]
}

/// Every row that matches, of the `named` questions or of all: the question, its dataset, and what is said there.
pub async fn list_rows(
    db: &Db,
    organization: OrganizationId,
    filter: &ReviewFilter,
    named: Option<&[QuestionId]>,
) -> Result<Vec<ValueRow>, Fault> {
    macro_rules! rows_of {
        () => {
            concat!(
                "select ",
                row_columns!(),
                " from review_values where organization = $1 and collection = $2 and field = $3 and id in (select id ",
                matching!()
            )
        };
    }
    let Some(named) = named else {
        let text = concat!(rows_of!(), wanted!(), ") order by dataset, id");
        return with(sql(text), organization, filter).all(db).await;
    };
    let list = named.iter().map(|id| Value::from(*id)).collect();
    let text = concat!(rows_of!(), "and id in");
    sql_in(text, of_filter(organization, filter), list, concat!(wanted!(), ") order by dataset, id")).all(db).await
}

/// Nothing of these waits any more, until it is gathered again; in how many rows anything waited.
pub async fn settle(
    tx: &mut Tx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    ids: &[Uuid],
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
