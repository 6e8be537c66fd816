//! Answers to the empty query, which every visit to the search page begins with: counted once for each generation and
//! set of collections. Hits are read again from the catalog like any others.

use super::readers::Reader;
use chorale_search::{Fault, Node, Request, Response, Snapshot, search};
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers that are kept, each with the hits of a page.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("it is not zero");
/// Longer pages are exports.
const MOST_HITS: usize = 100;

pub struct Openings(Mutex<LruCache<String, Response>>);

impl Default for Openings {
    fn default() -> Self {
        Openings(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Openings {
    /// Runs a request over the readers of some feeds, or answers it from what was counted before.
    pub fn answer(&self, feeds: &[String], readers: &[Arc<Reader>], request: &Request) -> Result<Response, Fault> {
        let snapshots: Vec<&Snapshot> = readers.iter().map(|reader| &reader.snapshot).collect();
        let Some(key) = key(feeds, readers, request) else { return search(&snapshots, request) };
        if let Some(known) = self.kept().get(&key) {
            return Ok(known.clone());
        }
        let answer = search(&snapshots, request)?;
        self.kept().put(key, answer.clone());
        Ok(answer)
    }

    /// Forgets all of them: for erasure.
    pub fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, LruCache<String, Response>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that the answer depends on: what is read, and the whole request with the collections that may be seen.
/// None for requests that are not worth keeping.
fn key(feeds: &[String], readers: &[Arc<Reader>], request: &Request) -> Option<String> {
    let opens = request.query.root == Node::All
        && request.chosen.is_empty()
        && request.after.is_none()
        && request.limit <= MOST_HITS;
    let generations: Vec<i64> = readers.iter().map(|reader| reader.generation).collect();
    opens.then(|| format!("{feeds:?} {generations:?} {request:?}"))
}
