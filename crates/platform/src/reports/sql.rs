//! Every statement on reports.

use crate::db::{Target, sql};
use crate::{Db, Tx};
use chorale_model::reports::{Proposed, Report, ReportAnswer, ReportFilter, ReportState, Reported};
use chorale_model::{
    BatchId, CollectionId, Fault, JobId, OrganizationId, QuestionId, ReportId, SampleId, Time, UserId,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A report to be, with who files it.
pub struct NewReport {
    pub owner: OrganizationId,
    pub id: ReportId,
    pub collection: CollectionId,
    pub sample: SampleId,
    pub field: String,
    pub value: Option<Reported>,
    pub words: String,
    pub proposed: Option<Proposed>,
    pub impact: i64,
    pub question: Option<QuestionId>,
    pub is_foreign: bool,
    pub at: Time,
    pub by: OrganizationId,
    pub reporter: Uuid,
    pub reporter_name: String,
}

/// What became of a report.
pub struct Outcome {
    pub state: ReportState,
    pub words: String,
    pub batch: Option<BatchId>,
    pub job: Option<JobId>,
}

pub async fn insert(tx: &mut Tx, new: NewReport) -> Result<(), Fault> {
    let (term, label) =
        new.value.as_ref().map_or((String::new(), String::new()), |value| (value.term.clone(), value.label.clone()));
    let (proposed_term, proposed_label) = new.proposed.map(|one| (one.term, one.label)).unzip();
    sql("insert into reports (organization, id, collection, sample, field, state, term, label, words, proposed_term, \
         proposed_label, impact, question, is_foreign, made_at, outcome, answer) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'open', '')")
    .bind(new.owner)
    .bind(new.id)
    .bind(new.collection)
    .bind(new.sample)
    .bind(new.field)
    .bind(new.value.map(|value| value.state.name()))
    .bind(term)
    .bind(label)
    .bind(new.words)
    .bind(proposed_term)
    .bind(proposed_label)
    .bind(new.impact)
    .bind(new.question)
    .bind(new.is_foreign)
    .bind(new.at)
    .run(&mut *tx)
    .await?;
    sql("insert into reports_made (organization, id, owner_organization, reporter, reporter_name, seen) \
         values ($1, $2, $3, $4, $5, $6)")
    .bind(new.by)
    .bind(new.id)
    .bind(new.owner)
    .bind(new.reporter)
    .bind(new.reporter_name)
    .bind(false)
    .run(tx)
    .await
    .map(drop)
}

/// Whether the same person has said the same and waits for an answer.
pub async fn find_waiting(tx: &mut Tx, new: &NewReport) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        sql("select cast(1 as bigint) from reports_made m join reports r on r.organization = m.owner_organization \
         and r.id = m.id where m.organization = $1 and m.reporter = $2 and m.owner_organization = $3 \
         and r.sample = $4 and r.field = $5 and r.term = $6 and r.outcome = 'open' limit 1")
        .bind(new.by)
        .bind(new.reporter)
        .bind(new.owner)
        .bind(new.sample)
        .bind(&new.field)
        .bind(new.value.as_ref().map_or("", |value| value.term.as_str()))
        .optional(tx)
        .await?;
    Ok(row.is_some())
}

pub async fn count_waiting(tx: &mut Tx, organization: OrganizationId, reporter: Uuid) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from reports_made m join reports r \
         on r.organization = m.owner_organization and r.id = m.id \
         where m.organization = $1 and m.reporter = $2 and r.outcome = 'open'")
    .bind(organization)
    .bind(reporter)
    .one(tx)
    .await?;
    Ok(count)
}

