//! What was used, and how much may be. Owns `usage_hours`, the quotas of an organization and its count of samples;
//! reads, and never writes, the tables that the other quotas count. Usage is telemetry: it leaves no audit rows, and up
//! to [`FLUSH_EVERY`] of request counts is lost when the process is killed. Start at [`State::count`], [`record`] and
//! [`check_quota`].

mod quotas;
mod report;
mod sql;
mod state;
mod storage;

pub use quotas::{QUOTAS, check_quota, check_quota_ahead, list_quotas, samples_changed, set_quota};
pub use report::report;
pub use state::{FLUSH_EVERY, State, flush, run};
pub use storage::SampleStorage;

use crate::jobs::Ended;
use crate::{Deployment, Tx};
use chorale_model::{Fault, OrganizationId, Time};
use futures::future::BoxFuture;
use std::sync::Arc;

/// What is metered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// Of a job: user and system time of every poll and blocking piece on the threads that ran them.
    CpuSeconds,
    /// Of a job: the highest resident memory of its worker process while the job ran, by the kernel's own mark. Other
    /// jobs and pages of that process are in it, so it bounds what the job held from above.
    PeakMemoryBytes,
    /// Sum of the organization's objects, looked at once an hour.
    StoredBytes,
    /// Files that came in whole: sent by somebody, or fetched by their import.
    UploadedBytes,
    /// HTTP requests by somebody known.
    Requests,
    /// Bodies of the answers to them.
    SentBytes,
}

impl Quantity {
    pub fn name(self) -> &'static str {
        match self {
            Quantity::CpuSeconds => "cpu_seconds",
            Quantity::PeakMemoryBytes => "peak_memory_bytes",
            Quantity::StoredBytes => "stored_bytes",
            Quantity::UploadedBytes => "uploaded_bytes",
            Quantity::Requests => "requests",
            Quantity::SentBytes => "sent_bytes",
        }
    }

    /// What one of `name` is.
    fn unit(name: &str) -> &'static str {
        match name {
            "cpu_seconds" => "s",
            "requests" => "requests",
            _ => "bytes",
        }
    }

    /// A level, of which the highest counts; everything else adds up.
    fn is_level(name: &str) -> bool {
        matches!(name, "peak_memory_bytes" | "stored_bytes")
    }
}

/// One use. `object` is a job kind, `rest` or `pages`; `actor` is who, by the name that [`crate::Ctx::actor_name`]
/// gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    pub organization: OrganizationId,
    pub quantity: Quantity,
    pub object: String,
    pub actor: String,
}

/// The start of the hour in which `time` lies.
fn hour(time: Time) -> Time {
    Time(time.0 - time.0.rem_euclid(Time::HOUR))
}

/// Adds `amount` to this hour, in the caller's transaction; of a level the highest stays.
pub async fn record(tx: &mut Tx, used: Use, at: Time, amount: f64) -> Result<(), Fault> {
    sql::add(tx, vec![(used, hour(at), amount)]).await
}

/// Hears of ended jobs: `Worker::on_end(metering::job_ended)`. A deployment's own job belongs to no organization and
/// is not metered.
pub fn job_ended(app: Arc<Deployment>, ended: Ended) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let Some(organization) = ended.organization else { return };
        let at = hour(app.clock.now());
        let of = |quantity| Use { organization, quantity, object: ended.kind.clone(), actor: ended.created_by.clone() };
        let mut uses = vec![(of(Quantity::CpuSeconds), at, ended.cpu_seconds)];
        // An f64 is exact up to 2^53 bytes.
        uses.extend(ended.peak_memory_bytes.map(|bytes| (of(Quantity::PeakMemoryBytes), at, bytes as f64)));
        let written = app.db.write(move |tx| Box::pin(async move { sql::add(tx, uses).await })).await;
        if let Err(fault) = written {
            tracing::warn!(%fault, job = %ended.job, "a job's usage was not recorded");
        }
    })
}

#[cfg(test)]
mod tests;
