//! Sweeping: rows that nobody can see any more. Versions that were staged and never published, datasets that were
//! deleted, and samples that no version names; each a day after, in short transactions. Objects without rows are
//! the care room's.

use super::sql::{stage as staged, sweep as sql};
use super::stage;
#[cfg(test)]
use crate::Deployment;
use crate::jobs::{Handler, Running};
use chorale_model::{Fault, OrganizationId, Time, VersionId};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

/// The kind of the sweeping job; whoever makes the schedules has it run daily.
pub const SWEEP: &str = "catalog.sweep";

/// How long rows stay that nobody sees: an import may still be writing them, an index still asking for them.
const REST: i64 = Time::DAY;

pub struct Sweep;

impl Handler for Sweep {
    fn kind(&self) -> &'static str {
        SWEEP
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let mut swept = 0;
            for organization in sql::list_organizations(job.ctx.db()).await? {
                swept += sweep(job, organization).await?;
            }
            Ok(json!({ "rows": swept }))
        })
    }
}

async fn sweep(job: &Running, organization: OrganizationId) -> Result<u64, Fault> {
    let before = job.ctx.now().plus(-REST);
    for version in sql::list_unpublished(job.ctx.db(), organization, before).await? {
        stage::discard(job, organization, VersionId(version)).await?;
    }
    let mut swept = 0;
    for step in sql::STEPS {
        swept += run(job, step, organization, before).await?;
    }
    Ok(swept)
}

async fn run(job: &Running, step: sql::Step, organization: OrganizationId, before: Time) -> Result<u64, Fault> {
    let (mut swept, mut after) = (0, Uuid::nil());
    loop {
        job.stop.check()?;
        let ids = sql::find(job.ctx.db(), step, organization, before, after).await?;
        let Some(last) = ids.last().copied() else { return Ok(swept) };
        let deleted = job
            .write(move |tx| Box::pin(async move { sql::delete(tx, step, organization, before, ids).await }))
            .await?;
        swept += deleted;
        if !step.many || deleted == 0 {
            after = last;
        }
    }
}

/// Takes away what an earlier attempt of this job staged and did not publish.
pub async fn discard_unfinished(job: &Running, organization: OrganizationId) -> Result<(), Fault> {
    for version in staged::list_unpublished(job.ctx.db(), organization, job.id).await? {
        stage::discard(job, organization, VersionId(version)).await?;
    }
    Ok(())
}

/// How many versions wait to be published or swept; for tests.
#[cfg(test)]
pub async fn count_unpublished(app: &Deployment) -> i64 {
    sql::count_unpublished(&app.db).await.unwrap()
}
