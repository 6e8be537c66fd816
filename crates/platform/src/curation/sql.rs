//! Every statement on batches and curations.

mod batches;

pub use batches::*;

use super::writing::{Decision, NewBatch};
use crate::db::{Target, Value, insert_many, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::curation::{Batch, BatchKind, Beneath, Curation, Reverted};
use chorale_model::{BatchId, CollectionId, DatasetId, Fault, JobId, OrganizationId, SampleId, Time};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rows of a sample's history.
const HISTORY: i64 = 500;

/// A word of an enumeration, as its JSON writes it.
fn word<T: DeserializeOwned>(text: String) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading a curation", e))
}

#[derive(sqlx_macros::FromRow)]
struct BatchRow {
    id: Uuid,
    kind: String,
    title: String,
    why: String,
    made_by: String,
    job: Option<Uuid>,
    samples: i64,
    applied_at: Option<i64>,
    reverted_at: Option<i64>,
    reverted_by: Option<String>,
    reverted_why: Option<String>,
}

macro_rules! batch_columns {
    () => {
        "select id, kind, title, why, made_by, job, samples, applied_at, reverted_at, reverted_by, reverted_why \
         from curation_batches "
    };
}

fn reverted(at: Option<i64>, by: Option<String>, why: Option<String>) -> Option<Reverted> {
    at.map(|at| Reverted { by: by.unwrap_or_default(), at: Time(at), why: why.unwrap_or_default() })
}

impl TryFrom<BatchRow> for Batch {
    type Error = Fault;
    fn try_from(row: BatchRow) -> Result<Self, Fault> {
        Ok(Batch {
            id: BatchId(row.id),
            kind: word(row.kind)?,
            title: row.title,
            why: row.why,
            by: row.made_by,
            at: Time(row.applied_at.unwrap_or(0)),
            samples: row.samples,
            job: row.job.map(JobId),
            reverted: reverted(row.reverted_at, row.reverted_by, row.reverted_why),
        })
    }
}

pub async fn insert_batch(
    tx: &mut Tx,
    organization: OrganizationId,
    id: BatchId,
    new: &NewBatch,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into curation_batches (organization, id, kind, title, why, made_by, made_at, job, samples) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0)")
    .bind(organization)
    .bind(id)
    .bind(new.kind.name())
    .bind(&new.title)
    .bind(&new.why)
    .bind(&new.by)
    .bind(now)
    .bind(new.job)
    .run(tx)
    .await
    .map(drop)
}

/// False: it is applied already, or is not there.
pub async fn apply(
    tx: &mut Tx,
    organization: OrganizationId,
    id: BatchId,
    samples: i64,
    at: Time,
) -> Result<bool, Fault> {
    let applied = sql("update curation_batches set applied_at = $3, changed_at = $3, samples = $4 \
         where organization = $1 and id = $2 and applied_at is null")
    .bind(organization)
    .bind(id)
    .bind(at)
    .bind(samples)
    .run(tx)
    .await?;
    Ok(applied == 1)
}

/// False: it was taken back before, is not applied, or is not there.
pub async fn revert(
    tx: &mut Tx,
    organization: OrganizationId,
    id: BatchId,
    at: Time,
    by: &str,
    why: &str,
) -> Result<bool, Fault> {
    let reverted = sql("update curation_batches set reverted_at = $3, changed_at = $3, reverted_by = $4, \
         reverted_why = $5 where organization = $1 and id = $2 and applied_at is not null and reverted_at is null")
    .bind(organization)
    .bind(id)
    .bind(at)
    .bind(by)
    .bind(why)
    .run(tx)
    .await?;
    Ok(reverted == 1)
}

/// One that was applied.
pub async fn find_batch<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: BatchId,
) -> Result<Option<Batch>, Fault> {
    let row: Option<BatchRow> =
        sql(concat!(batch_columns!(), "where organization = $1 and id = $2 and applied_at is not null"))
            .bind(organization)
            .bind(id)
            .optional(on)
            .await?;
    row.map(Batch::try_from).transpose()
}

/// Decisions of one actor, the newest first.
pub async fn list_made_by(db: &Db, organization: OrganizationId, by: &str, limit: i64) -> Result<Vec<Batch>, Fault> {
    let rows: Vec<BatchRow> = sql(concat!(
        batch_columns!(),
        "where organization = $1 and made_by = $2 and applied_at is not null and kind = $3 order by id desc limit $4"
    ))
    .bind(organization)
    .bind(by)
    .bind(BatchKind::Decision.name())
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(Batch::try_from).collect()
}

