//! Every statement on rules, what was applied of them, and attribute keys.

use crate::db::{Target, Value, insert_many, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::rules::{KeyFilter, KeyState};
use chorale_model::{BatchId, CollectionId, DatasetId, Fault, OrganizationId, RuleId, SampleId, Time};
use std::collections::HashSet;
use uuid::Uuid;

#[derive(Clone, sqlx_macros::FromRow)]
pub struct RuleRow {
    pub id: Uuid,
    pub collection: Uuid,
    pub collection_name: String,
    pub kind: String,
    pub scope: String,
    pub place: String,
    pub field: String,
    pub attribute: String,
    pub words: String,
    pub says: String,
    pub title: String,
    pub why: String,
    pub made_by: String,
    pub made_at: i64,
    pub is_on: bool,
    pub turn: i64,
    pub batches: i64,
    pub switched_at: Option<i64>,
    pub switched_by: Option<String>,
    pub switched_why: Option<String>,
}

macro_rules! rule_columns {
    () => {
        "select r.id, r.collection, c.name as collection_name, r.kind, r.scope, r.place, r.field, r.attribute, r.words, \
         r.says, r.title, r.why, r.made_by, r.made_at, r.is_on, r.turn, r.batches, r.switched_at, r.switched_by, \
         r.switched_why from rules r join collections c on c.organization = r.organization and c.id = r.collection "
    };
}

/// False: another rule about the same words is on in the same place.
pub async fn insert_rule(tx: &mut Tx, organization: OrganizationId, row: &RuleRow) -> Result<bool, Fault> {
    let made = sql("insert into rules (organization, id, collection, kind, scope, place, field, attribute, words, says, title, why, \
         made_by, made_at, is_on, turn, batches) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, true, 1, 0) on conflict do nothing")
    .bind(organization)
    .bind(row.id)
    .bind(row.collection)
    .bind(&row.kind)
    .bind(&row.scope)
    .bind(&row.place)
    .bind(&row.field)
    .bind(&row.attribute)
    .bind(&row.words)
    .bind(&row.says)
    .bind(&row.title)
    .bind(&row.why)
    .bind(&row.made_by)
    .bind(row.made_at)
    .run(tx)
    .await?;
    Ok(made == 1)
}

/// Of the organization, or of one of its collections; the newest first.
pub async fn list_rules<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    collection: Option<CollectionId>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<RuleRow>, Fault> {
    sql(concat!(
        rule_columns!(),
        "where r.organization = $1 and ($2 or r.collection = $3) and r.id < $4 order by r.id desc limit $5"
    ))
    .bind(organization)
    .bind(collection.is_none())
    .bind(collection.map_or(Uuid::nil(), |id| id.0))
    .bind(before.unwrap_or(Uuid::max()))
    .bind(limit)
    .all(on)
    .await
}

pub async fn find_rule<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: RuleId,
) -> Result<Option<RuleRow>, Fault> {
    sql(concat!(rule_columns!(), "where r.organization = $1 and r.id = $2"))
        .bind(organization)
        .bind(id)
        .optional(on)
        .await
}

/// Those that are applied, of a collection.
pub async fn list_on<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<Vec<RuleRow>, Fault> {
    sql(concat!(rule_columns!(), "where r.organization = $1 and r.collection = $2 and r.is_on order by r.id"))
        .bind(organization)
        .bind(collection)
        .all(on)
        .await
}

/// That are applied and speak of the same words or key, whatever they make of it.
pub async fn list_same<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    like: &RuleRow,
) -> Result<Vec<RuleRow>, Fault> {
    sql(concat!(
        rule_columns!(),
        "where r.organization = $1 and r.collection = $2 and r.kind = $3 and r.attribute = $4 and r.words = $5 \
         and r.field = $6 and r.is_on and r.id <> $7 order by r.id"
    ))
    .bind(organization)
    .bind(like.collection)
    .bind(&like.kind)
    .bind(&like.attribute)
    .bind(&like.words)
    .bind(&like.field)
    .bind(like.id)
    .all(on)
    .await
}

