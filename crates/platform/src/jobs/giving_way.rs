//! People first: between two steps a job waits while somebody waits for an answer. It waits for a few times as long as it
//! worked at most, so that work in the background goes on however many people ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a job waits before it goes on anyway.
const LONGEST: Duration = Duration::from_millis(100);
/// For how many times what the step before took.
const TIMES: u32 = 3;
/// How often it looks whether somebody still waits.
const LOOK: Duration = Duration::from_millis(2);

/// How many requests of this process wait for their answer.
#[derive(Default)]
pub(super) struct People(Arc<AtomicUsize>);

/// Somebody waits until this goes.
pub struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl People {
    pub fn wait(&self) -> Waiting {
        self.0.fetch_add(1, Ordering::Relaxed);
        Waiting(self.0.clone())
    }

    /// Waits while somebody does, for a few times what the work before took.
    pub async fn give_way(&self, worked: Duration) {
        let until = Instant::now() + (worked * TIMES).min(LONGEST);
        while self.0.load(Ordering::Relaxed) > 0 && Instant::now() < until {
            tokio::time::sleep(LOOK).await;
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

        drop(somebody);
        let last = Instant::now();
        people.give_way(Duration::from_secs(5)).await;
        assert!(last.elapsed() < LONGEST, "nobody waits any more");
    }
}
