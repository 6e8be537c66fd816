//! Every statement on judgements.

use super::judge::{Layer, Watched};
use crate::db::{Value, insert_many, sql};
use crate::harmonize::annotator_of;
use crate::{Db, Tx};
use chorale_model::automatic::Mistake;
use chorale_model::{BatchId, CollectionId, Fault, OrganizationId, Time};
use uuid::Uuid;

/// A batch whose judgements are not those of its last change.
#[derive(sqlx_macros::FromRow)]
pub struct Pending {
    pub batch: Uuid,
    pub changed_at: i64,
    /// None: it was taken back.
    pub applied_at: Option<i64>,
}

/// In the order in which they came to count. What machines decide for people, such as an ontology's upgrade, judges nobody.
pub async fn list_pending(db: &Db, organization: OrganizationId, limit: i64) -> Result<Vec<Pending>, Fault> {
    sql("select b.id as batch, b.changed_at, case when b.reverted_at is null then b.applied_at end as applied_at \
         from curation_batches b left join judged_batches j on j.organization = b.organization and j.batch = b.id \
         where b.organization = $1 and b.changed_at is not null and b.kind = 'decision' \
         and (j.batch is null or j.changed_at <> b.changed_at) order by b.changed_at, b.id limit $2")
    .bind(organization)
    .bind(limit)
    .all(db)
    .await
}

pub async fn put_judged(tx: &mut Tx, organization: OrganizationId, batch: Uuid, changed_at: i64) -> Result<(), Fault> {
    sql("insert into judged_batches (organization, batch, changed_at) select organization, id, $3 \
         from curation_batches where organization = $1 and id = $2 \
         on conflict (organization, batch) do update set changed_at = excluded.changed_at")
    .bind(organization)
    .bind(batch)
    .bind(changed_at)
    .run(tx)
    .await
    .map(drop)
}

/// What a batch did to samples of which the same was said.
#[derive(sqlx_macros::FromRow)]
pub struct DecidedRow {
    pub collection: Uuid,
    pub field: String,
    pub question: Option<Uuid>,
    pub action: String,
    pub state: Option<String>,
    pub term: String,
    pub label: String,
    pub from_state: Option<String>,
    pub from_term: Option<String>,
    pub from_label: Option<String>,
    pub from_method: Option<String>,
    pub from_version: Option<String>,
    /// Where nothing was said: by the annotator of this version.
    pub silent: Option<String>,
    pub score: Option<f64>,
    pub samples: i64,
}

impl DecidedRow {
    pub fn layer(&self) -> Layer {
        let by = |version: &str| match version {
            "" => Layer::Nobody,
            version => Layer::Annotator(annotator_of(version).to_owned()),
        };
        match (self.from_method.as_deref(), self.from_version.as_deref()) {
            (None, _) => by(self.silent.as_deref().unwrap_or_default()),
            // Submitters say with an id of their own what nobody reads.
            (Some("submitter"), _) => Layer::Nobody,
            (Some("curation"), _) | (_, None | Some("")) => Layer::Person,
            (Some(_), Some(version)) => by(version),
        }
    }
}

pub async fn list_decided(db: &Db, organization: OrganizationId, batch: BatchId) -> Result<Vec<DecidedRow>, Fault> {
    sql("select collection, field, question, action, state, term, min(label) as label, from_state, from_term, \
         min(from_label) as from_label, from_method, from_version, silent, min(from_score) as score, \
         count(distinct sample) as samples from (select s.collection, c.field, c.question, c.action, c.state, c.term, \
         c.label, c.from_state, c.from_term, c.from_label, c.from_method, c.from_version, c.from_score, c.sample, \
         case when c.from_method is null then a.annotator_version end as silent \
         from curations c join samples s on s.organization = c.organization and s.id = c.sample \
         left join annotations a on a.organization = c.organization and a.sample = c.sample \
         where c.organization = $1 and c.batch = $2 and not exists (select 1 from curation_withdrawals w \
         where w.organization = c.organization and w.sample = c.sample and w.batch = c.batch and w.field = c.field)) \
         t group by collection, field, question, action, state, term, \
         from_state, from_term, from_method, from_version, silent")
    .bind(organization)
    .bind(batch)
    .all(db)
    .await
}

#[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)]
pub struct Judgement {
    pub collection: Uuid,
    pub field: String,
    pub annotator: String,
    pub question: Uuid,
    pub batch: Uuid,
    pub state: String,
    pub term: String,
    pub label: String,
    pub score: f64,
    pub band: i64,
    pub outcome: String,
    pub to_state: String,
    pub to_term: String,
    pub to_label: String,
    pub samples: i64,
    pub at: i64,
}

macro_rules! columns {
    () => {
        "collection, field, annotator, question, batch, state, term, label, score, band, outcome, to_state, to_term, \
         to_label, samples, at"
    };
}

pub async fn put(tx: &mut Tx, organization: OrganizationId, rows: Vec<Judgement>) -> Result<(), Fault> {
    let row = |row: Judgement| -> [Value; 17] {
        [
            organization.into(),
            row.collection.into(),
            row.field.into(),
            row.annotator.into(),
            row.question.into(),
            row.batch.into(),
            row.state.into(),
            row.term.into(),
            row.label.into(),
            row.score.into(),
            row.band.into(),
            row.outcome.into(),
            row.to_state.into(),
            row.to_term.into(),
            row.to_label.into(),
            row.samples.into(),
            row.at.into(),
        ]
    };
    insert_many(
        tx,
        concat!("insert into judgements (organization, ", columns!(), ")"),
        rows.into_iter().map(row).collect(),
        "on conflict (organization, collection, field, annotator, question, batch) do nothing",
    )
    .await
    .map(drop)
}

