//! Objects of ontologies that no row names: files of removed releases, prepared sets that another one followed, what a
//! killed process had stored and not named. They go when that is so for longer than any backup is kept. Names are
//! fresh, so nobody can begin to use an object that is being removed.

use super::sql;
use crate::Ctx;
use crate::jobs::StopSignal;
use crate::objects::ONTOLOGIES;
use chorale_model::{Fault, Time};
use futures::TryStreamExt;

/// Prepared sets that are not in use are kept so long, for whoever goes back to a release.
const KEEP_SETS: i64 = 7 * Time::DAY;
/// Objects looked at together.
const CHUNK: usize = 500;

/// How many objects were removed.
pub async fn sweep(ctx: &Ctx, stop: &StopSignal) -> Result<u64, Fault> {
    let now = ctx.now();
    for key in sql::list_old_sets(ctx.db(), now.plus(-KEEP_SETS)).await? {
        stop.check()?;
        ctx.db().write(move |tx| Box::pin(async move { sql::delete_set(tx, &key, now).await })).await?;
    }
    let before = now.plus(-ctx.app.settings.unused_objects_days.max(1) * Time::DAY);
    let mut removed = 0;
    loop {
        let keys = sql::list_unused(ctx.db(), before, CHUNK as i64).await?;
        if keys.is_empty() {
            break;
        }
        for key in keys {
            stop.check()?;
            ctx.app.objects.delete(&key).await?;
            ctx.db().write(move |tx| Box::pin(async move { sql::forget_unused(tx, &key).await })).await?;
            removed += 1;
        }
    }
    let mut chunks = ctx.app.objects.each(ONTOLOGIES).try_chunks(CHUNK);
    while let Some(listed) = chunks.try_next().await.map_err(|e| e.1)? {
        let old: Vec<String> =
            listed.into_iter().filter(|object| object.written_at < before.0).map(|object| object.key).collect();
        let named = sql::named_of(ctx.db(), old.clone()).await?;
        for key in old.into_iter().filter(|key| !named.contains(key)) {
            stop.check()?;
            ctx.app.objects.delete(&key).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
