//! The sweep of objects that nothing uses: raw files and value tables of deleted datasets, uploads that were never
//! imported, old exports, artifacts of deleted model versions, files of runs that were replaced or deleted, parts of
//! uploads that nobody ended, and what was written for an organization while it was erased.
//!
//! It lists what is stored, compares it with the rows, and remembers since when an object is unused. One that stays
//! unused for `unused_objects_days` is removed: longer than any backup that could be restored. Whoever begins to use
//! an object meets the sweep at the object's row (`catalog::keep_object`), so that no row ever names a removed object.
//! Must never touch what it does not know: only the prefixes below are looked at. Search and ontologies have sweeps of
//! their own.

use super::unused::{self as sql, Removal};
use crate::jobs::{Handler, Running, StopSignal};
use crate::objects::{Listed, SWEPT};
use crate::{Deployment, catalog, identity};
use chorale_model::{Fault, OrganizationId, Time};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

/// Objects compared with the rows at once.
const CHUNK: usize = 500;
/// Whoever sends a file in parts has so long.
const UPLOAD_DAYS: i64 = 7;
/// Objects a report names.
const NAMED: usize = 1_000;

/// What a sweep found, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SweepReport {
    /// Unused and not yet long enough.
    pub waiting: u64,
    pub waiting_bytes: i64,
    /// Removed; in a dry run, what would be.
    pub removed: u64,
    pub removed_bytes: i64,
    /// In a dry run, the unused objects that are known, oldest first.
    pub objects: Vec<UnusedObject>,
}

impl SweepReport {
    fn wait(&mut self, (objects, size_bytes): (i64, i64)) {
        self.waiting += objects.unsigned_abs();
        self.waiting_bytes += size_bytes;
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, sqlx_macros::FromRow)]
pub struct UnusedObject {
    pub key: String,
    pub size_bytes: i64,
    /// Microseconds.
    pub since: i64,
}

/// Jobs of kind `objects.sweep`; daily.
pub struct SweepObjects;

impl SweepObjects {
    pub const KIND: &'static str = "objects.sweep";
}

impl Handler for SweepObjects {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let report = sweep_objects(&job.ctx.app, &job.stop).await?;
            serde_json::to_value(report).map_err(|e| Fault::internal("describing the sweep", e))
        })
    }
}

/// Finds what is unused and removes what is so for long enough. Several at once do no harm.
pub async fn sweep_objects(app: &Deployment, stop: &StopSignal) -> Result<SweepReport, Fault> {
    let before = horizon(app);
    let mut report = SweepReport::default();
    for organization in identity::list_alive(&app.db).await? {
        let begun = app.clock.now().plus(-UPLOAD_DAYS * Time::DAY);
        app.db.write(move |tx| Box::pin(async move { sql::forget_uploads(tx, organization, begun).await })).await?;
        find(app, stop, organization).await?;
        remove(app, stop, organization, before, &mut report).await?;
        let [_, waiting] = sql::count_unused(&app.db, organization, before).await?;
        report.wait(waiting);
    }
    remove_homeless(app, stop, before, &mut report).await?;
    tracing::info!(
        removed = report.removed,
        bytes = report.removed_bytes,
        waiting = report.waiting,
        "objects were swept"
    );
    Ok(report)
}

/// What is known to be unused, and what the next sweep would remove. Changes nothing.
pub async fn preview_sweep(app: &Deployment) -> Result<SweepReport, Fault> {
    let before = horizon(app);
    let mut report = SweepReport::default();
    for organization in identity::list_alive(&app.db).await? {
        let [(due, due_bytes), waiting] = sql::count_unused(&app.db, organization, before).await?;
        report.removed += due.unsigned_abs();
        report.removed_bytes += due_bytes;
        report.wait(waiting);
        report.objects.extend(sql::list_unused(&app.db, organization, NAMED).await?);
        // What no sweep has seen yet is unused from now on.
        for kind in SWEPT {
            let mut chunks = app.objects.each(&format!("{organization}/{kind}")).try_chunks(CHUNK);
            while let Some(listed) = chunks.try_next().await.map_err(|e| e.1)? {
                let unused = sql::unused_of(&app.db, organization, listed).await?;
                for Listed { key, size_bytes, .. } in sql::unseen_of(&app.db, organization, unused).await? {
                    let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
                    report.wait((1, size_bytes));
                    report.objects.push(UnusedObject { key, size_bytes, since: app.clock.now().0 });
                }
                report.objects.truncate(10 * NAMED);
            }
        }
    }
    report.objects.sort_by_key(|object| object.since);
    report.objects.truncate(NAMED);
    Ok(report)
}

/// What is unused since before this time is removed.
fn horizon(app: &Deployment) -> Time {
    app.clock.now().plus(-app.settings.unused_objects_days.max(1) * Time::DAY)
}

/// Remembers what is unused from now on, and forgets what is used again.
async fn find(app: &Deployment, stop: &StopSignal, organization: OrganizationId) -> Result<(), Fault> {
    for kind in SWEPT {
        let mut chunks = app.objects.each(&format!("{organization}/{kind}")).try_chunks(CHUNK);
        while let Some(listed) = chunks.try_next().await.map_err(|e| e.1)? {
            stop.check()?;
            let unused = sql::unused_of(&app.db, organization, listed).await?;
            let now = app.clock.now();
            app.db.write(move |tx| Box::pin(async move { sql::remember(tx, organization, unused, now).await })).await?;
        }
    }
    app.db.write(move |tx| Box::pin(async move { sql::forget_used(tx, organization).await })).await
}

async fn remove(
    app: &Deployment,
    stop: &StopSignal,
    organization: OrganizationId,
    before: Time,
    report: &mut SweepReport,
) -> Result<(), Fault> {
    loop {
        stop.check()?;
        let now = app.clock.now();
        let doomed =
            app.db.write(move |tx| Box::pin(async move { sql::doom(tx, organization, before, now).await })).await?;
        // What an earlier sweep closed before it broke off is among them.
        let Removal { keys, size_bytes } = doomed;
        if keys.is_empty() {
            break;
        }
        for key in &keys {
            app.objects.delete(key).await?;
        }
        report.removed += keys.len() as u64;
        report.removed_bytes += size_bytes;
        let now = app.clock.now();
        app.db.write(move |tx| Box::pin(async move { sql::bury(tx, organization, keys, now).await })).await?;
    }
    let before = app.clock.now().plus(-catalog::REMOVAL_GRACE);
    app.db.write(move |tx| Box::pin(async move { sql::forget_gone(tx, organization, before).await })).await
}

/// Objects of organizations that are no more, written while they were erased. No row can name them, so their own age
/// is what counts.
async fn remove_homeless(
    app: &Deployment,
    stop: &StopSignal,
    before: Time,
    report: &mut SweepReport,
) -> Result<(), Fault> {
    for root in app.objects.roots().await? {
        let Ok(organization) = root.parse::<OrganizationId>() else { continue };
        if sql::organization_exists(&app.db, organization).await? {
            continue;
        }
        let mut listed = app.objects.each(&root);
        while let Some(object) = listed.try_next().await? {
            stop.check()?;
            if object.written_at < before.0 {
                app.objects.delete(&object.key).await?;
                report.removed += 1;
                report.removed_bytes += i64::try_from(object.size_bytes).unwrap_or(i64::MAX);
            }
        }
    }
    Ok(())
}
