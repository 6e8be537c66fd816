//! Rooms that derive something from values follow them: a job of theirs is told once for all that changed until it begins,
//! and finds what that is by comparing how often values were written with what it has seen.

use super::reading::{changes, organizations};
use super::sql;
use crate::jobs::{NewJob, Running, enqueue};
use crate::{Ctx, Deployment, Tx};
use chorale_model::{DatasetId, Fault, OrganizationId};
use futures::future::BoxFuture;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// A follower's job, by its kind and title.
pub type Follower = (&'static str, &'static str);

/// Enqueues a follower's job in the transaction that changed values: one for the organization, or for all.
pub async fn follow(tx: &mut Tx, ctx: &Ctx, (kind, title): Follower) -> Result<(), Fault> {
    let whose = ctx.scope.map_or_else(|| "all".to_owned(), |organization| organization.to_string());
    let job = NewJob::new(kind, title, json!({})).attempts(10).once_until_started(format!("{kind}:{whose}"));
    enqueue(tx, ctx, ctx.scope, job).await.map(drop)
}

/// Begins a follower's job for each organization of which it is behind, such as by values that an older program left; for
/// how many.
pub async fn catch_up(
    app: &Arc<Deployment>,
    follower: Follower,
    is_behind: for<'a> fn(&'a Deployment, OrganizationId) -> BoxFuture<'a, Result<bool, Fault>>,
) -> Result<usize, Fault> {
    let mut behind = 0;
    for organization in organizations(app).await? {
        if is_behind(app, organization).await? {
            let ctx = Ctx::system(app.clone(), Some(organization));
            app.db.write(move |tx| Box::pin(async move { follow(tx, &ctx, follower).await })).await?;
            behind += 1;
        }
    }
    Ok(behind)
}

/// Whose values a follower's job is about.
pub async fn followed(job: &Running) -> Result<Vec<OrganizationId>, Fault> {
    match job.ctx.scope {
        Some(organization) => Ok(vec![organization]),
        None => organizations(&job.ctx.app).await,
    }
}

/// What a follower has not seen yet.
pub struct Unseen {
    /// Datasets with how often their values were written until now.
    pub changed: Vec<(DatasetId, i64)>,
    /// Those that are there no more.
    pub gone: Vec<DatasetId>,
}

impl Unseen {
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }
}

/// Compares with what the follower has [`seen`].
pub async fn unseen(app: &Deployment, organization: OrganizationId, (kind, _): Follower) -> Result<Unseen, Fault> {
    let seen = sql::list_seen(&app.db, organization, kind).await?;
    let mut changed = changes(app, organization).await?;
    let mut seen: HashMap<DatasetId, i64> = seen.into_iter().collect();
    changed.retain(|(dataset, times)| seen.remove(dataset) != Some(*times));
    Ok(Unseen { changed, gone: seen.into_keys().collect() })
}

/// The follower has seen a dataset whose values had been written so often; in the transaction of what it made of them.
pub async fn seen(
    tx: &mut Tx,
    organization: OrganizationId,
    (kind, _): Follower,
    dataset: DatasetId,
    changes: i64,
) -> Result<(), Fault> {
    sql::put_seen(tx, organization, kind, dataset, changes).await
}

/// The dataset is there no more.
pub async fn unfollow(
    tx: &mut Tx,
    organization: OrganizationId,
    (kind, _): Follower,
    dataset: DatasetId,
) -> Result<(), Fault> {
    sql::delete_seen(tx, organization, kind, dataset).await
}
