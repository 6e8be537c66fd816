//! A lock for each feed, so that one organization's work on its index never keeps another's waiting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

type Lock = Arc<tokio::sync::Mutex<()>>;

#[derive(Default)]
pub struct Locks(Mutex<HashMap<String, Lock>>);

impl Locks {
    /// Waits for whoever has the feed's lock.
    pub async fn of(&self, feed: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody holds or waits for are forgotten.
            locks.retain(|name, lock| name == feed || Arc::strong_count(lock) > 1);
            locks.entry(feed.to_owned()).or_default().clone()
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn one_feed_does_not_wait_for_another() {
        let locks = Locks::default();
        let first = locks.of("a").await;
        assert!(locks.of("a").now_or_never().is_none(), "the same feed waits");
        let other = locks.of("b").now_or_never().expect("another feed does not");
        drop(first);
        assert!(locks.of("a").now_or_never().is_some());
        drop(other);
        drop(locks.of("c").await);
        assert_eq!(locks.0.lock().unwrap().len(), 1, "those without use are forgotten");
    }
}