#[derive(sqlx_macros::FromRow)]
struct ReportRow {
    organization: Uuid,
    id: Uuid,
    collection: Uuid,
    collection_name: String,
    sample: Uuid,
    accession: String,
    field: String,
    state: Option<String>,
    term: String,
    label: String,
    words: String,
    proposed_term: Option<String>,
    proposed_label: Option<String>,
    impact: i64,
    question: Option<Uuid>,
    made_at: i64,
    assignee: Option<Uuid>,
    assignee_name: Option<String>,
    outcome: String,
    answer: String,
    answered_by: Option<String>,
    answered_at: Option<i64>,
    batch: Option<Uuid>,
    job: Option<Uuid>,
    reporter_name: Option<String>,
    seen: Option<bool>,
}

/// A word of an enumeration, as its JSON writes it.
fn word<T: DeserializeOwned>(text: String) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading a report", e))
}

impl ReportRow {
    /// As a member of `organization` sees it: of another's nobody's name, and not how it works there.
    fn report(self, organization: OrganizationId) -> Result<Report, Fault> {
        let own = self.organization == organization.0;
        let value = match self.state {
            None => None,
            Some(state) => Some(Reported { state: word(state)?, term: self.term, label: self.label }),
        };
        let proposed = self.proposed_term.zip(self.proposed_label);
        let (batch, job) = (self.batch.map(BatchId).filter(|_| own), self.job.map(JobId).filter(|_| own));
        let (words, by) = (self.answer, self.answered_by.filter(|_| own));
        Ok(Report {
            id: ReportId(self.id),
            sample: SampleId(self.sample),
            accession: self.accession,
            collection: CollectionId(self.collection),
            collection_name: self.collection_name,
            field: self.field,
            value,
            words: self.words,
            proposed: proposed.map(|(term, label)| Proposed { term, label }),
            impact: self.impact,
            question: self.question.map(QuestionId).filter(|_| own),
            by: self.reporter_name,
            at: Time(self.made_at),
            state: word(self.outcome)?,
            assignee: self.assignee.map(UserId).filter(|_| own),
            assignee_name: self.assignee_name.filter(|_| own),
            answer: self.answered_at.map(|at| ReportAnswer { words, by, at: Time(at), batch, job }),
            seen: self.seen.unwrap_or(false),
            own,
        })
    }
}

// Who filed it is found where it was a member of the owner: the rows of others belong to their organizations.
macro_rules! owned {
    () => {
        "select r.organization, r.id, r.collection, c.name as collection_name, r.sample, s.accession, r.field, r.state, \
         r.term, r.label, r.words, r.proposed_term, r.proposed_label, r.impact, r.question, r.made_at, r.assignee, \
         r.assignee_name, r.outcome, r.answer, r.answered_by, r.answered_at, r.batch, r.job, m.reporter_name, m.seen \
         from reports r join samples s on s.organization = r.organization and s.id = r.sample \
         join collections c on c.organization = r.organization and c.id = r.collection \
         left join reports_made m on m.organization = r.organization and m.id = r.id where r.organization = $1 "
    };
}

macro_rules! made {
    () => {
        "select r.organization, r.id, r.collection, c.name as collection_name, r.sample, s.accession, r.field, r.state, \
         r.term, r.label, r.words, r.proposed_term, r.proposed_label, r.impact, r.question, r.made_at, r.assignee, \
         r.assignee_name, r.outcome, r.answer, r.answered_by, r.answered_at, r.batch, r.job, m.reporter_name, m.seen \
         from reports_made m join reports r on r.organization = m.owner_organization and r.id = m.id \
         join samples s on s.organization = r.organization and s.id = r.sample \
         join collections c on c.organization = r.organization and c.id = r.collection \
         where m.organization = $1 and m.reporter = $2 "
    };
}