/// False: it is switched like this already.
pub async fn switch(
    tx: &mut Tx,
    organization: OrganizationId,
    id: RuleId,
    on: bool,
    now: Time,
    by: &str,
    why: &str,
) -> Result<bool, Fault> {
    let switched =
        sql("update rules set is_on = $3, turn = case when $3 then turn + 1 else turn end, switched_at = $4, \
         switched_by = $5, switched_why = $6 where organization = $1 and id = $2 and is_on <> $3")
        .bind(organization)
        .bind(id)
        .bind(on)
        .bind(now)
        .bind(by)
        .bind(why)
        .run(tx)
        .await?;
    Ok(switched == 1)
}

/// Notes that a batch of a rule is applied; false: another job applied the rule since it was read, or it was switched off.
pub async fn note_batch(
    tx: &mut Tx,
    organization: OrganizationId,
    rule: RuleId,
    (turn, batches): (i64, i64),
    batch: BatchId,
) -> Result<bool, Fault> {
    let noted = sql("update rules set batches = batches + 1 \
         where organization = $1 and id = $2 and turn = $3 and batches = $4 and is_on")
    .bind(organization)
    .bind(rule)
    .bind(turn)
    .bind(batches)
    .run(&mut *tx)
    .await?;
    if noted == 0 {
        return Ok(false);
    }
    sql("insert into rule_batches (organization, batch, rule, turn) values ($1, $2, $3, $4)")
        .bind(organization)
        .bind(batch)
        .bind(rule)
        .bind(turn)
        .run(tx)
        .await?;
    Ok(true)
}

/// Batches of a rule that count.
pub async fn list_standing(tx: &mut Tx, organization: OrganizationId, rule: RuleId) -> Result<Vec<BatchId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select b.id from rule_batches o join curation_batches b \
         on b.organization = o.organization and b.id = o.batch where o.organization = $1 and o.rule = $2 \
         and b.reverted_at is null order by b.id")
    .bind(organization)
    .bind(rule)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| BatchId(id)).collect())
}

/// Of each of these rules the batches that count, their samples, and when the last one was applied.
pub async fn count_applied(
    db: &Db,
    organization: OrganizationId,
    rules: &[RuleId],
) -> Result<Vec<(Uuid, i64, i64, i64)>, Fault> {
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    sql_in(
        "select o.rule, count(*), cast(sum(b.samples) as bigint), max(b.applied_at) from rule_batches o \
         join curation_batches b on b.organization = o.organization and b.id = o.batch \
         where o.organization = $1 and b.reverted_at is null and o.rule in",
        vec![organization.into()],
        rules.iter().map(|id| Value::from(*id)).collect(),
        "group by o.rule",
    )
    .all(db)
    .await
}

/// Rule, its turn and sample: where a rule was applied to one of these samples, taken back or not.
pub async fn list_done(
    db: &Db,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashSet<(RuleId, i64, SampleId)>, Fault> {
    if samples.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<(Uuid, i64, Uuid)> = sql_in(
        "select distinct o.rule, o.turn, c.sample from curations c join rule_batches o \
         on o.organization = c.organization and o.batch = c.batch where c.organization = $1 and c.sample in",
        vec![organization.into()],
        samples.iter().map(|id| Value::from(*id)).collect(),
        "",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(rule, turn, sample)| (RuleId(rule), turn, SampleId(sample))).collect())
}

/// The dataset is there no more.
pub async fn forget_dataset(tx: &mut Tx, organization: OrganizationId, dataset: DatasetId) -> Result<(), Fault> {
    sql("delete from attribute_keys where organization = $1 and dataset = $2")
        .bind(organization)
        .bind(dataset)
        .run(tx)
        .await
        .map(drop)
}

#[derive(Clone, PartialEq, sqlx_macros::FromRow)]
pub struct KeyRow {
    pub key: String,
    pub samples: i64,
    pub distinct_values: i64,
    pub examples: String,
    pub reads: String,
}

