//! Which generations of which feeds stay open. The newest of a feed stays, and those that were asked for last, because
//! a cursor pins the generation that its first page was read from. Feeds that nobody searches are closed.

use std::collections::HashMap;
use std::sync::Arc;

/// Generations of a feed that stay open.
const MOST_GENERATIONS: usize = 4;
/// Feeds with anything open. Each holds mapped files and the values of its facets in memory.
const MOST_FEEDS: usize = 64;

/// Open generations, whatever one is made of.
pub struct Shelf<T> {
    feeds: HashMap<String, Feed<T>>,
    /// Counts the uses, so that any two have an order.
    uses: u64,
}

struct Feed<T> {
    /// When the newest generation was asked for, by the clock.
    checked_at: i64,
    open: HashMap<i64, Open<T>>,
    used: u64,
}

struct Open<T> {
    what: Arc<T>,
    used: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf { feeds: HashMap::new(), uses: 0 }
    }
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Feed { checked_at: 0, open: HashMap::new(), used: 0 }
    }
}

impl<T> Shelf<T> {
    /// A generation, if it is open.
    pub fn take(&mut self, feed: &str, generation: i64) -> Option<Arc<T>> {
        self.uses += 1;
        let feed = self.feeds.get_mut(feed)?;
        let open = feed.open.get_mut(&generation)?;
        (feed.used, open.used) = (self.uses, self.uses);
        Some(open.what.clone())
    }

    /// The newest generation that is open.
    pub fn newest(&mut self, feed: &str) -> Option<Arc<T>> {
        let generation = self.feeds.get(feed)?.open.keys().max().copied()?;
        self.take(feed, generation)
    }

    /// Whether the newest generation was asked for less than `every` ago; if not, it counts as asked for now.
    pub fn fresh(&mut self, feed: &str, now: i64, every: i64) -> bool {
        let Some(feed) = self.feeds.get_mut(feed) else { return false };
        let fresh = now - feed.checked_at < every;
        if !fresh {
            feed.checked_at = now;
        }
        fresh
    }

    /// Asks for the newest generation at the next search.
    pub fn expire(&mut self, feed: &str) {
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.checked_at = 0;
        }
    }

    pub fn put(&mut self, name: &str, generation: i64, what: Arc<T>) {
        self.uses += 1;
        let feed = self.feeds.entry(name.to_owned()).or_default();
        feed.used = self.uses;
        feed.open.insert(generation, Open { what, used: self.uses });
        let newest = feed.open.keys().max().copied();
        while feed.open.len() > MOST_GENERATIONS {
            let older = feed.open.iter().filter(|(generation, _)| Some(**generation) != newest);
            let oldest = older.min_by_key(|(_, open)| open.used).map(|(generation, _)| *generation);
            let Some(oldest) = oldest else { break };
            feed.open.remove(&oldest);
        }
        while self.feeds.len() > MOST_FEEDS {
            let Some(idle) = self.feeds.iter().min_by_key(|(_, feed)| feed.used).map(|(name, _)| name.clone()) else {
                break;
            };
            self.feeds.remove(&idle);
        }
    }

    /// Closes a feed.
    pub fn remove(&mut self, feed: &str) {
        self.feeds.remove(feed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(shelf: &mut Shelf<i64>, feed: &str, generation: i64) {
        shelf.put(feed, generation, Arc::new(generation));
    }

    #[test]
    fn a_pinned_generation_stays_while_it_is_used_and_the_newest_always() {
        let mut shelf = Shelf::default();
        for generation in 10..20 {
            open(&mut shelf, "a", generation);
        }
        assert_eq!(shelf.take("a", 3), None);
        open(&mut shelf, "a", 3);
        assert_eq!(shelf.take("a", 3).as_deref(), Some(&3), "an old one is not closed at once");
        for generation in 20..40 {
            open(&mut shelf, "a", generation);
            assert!(shelf.take("a", 3).is_some(), "it is used");
        }
        assert_eq!(shelf.newest("a").as_deref(), Some(&39));
        for generation in 4..9 {
            open(&mut shelf, "a", generation);
        }
        assert_eq!(shelf.newest("a").as_deref(), Some(&39), "older ones never push it out");
        assert_eq!(shelf.take("a", 3), None, "it was not used for long");
        assert_eq!(shelf.feeds["a"].open.len(), MOST_GENERATIONS);
    }

    #[test]
    fn feeds_that_nobody_searches_are_closed() {
        let mut shelf = Shelf::default();
        for feed in 0..MOST_FEEDS {
            open(&mut shelf, &feed.to_string(), 1);
        }
        assert!(shelf.newest("0").is_some());
        open(&mut shelf, "more", 1);
        assert_eq!(shelf.feeds.len(), MOST_FEEDS);
        assert!(shelf.newest("0").is_some() && shelf.newest("more").is_some());
        assert!(shelf.newest("1").is_none(), "nobody asked for it since");
        shelf.remove("0");
        assert!(shelf.newest("0").is_none());
    }

    #[test]
    fn the_newest_is_asked_for_now_and_then() {
        let mut shelf = Shelf::default();
        assert!(!shelf.fresh("a", 1_000, 100), "nothing is open");
        open(&mut shelf, "a", 1);
        assert!(!shelf.fresh("a", 1_000, 100));
        assert!(shelf.fresh("a", 1_050, 100));
        shelf.expire("a");
        assert!(!shelf.fresh("a", 1_060, 100));
    }
}
