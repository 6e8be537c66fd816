//! The only place that asks what time it is.

use chorale_model::Time;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The system's clock, or one that tests move by hand.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn manual(start: Time) -> Self {
        Clock::Manual(Arc::new(AtomicI64::new(start.0)))
    }

    #[allow(clippy::disallowed_methods)] // the one place
    pub fn now(&self) -> Time {
        match self {
            Clock::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Time(since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX)))
            }
            Clock::Manual(micros) => Time(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; a system clock stays as it is.
    pub fn advance(&self, micros: i64) {
        if let Clock::Manual(now) = self {
            now.fetch_add(micros, Ordering::SeqCst);
        }
    }
}
