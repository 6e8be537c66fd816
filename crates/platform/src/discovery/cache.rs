//! Local copies of index files: named by their objects, so by their feeds. They may be lost at any time; what must not
//! happen is that those of an erased organization stay.

use super::State;
use crate::{Deployment, catalog};
use chorale_model::Fault;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Where the local copy of an object lies.
pub fn cached_path(cache: &Path, key: &str) -> PathBuf {
    folder(cache).join(key.replace('/', "_"))
}

fn folder(cache: &Path) -> PathBuf {
    cache.join("files")
}

/// Closes a feed's index and removes its local copies, of this machine; `sweep` removes those of others.
pub async fn forget_feed(app: &Deployment, feed: &str) -> Result<(), Fault> {
    let Some(state) = app.find_room::<State>() else { return Ok(()) };
    state.readers.close(feed);
    state.openings.clear();
    state.counts.clear();
    let feed = feed.to_owned();
    remove(&state, move |of| of == feed).await.map(|_| ())
}

/// Removes the copies of feeds that are no more. How many there were.
pub async fn sweep(app: &Deployment, state: &State) -> Result<u64, Fault> {
    let feeds: HashSet<String> = catalog::feeds(app).await?.into_iter().collect();
    remove(state, move |of| !feeds.contains(of)).await
}

/// Removes copies by their feeds, off the async threads.
async fn remove(state: &State, doomed: impl Fn(&str) -> bool + Send + 'static) -> Result<u64, Fault> {
    let folder = folder(&state.cache);
    let removed = tokio::task::spawn_blocking(move || -> std::io::Result<u64> {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            // A file that is still being fetched has another name.
            let feed = name.to_str().and_then(|name| name.split_once("_search_")).map(|(feed, _)| feed);
            if feed.is_some_and(&doomed) {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    });
    let broken = |e: &dyn std::fmt::Display| Fault::internal("removing local copies of a search index", e);
    removed.await.map_err(|e| broken(&e))?.map_err(|e| broken(&e))
}
