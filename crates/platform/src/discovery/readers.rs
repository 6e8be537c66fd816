//! Open generations. The newest answers; older ones stay open for a while, because a cursor pins the generation that
//! its first page was read from.

use super::manifest::Manifest;
use super::{State, layout, publish, sql};
use crate::Ctx;
use chorale_model::{Fault, Time};
use chorale_search::Snapshot;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How often the newest generation is asked for.
const CHECK_EVERY: i64 = Time::SECOND / 10;
/// Generations of a feed that stay open.
const KEPT: usize = 4;

/// One open generation of a feed.
pub struct Reader {
    pub generation: i64,
    pub snapshot: Snapshot,
    folder: PathBuf,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Links only; the cached files stay. Mapped files live on until they are unmapped.
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::debug!(%error, folder = %self.folder.display(), "an old search folder stays");
        }
    }
}

#[derive(Default)]
pub struct Readers {
    feeds: Mutex<HashMap<String, Feed>>,
    opening: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Feed {
    checked_at: i64,
    /// Newest last.
    open: Vec<Arc<Reader>>,
}

impl Readers {
    fn kept(&self, feed: &str, generation: i64) -> Option<Arc<Reader>> {
        let feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.get(feed)?.open.iter().find(|reader| reader.generation == generation).cloned()
    }

    fn newest(&self, feed: &str) -> Option<Arc<Reader>> {
        let feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.get(feed)?.open.last().cloned()
    }

    /// Whether the newest generation was asked for a moment ago; if not, it counts as asked for now.
    fn fresh(&self, feed: &str, now: Time) -> bool {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = feeds.entry(feed.to_owned()).or_default();
        let fresh = now.0 - feed.checked_at < CHECK_EVERY;
        if !fresh {
            feed.checked_at = now.0;
        }
        fresh
    }

    fn put(&self, feed: &str, reader: Arc<Reader>) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        let open = &mut feeds.entry(feed.to_owned()).or_default().open;
        open.retain(|kept| kept.generation != reader.generation);
        open.push(reader);
        open.sort_by_key(|reader| reader.generation);
        let surplus = open.len().saturating_sub(KEPT);
        open.drain(..surplus);
    }

    /// Asks for the newest generation at the next search.
    pub fn expire(&self, feed: &str) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.entry(feed.to_owned()).or_default().checked_at = 0;
    }
}

/// The newest generation of a feed, or the pinned one; None while the feed has no index yet.
pub async fn reader(ctx: &Ctx, feed: &str, pinned: Option<i64>) -> Result<Option<Arc<Reader>>, Fault> {
    let state = ctx.app.room::<State>();
    if let Some(generation) = pinned {
        if let Some(reader) = state.readers.kept(feed, generation) {
            return Ok(Some(reader));
        }
        return open(ctx, &state, feed, generation).await;
    }
    if state.readers.fresh(feed, ctx.now())
        && let Some(reader) = state.readers.newest(feed)
    {
        return Ok(Some(reader));
    }
    match sql::find_head(ctx.db(), feed).await? {
        None => Ok(None),
        Some(generation) => match state.readers.kept(feed, generation) {
            Some(reader) => Ok(Some(reader)),
            None => open(ctx, &state, feed, generation).await,
        },
    }
}

async fn open(ctx: &Ctx, state: &Arc<State>, feed: &str, generation: i64) -> Result<Option<Arc<Reader>>, Fault> {
    let _one_at_a_time = state.readers.opening.lock().await;
    if let Some(reader) = state.readers.kept(feed, generation) {
        return Ok(Some(reader));
    }
    let Some(row) = sql::find_manifest(ctx.db(), feed, generation).await? else { return Ok(None) };
    let folder = state.cache.join("readers").join(ctx.app.ids.uuid().to_string());
    if let Err(fault) = fetch(ctx, state, &row.manifest_key, &folder).await {
        return repaired(ctx, feed, fault).await;
    }
    let before = state.readers.newest(feed);
    let opened = tokio::task::spawn_blocking(move || {
        let snapshot = Snapshot::open_after(&folder, &layout(), before.as_ref().map(|reader| &reader.snapshot))?;
        snapshot.warm()?;
        Ok(Reader { generation, snapshot, folder })
    })
    .await
    .map_err(|e| Fault::internal("opening a search index", e))?;
    match opened {
        Ok(reader) => {
            let reader = Arc::new(reader);
            state.readers.put(feed, reader.clone());
            Ok(Some(reader))
        }
        // An index of another layout is being rebuilt: until then there is nothing to read.
        Err(chorale_search::Fault::Layout { found, .. }) => {
            tracing::warn!(%feed, %found, "the search index has an older layout; it is rebuilt");
            Ok(None)
        }
        Err(fault) => repaired(ctx, feed, Fault::internal("opening a search index", fault)).await,
    }
}

async fn fetch(ctx: &Ctx, state: &State, manifest_key: &str, folder: &Path) -> Result<(), Fault> {
    let manifest = Manifest::load(&ctx.app.objects, manifest_key).await?;
    manifest.lay_out(&ctx.app.objects, &state.cache, folder).await
}

/// Files of the index are gone or damaged: a rebuild is always a valid repair, and it begins now.
async fn repaired(ctx: &Ctx, feed: &str, fault: Fault) -> Result<Option<Arc<Reader>>, Fault> {
    tracing::error!(%fault, %feed, "the search index cannot be read; it is rebuilt from the catalog");
    publish::rebuild(ctx, feed).await?;
    Err(Fault::busy("the search index is being rebuilt from the catalog, which is safe; try again in a moment"))
}
