//! How many samples that an asker may see have each term of a field, by descent: counted once for each generation and set
//! of collections, for lists of terms and for the widening of queries.

use super::readers::Reader;
use chorale_model::Fault;
use chorale_search::{Kind, Query, Request, Snapshot, search};
use lru::LruCache;
use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// Fields whose counts are kept. The largest has some thousand terms.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("it is not zero");

/// Samples by the id of a term.
pub type ByTerm = Arc<HashMap<String, u64>>;

pub struct Counts(Mutex<LruCache<String, ByTerm>>);

impl Default for Counts {
    fn default() -> Self {
        Counts(Mutex::new(LruCache::new(KEPT)))
    }
}

/// What an asker sees: the readers of some feeds, and for each the collections that may be seen.
#[derive(Clone)]
pub struct Sight {
    pub feeds: Vec<String>,
    pub readers: Vec<Arc<Reader>>,
    pub allowed: Vec<Option<BTreeSet<String>>>,
}

impl Sight {
    /// A request that counts nothing and shows no hit.
    pub fn request(&self, query: Query) -> Request {
        let mut request = Request::new(Kind::Sample, query);
        request.limit = 0;
        request.highlight = false;
        request.allowed_collections = self.allowed.clone();
        request
    }

    pub fn search(&self, request: &Request) -> Result<chorale_search::Response, Fault> {
        let snapshots: Vec<&Snapshot> = self.readers.iter().map(|reader| &reader.snapshot).collect();
        search(&snapshots, request).map_err(super::request::from_engine)
    }
}

impl Counts {
    /// The counts of a harmonized facet. Off the async threads.
    pub fn of(&self, sight: &Sight, field: &str) -> Result<ByTerm, Fault> {
        let generations: Vec<i64> = sight.readers.iter().map(|reader| reader.generation).collect();
        let key = format!("{field} {:?} {generations:?} {:?}", sight.feeds, sight.allowed);
        if let Some(known) = self.kept().get(&key) {
            return Ok(known.clone());
        }
        let mut request = sight.request(Query::all());
        request.facets = vec![field.to_owned()];
        request.facet_limit = usize::MAX;
        let mut answer = sight.search(&request)?;
        let counts = answer.facets.remove(field).unwrap_or_default().counts;
        let counts: ByTerm = Arc::new(counts.into_iter().map(|count| (count.value, count.count)).collect());
        self.kept().put(key, counts.clone());
        Ok(counts)
    }

    /// Forgets all of them: for erasure.
    pub fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, LruCache<String, ByTerm>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
