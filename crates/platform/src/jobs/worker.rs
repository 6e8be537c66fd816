//! Claims jobs and runs their handlers. CPU-heavy queues get one slot less than there are cores, so that search and
//! pages keep one.

use super::alive::{self, SignOfLife};
use super::running::{Running, Stop, StopSignal};
use super::{CPU, DEFAULT, State, TRAIN, cpu::CpuMeter, memory::MemoryMeter, schedule, sql};
use crate::{Ctx, Deployment};
use chorale_model::jobs::JobState;
use chorale_model::{Fault, FaultKind, JobId, OrganizationId, Time};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// What a room does for a kind of job.
pub trait Handler: Send + Sync {
    fn kind(&self) -> &'static str;
    /// Runs at least once and may run again after a crash: it must find its own traces. The answer is the result.
    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<serde_json::Value, Fault>>;
}

/// What an attempt of a job used; every attempt uses something, whether or not it was the last.
#[derive(Clone, Debug)]
pub struct Ended {
    pub job: JobId,
    pub kind: String,
    pub organization: Option<OrganizationId>,
    pub created_by: String,
    /// None: this attempt has ended and the job has not.
    pub state: Option<JobState>,
    pub cpu_seconds: f64,
    /// The worker process's highest resident memory meanwhile, where the kernel tells.
    pub peak_memory_bytes: Option<u64>,
}

type OnEnd = Arc<dyn Fn(Arc<Deployment>, Ended) -> BoxFuture<'static, ()> + Send + Sync>;

const IDLE_POLL: Duration = Duration::from_millis(200);
const HEARTBEAT: Duration = Duration::from_secs(8);
/// How long a shutdown waits for a running job to reach its next step; then it is dropped where it stands, which no
/// job may mind, because a killed process does the same.
const NEXT_STEP: Duration = Duration::from_secs(2);
/// How long a shutdown waits until every running job is back in the queue.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Worker {
    app: Arc<Deployment>,
    handlers: Arc<Vec<Arc<dyn Handler>>>,
    on_end: Option<OnEnd>,
    pub(super) name: String,
    /// None where the cache folder cannot be written: the leases must do.
    _sign: Arc<Option<SignOfLife>>,
}

impl Worker {
    pub fn new(app: Arc<Deployment>, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let name = app.ids.uuid().to_string();
        let sign = SignOfLife::show(&app.settings.cache_dir, &name)
            .inspect_err(|error| tracing::warn!(%error, "no sign of life; after a crash jobs wait for their lease"))
            .ok();
        Worker { app, handlers: Arc::new(handlers), on_end: None, name, _sign: Arc::new(sign) }
    }

    /// Hears of the end of every attempt with what it used.
    pub fn on_end(
        mut self,
        hear: impl Fn(Arc<Deployment>, Ended) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        self.on_end = Some(Arc::new(hear));
        self
    }

    /// Works until `shutdown`; running jobs are told to stop and go back to the queue.
    pub async fn run(self, queues: Vec<(String, usize)>, shutdown: CancellationToken) {
        let tasks = TaskTracker::new();
        for (queue, slots) in queues {
            tasks.spawn(self.clone().run_queue(queue, slots, shutdown.clone()));
        }
        tasks.spawn(self.clone().keep_house(shutdown.clone()));
        tasks.close();
        tasks.wait().await;
    }