/// What a job applied.
pub async fn find_of_job(db: &Db, organization: OrganizationId, job: JobId) -> Result<Option<(BatchId, i64)>, Fault> {
    let row: Option<(Uuid, i64)> = sql("select id, samples from curation_batches \
         where organization = $1 and job = $2 and applied_at is not null")
    .bind(organization)
    .bind(job)
    .optional(db)
    .await?;
    Ok(row.map(|(id, samples)| (BatchId(id), samples)))
}

/// Batches that are not applied: this job's own, and those that no job writes any more.
pub async fn list_unfinished(db: &Db, organization: OrganizationId, own: JobId) -> Result<Vec<BatchId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select b.id from curation_batches b where b.organization = $1 \
         and b.applied_at is null and (b.job = $2 or not exists (select 1 from jobs j \
         where j.id = b.job and j.state in ('queued', 'running'))) order by b.id")
    .bind(organization)
    .bind(own)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| BatchId(id)).collect())
}

pub async fn discard_rows(tx: &mut Tx, organization: OrganizationId, batch: BatchId, limit: i64) -> Result<u64, Fault> {
    sql("delete from curations where organization = $1 and batch = $2 and (sample, id) in \
         (select c.sample, c.id from curations c join curation_batches b on b.organization = c.organization \
         and b.id = c.batch where c.organization = $1 and c.batch = $2 and b.applied_at is null limit $3)")
    .bind(organization)
    .bind(batch)
    .bind(limit)
    .run(tx)
    .await
}

pub async fn discard_batch(tx: &mut Tx, organization: OrganizationId, batch: BatchId) -> Result<(), Fault> {
    sql("delete from curation_batches where organization = $1 and id = $2 and applied_at is null")
        .bind(organization)
        .bind(batch)
        .run(tx)
        .await
        .map(drop)
}

pub async fn count_samples(tx: &mut Tx, organization: OrganizationId, batch: BatchId) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(distinct sample) from curations where organization = $1 and batch = $2")
        .bind(organization)
        .bind(batch)
        .one(tx)
        .await?;
    Ok(count)
}

/// When a batch was last applied or taken back.
pub async fn newest_change<'a>(on: impl Into<Target<'a>>, organization: OrganizationId) -> Result<Option<Time>, Fault> {
    let (at,): (Option<i64>,) =
        sql("select max(changed_at) from curation_batches where organization = $1").bind(organization).one(on).await?;
    Ok(at.map(Time))
}

pub async fn is_changed_since(tx: &mut Tx, organization: OrganizationId, since: Time) -> Result<bool, Fault> {
    Ok(newest_change(tx, organization).await?.is_some_and(|at| at >= since))
}

/// Whether anything counts.
pub async fn is_any_applied(db: &Db, organization: OrganizationId) -> Result<bool, Fault> {
    let row: Option<(i64,)> = sql("select changed_at from curation_batches \
         where organization = $1 and changed_at is not null and reverted_at is null limit 1")
    .bind(organization)
    .optional(db)
    .await?;
    Ok(row.is_some())
}

