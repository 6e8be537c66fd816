//! Every statement on the tables of jobs.

use super::{NewJob, running::LEASE};
use crate::db::{Value, insert_many, sql, sql_in};
use crate::{Ctx, Db, Tx};
use chorale_model::jobs::{Job, JobDataset, JobFile, JobFilter, JobState, Progress, Warning};
use chorale_model::{Fault, JobId, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
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

pub async fn find(db: &Db, organization: OrganizationId, id: JobId) -> Result<Option<JobRow>, Fault> {
    sql("select j.id, kind, title, state, progress_done, progress_total, progress_unit, progress_message, attempts, \
         max_attempts, cancelling, result, error, created_by, created_at, run_at, started_at, ended_at, \
         coalesce(w.total, 0) as warnings_total \
         from jobs j left join job_warning_totals w on w.job = j.id where organization = $1 and j.id = $2")
    .bind(organization)
    .bind(id)
    .optional(db)
    .await
}

pub async fn list(
    db: &Db,
    organization: OrganizationId,
    filter: &JobFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<JobRow>, Fault> {
    sql("select j.id, kind, title, state, progress_done, progress_total, progress_unit, progress_message, attempts, \
         max_attempts, cancelling, result, error, created_by, created_at, run_at, started_at, ended_at, \
         coalesce(w.total, 0) as warnings_total \
         from jobs j left join job_warning_totals w on w.job = j.id where organization = $1 \
         and ($2 is null or kind = $2) and ($3 is null or state = $3) and ($4 is null or j.id < $4) \
         order by j.id desc limit $5")
    .bind(organization)
    .bind(filter.kind.clone())
    .bind(filter.state.map(JobState::name))
    .bind(before)
    .bind(limit)
    .all(db)
    .await
}

pub async fn list_files(db: &Db, id: JobId) -> Result<Vec<JobFile>, Fault> {
    type FileRow = (String, String, String, Option<String>, Option<i64>, String, i64);
    let rows: Vec<FileRow> = sql("select name, state, message, sha256, size_bytes, datasets, samples from job_files \
                                  where job = $1 order by position")
    .bind(id)
    .all(db)
    .await?;
    rows.into_iter()
        .map(|(name, state, message, sha256, size_bytes, datasets, samples)| {
            let datasets: Vec<JobDataset> =
                serde_json::from_str(&datasets).map_err(|e| Fault::internal("reading a job's files", e))?;
            Ok(JobFile { name, state, message, sha256, size_bytes, datasets, samples })
        })
        .collect()
}

pub async fn list_warnings(db: &Db, id: JobId, after: i64, limit: i64) -> Result<Vec<(i64, Warning)>, Fault> {
    type WarningRow = (i64, String, i64, String, String, String, String, String);
    let rows: Vec<WarningRow> = sql("select position, file, line, severity, message, what, expected, done \
                                     from job_warnings where job = $1 and position > $2 order by position limit $3")
    .bind(id)
    .bind(after)
    .bind(limit)
    .all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(position, file, line, severity, message, what, expected, done)| {
            (position, Warning { file, line, severity, message, what, expected, done })
        })
        .collect())
}

