//! What was deleted is removed for good after `deleted_days`: runs, logged models, and experiments in which nothing is left.
//! Admins remove runs at once.
//! What a registered version was made from stays, with the run that made it. Files go with their rows: their objects are
//! unused from then on, and swept like all others.
//!
//! A run is taken in steps, because it may have millions of points: from the first on it can't be restored. A removal that
//! was interrupted goes on with the next.

use super::{millis, run, sql};
use crate::db::{Db, Target, Value};
use crate::jobs::{Handler, NewJob, Running, StopSignal};
use crate::{Ctx, Deployment, audit, identity, jobs, registry};
use chorale_model::experiments::{ExperimentId, LoggedModelId, RunId};
use chorale_model::jobs::Job;
use chorale_model::{Fault, OrganizationId, Role, Time};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use uuid::Uuid;

/// Runs and models that one transaction looks at.
const BATCH: i64 = 100;
/// Points that one transaction removes.
const POINTS: i64 = 5_000;

/// What was removed, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    pub runs: u64,
    pub models: u64,
    pub experiments: u64,
    /// Runs and models that were deleted long enough ago, but a registered version was made from them.
    pub in_use: u64,
}

/// Jobs of kind `experiments.remove`: no payload. Of an organization: the runs whose removal began.
pub struct RemoveDeleted;

impl RemoveDeleted {
    pub const KIND: &'static str = "experiments.remove";
}

impl Handler for RemoveDeleted {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let app = &job.ctx.app;
            let removed = match job.ctx.scope {
                Some(organization) => remove_begun(app, organization, &job.stop).await?,
                None => remove_deleted(app, &job.stop).await?,
            };
            serde_json::to_value(removed).map_err(|e| Fault::internal("describing what was removed", e))
        })
    }
}

/// Removes what was deleted for more than `deleted_days`. Several at once do no harm.
pub async fn remove_deleted(app: &Deployment, stop: &StopSignal) -> Result<Removed, Fault> {
    let mut removed = Removed::default();
    for organization in identity::list_alive(&app.db).await? {
        let own = Own { db: &app.db, organization, before_ms: before_ms(app), now_ms: millis(app.clock.now()) };
        own.remove_models(stop, &mut removed).await?;
        own.remove_runs(stop, &mut removed).await?;
        own.remove_experiments(&mut removed).await?;
    }
    tracing::info!(?removed, "what was deleted long ago was removed");
    Ok(removed)
}

/// Removes deleted runs for good, whatever the time since: from now on they can't be restored, and a job takes what they
/// logged. All of them, or none.
///
/// # Errors
/// When a run is missing or not deleted, or a registered version was made from it.
pub async fn remove_runs(ctx: &Ctx, ids: &[RunId]) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let (inner, ids) = (ctx.clone(), run::together(ids)?.into_iter().collect::<Vec<_>>());
    let job = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let used = used(&mut *tx, organization).await?;
                for id in &ids {
                    let found = sql::runs::find(&mut *tx, organization, *id).await?.ok_or_else(|| run::missing(*id))?;
                    let why = match (found.deleted_ms, used.contains(&id.0)) {
                        (Some(sql::runs::REMOVING), _) => return Err(run::removing(*id)),
                        (None, _) => "is not deleted; delete it first, which can be undone",
                        (_, true) => "is what a registered version was made from; delete the version first",
                        _ => continue,
                    };
                    return Err(Fault::conflict(format!("run {id} {why}")));
                }
                if sql::removing::begin(&mut *tx, organization, i64::MAX, &ids).await? != ids.len() as u64 {
                    return Err(Fault::conflict("some of these runs were restored meanwhile; look at the list again"));
                }
                for id in &ids {
                    audit::record(tx, &inner, "run.removed", "run", *id, json!({})).await?;
                }
                let title = match ids.as_slice() {
                    [one] => format!("Removing run {one} for good"),
                    several => format!("Removing {} runs for good", several.len()),
                };
                jobs::enqueue(tx, &inner, Some(organization), NewJob::new(RemoveDeleted::KIND, title, json!({}))).await
            })
        })
        .await?;
    jobs::load_job(ctx, job).await
}

/// What people began to remove.
async fn remove_begun(app: &Deployment, organization: OrganizationId, stop: &StopSignal) -> Result<Removed, Fault> {
    let mut removed = Removed::default();
    let (before_ms, now_ms) = (sql::runs::REMOVING, millis(app.clock.now()));
    Own { db: &app.db, organization, before_ms, now_ms }.remove_runs(stop, &mut removed).await?;
    Ok(removed)
}

/// What the next removal would take. Experiments are counted that are empty already.
pub async fn preview_removal(app: &Deployment) -> Result<Removed, Fault> {
    let (mut found, before_ms) = (Removed::default(), before_ms(app));
    for organization in identity::list_alive(&app.db).await? {
        let used = used(&app.db, organization).await?;
        let mut after = RunId(Uuid::nil());
        loop {
            let runs = sql::removing::old_runs(&app.db, organization, before_ms, after, BATCH).await?;
            let Some(last) = runs.last() else { break };
            after = *last;
            let staying = runs.iter().filter(|run| used.contains(&run.0)).count() as u64;
            (found.runs, found.in_use) = (found.runs + runs.len() as u64 - staying, found.in_use + staying);
        }
        let mut after = LoggedModelId(Uuid::nil());
        loop {
            let models = sql::removing::old_models(&app.db, organization, before_ms, after, BATCH).await?;
            let Some(last) = models.last() else { break };
            after = *last;
            let staying = models.iter().filter(|model| used.contains(&model.0)).count() as u64;
            (found.models, found.in_use) = (found.models + models.len() as u64 - staying, found.in_use + staying);
        }
        found.experiments += sql::removing::old_experiments(&app.db, organization, before_ms).await?.len() as u64;
    }
    Ok(found)
}

