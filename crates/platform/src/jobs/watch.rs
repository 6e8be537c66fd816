//! Jobs as they change, for whoever looks on: progress on a page, a command line that waits. A watcher asks the
//! database at a pace of its own, however often this process announces something, and a person holds a limited number
//! of them.

use super::{State, list_jobs, load_job};
use crate::{Actor, Ctx};
use chorale_model::jobs::{Job, JobFilter};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, FaultKind, JobId, Role};
use futures::stream::{self, BoxStream, StreamExt};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch::Receiver;
use uuid::Uuid;

/// No watcher asks again sooner: the progress of others' jobs wakes it too.
const LEAST: Duration = Duration::from_millis(250);
/// How soon another process's change is seen.
const POLL: Duration = Duration::from_millis(500);
/// Streams of one person at a time in this process: some windows with a few jobs each.
const MOST: usize = 32;
/// How many of the newest jobs a list's watcher looks at.
const WATCHED: i64 = 50;

/// Who watches in this process, and how much.
#[derive(Default)]
pub(super) struct Watchers(Mutex<HashMap<Uuid, usize>>);

/// A watcher's place, which is free again when the watcher is gone.
struct Place {
    watchers: Arc<Watchers>,
    person: Option<Uuid>,
}

impl Watchers {
    /// A place for the person, or for the token that nobody made. The platform's own work is not counted.
    fn take(self: &Arc<Self>, ctx: &Ctx) -> Result<Place, Fault> {
        let person = match &ctx.actor {
            Actor::User { user, .. } | Actor::Token { user: Some(user), .. } => Some(user.0),
            Actor::Token { token, .. } => Some(token.0),
            Actor::Anonymous | Actor::Operator | Actor::System => None,
        };
        if let Some(person) = person {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let held = all.entry(person).or_insert(0);
            if *held >= MOST {
                return Err(Fault::limited(
                    format!("{MOST} streams of events are open for you; close one of them, or read the job instead"),
                    30,
                ));
            }
            *held += 1;
        }
        Ok(Place { watchers: self.clone(), person })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(person) = self.person else { return };
        let mut all = self.watchers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = all.get_mut(&person) {
            *held -= 1;
            if *held == 0 {
                all.remove(&person);
            }
        }
    }
}

/// Waits for something to look at: our own process announces it, or the next poll sees it.
async fn wait(changes: &mut Receiver<u64>) {
    tokio::time::sleep(LEAST).await;
    let _timed_out = tokio::time::timeout(POLL - LEAST, changes.changed()).await;
}

/// The job now and after each change, until it has ended. A fault is told and the next look waits; when the job is no
/// longer to be seen, that is the end.
pub async fn watch(ctx: &Ctx, id: JobId) -> Result<BoxStream<'static, Result<Job, Fault>>, Fault> {
    let first = load_job(ctx, id).await?;
    let place = ctx.app.room::<State>().watchers.take(ctx)?;
    let changes = ctx.app.room::<State>().changed.subscribe();
    let start = Look { ctx: ctx.clone(), changes, last: None, next: Some(first), over: false, _place: place };
    Ok(stream::unfold(start, move |mut look| async move {
        if look.over {
            return None;
        }
        loop {
            let job = match look.next.take() {
                Some(job) => Ok(job),
                None => {
                    wait(&mut look.changes).await;
                    load_job(&look.ctx, id).await
                }
            };
            match job {
                Ok(job) if look.last.as_ref() == Some(&job) => {}
                Ok(job) => {
                    look.over = job.state.ended();
                    look.last = Some(job.clone());
                    return Some((Ok(job), look));
                }
                Err(fault) => {
                    look.over = fault.kind == FaultKind::Missing;
                    return Some((Err(fault), look));
                }
            }
        }
    })
    .fuse()
    .boxed())
}

/// What the watcher of one job remembers.
struct Look {
    ctx: Ctx,
    changes: Receiver<u64>,
    last: Option<Job>,
    /// Loaded already.
    next: Option<Job>,
    over: bool,
    _place: Place,
}

/// Each of the organization's newest jobs as it changes, for as long as somebody listens.
pub async fn watch_all(ctx: &Ctx) -> Result<BoxStream<'static, Result<Job, Fault>>, Fault> {
    ctx.require(Role::Scientist)?;
    let place = ctx.app.room::<State>().watchers.take(ctx)?;
    let changes = ctx.app.room::<State>().changed.subscribe();
    let start = LookAtAll {
        ctx: ctx.clone(),
        changes,
        known: HashMap::new(),
        waiting: VecDeque::new(),
        first: true,
        _place: place,
    };
    Ok(stream::unfold(start, |mut look| async move {
        loop {
            if let Some(job) = look.waiting.pop_front() {
                return Some((Ok(job), look));
            }
            if !std::mem::take(&mut look.first) {
                wait(&mut look.changes).await;
            }
            let newest = PageRequest { cursor: None, limit: Some(WATCHED) };
            match list_jobs(&look.ctx, JobFilter::default(), newest).await {
                Err(fault) => return Some((Err(fault), look)),
                Ok(page) => {
                    // What fell off the list is forgotten with it.
                    let before = std::mem::take(&mut look.known);
                    for job in page.items.into_iter().rev() {
                        if before.get(&job.id) != Some(&job) {
                            look.waiting.push_back(job.clone());
                        }
                        look.known.insert(job.id, job);
                    }
                }
            }
        }
    })
    .fuse()
    .boxed())
}

/// What the watcher of all jobs remembers.
struct LookAtAll {
    ctx: Ctx,
    changes: Receiver<u64>,
    known: HashMap<JobId, Job>,
    waiting: VecDeque<Job>,
    first: bool,
    _place: Place,
}