/// Those that wait first, and of them those that settle most; the others newest first.
pub async fn list(
    db: &Db,
    organization: OrganizationId,
    filter: &ReportFilter,
    me: Uuid,
    offset: i64,
    limit: i64,
) -> Result<Vec<Report>, Fault> {
    let rows: Vec<ReportRow> = sql(concat!(
        owned!(),
        "and ($2 = '' or r.outcome = $2) and ($3 = '' or r.field = $3) and ($4 or r.collection = $5) \
         and ($6 or r.assignee = $7) \
         order by case when r.outcome = 'open' then 0 else 1 end, case when r.outcome = 'open' then r.impact else 0 end desc, \
         r.id desc limit $8 offset $9"
    ))
    .bind(organization)
    .bind(filter.state.map_or("", ReportState::name))
    .bind(filter.field.as_deref().unwrap_or_default())
    .bind(filter.collection.is_none())
    .bind(filter.collection.unwrap_or(CollectionId(Uuid::nil())))
    .bind(!filter.taken)
    .bind(me)
    .bind(limit)
    .bind(offset)
    .all(db)
    .await?;
    rows.into_iter().map(|row| row.report(organization)).collect()
}

pub async fn list_mine(
    db: &Db,
    organization: OrganizationId,
    reporter: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Report>, Fault> {
    let rows: Vec<ReportRow> = sql(concat!(made!(), "and m.id < $3 order by m.id desc limit $4"))
        .bind(organization)
        .bind(reporter)
        .bind(before.unwrap_or(Uuid::max()))
        .bind(limit)
        .all(db)
        .await?;
    rows.into_iter().map(|row| row.report(organization)).collect()
}

pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: ReportId,
) -> Result<Option<Report>, Fault> {
    let row: Option<ReportRow> =
        sql(concat!(owned!(), "and r.id = $2")).bind(organization).bind(id).optional(on).await?;
    row.map(|row| row.report(organization)).transpose()
}

pub async fn find_mine(
    db: &Db,
    organization: OrganizationId,
    reporter: Uuid,
    id: ReportId,
) -> Result<Option<Report>, Fault> {
    let row: Option<ReportRow> =
        sql(concat!(made!(), "and m.id = $3")).bind(organization).bind(reporter).bind(id).optional(db).await?;
    row.map(|row| row.report(organization)).transpose()
}

pub async fn count_open(db: &Db, organization: OrganizationId) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from reports where organization = $1 and outcome = 'open'")
        .bind(organization)
        .one(db)
        .await?;
    Ok(count)
}

pub async fn count_news(db: &Db, organization: OrganizationId, reporter: Uuid) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from reports_made m join reports r \
         on r.organization = m.owner_organization and r.id = m.id \
         where m.organization = $1 and m.reporter = $2 and not m.seen and r.outcome <> 'open'")
    .bind(organization)
    .bind(reporter)
    .one(db)
    .await?;
    Ok(count)
}

pub async fn see_mine(tx: &mut Tx, organization: OrganizationId, reporter: Uuid) -> Result<(), Fault> {
    sql("update reports_made set seen = $3 where organization = $1 and reporter = $2 and not seen and exists \
         (select 1 from reports r where r.organization = reports_made.owner_organization and r.id = reports_made.id \
         and r.outcome <> 'open')")
    .bind(organization)
    .bind(reporter)
    .bind(true)
    .run(tx)
    .await
    .map(drop)
}

pub async fn assign(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ReportId,
    assignee: Option<UserId>,
    name: Option<&str>,
) -> Result<(), Fault> {
    sql("update reports set assignee = $3, assignee_name = $4 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(assignee)
        .bind(name.map(str::to_owned))
        .run(tx)
        .await
        .map(drop)
}

/// False: it was settled before.
pub async fn settle(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ReportId,
    outcome: Outcome,
    by: &str,
    at: Time,
) -> Result<bool, Fault> {
    let settled = sql("update reports set outcome = $3, answer = $4, answered_by = $5, answered_at = $6, batch = $7, \
         job = $8 where organization = $1 and id = $2 and outcome = 'open'")
    .bind(organization)
    .bind(id)
    .bind(outcome.state.name())
    .bind(outcome.words)
    .bind(by)
    .bind(at)
    .bind(outcome.batch)
    .bind(outcome.job)
    .run(tx)
    .await?;
    Ok(settled == 1)
}
