//! Requests are counted in memory and written together: a page must not wait for the disk to be counted.

use super::{Quantity, Use, hour, sql};
use crate::{Ctx, Deployment};
use chorale_model::{Fault, FaultKind, OrganizationId, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often counts are written.
pub const FLUSH_EVERY: Duration = Duration::from_secs(5);

type Counts = HashMap<(Use, Time), f64>;

/// Counts that wait for the next write: one entry per hour, person, quantity and object, so that its size follows the
/// people at work, not their requests.
#[derive(Default)]
pub struct State {
    waiting: Mutex<Counts>,
}

impl State {
    /// Counts one request of `ctx` with the bytes of its answer. `object` is `rest` or `pages`. Nobody known: nobody to
    /// count it for.
    pub fn count(&self, ctx: &Ctx, object: &str, sent_bytes: u64) {
        let Some(organization) = ctx.scope else { return };
        let of = |quantity| Use { organization, quantity, object: object.to_owned(), actor: ctx.actor_name() };
        let at = hour(ctx.now());
        self.put(vec![((of(Quantity::Requests), at), 1.0), ((of(Quantity::SentBytes), at), sent_bytes as f64)]);
    }

    fn put(&self, counts: impl IntoIterator<Item = ((Use, Time), f64)>) {
        // A panic cannot leave a sum half made, so a poisoned lock is as good as a sound one.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, amount) in counts {
            *waiting.entry(key).or_insert(0.0) += amount;
        }
    }

    fn take(&self) -> Counts {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes what waits, in one transaction; what could not be written waits on.
pub async fn flush(app: &Arc<Deployment>) -> Result<(), Fault> {
    let counts = app.room::<State>().take();
    match write(app, &counts).await {
        Err(fault) if fault.kind == FaultKind::Conflict => flush_apart(app, counts).await,
        Err(fault) => {
            app.room::<State>().put(counts);
            Err(fault)
        }
        Ok(()) => Ok(()),
    }
}

/// An organization that was erased meanwhile must not hold up the others: each is written alone, the erased one's
/// counts are dropped.
async fn flush_apart(app: &Arc<Deployment>, counts: Counts) -> Result<(), Fault> {
    let mut apart: HashMap<OrganizationId, Counts> = HashMap::new();
    for (key, amount) in counts {
        apart.entry(key.0.organization).or_default().insert(key, amount);
    }
    let mut result = Ok(());
    for (organization, counts) in apart {
        match write(app, &counts).await {
            Err(fault) if fault.kind == FaultKind::Conflict => {
                tracing::info!(%fault, %organization, "counts of an erased organization were dropped");
            }
            Err(fault) => {
                app.room::<State>().put(counts);
                result = Err(fault);
            }
            Ok(()) => {}
        }
    }
    result
}

async fn write(app: &Arc<Deployment>, counts: &Counts) -> Result<(), Fault> {
    if counts.is_empty() {
        return Ok(());
    }
    let rows = counts.iter().map(|((used, at), amount)| (used.clone(), *at, *amount)).collect();
    app.db.write(move |tx| Box::pin(async move { sql::add(tx, rows).await })).await
}

/// Flushes until `shutdown`, and once more then.
pub async fn run(app: Arc<Deployment>, shutdown: CancellationToken) {
    let mut stopping = false;
    while !stopping {
        tokio::select! {
            () = tokio::time::sleep(FLUSH_EVERY) => {}
            () = shutdown.cancelled() => stopping = true,
        }
        if let Err(fault) = flush(&app).await {
            tracing::warn!(%fault, "request counts were not written; they wait for the next time");
        }
    }
}
