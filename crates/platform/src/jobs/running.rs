//! A claimed job, as its handler holds it: payload, progress, fenced writes, and why it should stop.

use super::{State, cpu::CpuMeter, memory::MemoryMeter, sql};
use crate::{Ctx, Tx};
use chorale_model::jobs::{JobFile, Progress, Warning};
use chorale_model::{Fault, JobId, Time};
use futures::future::BoxFuture;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How long a claim holds without a sign of life.
pub(super) const LEASE: i64 = 30 * Time::SECOND;
/// Progress is written at most this often; the heartbeat renews the lease in between.
const PROGRESS_EVERY: i64 = Time::SECOND / 4;

/// Why a job should stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Somebody cancelled it.
    Cancelled,
    /// Another worker holds it now.
    Lost,
    /// This process is shutting down; the job goes back to the queue.
    Shutdown,
}

/// Tells CPU loops and waiting handlers to stop; cheap to clone and to ask.
#[derive(Clone, Debug, Default)]
pub struct StopSignal {
    stopped: Arc<AtomicBool>,
    why: Arc<AtomicU8>,
}

impl StopSignal {
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(crate) fn stop(&self, why: Stop) {
        let code = match why {
            Stop::Cancelled => 1,
            Stop::Lost => 2,
            Stop::Shutdown => 3,
        };
        // The first reason stays.
        if self.why.compare_exchange(0, code, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            self.stopped.store(true, Ordering::SeqCst);
        }
    }

    pub fn why(&self) -> Option<Stop> {
        match self.why.load(Ordering::SeqCst) {
            1 => Some(Stop::Cancelled),
            2 => Some(Stop::Lost),
            3 => Some(Stop::Shutdown),
            _ => None,
        }
    }

    /// A fault once a stop was asked for.
    pub fn check(&self) -> Result<(), Fault> {
        match self.why() {
            None => Ok(()),
            Some(Stop::Cancelled) => Err(Fault::conflict("cancelled")),
            Some(Stop::Lost) => Err(Fault::conflict("another worker holds this job now")),
            Some(Stop::Shutdown) => Err(Fault::busy("the worker is shutting down; the job starts again later")),
        }
    }
}

pub struct Running {
    /// The platform's own, scoped to the job's organization.
    pub ctx: Ctx,
    pub id: JobId,
    pub kind: String,
    pub payload: serde_json::Value,
    /// 1 on the first try.
    pub attempt: i64,
    pub created_by: String,
    pub stop: StopSignal,
    pub(super) fence: i64,
    pub(super) max_attempts: i64,
    pub(super) cpu: CpuMeter,
    pub(super) memory: MemoryMeter,
    pub(super) reported_at: AtomicI64,
    /// When its last step began.
    pub(super) step: Mutex<Instant>,
}

impl Running {
    /// Says how far the job is, and fails when it should stop. Call it as often as you like.
    pub async fn progress(&self, done: i64, total: i64, unit: &str, message: &str) -> Result<(), Fault> {
        self.stop.check()?;
        self.give_way().await;
        let now = self.ctx.now().0;
        let last = self.reported_at.load(Ordering::Relaxed);
        if now - last < PROGRESS_EVERY && done < total {
            return Ok(());
        }
        self.reported_at.store(now, Ordering::Relaxed);
        let progress = Progress { done, total, unit: unit.to_owned(), message: message.to_owned() };
        self.renew(Some(progress)).await
    }

    /// Lets people go first, who wait for an answer of this process.
    async fn give_way(&self) {
        let worked = self.begin_step().elapsed();
        self.ctx.app.room::<State>().people.give_way(worked).await;
        self.begin_step();
    }

    /// When the step before began.
    fn begin_step(&self) -> Instant {
        std::mem::replace(&mut *self.step.lock().unwrap_or_else(PoisonError::into_inner), Instant::now())
    }

    /// Extends the lease; learns of a cancel or of a lost claim.
    pub(super) async fn renew(&self, progress: Option<Progress>) -> Result<(), Fault> {
        let (id, fence, until) = (self.id, self.fence, self.ctx.now().plus(LEASE));
        let cancelling = self
            .ctx
            .db()
            .write(move |tx| Box::pin(async move { sql::renew(tx, id, fence, until, progress).await }))
            .await?;
        match cancelling {
            None => self.stop.stop(Stop::Lost),
            Some(true) => self.stop.stop(Stop::Cancelled),
            Some(false) => {}
        }
        self.announce();
        self.stop.check()
    }

    /// A transaction that commits only while this claim holds.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Fault>> + Send + 'static,
    {
        let (id, fence, stop) = (self.id, self.fence, self.stop.clone());
        self.ctx
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    if !sql::holds(tx, id, fence).await? {
                        stop.stop(Stop::Lost);
                        return Err(Fault::conflict("another worker holds this job now"));
                    }
                    work(tx).await
                })
            })
            .await
    }

    /// What became of the file at `position`.
    pub async fn file(&self, position: i64, file: JobFile) -> Result<(), Fault> {
        let id = self.id;
        self.write(move |tx| Box::pin(async move { sql::put_file(tx, id, position, &file).await })).await?;
        self.announce();
        Ok(())
    }

    /// Keeps `kept` warnings and adds `seen` to the total; a retried job starts from none.
    pub async fn warnings(&self, kept: Vec<Warning>, seen: i64) -> Result<(), Fault> {
        let id = self.id;
        self.write(move |tx| Box::pin(async move { sql::add_warnings(tx, id, kept, seen).await })).await
    }

    /// Runs CPU-bound work off the async threads and counts its time for this job.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let (cpu, span) = (self.cpu.clone(), tracing::Span::current());
        tokio::task::spawn_blocking(move || span.in_scope(|| cpu.measure(work)))
            .await
            .map_err(|e| Fault::internal("a job's work", e))
    }

    fn announce(&self) {
        self.ctx.app.room::<State>().announce();
    }
}