/// One of these samples that is not the organization's.
pub async fn find_missing(
    tx: &mut Tx,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<Option<SampleId>, Fault> {
    if samples.is_empty() {
        return Ok(None);
    }
    let list = samples.iter().map(|id| Value::from(*id)).collect();
    let rows: Vec<(Uuid,)> =
        sql_in("select id from samples where organization = $1 and id in", vec![organization.into()], list, "")
            .all(tx)
            .await?;
    let found: HashSet<Uuid> = rows.into_iter().map(|(id,)| id).collect();
    Ok(samples.iter().find(|id| !found.contains(&id.0)).copied())
}

pub async fn insert_curations(
    tx: &mut Tx,
    organization: OrganizationId,
    batch: BatchId,
    rows: Vec<(Uuid, Decision)>,
) -> Result<(), Fault> {
    let row = |(id, made): (Uuid, Decision)| -> [Value; 17] {
        let state = |state: chorale_model::harmonize::ValueState| state.name();
        let beneath = made.beneath;
        [
            organization.into(),
            made.sample.into(),
            id.into(),
            batch.into(),
            made.field.into(),
            made.action.name().into(),
            made.state.map(state).into(),
            made.term.into(),
            made.label.into(),
            made.note.into(),
            beneath.as_ref().map(|beneath| state(beneath.state)).into(),
            beneath.as_ref().map(|beneath| beneath.term.clone()).into(),
            beneath.as_ref().map(|beneath| beneath.label.clone()).into(),
            beneath.as_ref().map(|beneath| beneath.score).into(),
            beneath.as_ref().map(|beneath| beneath.method.clone()).into(),
            beneath.map(|beneath| beneath.version).into(),
            made.question.into(),
        ]
    };
    insert_many(
        tx,
        "insert into curations (organization, sample, id, batch, field, action, state, term, label, note, from_state, \
         from_term, from_label, from_score, from_method, from_version, question)",
        rows.into_iter().map(row).collect(),
        "",
    )
    .await
    .map(drop)
}

/// Term, label, score, method and version of what stood there.
type Before = (Option<String>, Option<String>, Option<f64>, Option<String>, Option<String>);

fn beneath(state: Option<String>, (term, label, score, method, version): Before) -> Result<Option<Beneath>, Fault> {
    let Some(state) = state else { return Ok(None) };
    Ok(Some(Beneath {
        state: word(state)?,
        term: term.unwrap_or_default(),
        label: label.unwrap_or_default(),
        score: score.unwrap_or_default(),
        method: method.unwrap_or_default(),
        version: version.unwrap_or_default(),
    }))
}

#[derive(sqlx_macros::FromRow)]
struct CurationRow {
    sample: Uuid,
    batch: Uuid,
    kind: String,
    title: String,
    why: String,
    made_by: String,
    applied_at: i64,
    reverted_at: Option<i64>,
    reverted_by: Option<String>,
    reverted_why: Option<String>,
    field: String,
    action: String,
    state: Option<String>,
    term: String,
    label: String,
    note: String,
    from_state: Option<String>,
    from_term: Option<String>,
    from_label: Option<String>,
    from_score: Option<f64>,
    from_method: Option<String>,
    from_version: Option<String>,
}

/// The few curations of some samples, then their batches. `materialized` and `cross join` keep the engines to this order:
/// PostgreSQL would go through all batches of the organization, whose number it does not know yet, and SQLite through theirs.
macro_rules! with_batch {
    () => {
        ") select c.sample, c.batch, b.kind, b.title, b.why, b.made_by, b.applied_at, \
         coalesce(w.made_at, b.reverted_at) as reverted_at, coalesce(w.made_by, b.reverted_by) as reverted_by, \
         coalesce(w.why, b.reverted_why) as reverted_why, c.field, c.action, c.state, c.term, c.label, c.note, \
         c.from_state, c.from_term, c.from_label, c.from_score, c.from_method, c.from_version \
         from c cross join curation_batches b left join curation_withdrawals w \
         on w.organization = c.organization and w.sample = c.sample and w.batch = c.batch and w.field = c.field \
         where b.organization = c.organization and b.id = c.batch and b.applied_at is not null "
    };
}

/// Ends before the samples.
macro_rules! curations_of {
    () => {
        "with c as materialized (select * from curations where organization = $1 and sample "
    };
}

impl TryFrom<CurationRow> for Curation {
    type Error = Fault;
    fn try_from(row: CurationRow) -> Result<Self, Fault> {
        let before = (row.from_term, row.from_label, row.from_score, row.from_method, row.from_version);
        let beneath = beneath(row.from_state, before)?;
        Ok(Curation {
            batch: BatchId(row.batch),
            kind: word(row.kind)?,
            title: row.title,
            why: row.why,
            by: Some(row.made_by),
            at: Time(row.applied_at),
            reverted: reverted(row.reverted_at, row.reverted_by, row.reverted_why),
            field: row.field,
            action: word(row.action)?,
            state: row.state.map(word).transpose()?,
            term: row.term,
            label: row.label,
            note: row.note,
            beneath,
        })
    }
}

/// What counts of samples, in the order in which it came to count.
pub async fn list_standing(
    db: &Db,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<Curation>>, Fault> {
    let rows: Vec<CurationRow> = sql_in(
        concat!(curations_of!(), "in"),
        vec![organization.into()],
        samples.iter().map(|id| Value::from(*id)).collect(),
        concat!(with_batch!(), "and b.reverted_at is null and w.made_at is null order by b.applied_at, c.batch, c.id"),
    )
    .all(db)
    .await?;
    let mut all: HashMap<SampleId, Vec<Curation>> = HashMap::new();
    for row in rows {
        all.entry(SampleId(row.sample)).or_default().push(Curation::try_from(row)?);
    }
    Ok(all)
}

/// Samples behind one that people decided about, of a collection or of all.
pub async fn list_decided(
    db: &Db,
    organization: OrganizationId,
    collection: Option<CollectionId>,
    after: SampleId,
    limit: i64,
) -> Result<Vec<SampleId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select distinct c.sample from curations c join curation_batches b \
         on b.organization = c.organization and b.id = c.batch join samples s \
         on s.organization = c.organization and s.id = c.sample \
         where c.organization = $1 and c.sample > $2 and b.applied_at is not null and ($3 or s.collection = $4) \
         order by c.sample limit $5")
    .bind(organization)
    .bind(after)
    .bind(collection.is_none())
    .bind(collection.unwrap_or(CollectionId(Uuid::nil())))
    .bind(limit)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| SampleId(id)).collect())
}