    /// The default queue and the CPU queue, sized for this machine.
    pub fn default_queues() -> Vec<(String, usize)> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        vec![(DEFAULT.to_owned(), 2), (CPU.to_owned(), cores.saturating_sub(1).max(1))]
    }

    async fn run_queue(self, queue: String, slots: usize, shutdown: CancellationToken) {
        let room = Arc::new(Semaphore::new(slots));
        let running = TaskTracker::new();
        let stops = CancellationToken::new();
        while !shutdown.is_cancelled() {
            let slot = tokio::select! {
                slot = room.clone().acquire_owned() => slot.expect("the semaphore is never closed"),
                () = shutdown.cancelled() => break,
            };
            match self.claim(&queue).await {
                Ok(Some(job)) => {
                    let (worker, stop) = (self.clone(), stops.clone());
                    running.spawn(async move {
                        worker.work(job, stop).await;
                        drop(slot);
                    });
                }
                Ok(None) => self.wait(&shutdown).await,
                Err(fault) => {
                    tracing::warn!(%fault, %queue, "no job could be claimed");
                    self.wait(&shutdown).await;
                }
            }
        }
        stops.cancel();
        running.close();
        if tokio::time::timeout(GRACE, running.wait()).await.is_err() {
            tracing::warn!(%queue, "jobs did not stop in time; their leases will run out");
        }
    }

    async fn wait(&self, shutdown: &CancellationToken) {
        let mut changed = self.app.room::<State>().changed.subscribe();
        tokio::select! {
            _ = changed.changed() => tokio::time::sleep(Duration::from_millis(5)).await, // let the commit happen
            () = tokio::time::sleep(IDLE_POLL) => {}
            () = shutdown.cancelled() => {}
        }
    }

    /// Recovers abandoned jobs and starts due schedules.
    async fn keep_house(self, shutdown: CancellationToken) {
        let kinds: Vec<&'static str> = self.handlers.iter().map(|h| h.kind()).collect();
        let ctx = Ctx::system(self.app.clone(), None);
        while !shutdown.is_cancelled() {
            if let Err(fault) = recover(&self.app).await {
                tracing::warn!(%fault, "abandoned jobs could not be recovered");
            }
            if let Err(fault) = schedule::run_due(&ctx, &kinds).await {
                tracing::warn!(%fault, "schedules could not be started");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    pub(super) async fn claim(&self, queue: &str) -> Result<Option<Running>, Fault> {
        let now = self.app.clock.now();
        if !sql::any_ready(&self.app.db, queue, now).await? {
            return Ok(None);
        }
        let (queue, name, limit) = (queue.to_owned(), self.name.clone(), self.app.settings.quota_running_jobs);
        let kinds: Vec<&'static str> = self.handlers.iter().map(|handler| handler.kind()).collect();
        let claim = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let claim = sql::claim(tx, &queue, &kinds, &name, now, limit).await?;
                    if let Some(claim) = &claim {
                        sql::forget_reports(tx, JobId(claim.id)).await?;
                    }
                    Ok(claim)
                })
            })
            .await?;
        let Some(claim) = claim else { return Ok(None) };
        self.app.room::<State>().announce();
        let mut ctx = Ctx::system(self.app.clone(), claim.organization.map(OrganizationId));
        ctx.request_id = claim.id.to_string();
        Ok(Some(Running {
            ctx,
            id: JobId(claim.id),
            kind: claim.kind,
            payload: serde_json::from_str(&claim.payload).map_err(|e| Fault::internal("reading a job's payload", e))?,
            attempt: claim.attempts,
            created_by: claim.created_by.unwrap_or_else(|| "system".into()),
            stop: StopSignal::default(),
            fence: claim.fence,
            max_attempts: claim.max_attempts,
            cpu: CpuMeter::default(),
            memory: MemoryMeter::start(),
            reported_at: AtomicI64::new(0),
            step: Mutex::new(Instant::now()),
        }))
    }

    /// Runs one claimed job to its end; a panic in a handler is a failed attempt.
    async fn work(&self, job: Running, stop: CancellationToken) {
        let (id, kind, attempt) = (job.id, job.kind.as_str(), job.attempt);
        let name = format!("job {kind}");
        let span = tracing::info_span!(
            "job",
            otel.name = name,
            otel.status_code = tracing::field::Empty,
            job = %id,
            kind,
            attempt,
            state = tracing::field::Empty
        );
        self.attempt(job, stop).instrument(span).await;
    }

    async fn attempt(&self, job: Running, stop: CancellationToken) {
        let handler = self.handlers.iter().find(|handler| handler.kind() == job.kind).cloned();
        let result = match handler {
            None => {
                Err(Fault::invalid(format!("no handler for jobs of kind \"{}\"; run the newest chorale", job.kind)))
            }
            Some(handler) => {
                let guarded = AssertUnwindSafe(handler.run(&job)).catch_unwind().boxed();
                let mut work = job.cpu.metered(guarded);
                let stopped = async {
                    stop.cancelled().await;
                    job.stop.stop(Stop::Shutdown);
                    tokio::time::sleep(NEXT_STEP).await;
                };
                tokio::pin!(stopped);
                loop {
                    tokio::select! {
                        done = &mut work => break done.unwrap_or_else(|_| Err(Fault::internal("the job", "its handler panicked"))),
                        () = tokio::time::sleep(HEARTBEAT) => heartbeat(&job).await,
                        () = &mut stopped => break Err(Fault::busy("the worker is shutting down; the job starts again later")),
                    }
                }
            }
        };
        let state = match settle(&job, result).await {
            Ok(state) => state,
            Err(fault) => {
                tracing::error!(%fault, job = %job.id, "a job's end could not be written; its lease will run out");
                return;
            }
        };
        let span = tracing::Span::current();
        span.record("state", state.map_or("given back", JobState::name));
        if state == Some(JobState::Failed) {
            span.record("otel.status_code", "ERROR");
        }
        self.app.room::<State>().announce();
        if let Some(hear) = &self.on_end {
            hear(self.app.clone(), ended(&job, state)).await;
        }
    }
}

async fn heartbeat(job: &Running) {
    if let Err(fault) = job.renew(None).await {
        tracing::debug!(%fault, job = %job.id, "a job was told to stop");
    }
}