pub async fn put_file(tx: &mut Tx, job: JobId, position: i64, file: &JobFile) -> Result<(), Fault> {
    let datasets = serde_json::to_string(&file.datasets).map_err(|e| Fault::internal("writing a job's files", e))?;
    sql("insert into job_files (job, position, name, state, message, sha256, size_bytes, datasets, samples) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (job, position) do update set \
         name = excluded.name, state = excluded.state, message = excluded.message, sha256 = excluded.sha256, \
         size_bytes = excluded.size_bytes, datasets = excluded.datasets, samples = excluded.samples")
    .bind(job)
    .bind(position)
    .bind(&file.name)
    .bind(&file.state)
    .bind(&file.message)
    .bind(file.sha256.clone())
    .bind(file.size_bytes)
    .bind(datasets)
    .bind(file.samples)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn add_warnings(tx: &mut Tx, job: JobId, kept: Vec<Warning>, seen: i64) -> Result<(), Fault> {
    let (last,): (i64,) =
        sql("select coalesce(max(position), -1) from job_warnings where job = $1").bind(job).one(&mut *tx).await?;
    let rows: Vec<[Value; 9]> = kept
        .into_iter()
        .zip(last + 1..)
        .map(|(w, position)| {
            [
                job.into(),
                position.into(),
                w.file.into(),
                w.line.into(),
                w.severity.into(),
                w.message.into(),
                w.what.into(),
                w.expected.into(),
                w.done.into(),
            ]
        })
        .collect();
    insert_many(
        tx,
        "insert into job_warnings (job, position, file, line, severity, message, what, expected, done)",
        rows,
        "",
    )
    .await?;
    sql("insert into job_warning_totals (job, total) values ($1, $2) \
         on conflict (job) do update set total = job_warning_totals.total + excluded.total")
    .bind(job)
    .bind(seen)
    .run(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub struct Claim {
    pub id: Uuid,
    pub organization: Option<Uuid>,
    pub kind: String,
    pub payload: String,
    pub attempts: i64,
    pub max_attempts: i64,
    pub fence: i64,
    pub created_by: Option<String>,
}

/// Is anything ready? A read, so that idle workers leave the writer alone.
pub async fn any_ready(db: &Db, queue: &str, now: Time) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        sql("select cast(1 as bigint) from jobs where queue = $1 and state = 'queued' and run_at <= $2 limit 1")
            .bind(queue)
            .bind(now)
            .optional(db)
            .await?;
    Ok(row.is_some())
}

/// Claims the next job of one of `kinds`, of the organization with the fewest running ones: a worker leaves what it
/// cannot do to others. Two workers that pick the same row are separated by `state = 'queued'`, which the second
/// finds false once the first has committed.
pub async fn claim(
    tx: &mut Tx,
    queue: &str,
    kinds: &[&'static str],
    worker: &str,
    now: Time,
    default_running: i64,
) -> Result<Option<Claim>, Fault> {
    sql_in(
        "update jobs set state = 'running', fence = fence + 1, attempts = attempts + 1, lease_until = $3, worker = $2, \
         started_at = coalesce(started_at, $4), \
         idempotency_key = case when key_until_start = true then null else idempotency_key end where id = ( \
           select j.id from jobs j \
           left join (select organization, count(*) as n from jobs where state = 'running' group by organization) r \
             on r.organization = j.organization \
           left join organizations o on o.id = j.organization \
           where j.queue = $1 and j.state = 'queued' and j.run_at <= $4 \
             and (j.organization is null or coalesce(r.n, 0) < coalesce(o.quota_running_jobs, $5)) \
             and j.kind in",
        vec![queue.into(), worker.into(), now.plus(LEASE).into(), now.into(), default_running.into()],
        kinds.iter().map(|kind| Value::from(*kind)).collect(),
        "order by coalesce(r.n, 0), j.priority desc, j.run_at, j.id limit 1) and state = 'queued' \
         returning id, organization, kind, payload, attempts, max_attempts, fence, created_by",
    )
    .optional(tx)
    .await
}

/// A retried job reports from the beginning.
pub async fn forget_reports(tx: &mut Tx, job: JobId) -> Result<(), Fault> {
    sql("delete from job_warnings where job = $1").bind(job).run(&mut *tx).await?;
    sql("delete from job_warning_totals where job = $1").bind(job).run(tx).await?;
    Ok(())
}

/// Whether the claim still holds, locking the row until the transaction ends.
pub async fn holds(tx: &mut Tx, id: JobId, fence: i64) -> Result<bool, Fault> {
    let rows = sql("update jobs set fence = fence where id = $1 and fence = $2 and state = 'running'")
        .bind(id)
        .bind(fence)
        .run(tx)
        .await?;
    Ok(rows == 1)
}

/// Extends the lease; whether a cancel was asked for, or None when the claim is lost.
pub async fn renew(
    tx: &mut Tx,
    id: JobId,
    fence: i64,
    until: Time,
    progress: Option<Progress>,
) -> Result<Option<bool>, Fault> {
    let row: Option<(bool,)> = match progress {
        Some(p) => {
            sql("update jobs set lease_until = $3, progress_done = $4, progress_total = $5, progress_unit = $6, \
                 progress_message = $7 where id = $1 and fence = $2 and state = 'running' returning cancelling")
            .bind(id)
            .bind(fence)
            .bind(until)
            .bind(p.done)
            .bind(p.total)
            .bind(p.unit)
            .bind(p.message)
            .optional(tx)
            .await?
        }
        None => sql(
            "update jobs set lease_until = $3 where id = $1 and fence = $2 and state = 'running' returning cancelling",
        )
        .bind(id)
        .bind(fence)
        .bind(until)
        .optional(tx)
        .await?,
    };
    Ok(row.map(|(cancelling,)| cancelling))
}

/// Ends the claim: succeeded, failed or cancelled. The idempotency key becomes free.
pub async fn end(
    tx: &mut Tx,
    id: JobId,
    fence: i64,
    state: JobState,
    result: Option<String>,
    error: Option<String>,
    now: Time,
) -> Result<bool, Fault> {
    let rows = sql("update jobs set state = $3, result = $4, error = $5, ended_at = $6, lease_until = null, \
                    idempotency_key = null where id = $1 and fence = $2 and state = 'running'")
    .bind(id)
    .bind(fence)
    .bind(state.name())
    .bind(result)
    .bind(error)
    .bind(now)
    .run(&mut *tx)
    .await?;
    if rows == 1 && state != JobState::Succeeded {
        let file_state = if state == JobState::Cancelled { "cancelled" } else { "failed" };
        sql("update job_files set state = $2 where job = $1 and state in ('queued', 'running')")
            .bind(id)
            .bind(file_state)
            .run(tx)
            .await?;
    }
    Ok(rows == 1)
}

/// Gives the claim back to the queue, to start at `run_at`.
pub async fn give_back(
    tx: &mut Tx,
    id: JobId,
    fence: i64,
    run_at: Time,
    counts: bool,
    error: Option<String>,
) -> Result<bool, Fault> {
    let rows = sql("update jobs set state = 'queued', lease_until = null, worker = null, run_at = $3, error = $4, \
                    attempts = attempts - $5 where id = $1 and fence = $2 and state = 'running'")
    .bind(id)
    .bind(fence)
    .bind(run_at)
    .bind(error)
    .bind(i64::from(!counts))
    .run(tx)
    .await?;
    Ok(rows == 1)
}

/// Workers that are known to have ended hold nothing any more: [`recover`] finds their jobs.
pub async fn end_leases(tx: &mut Tx, workers: &[String], now: Time) -> Result<(), Fault> {
    for worker in workers {
        sql("update jobs set lease_until = $2 where state = 'running' and worker = $1")
            .bind(worker)
            .bind(Time(now.0 - 1))
            .run(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Jobs whose worker gave no sign of life: back to the queue, or ended when cancelled or out of attempts.
pub async fn recover(tx: &mut Tx, now: Time) -> Result<u64, Fault> {
    let cancelled =
        sql("update jobs set state = 'cancelled', ended_at = $1, lease_until = null, idempotency_key = null, \
                         fence = fence + 1 where state = 'running' and lease_until < $1 and cancelling")
        .bind(now)
        .run(&mut *tx)
        .await?;
    let failed = sql("update jobs set state = 'failed', ended_at = $1, lease_until = null, idempotency_key = null, \
                      fence = fence + 1, error = 'its worker stopped without a word as often as it may be tried; \
                      look for a crash in the log, then retry it' \
                      where state = 'running' and lease_until < $1 and attempts >= max_attempts")
    .bind(now)
    .run(&mut *tx)
    .await?;
    let requeued = sql("update jobs set state = 'queued', lease_until = null, worker = null, run_at = $1, \
                        fence = fence + 1 where state = 'running' and lease_until < $1")
    .bind(now)
    .run(tx)
    .await?;
    Ok(cancelled + failed + requeued)
}

/// Cancels: a queued job ends at once, a running one is told.
pub async fn cancel(tx: &mut Tx, organization: OrganizationId, id: JobId, now: Time) -> Result<bool, Fault> {
    let ended = sql("update jobs set state = 'cancelled', cancelling = true, ended_at = $3, idempotency_key = null \
                     where organization = $1 and id = $2 and state = 'queued'")
    .bind(organization)
    .bind(id)
    .bind(now)
    .run(&mut *tx)
    .await?;
    if ended == 1 {
        sql("update job_files set state = 'cancelled' where job = $1 and state = 'queued'").bind(id).run(tx).await?;
        return Ok(true);
    }
    let told = sql("update jobs set cancelling = true where organization = $1 and id = $2 and state = 'running'")
        .bind(organization)
        .bind(id)
        .run(tx)
        .await?;
    Ok(told == 1)
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

/// A schedule that is due: organization, kind, name and payload. Taking it moves it on, once.
pub async fn take_due_schedule(
    tx: &mut Tx,
    now: Time,
) -> Result<Option<(Option<Uuid>, String, String, String)>, Fault> {
    sql("update schedules set next_at = $1 + every_seconds * 1000000 where id = ( \
         select id from schedules where active = true and next_at <= $1 order by next_at, id limit 1) and next_at <= $1 \
         returning organization, kind, name, payload")
    .bind(now)
    .optional(tx)
    .await
}

pub async fn put_schedule(
    tx: &mut Tx,
    ctx: &Ctx,
    name: &str,
    kind: &str,
    payload: &serde_json::Value,
    every_seconds: i64,
) -> Result<(), Fault> {
    sql("insert into schedules (id, organization, name, kind, payload, every_seconds, next_at, active) \
         values ($1, $2, $3, $4, $5, $6, $7, true) on conflict (name) do update set \
         kind = excluded.kind, payload = excluded.payload, every_seconds = excluded.every_seconds")
    .bind(ctx.app.ids.uuid())
    .bind(ctx.scope)
    .bind(name)
    .bind(kind)
    .bind(payload.to_string())
    .bind(every_seconds)
    .bind(ctx.now().plus(every_seconds * Time::SECOND))
    .run(tx)
    .await?;
    Ok(())
}

/// How many jobs of each queue and state, for the metrics.
pub async fn count_by_state(db: &Db) -> Result<Vec<(String, String, i64)>, Fault> {
    sql("select queue, state, count(*) from jobs where state in ('queued', 'running') group by queue, state")
        .all(db)
        .await
}