/// The keys of a dataset, in the place of those that were there.
pub async fn put_keys(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    dataset: DatasetId,
    rows: Vec<KeyRow>,
) -> Result<(), Fault> {
    sql("delete from attribute_keys where organization = $1 and dataset = $2")
        .bind(organization)
        .bind(dataset)
        .run(&mut *tx)
        .await?;
    let rows: Vec<[Value; 8]> = rows
        .into_iter()
        .map(|row| {
            [
                organization.into(),
                collection.into(),
                row.key.into(),
                dataset.into(),
                row.samples.into(),
                row.distinct_values.into(),
                row.examples.into(),
                row.reads.into(),
            ]
        })
        .collect();
    insert_many(
        tx,
        "insert into attribute_keys (organization, collection, key, dataset, samples, distinct_values, examples, reads)",
        rows,
        "on conflict do nothing",
    )
    .await
    .map(drop)
}

#[derive(sqlx_macros::FromRow)]
pub struct KeySum {
    pub key: String,
    pub samples: i64,
    pub datasets: i64,
    pub distinct_values: i64,
}

/// `$3` a pattern or nothing, `$4` 0 for those that nobody mapped, 1 for the others, 2 for all.
macro_rules! matching {
    () => {
        "from attribute_keys k where organization = $1 and collection = $2 and ($3 = '' or key like $3 escape '!') \
         and ($4 = 2 or $4 = (case when key in (select r.attribute from rules r where r.organization = $1 \
         and r.collection = $2 and r.kind = 'key' and r.is_on) then 1 else 0 end)) "
    };
}

fn with(query: crate::db::Query, organization: OrganizationId, filter: &KeyFilter) -> crate::db::Query {
    let q = filter.q.trim().to_lowercase();
    let like = match q.is_empty() {
        true => String::new(),
        false => format!("%{}%", q.replace('!', "!!").replace('%', "!%").replace('_', "!_")),
    };
    query.bind(organization).bind(filter.collection).bind(&like).bind(match filter.state {
        KeyState::Open => 0_i64,
        KeyState::Mapped => 1,
        KeyState::All => 2,
    })
}

/// Those of most samples first.
pub async fn list_keys(
    db: &Db,
    organization: OrganizationId,
    filter: &KeyFilter,
    offset: i64,
    limit: i64,
) -> Result<Vec<KeySum>, Fault> {
    let text = concat!(
        "select key, cast(sum(samples) as bigint) as samples, count(*) as datasets, \
         cast(sum(distinct_values) as bigint) as distinct_values ",
        matching!(),
        "group by key order by sum(samples) desc, key limit $5 offset $6"
    );
    with(sql(text), organization, filter).bind(limit).bind(offset).all(db).await
}

/// Keys that match, and the samples under them.
pub async fn count_keys(db: &Db, organization: OrganizationId, filter: &KeyFilter) -> Result<(i64, i64), Fault> {
    let text = concat!(
        "select count(*), cast(coalesce(sum(samples), 0) as bigint) from (select sum(samples) as samples ",
        matching!(),
        "group by key) t"
    );
    with(sql(text), organization, filter).one(db).await
}

/// What stands under these keys in the datasets that have most of each: key, samples, examples, reads.
pub async fn list_examples(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    keys: &[String],
    most: i64,
) -> Result<Vec<(String, i64, String, String)>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = vec![organization.into(), collection.into()];
    query.push(Value::from(most));
    sql_in(
        "select key, samples, examples, reads from (select key, samples, examples, reads, row_number() over \
         (partition by key order by samples desc, dataset) as place, cast($3 as bigint) as most from attribute_keys \
         where organization = $1 and collection = $2 and key in",
        query,
        keys.iter().map(|key| Value::from(key.as_str())).collect(),
        ") t where place <= most",
    )
    .all(db)
    .await
}

/// Datasets in which a key stands, those with most samples of it first.
pub async fn list_datasets_of_key(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    key: &str,
) -> Result<Vec<DatasetId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select dataset from attribute_keys where organization = $1 and collection = $2 \
         and key = $3 order by samples desc, dataset")
    .bind(organization)
    .bind(collection)
    .bind(key)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| DatasetId(id)).collect())
}
