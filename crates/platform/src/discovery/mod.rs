//! Search over the catalog. Owns the indexes: one per organization for its private collections, one for all shared
//! collections (a *feed* each), published as immutable objects that a manifest names and one row points at. Losing an
//! index loses nothing: a rebuild from the catalog is always a valid repair.
//! Must never answer a hit that the asker may not see: collections are filtered in the engine, and every hit is read
//! again from the catalog under its own authorization. Start at [`search()`] and [`IndexJob`].

mod cache;
mod counts;
mod documents;
mod expansion;
mod export;
mod locks;
mod manifest;
mod openings;
mod publish;
mod readers;
mod reasons;
mod repair;
mod request;
mod search;
mod shelf;
mod sql;
mod sweep;
mod terms;
mod trees;
mod words;

pub use cache::forget_feed;
pub use export::export_csv;
pub use publish::{IndexJob, annotated, collection_state, index_state, listener, rebuild_shared, reindex, repair};
pub use repair::RepairJob;
pub use search::search;
pub use sweep::SweepJob;
pub use terms::{load_term, search_terms};

pub use chorale_model::discovery::TermQuery;

use chorale_model::discovery::FACETS;
use chorale_search::Layout;
use std::path::PathBuf;

/// Raised when documents are made in another way; older indexes are then rebuilt.
const LAYOUT_VERSION: u32 = 2;

/// The feed of collections that every organization sees.
pub const SHARED: &str = "shared";

/// The indexes that this process has open, and where their files are cached.
pub struct State {
    cache: PathBuf,
    readers: readers::Readers,
    openings: openings::Openings,
    counts: counts::Counts,
    /// One writer of a feed at a time here; the head's compare-and-set separates those of other processes.
    writers: locks::Locks,
}

impl State {
    /// `cache` holds copies of index files; it may be emptied while the process is down.
    pub fn new(cache: PathBuf) -> Self {
        State {
            cache,
            readers: readers::Readers::default(),
            openings: openings::Openings::default(),
            counts: counts::Counts::default(),
            writers: locks::Locks::default(),
        }
    }
}

fn layout() -> Layout {
    Layout { version: LAYOUT_VERSION, facets: FACETS.iter().map(|facet| facet.name.to_owned()).collect() }
}

#[cfg(test)]
mod tests;
