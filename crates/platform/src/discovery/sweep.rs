//! Old generations: forgotten a day after they were published, with the objects that only they name.

use super::cache::{self, cached_path};
use super::manifest::Manifest;
use super::{State, sql};
use crate::catalog;
use crate::jobs::{Handler, Running};
use crate::objects::Listed;
use chorale_model::{Fault, Time};
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Old generations stay readable this long, because cursors pin them. Losing one loses nothing.
const KEEP_GENERATIONS: i64 = 24 * Time::HOUR;

/// Removes generations that nothing pins any more, their objects and their cached copies. Scheduled.
pub struct SweepJob;

impl Handler for SweepJob {
    fn kind(&self) -> &'static str {
        "index.sweep"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let mut removed = 0;
            for feed in catalog::feeds(&job.ctx.app).await? {
                removed += sweep(job, &feed).await?;
            }
            let copies = cache::sweep(&job.ctx.app, &job.ctx.app.room::<State>()).await?;
            Ok(json!({ "objects_removed": removed, "copies_removed": copies }))
        })
    }
}

async fn sweep(job: &Running, feed: &str) -> Result<u64, Fault> {
    let ctx = &job.ctx;
    let horizon = ctx.now().plus(-KEEP_GENERATIONS);
    // Listed before the rows are read: an object written after the listing is not judged.
    let objects = ctx.app.objects.list(&format!("{feed}/search")).await?;
    if let Some(head) = sql::find_head(ctx.db(), feed).await? {
        let feed = feed.to_owned();
        job.write(move |tx| Box::pin(async move { sql::forget(tx, &feed, head, horizon).await })).await?;
    }
    let mut live = std::collections::HashSet::new();
    for key in sql::list_manifest_keys(ctx.db(), feed).await? {
        live.extend(Manifest::load(&ctx.app.objects, &key).await?.files.into_iter().map(|file| file.key));
        live.insert(key);
    }
    let state = ctx.app.room::<State>();
    let mut removed = 0;
    for Listed { key, written_at, .. } in objects {
        job.stop.check()?;
        if !live.contains(&key) && written_at < horizon.0 {
            ctx.app.objects.delete(&key).await?;
            if let Err(error) = std::fs::remove_file(cached_path(&state.cache, &key)) {
                tracing::trace!(%error, "was not cached");
            }
            removed += 1;
        }
    }
    Ok(removed)
}
