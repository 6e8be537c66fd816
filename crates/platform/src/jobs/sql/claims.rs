//! `jobs`, as workers see them. A claim raises the fence, and whatever a worker writes is `where id and fence`.

use super::files::end_files;
use crate::db::{Value, sql, sql_in};
use crate::jobs::running::LEASE;
use crate::{Db, Tx};
use chorale_model::jobs::{JobState, Progress};
use chorale_model::{Fault, JobId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
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

/// Claims the next job of one of `kinds`, of the organization with the fewest running ones, and among those of the one
/// whose last turn is longest ago: where one slot frees at a time nothing runs, and turns alone keep who queued much
/// from keeping the others waiting. A worker leaves what it cannot do to others. Two workers that pick the same row are
/// separated by `state = 'queued'`, which the second finds false once the first has committed.
pub async fn claim(
    tx: &mut Tx,
    queue: &str,
    kinds: &[&'static str],
    worker: &str,
    now: Time,
    default_running: i64,
) -> Result<Option<Claim>, Fault> {
    let claim: Option<Claim> = sql_in(
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
        "order by coalesce(r.n, 0), coalesce(o.job_turn, 0), j.priority desc, j.run_at, j.id limit 1) \
         and state = 'queued' returning id, organization, kind, payload, attempts, max_attempts, fence, created_by",
    )
    .optional(&mut *tx)
    .await?;
    if let Some(organization) = claim.as_ref().and_then(|claim| claim.organization) {
        // A count and not a time: two claims of one microsecond still have an order.
        sql("update organizations set job_turn = 1 + (select max(o.job_turn) from organizations o) where id = $1")
            .bind(organization)
            .run(tx)
            .await?;
    }
    Ok(claim)
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
        end_files(tx, id, state).await?;
    }
    Ok(rows == 1)
}

/// A claim on its way back to the queue.
pub struct GivenBack {
    pub run_at: Time,
    /// Whether the attempt counts.
    pub counts: bool,
    pub error: Option<String>,
}

/// Gives the claim back to the queue; a job that somebody cancelled meanwhile ends instead. Its state from here on, or
/// None when the claim is lost.
pub async fn give_back(
    tx: &mut Tx,
    id: JobId,
    fence: i64,
    back: GivenBack,
    now: Time,
) -> Result<Option<JobState>, Fault> {
    let row: Option<(String,)> =
        sql("update jobs set state = case when cancelling = true then 'cancelled' else 'queued' end, \
             ended_at = case when cancelling = true then $6 else ended_at end, \
             idempotency_key = case when cancelling = true then null else idempotency_key end, \
             lease_until = null, worker = null, run_at = $3, error = $4, attempts = attempts - $5 \
             where id = $1 and fence = $2 and state = 'running' returning state")
        .bind(id)
        .bind(fence)
        .bind(back.run_at)
        .bind(back.error)
        .bind(i64::from(!back.counts))
        .bind(now)
        .optional(&mut *tx)
        .await?;
    let Some((state,)) = row else { return Ok(None) };
    let state: JobState = state.parse()?;
    if state == JobState::Cancelled {
        end_files(tx, id, state).await?;
    }
    Ok(Some(state))
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

/// Jobs whose worker gave no sign of life: back to the queue, or ended with their files when cancelled or out of
/// attempts.
pub async fn recover(tx: &mut Tx, now: Time) -> Result<u64, Fault> {
    let cancelled: Vec<(Uuid,)> =
        sql("update jobs set state = 'cancelled', ended_at = $1, lease_until = null, idempotency_key = null, \
             fence = fence + 1 where state = 'running' and lease_until < $1 and cancelling = true returning id")
        .bind(now)
        .all(&mut *tx)
        .await?;
    let failed: Vec<(Uuid,)> =
        sql("update jobs set state = 'failed', ended_at = $1, lease_until = null, idempotency_key = null, \
             fence = fence + 1, error = 'its worker stopped without a word as often as it may be tried; \
             look for a crash in the log, then retry it' \
             where state = 'running' and lease_until < $1 and attempts >= max_attempts returning id")
        .bind(now)
        .all(&mut *tx)
        .await?;
    let ended = (cancelled.len() + failed.len()) as u64;
    for (ids, state) in [(cancelled, JobState::Cancelled), (failed, JobState::Failed)] {
        for (id,) in ids {
            end_files(tx, JobId(id), state).await?;
        }
    }
    let requeued = sql("update jobs set state = 'queued', lease_until = null, worker = null, run_at = $1, \
                        fence = fence + 1 where state = 'running' and lease_until < $1")
    .bind(now)
    .run(tx)
    .await?;
    Ok(ended + requeued)
}
