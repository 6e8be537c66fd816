//! Background work: one table, claimed by workers of any process. Owns `jobs`, `job_files`, `job_warnings` and
//! `schedules`. A claim raises the job's fence, and everything a worker writes is `where id and fence`, so a worker
//! that lost its lease can do no harm: execution is at least once, completion exactly once.
//! Must never know what a job does: rooms to the right register a [`Handler`]. Start at [`enqueue`] and [`Worker`].

mod alive;
mod cpu;
mod giving_way;
mod memory;
mod retention;
mod running;
mod schedule;
mod sql;
mod view;
mod watch;
mod worker;

pub use giving_way::Waiting;
pub use retention::forget_ended;
pub use running::{Running, Stop, StopSignal};
pub use schedule::ensure_schedule;
pub use view::{cancel_job, count_warnings, list_jobs, list_warnings, load_job, retry_job};
pub use watch::{watch, watch_all};
pub use worker::{Ended, Handler, Worker, count_by_state, run_until_idle};

use crate::{Ctx, Tx};
use chorale_model::{Fault, JobId, OrganizationId, Time};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch as signal;

/// The queue of short work.
pub const DEFAULT: &str = "default";
/// The queue of work that keeps a core busy; a worker leaves one core to the others.
pub const CPU: &str = "cpu";
/// The queue of training, which takes minutes: search does not wait for it. One at a time in a process.
pub const TRAIN: &str = "train";

/// This process's wake-ups. Another process's changes are seen by polling.
pub struct State {
    version: AtomicU64,
    changed: signal::Sender<u64>,
    watchers: Arc<watch::Watchers>,
    people: giving_way::People,
}

impl Default for State {
    fn default() -> Self {
        State {
            version: AtomicU64::new(0),
            changed: signal::Sender::new(0),
            watchers: Arc::default(),
            people: giving_way::People::default(),
        }
    }
}

impl State {
    /// Somebody waits for an answer of this process, until what is given back goes: jobs give way meanwhile.
    pub fn wait(&self) -> Waiting {
        self.people.wait()
    }

    fn announce(&self) {
        let version = self.version.fetch_add(1, Ordering::Relaxed) + 1;
        self.changed.send_replace(version);
    }
}

/// What is asked of the queue.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub kind: &'static str,
    pub queue: &'static str,
    /// What it works on, for people.
    pub title: String,
    pub payload: serde_json::Value,
    /// Higher first, within an organization.
    pub priority: i64,
    pub max_attempts: i64,
    /// While a job with this key has not ended, enqueueing answers that job.
    pub idempotency_key: Option<String>,
    /// The key stands only until the job starts.
    pub key_until_start: bool,
    /// Now, when absent.
    pub run_at: Option<Time>,
    /// Names of the files it will report on.
    pub files: Vec<String>,
}

impl NewJob {
    pub fn new(kind: &'static str, title: impl Into<String>, payload: serde_json::Value) -> Self {
        NewJob {
            kind,
            queue: DEFAULT,
            title: title.into(),
            payload,
            priority: 0,
            max_attempts: 3,
            idempotency_key: None,
            key_until_start: false,
            run_at: None,
            files: Vec::new(),
        }
    }

    pub fn on(self, queue: &'static str) -> Self {
        NewJob { queue, ..self }
    }

    pub fn once_for(self, key: impl Into<String>) -> Self {
        NewJob { idempotency_key: Some(key.into()), ..self }
    }

    /// One waiting job for `key`: what happens after it has started is for the next one.
    pub fn once_until_started(self, key: impl Into<String>) -> Self {
        NewJob { idempotency_key: Some(key.into()), key_until_start: true, ..self }
    }

    pub fn with_files(self, files: Vec<String>) -> Self {
        NewJob { files, ..self }
    }

    pub fn attempts(self, max_attempts: i64) -> Self {
        NewJob { max_attempts, ..self }
    }

    pub fn at(self, run_at: Time) -> Self {
        NewJob { run_at: Some(run_at), ..self }
    }

    pub fn priority(self, priority: i64) -> Self {
        NewJob { priority, ..self }
    }
}

/// Puts a job into the queue, in the caller's transaction: the job exists exactly when its cause does.
pub async fn enqueue(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: Option<OrganizationId>,
    job: NewJob,
) -> Result<JobId, Fault> {
    if let Some(key) = &job.idempotency_key
        && let Some(existing) = sql::find_open_by_key(tx, key).await?
    {
        return Ok(existing);
    }
    let id = JobId(ctx.app.ids.uuid());
    sql::insert(tx, ctx, id, organization, &job).await?;
    ctx.app.room::<State>().announce();
    Ok(id)
}

#[cfg(test)]
mod tests;