/// What was deleted since then can still be restored.
fn before_ms(app: &Deployment) -> i64 {
    millis(app.clock.now().plus(-app.settings.deleted_days.max(1) * Time::DAY))
}

/// Runs and logged models that registered versions were made from, and the runs that made such models. What a place might
/// name counts as named.
async fn used(on: impl Into<Target<'_>>, organization: OrganizationId) -> Result<HashSet<Uuid>, Fault> {
    let mut on = on.into();
    let mut used = HashSet::new();
    for source in registry::list_sources(on.again(), organization).await? {
        for text in [&source.run, &source.logged_model, &source.uri, &source.location] {
            used.extend(text.split(['/', ':', '?', '#']).filter_map(named));
        }
    }
    let models = used.iter().copied().map(Value::from).collect();
    let makers = sql::removing::makers(on, organization, models).await?;
    used.extend(makers.iter().filter_map(|run| named(run)));
    Ok(used)
}

/// The run or the model that a word is the id of.
fn named(word: &str) -> Option<Uuid> {
    let run = word.parse::<RunId>().map(|id| id.0);
    run.or_else(|_| word.parse::<LoggedModelId>().map(|id| id.0)).ok()
}

/// One organization's.
struct Own<'a> {
    db: &'a Db,
    organization: OrganizationId,
    before_ms: i64,
    now_ms: i64,
}

impl Own<'_> {
    async fn remove_runs(&self, stop: &StopSignal, removed: &mut Removed) -> Result<(), Fault> {
        let mut after = RunId(Uuid::nil());
        loop {
            let (runs, staying, last) = self.begin(after).await?;
            let Some(last) = last else { return Ok(()) };
            (after, removed.in_use) = (last, removed.in_use + staying);
            for run in runs {
                stop.check()?;
                while !self.remove_some_points(run).await? {
                    stop.check()?;
                }
                removed.runs += u64::from(self.remove_run(run).await?);
            }
        }
    }

    /// The next runs to remove, how many stay although they are old enough, and the last one that was looked at.
    async fn begin(&self, after: RunId) -> Result<(Vec<RunId>, u64, Option<RunId>), Fault> {
        let (organization, before_ms, now_ms) = (self.organization, self.before_ms, self.now_ms);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let old = sql::removing::old_runs(&mut *tx, organization, before_ms, after, BATCH).await?;
                    let last = old.last().copied();
                    let used = used(&mut *tx, organization).await?;
                    let (staying, going): (Vec<_>, Vec<_>) = old.into_iter().partition(|run| used.contains(&run.0));
                    sql::removing::begin(&mut *tx, organization, before_ms, &going).await?;
                    // Registered from while it waited for its removal: it is kept with the version.
                    sql::removing::call_off(tx, organization, now_ms, &staying).await?;
                    Ok((going, staying.len() as u64, last))
                })
            })
            .await
    }

    async fn remove_some_points(&self, run: RunId) -> Result<bool, Fault> {
        let organization = self.organization;
        self.db
            .write(move |tx| Box::pin(async move { sql::removing::remove_points(tx, organization, run, POINTS).await }))
            .await
    }

    async fn remove_run(&self, run: RunId) -> Result<bool, Fault> {
        let organization = self.organization;
        self.db.write(move |tx| Box::pin(async move { sql::removing::remove_run(tx, organization, run).await })).await
    }

    async fn remove_models(&self, stop: &StopSignal, removed: &mut Removed) -> Result<(), Fault> {
        let mut after = LoggedModelId(Uuid::nil());
        loop {
            stop.check()?;
            let (organization, before_ms) = (self.organization, self.before_ms);
            let (gone, staying, last) = self
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        let old = sql::removing::old_models(&mut *tx, organization, before_ms, after, BATCH).await?;
                        let last = old.last().copied();
                        let used = used(&mut *tx, organization).await?;
                        let (staying, going): (Vec<_>, Vec<_>) = old.into_iter().partition(|id| used.contains(&id.0));
                        for model in &going {
                            sql::removing::remove_model(tx, organization, *model).await?;
                        }
                        Ok((going.len() as u64, staying.len() as u64, last))
                    })
                })
                .await?;
            (removed.models, removed.in_use) = (removed.models + gone, removed.in_use + staying);
            let Some(last) = last else { return Ok(()) };
            after = last;
        }
    }

    async fn remove_experiments(&self, removed: &mut Removed) -> Result<(), Fault> {
        let (organization, before_ms) = (self.organization, self.before_ms);
        removed.experiments += self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let old: Vec<ExperimentId> =
                        sql::removing::old_experiments(&mut *tx, organization, before_ms).await?;
                    for id in &old {
                        sql::removing::remove_experiment(tx, organization, *id).await?;
                    }
                    Ok(old.len() as u64)
                })
            })
            .await?;
        Ok(())
    }
}
