//! `jobs`, as people see them: made, listed, cancelled, tried again.

use super::files::{end_files, put_file};
use crate::db::sql;
use crate::jobs::NewJob;
use crate::{Ctx, Db, Tx};
use chorale_model::jobs::{Job, JobFile, JobFilter, JobState, Progress};
use chorale_model::{Fault, JobId, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct JobRow {
    pub id: Uuid,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub progress_done: i64,
    pub progress_total: i64,
    pub progress_unit: String,
    pub progress_message: String,
    pub attempts: i64,
    pub max_attempts: i64,
    pub cancelling: bool,
    pub result: Option<String>,
    pub error: Option<String>,
    pub created_by: Option<String>,
    pub created_at: i64,
    pub run_at: i64,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub warnings_total: i64,
}

impl JobRow {
    pub fn into_job(self) -> Result<Job, Fault> {
        Ok(Job {
            id: JobId(self.id),
            kind: self.kind,
            title: self.title,
            state: self.state.parse()?,
            progress: Progress {
                done: self.progress_done,
                total: self.progress_total,
                unit: self.progress_unit,
                message: self.progress_message,
            },
            attempts: self.attempts,
            max_attempts: self.max_attempts,
            cancelling: self.cancelling,
            result: self
                .result
                .map(|r| serde_json::from_str(&r))
                .transpose()
                .map_err(|e| Fault::internal("reading a job's result", e))?,
            error: self.error,
            created_by: self.created_by,
            created_at: Time(self.created_at),
            run_at: Time(self.run_at),
            started_at: self.started_at.map(Time),
            ended_at: self.ended_at.map(Time),
            files: Vec::new(),
            warnings_total: self.warnings_total,
            warnings: Vec::new(),
        })
    }
}

pub async fn insert(
    tx: &mut Tx,
    ctx: &Ctx,
    id: JobId,
    organization: Option<OrganizationId>,
    job: &NewJob,
) -> Result<(), Fault> {
    let now = ctx.now();
    sql("insert into jobs (id, organization, kind, queue, title, payload, state, priority, run_at, attempts, \
         max_attempts, fence, cancelling, progress_done, progress_total, progress_unit, progress_message, \
         idempotency_key, created_by, created_at, key_until_start) \
         values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, 0, $9, 0, false, 0, 0, '', '', $10, $11, $12, $13)")
    .bind(id)
    .bind(organization)
    .bind(job.kind)
    .bind(job.queue)
    .bind(&job.title)
    .bind(job.payload.to_string())
    .bind(job.priority)
    .bind(job.run_at.unwrap_or(now))
    .bind(job.max_attempts)
    .bind(job.idempotency_key.clone())
    .bind(ctx.actor_name())
    .bind(now)
    .bind(job.key_until_start)
    .run(&mut *tx)
    .await?;
    for (position, name) in job.files.iter().enumerate() {
        let file = JobFile {
            name: name.clone(),
            state: "queued".into(),
            message: String::new(),
            sha256: None,
            size_bytes: None,
            datasets: Vec::new(),
            samples: 0,
        };
        put_file(tx, id, i64::try_from(position).unwrap_or(i64::MAX), &file).await?;
    }
    Ok(())
}

pub async fn find_open_by_key(tx: &mut Tx, key: &str) -> Result<Option<JobId>, Fault> {
    let row: Option<(Uuid,)> = sql("select id from jobs where idempotency_key = $1").bind(key).optional(tx).await?;
    Ok(row.map(|(id,)| JobId(id)))
}

macro_rules! job_head {
    () => {
        "select j.id, kind, title, state, progress_done, progress_total, progress_unit, progress_message, attempts, \
         max_attempts, cancelling, result, error, created_by, created_at, run_at, started_at, ended_at, \
         coalesce(w.total, 0) as warnings_total \
         from jobs j left join job_warning_totals w on w.job = j.id where organization = $1 "
    };
}

pub async fn find(db: &Db, organization: OrganizationId, id: JobId) -> Result<Option<JobRow>, Fault> {
    sql(concat!(job_head!(), "and j.id = $2")).bind(organization).bind(id).optional(db).await
}

pub async fn list(
    db: &Db,
    organization: OrganizationId,
    filter: &JobFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<JobRow>, Fault> {
    sql(concat!(
        job_head!(),
        "and ($2 is null or kind = $2) and ($3 is null or state = $3) and ($4 is null or j.id < $4) \
         order by j.id desc limit $5"
    ))
    .bind(organization)
    .bind(filter.kind.clone())
    .bind(filter.state.map(JobState::name))
    .bind(before)
    .bind(limit)
    .all(db)
    .await
}

/// Cancels: a queued job ends at once, a running one is told. One statement, because between two a job can go from
/// running back to the queue, and neither would find it.
pub async fn cancel(tx: &mut Tx, organization: OrganizationId, id: JobId, now: Time) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        sql("update jobs set cancelling = true, state = case when state = 'queued' then 'cancelled' else state end, \
             ended_at = case when state = 'queued' then $3 else ended_at end, \
             idempotency_key = case when state = 'queued' then null else idempotency_key end \
             where organization = $1 and id = $2 and state in ('queued', 'running') returning state")
        .bind(organization)
        .bind(id)
        .bind(now)
        .optional(&mut *tx)
        .await?;
    let Some((state,)) = row else { return Ok(false) };
    if state == JobState::Cancelled.name() {
        end_files(tx, id, JobState::Cancelled).await?;
    }
    Ok(true)
}

pub async fn retry(tx: &mut Tx, organization: OrganizationId, id: JobId, now: Time) -> Result<bool, Fault> {
    let rows = sql("update jobs set state = 'queued', cancelling = false, attempts = 0, run_at = $3, error = null, \
                    result = null, ended_at = null, started_at = null, progress_done = 0, progress_message = '' \
                    where organization = $1 and id = $2 and state in ('failed', 'cancelled')")
    .bind(organization)
    .bind(id)
    .bind(now)
    .run(&mut *tx)
    .await?;
    if rows == 1 {
        sql("update job_files set state = 'queued', message = '' where job = $1 and state in ('failed', 'cancelled')")
            .bind(id)
            .run(tx)
            .await?;
    }
    Ok(rows == 1)
}

/// How many jobs of each queue and state, for the metrics.
pub async fn count_by_state(db: &Db) -> Result<Vec<(String, String, i64)>, Fault> {
    sql("select queue, state, count(*) from jobs where state in ('queued', 'running') group by queue, state")
        .all(db)
        .await
}
