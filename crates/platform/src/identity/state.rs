//! What identity keeps in the process: how many passwords may be hashed at once, and the writes that run behind an
//! answered request.

use std::future::Future;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// Who may wait for a hash; the next one is told to come back. At two hashes of about 20 ms at a time they wait for
/// well under a second.
const WAITING: usize = 64;

pub struct State {
    /// Each hash takes 19 MiB and a core.
    pub(super) hashing: Arc<Semaphore>,
    pub(super) waiting: Arc<Semaphore>,
    behind: TaskTracker,
}

impl State {
    /// `parallel` passwords are hashed at once; half of the cores, at least one, keeps the rest of them for search.
    pub fn new(parallel: usize) -> Self {
        State {
            hashing: Arc::new(Semaphore::new(parallel.max(1))),
            waiting: Arc::new(Semaphore::new(WAITING)),
            behind: TaskTracker::new(),
        }
    }

    /// Runs `write` behind the request that noticed it.
    pub(super) fn behind(&self, write: impl Future<Output = ()> + Send + 'static) {
        self.behind.spawn(write);
    }

    /// Waits for the writes that run behind requests; for an orderly shutdown and for tests.
    pub async fn settle(&self) {
        self.behind.close();
        self.behind.wait().await;
        self.behind.reopen();
    }
}
