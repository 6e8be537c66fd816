//! Open generations. The newest answers; older ones stay open for a while, because a cursor pins the generation that
//! its first page was read from.

use super::locks::Locks;
use super::manifest::{Manifest, Unreadable};
use super::shelf::Shelf;
use super::{State, layout, publish, sql};
use crate::Ctx;
use chorale_model::{Fault, Time};
use chorale_search::Snapshot;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How often the newest generation is asked for.
const CHECK_EVERY: i64 = Time::SECOND / 10;

/// One open generation of a feed.
pub struct Reader {
    pub generation: i64,
    pub snapshot: Snapshot,
    folder: PathBuf,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Mapped files live on until they are unmapped.
        clear(&self.folder);
    }
}

/// Removes a generation's folder: links only, the cached files stay.
fn clear(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::debug!(%error, folder = %folder.display(), "an old search folder stays");
    }
}

#[derive(Default)]
pub struct Readers {
    shelf: Mutex<Shelf<Reader>>,
    opening: Locks,
}

impl Readers {
    fn shelf(&self) -> MutexGuard<'_, Shelf<Reader>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the newest generation at the next search.
    pub fn expire(&self, feed: &str) {
        self.shelf().expire(feed);
    }

    /// Nobody searches it any more.
    pub fn close(&self, feed: &str) {
        self.shelf().remove(feed);
    }
}

/// The newest generation of a feed, or the pinned one; None while the feed has no index yet.
pub async fn reader(ctx: &Ctx, feed: &str, pinned: Option<i64>) -> Result<Option<Arc<Reader>>, Fault> {
    let state = ctx.app.room::<State>();
    if let Some(generation) = pinned {
        return open(ctx, &state, feed, generation).await;
    }
    let known = {
        let mut shelf = state.readers.shelf();
        if shelf.fresh(feed, ctx.now().0, CHECK_EVERY) { shelf.newest(feed) } else { None }
    };
    if known.is_some() {
        return Ok(known);
    }
    match sql::find_head(ctx.db(), feed).await? {
        None => Ok(None),
        Some(generation) => open(ctx, &state, feed, generation).await,
    }
}

/// A generation that is open already.
fn kept(state: &State, feed: &str, generation: i64) -> Option<Arc<Reader>> {
    state.readers.shelf().take(feed, generation)
}

async fn open(ctx: &Ctx, state: &Arc<State>, feed: &str, generation: i64) -> Result<Option<Arc<Reader>>, Fault> {
    if let Some(reader) = kept(state, feed, generation) {
        return Ok(Some(reader));
    }
    let _one_at_a_time = state.readers.opening.of(feed).await;
    if let Some(reader) = kept(state, feed, generation) {
        return Ok(Some(reader));
    }
    let Some(row) = sql::find_manifest(ctx.db(), feed, generation).await? else { return Ok(None) };
    let folder = state.cache.join("readers").join(ctx.app.ids.uuid().to_string());
    match fetch(ctx, state, &row.manifest_key, &folder).await {
        Ok(()) => {}
        Err(Unreadable::Damaged(fault)) => {
            clear(&folder);
            return repaired(ctx, feed, fault).await;
        }
        Err(Unreadable::Away(fault)) => {
            clear(&folder);
            tracing::warn!(%fault, %feed, "the search index cannot be fetched now");
            return Err(Fault::busy("the search index cannot be fetched at this moment; try again in a moment"));
        }
    }
    let before = state.readers.shelf().newest(feed);
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
            state.readers.shelf().put(feed, generation, reader.clone());
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

async fn fetch(ctx: &Ctx, state: &State, manifest_key: &str, folder: &Path) -> Result<(), Unreadable> {
    let manifest = Manifest::load(&ctx.app.objects, manifest_key).await?;
    manifest.lay_out(&ctx.app.objects, &state.cache, folder).await
}

/// Files of the index are gone or damaged: a rebuild is always a valid repair, and it begins now.
async fn repaired(ctx: &Ctx, feed: &str, fault: Fault) -> Result<Option<Arc<Reader>>, Fault> {
    tracing::error!(%fault, %feed, "the search index cannot be read; it is rebuilt from the catalog");
    publish::rebuild(ctx, feed).await?;
    Err(Fault::busy("the search index is being rebuilt from the catalog, which is safe; try again in a moment"))
}
