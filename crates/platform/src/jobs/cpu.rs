//! CPU time of a job: each poll of its future and each blocking piece is measured on the thread that runs it.

use cpu_time::ThreadTime;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// Microseconds of CPU, added up from any thread.
#[derive(Clone, Debug, Default)]
pub struct CpuMeter(Arc<AtomicU64>);

impl CpuMeter {
    pub fn seconds(&self) -> f64 {
        self.0.load(Ordering::Relaxed) as f64 / 1e6
    }

    /// Runs `work` on this thread and counts its CPU time.
    pub fn measure<T>(&self, work: impl FnOnce() -> T) -> T {
        let started = ThreadTime::now();
        let result = work();
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0.fetch_add(micros, Ordering::Relaxed);
        result
    }

    /// A future whose polls are counted.
    pub fn metered<F: Future + Unpin>(&self, inner: F) -> Metered<F> {
        Metered { inner, meter: self.clone() }
    }
}

pub struct Metered<F> {
    inner: F,
    meter: CpuMeter,
}

impl<F: Future + Unpin> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let meter = self.meter.clone();
        meter.measure(|| Pin::new(&mut self.inner).poll(cx))
    }
}
