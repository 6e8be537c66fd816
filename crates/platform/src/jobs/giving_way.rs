//! People first: between two steps a job waits while somebody waits for an answer. It waits for a few times as long as it
//! worked at most, so that work in the background goes on however many people ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How long a job waits before it goes on anyway.
const LONGEST: Duration = Duration::from_millis(100);
/// For how many times what the step before took.
const TIMES: u32 = 3;

/// How many requests of this process wait for their answer.
#[derive(Clone, Default)]
pub(super) struct People(Arc<Count>);

#[derive(Default)]
struct Count {
    waiting: AtomicUsize,
    /// Told when nobody waits any more.
    nobody: Notify,
}

/// Somebody waits until this goes.
pub struct Waiting(Arc<Count>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.waiting.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.nobody.notify_waiters();
        }
    }
}

impl People {
    pub fn wait(&self) -> Waiting {
        self.0.waiting.fetch_add(1, Ordering::AcqRel);
        Waiting(self.0.clone())
    }

    /// Waits while somebody does, for a few times what the work before took.
    pub async fn give_way(&self, worked: Duration) {
        let until = Instant::now() + (worked * TIMES).min(LONGEST);
        // Heard from here on, so that nobody goes between looking and waiting.
        let nobody = self.0.nobody.notified();
        if self.0.waiting.load(Ordering::Acquire) > 0 {
            // Whether nobody waits or the time is over, the job goes on.
            let _heard = timeout_at(until, nobody).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_waits_for_people_and_not_for_ever() {
        let people = People::default();
        let started = Instant::now();
        people.give_way(Duration::from_secs(5)).await;
        assert!(started.elapsed() < LONGEST, "nobody waits");

        let somebody = people.wait();
        people.give_way(Duration::from_secs(5)).await;
        assert!(started.elapsed() >= LONGEST);
        let again = Instant::now();
        people.give_way(Duration::ZERO).await;
        assert!(again.elapsed() < LONGEST, "it did nothing since");

        // The last of them goes while it waits.
        let (work, last) = (people.clone(), people.wait());
        drop(somebody);
        let began = Instant::now();
        let working = tokio::spawn(async move { work.give_way(Duration::from_secs(5)).await });
        tokio::task::yield_now().await;
        drop(last);
        working.await.unwrap();
        assert!(began.elapsed() < LONGEST);

        let last = Instant::now();
        people.give_way(Duration::from_secs(5)).await;
        assert!(last.elapsed() < LONGEST, "nobody waits any more");
    }
}
