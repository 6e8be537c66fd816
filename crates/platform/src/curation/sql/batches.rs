//! Statements on batches as people look at them, and on taking back and putting back.

use super::{BatchRow, Before, beneath, reverted, word};
use crate::db::{Target, sql};
use crate::{Db, Tx};
use chorale_model::curation::{
    Batch, BatchChange, BatchEvent, BatchFilter, BatchKind, BatchPart, BatchState, BatchSum, Became,
};
use chorale_model::{BatchId, CollectionId, Fault, OrganizationId, SampleId, Time};
use uuid::Uuid;

/// Lines of a summary.
const SUMS: i64 = 100;
const EVENTS: i64 = 100;

/// Newest first, before an id. Times are those between which a batch came to count.
pub async fn list_batches(
    db: &Db,
    organization: OrganizationId,
    filter: &BatchFilter,
    (from, to): (Time, Time),
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Batch>, Fault> {
    let state = match filter.state {
        BatchState::All => "all",
        BatchState::Standing => "standing",
        BatchState::TakenBack => "taken_back",
    };
    let rows: Vec<BatchRow> = sql("select b.id, b.kind, b.title, b.why, b.made_by, b.job, b.samples, b.applied_at, \
         b.reverted_at, b.reverted_by, b.reverted_why from curation_batches b \
         where b.organization = $1 and b.id < $2 and b.applied_at is not null and ($3 = '' or b.kind = $3) \
         and ($4 = '' or b.made_by = $4) and b.applied_at >= $5 and b.applied_at < $6 \
         and ($7 = 'all' or ($7 = 'standing') = (b.reverted_at is null)) \
         and (($8 = '' and $9) or exists (select 1 from batch_parts p where p.organization = b.organization \
         and p.batch = b.id and ($8 = '' or p.field = $8) and ($9 or p.collection = $10))) \
         order by b.id desc limit $11")
    .bind(organization)
    .bind(before.unwrap_or(Uuid::max()))
    .bind(filter.kind.map_or("", BatchKind::name))
    .bind(filter.by.as_deref().unwrap_or_default())
    .bind(from)
    .bind(to)
    .bind(state)
    .bind(filter.field.as_deref().unwrap_or_default())
    .bind(filter.collection.is_none())
    .bind(filter.collection.unwrap_or(CollectionId(Uuid::nil())))
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(Batch::try_from).collect()
}

/// Who decided anything, for a choice.
pub async fn list_people(db: &Db, organization: OrganizationId) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = sql("select distinct made_by from curation_batches \
         where organization = $1 and applied_at is not null order by made_by limit 200")
    .bind(organization)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Counts what a batch decides about, when it is applied.
pub async fn put_parts(tx: &mut Tx, organization: OrganizationId, batch: BatchId) -> Result<(), Fault> {
    sql("insert into batch_parts (organization, batch, collection, field, samples) \
         select c.organization, c.batch, s.collection, c.field, count(distinct c.sample) from curations c \
         join samples s on s.organization = c.organization and s.id = c.sample \
         where c.organization = $1 and c.batch = $2 group by c.organization, c.batch, s.collection, c.field")
    .bind(organization)
    .bind(batch)
    .run(tx)
    .await
    .map(drop)
}

pub async fn list_parts(db: &Db, organization: OrganizationId, batch: BatchId) -> Result<Vec<BatchPart>, Fault> {
    let rows: Vec<(Uuid, String, String, i64)> = sql("select p.collection, c.name, p.field, p.samples \
         from batch_parts p join collections c on c.organization = p.organization and c.id = p.collection \
         where p.organization = $1 and p.batch = $2 order by p.samples desc, c.name, p.field")
    .bind(organization)
    .bind(batch)
    .all(db)
    .await?;
    let part = |(collection, collection_name, field, samples)| BatchPart {
        collection: CollectionId(collection),
        collection_name,
        field,
        samples,
    };
    Ok(rows.into_iter().map(part).collect())
}

#[derive(sqlx_macros::FromRow)]
struct SumRow {
    field: String,
    action: String,
    from_state: Option<String>,
    from_term: Option<String>,
    from_label: Option<String>,
    state: Option<String>,
    term: String,
    label: String,
    samples: i64,
}

/// The same change added up, those that change most samples first.
pub async fn list_sums(db: &Db, organization: OrganizationId, batch: BatchId) -> Result<Vec<BatchSum>, Fault> {
    let rows: Vec<SumRow> = sql("select field, action, from_state, from_term, from_label, state, term, label, \
         count(*) as samples from curations where organization = $1 and batch = $2 \
         group by field, action, from_state, from_term, from_label, state, term, label \
         order by count(*) desc, field, label, from_label limit $3")
    .bind(organization)
    .bind(batch)
    .bind(SUMS)
    .all(db)
    .await?;
    rows.into_iter().map(BatchSum::try_from).collect()
}

impl TryFrom<SumRow> for BatchSum {
    type Error = Fault;
    fn try_from(row: SumRow) -> Result<Self, Fault> {
        let before = match row.from_state {
            None => None,
            Some(state) => Some(Became {
                state: word(state)?,
                term: row.from_term.unwrap_or_default(),
                label: row.from_label.unwrap_or_default(),
            }),
        };
        let state = row.state.map(word).transpose()?;
        let is_said = state.is_some() || !row.term.is_empty();
        let after = Became { state: state.unwrap_or_default(), term: row.term, label: row.label };
        Ok(BatchSum {
            field: row.field,
            action: word(row.action)?,
            before,
            after: is_said.then_some(after),
            samples: row.samples,
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct ChangeRow {
    id: Uuid,
    sample: Uuid,
    accession: String,
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
    withdrawn_at: Option<i64>,
    withdrawn_by: Option<String>,
    withdrawn_why: Option<String>,
}

/// Decisions of a batch behind a place, with the place of each.
pub async fn list_changes(
    db: &Db,
    organization: OrganizationId,
    batch: BatchId,
    (sample, id): (Uuid, Uuid),
    limit: i64,
) -> Result<Vec<((Uuid, Uuid), BatchChange)>, Fault> {
    let rows: Vec<ChangeRow> = sql("select c.id, c.sample, s.accession, c.field, c.action, c.state, c.term, c.label, \
         c.note, c.from_state, c.from_term, c.from_label, c.from_score, c.from_method, c.from_version, \
         w.made_at as withdrawn_at, w.made_by as withdrawn_by, w.why as withdrawn_why from curations c \
         join samples s on s.organization = c.organization and s.id = c.sample \
         left join curation_withdrawals w on w.organization = c.organization and w.sample = c.sample \
         and w.batch = c.batch and w.field = c.field \
         where c.organization = $1 and c.batch = $2 and (c.sample, c.id) > ($3, $4) order by c.sample, c.id limit $5")
    .bind(organization)
    .bind(batch)
    .bind(sample)
    .bind(id)
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(|row| Ok(((row.sample, row.id), BatchChange::try_from(row)?))).collect()
}

impl TryFrom<ChangeRow> for BatchChange {
    type Error = Fault;
    fn try_from(row: ChangeRow) -> Result<Self, Fault> {
        let before: Before = (row.from_term, row.from_label, row.from_score, row.from_method, row.from_version);
        Ok(BatchChange {
            sample: SampleId(row.sample),
            accession: row.accession,
            field: row.field,
            action: word(row.action)?,
            state: row.state.map(word).transpose()?,
            term: row.term,
            label: row.label,
            note: row.note,
            beneath: beneath(row.from_state, before)?,
            withdrawn: reverted(row.withdrawn_at, row.withdrawn_by, row.withdrawn_why),
        })
    }
}

/// False: it was not taken back, or is not there.
pub async fn restore(tx: &mut Tx, organization: OrganizationId, id: BatchId, at: Time) -> Result<bool, Fault> {
    let restored = sql("update curation_batches set reverted_at = null, reverted_by = null, reverted_why = null, \
         changed_at = $3 where organization = $1 and id = $2 and reverted_at is not null")
    .bind(organization)
    .bind(id)
    .bind(at)
    .run(tx)
    .await?;
    Ok(restored == 1)
}

/// That something changed in what counts of a batch.
pub async fn touch(tx: &mut Tx, organization: OrganizationId, id: BatchId, at: Time) -> Result<(), Fault> {
    sql("update curation_batches set changed_at = $3 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(at)
        .run(tx)
        .await
        .map(drop)
}

pub async fn is_decided(
    tx: &mut Tx,
    organization: OrganizationId,
    batch: BatchId,
    sample: SampleId,
    field: &str,
) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        sql("select cast(1 as bigint) from curations where organization = $1 and batch = $2 and sample = $3 \
         and field = $4 limit 1")
        .bind(organization)
        .bind(batch)
        .bind(sample)
        .bind(field)
        .optional(tx)
        .await?;
    Ok(row.is_some())
}

/// Who takes one decision back, when and why.
pub struct Withdrawal {
    pub batch: BatchId,
    pub sample: SampleId,
    pub field: String,
    pub at: Time,
    pub by: String,
    pub why: String,
}

/// False: it was taken back before.
pub async fn withdraw(tx: &mut Tx, organization: OrganizationId, one: &Withdrawal) -> Result<bool, Fault> {
    let made = sql("insert into curation_withdrawals (organization, sample, batch, field, made_at, made_by, why) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
    .bind(organization)
    .bind(one.sample)
    .bind(one.batch)
    .bind(&one.field)
    .bind(one.at)
    .bind(&one.by)
    .bind(&one.why)
    .run(tx)
    .await?;
    Ok(made == 1)
}

/// False: it was not taken back by itself.
pub async fn put_back(tx: &mut Tx, organization: OrganizationId, one: &Withdrawal) -> Result<bool, Fault> {
    let gone = sql("delete from curation_withdrawals where organization = $1 and sample = $2 and batch = $3 \
         and field = $4")
    .bind(organization)
    .bind(one.sample)
    .bind(one.batch)
    .bind(&one.field)
    .run(tx)
    .await?;
    Ok(gone == 1)
}

pub async fn count_withdrawn(db: &Db, organization: OrganizationId, batch: BatchId) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from curation_withdrawals where organization = $1 and batch = $2")
        .bind(organization)
        .bind(batch)
        .one(db)
        .await?;
    Ok(count)
}

pub async fn insert_event(
    tx: &mut Tx,
    organization: OrganizationId,
    id: Uuid,
    batch: BatchId,
    event: BatchEvent,
) -> Result<(), Fault> {
    sql("insert into batch_events (organization, batch, id, act, sample, field, made_at, made_by, why) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(organization)
    .bind(batch)
    .bind(id)
    .bind(event.act.name())
    .bind(event.sample)
    .bind(event.field)
    .bind(event.at)
    .bind(event.by)
    .bind(event.why)
    .run(tx)
    .await
    .map(drop)
}

#[derive(sqlx_macros::FromRow)]
struct EventRow {
    act: String,
    sample: Option<Uuid>,
    field: Option<String>,
    made_at: i64,
    made_by: String,
    why: String,
}

/// The newest first.
pub async fn list_events<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    batch: BatchId,
) -> Result<Vec<BatchEvent>, Fault> {
    let rows: Vec<EventRow> = sql("select act, sample, field, made_at, made_by, why from batch_events \
         where organization = $1 and batch = $2 order by made_at desc, id desc limit $3")
    .bind(organization)
    .bind(batch)
    .bind(EVENTS)
    .all(on)
    .await?;
    let event = |row: EventRow| {
        Ok(BatchEvent {
            act: word(row.act)?,
            sample: row.sample.map(SampleId),
            field: row.field,
            by: row.made_by,
            at: Time(row.made_at),
            why: row.why,
        })
    };
    rows.into_iter().map(event).collect()
}