/// What a batch said goes.
pub async fn forget(tx: &mut Tx, organization: OrganizationId, batch: BatchId) -> Result<(), Fault> {
    sql("delete from judgements where organization = $1 and batch = $2")
        .bind(organization)
        .bind(batch)
        .run(tx)
        .await
        .map(drop)
}

/// Whose outcomes a batch's judgements are.
pub async fn list_watched(db: &Db, organization: OrganizationId, batch: BatchId) -> Result<Vec<Watched>, Fault> {
    sql("select distinct collection, field, annotator from judgements where organization = $1 and batch = $2")
        .bind(organization)
        .bind(batch)
        .all(db)
        .await
}

/// The newest judgement of a question by another batch.
pub async fn find_newest(
    db: &Db,
    organization: OrganizationId,
    (collection, field, question): (Uuid, &str, Uuid),
    but: BatchId,
) -> Result<Option<Judgement>, Fault> {
    sql(concat!(
        "select ",
        columns!(),
        " from judgements where organization = $1 and collection = $2 and field = $3 and question = $4 and batch <> $5 \
         and outcome <> 'missed' order by at desc, batch desc limit 1"
    ))
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(question)
    .bind(but)
    .optional(db)
    .await
}

/// Judgements of a collection, a question once: as its newest decision says.
macro_rules! newest {
    () => {
        "from (select field, annotator, question, batch, state, term, label, score, band, outcome, to_state, to_term, \
         to_label, samples, at, row_number() over (partition by field, annotator, question order by at desc, batch desc) \
         as place from judgements where organization = $1 and collection = $2 "
    };
}

/// What was decided of one field, annotator and band.
#[derive(sqlx_macros::FromRow)]
pub struct FigureRow {
    pub field: String,
    pub annotator: String,
    pub band: i64,
    pub right_ones: i64,
    pub wrong: i64,
    pub changed: i64,
    pub missed: i64,
    pub samples: i64,
    pub newest: i64,
}

macro_rules! figures {
    () => {
        "select field, annotator, band, cast(sum(case when outcome = 'right' then 1 else 0 end) as bigint) as right_ones, \
         cast(sum(case when outcome = 'wrong' then 1 else 0 end) as bigint) as wrong, \
         cast(sum(case when outcome = 'wrong' and to_state in ('present', 'healthy') then 1 else 0 end) as bigint) \
         as changed, cast(sum(case when outcome = 'missed' then 1 else 0 end) as bigint) as missed, \
         cast(sum(samples) as bigint) as samples, max(at) as newest "
    };
}

pub async fn list_figures(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<Vec<FigureRow>, Fault> {
    sql(concat!(figures!(), newest!(), ") t where place = 1 group by field, annotator, band"))
        .bind(organization)
        .bind(collection)
        .all(db)
        .await
}

/// Right and wrong of what has at least this score.
pub async fn count_from(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    (field, annotator): (&str, &str),
    from: f64,
) -> Result<(i64, i64), Fault> {
    sql(concat!(
        "select cast(coalesce(sum(case when outcome = 'right' then 1 else 0 end), 0) as bigint), \
         cast(coalesce(sum(case when outcome = 'wrong' then 1 else 0 end), 0) as bigint) ",
        newest!(),
        "and field = $3 and annotator = $4) t where place = 1 and outcome <> 'missed' and score >= $5"
    ))
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(annotator)
    .bind(from)
    .one(db)
    .await
}

/// Whether each suggestion with at least this score was right, in the order of decisions since a moment.
pub async fn list_outcomes(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    (field, annotator): (&str, &str),
    from: f64,
    since: Time,
) -> Result<Vec<bool>, Fault> {
    let rows: Vec<(bool,)> = sql(concat!(
        "select outcome = 'right' ",
        newest!(),
        "and field = $3 and annotator = $4) t where place = 1 and outcome <> 'missed' and score >= $5 and at > $6 \
         order by at, batch, question"
    ))
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(annotator)
    .bind(from)
    .bind(since)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(right,)| right).collect())
}

/// Suggestions that people found wrong, those on most samples first.
pub async fn list_mistakes(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    (field, annotator): (&str, &str),
    limit: i64,
) -> Result<Vec<Mistake>, Fault> {
    let rows: Vec<(String, String, f64, String, String, i64, i64)> = sql(concat!(
        "select term, min(label), max(score), to_term, min(to_label), count(*), cast(sum(samples) as bigint) ",
        newest!(),
        "and field = $3 and annotator = $4) t where place = 1 and outcome = 'wrong' group by state, term, to_state, to_term \
         order by sum(samples) desc, term, to_term limit $5"
    ))
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(annotator)
    .bind(limit)
    .all(db)
    .await?;
    let mistake = |(term, label, score, to_term, to_label, questions, samples)| Mistake {
        term,
        label,
        score,
        to_term,
        to_label,
        questions,
        samples,
    };
    Ok(rows.into_iter().map(mistake).collect())
}

/// From when on outcomes are watched; the beginning of time, unless an alert was resolved.
pub async fn watched_since(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    (field, annotator): (&str, &str),
) -> Result<Time, Fault> {
    let row: Option<(i64,)> = sql("select since from watched_since where organization = $1 and collection = $2 \
         and field = $3 and annotator = $4")
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(annotator)
    .optional(db)
    .await?;
    Ok(Time(row.map_or(0, |(since,)| since)))
}

pub async fn put_watched_since(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    (field, annotator): (&str, &str),
    since: Time,
) -> Result<(), Fault> {
    sql("insert into watched_since (organization, collection, field, annotator, since) select organization, id, $3, $4, $5 \
         from collections where organization = $1 and id = $2 \
         on conflict (organization, collection, field, annotator) do update set since = excluded.since")
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(annotator)
    .bind(since)
    .run(tx)
    .await
    .map(drop)
}