/// Everything that was decided about samples, in the order in which it came to count; what was taken back too.
pub async fn list_all(
    db: &Db,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<Curation>>, Fault> {
    let rows: Vec<CurationRow> = sql_in(
        concat!(curations_of!(), "in"),
        vec![organization.into()],
        samples.iter().map(|id| Value::from(*id)).collect(),
        concat!(with_batch!(), "order by b.applied_at, c.batch, c.id"),
    )
    .all(db)
    .await?;
    let mut all: HashMap<SampleId, Vec<Curation>> = HashMap::new();
    for row in rows {
        all.entry(SampleId(row.sample)).or_default().push(Curation::try_from(row)?);
    }
    Ok(all)
}

/// Newest first, what was taken back too.
pub async fn list_history(db: &Db, organization: OrganizationId, sample: SampleId) -> Result<Vec<Curation>, Fault> {
    let rows: Vec<CurationRow> = sql(concat!(
        curations_of!(),
        "= $2",
        with_batch!(),
        "order by b.applied_at desc, c.batch desc, c.id desc limit $3"
    ))
    .bind(organization)
    .bind(sample)
    .bind(HISTORY)
    .all(db)
    .await?;
    rows.into_iter().map(Curation::try_from).collect()
}

/// Datasets whose current version holds a sample of the batch.
pub async fn list_datasets<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    batch: BatchId,
) -> Result<Vec<DatasetId>, Fault> {
    // `cross join` keeps SQLite to this order: from the batch's samples to what holds them
    let rows: Vec<(Uuid,)> = sql("select distinct d.id from curations c cross join version_samples m \
         cross join datasets d where c.organization = $1 and c.batch = $2 and m.organization = c.organization \
         and m.sample = c.sample and d.organization = m.organization and d.current_version = m.version order by d.id")
    .bind(organization)
    .bind(batch)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| DatasetId(id)).collect())
}

/// Datasets whose current version holds samples about which somebody decided something that counts.
pub async fn list_decided_datasets(db: &Db, organization: OrganizationId) -> Result<Vec<DatasetId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select distinct d.id from curation_batches b cross join curations c \
         cross join version_samples m cross join datasets d where b.organization = $1 and b.kind = 'decision' \
         and b.applied_at is not null and b.reverted_at is null and c.organization = b.organization and c.batch = b.id \
         and m.organization = c.organization and m.sample = c.sample and d.organization = m.organization \
         and d.current_version = m.version order by d.id")
    .bind(organization)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| DatasetId(id)).collect())
}

/// Batches of decisions that came to count after a moment and still do, and their samples.
pub async fn count_decided(db: &Db, organization: OrganizationId, after: Time) -> Result<(i64, i64), Fault> {
    sql("select count(*), cast(coalesce(sum(samples), 0) as bigint) from curation_batches where organization = $1 \
         and changed_at > $2 and applied_at > $2 and reverted_at is null and kind = 'decision'")
    .bind(organization)
    .bind(after)
    .one(db)
    .await
}