fn ended(job: &Running, state: Option<JobState>) -> Ended {
    Ended {
        job: job.id,
        kind: job.kind.clone(),
        organization: job.ctx.scope,
        created_by: job.created_by.clone(),
        state,
        cpu_seconds: job.cpu.seconds(),
        peak_memory_bytes: job.memory.peak_bytes(),
    }
}

/// Writes the end of a claim. None: it goes back to the queue, or another worker holds it.
async fn settle(job: &Running, result: Result<serde_json::Value, Fault>) -> Result<Option<JobState>, Fault> {
    let (id, fence, now) = (job.id, job.fence, job.ctx.now());
    let end = |state: JobState, result: Option<String>, error: Option<String>| async move {
        let held = job
            .ctx
            .db()
            .write(move |tx| Box::pin(async move { sql::end(tx, id, fence, state, result, error, now).await }))
            .await?;
        Ok::<_, Fault>(held.then_some(state))
    };
    match (result, job.stop.why()) {
        (Ok(value), _) => end(JobState::Succeeded, Some(value.to_string()), None).await,
        (Err(_), Some(Stop::Cancelled)) => end(JobState::Cancelled, None, None).await,
        (Err(_), Some(Stop::Lost)) => Ok(None),
        (Err(_), Some(Stop::Shutdown)) => {
            give_back(job, sql::GivenBack { run_at: now, counts: false, error: None }).await
        }
        (Err(fault), None) => {
            let again = matches!(fault.kind, FaultKind::Busy | FaultKind::Internal | FaultKind::Limited);
            if again && job.attempt < job.max_attempts {
                tracing::warn!(%fault, job = %id, kind = %job.kind, attempt = job.attempt, "a job failed and is tried again");
                // 2, 4, 8 … seconds, five minutes at most
                let wait = (Time::SECOND << job.attempt.clamp(1, 8)).min(5 * Time::MINUTE);
                let run_at = now.plus(wait);
                give_back(job, sql::GivenBack { run_at, counts: true, error: Some(fault.message) }).await
            } else {
                tracing::warn!(%fault, job = %id, kind = %job.kind, "a job failed");
                end(JobState::Failed, None, Some(fault.message)).await
            }
        }
    }
}

/// None: it waits for its next attempt, or another worker holds it. A cancel that came last ends it here.
async fn give_back(job: &Running, back: sql::GivenBack) -> Result<Option<JobState>, Fault> {
    let (id, fence, now) = (job.id, job.fence, job.ctx.now());
    let state =
        job.ctx.db().write(move |tx| Box::pin(async move { sql::give_back(tx, id, fence, back, now).await })).await?;
    Ok(state.filter(|state| state.ended()))
}

/// Puts abandoned jobs back: those of processes of this machine that have ended at once, all others after their lease.
pub(super) async fn recover(app: &Arc<Deployment>) -> Result<u64, Fault> {
    let now = app.clock.now();
    let ended = signs(app, |cache| alive::ended(&cache)).await?;
    let workers = ended.clone();
    let recovered = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                sql::end_leases(tx, &workers, now).await?;
                sql::recover(tx, now).await
            })
        })
        .await?;
    if !ended.is_empty() {
        signs(app, move |cache| alive::forget(&cache, &ended)).await?;
    }
    if recovered > 0 {
        tracing::info!(recovered, "jobs of a stopped worker were recovered");
        app.room::<State>().announce();
    }
    Ok(recovered)
}

/// Looks at the folder of signs, off the async threads.
async fn signs<T: Send + 'static>(
    app: &Deployment,
    look: impl FnOnce(PathBuf) -> Result<T, std::io::Error> + Send + 'static,
) -> Result<T, Fault> {
    let cache = app.settings.cache_dir.clone();
    let looked = tokio::task::spawn_blocking(move || look(cache)).await;
    looked
        .map_err(|e| Fault::internal("looking for signs of life", e))?
        .map_err(|e| Fault::internal("looking for signs of life in the cache folder", e))
}

/// Runs everything that is ready now, one after another, schedules included: for tests and the command line.
pub async fn run_until_idle(app: &Arc<Deployment>, handlers: &[Arc<dyn Handler>]) -> Result<usize, Fault> {
    let worker = Worker::new(app.clone(), handlers.to_vec());
    let kinds: Vec<&'static str> = handlers.iter().map(|h| h.kind()).collect();
    let mut ran = 0;
    recover(app).await?;
    schedule::run_due(&Ctx::system(app.clone(), None), &kinds).await?;
    loop {
        let mut found = false;
        for queue in [DEFAULT, CPU, TRAIN] {
            if let Some(job) = worker.claim(queue).await? {
                worker.work(job, CancellationToken::new()).await;
                ran += 1;
                found = true;
            }
        }
        if !found {
            return Ok(ran);
        }
    }
}

/// Jobs waiting and running: queue, state, count.
pub async fn count_by_state(app: &Deployment) -> Result<Vec<(String, String, i64)>, Fault> {
    sql::count_by_state(&app.db).await
}
