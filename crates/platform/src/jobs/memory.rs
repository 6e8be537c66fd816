//! Peak memory of a job, from the kernel's own high-water mark of this process's resident memory. The mark is set back
//! to the present when a job starts; what it showed until then is first noted for the jobs that run already, so that
//! each knows the highest of its own time. Other jobs and requests of the process are in it: an upper bound.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The mark belongs to the process, and so do the jobs that look at it.
static PEAKS: Mutex<Option<Peaks>> = Mutex::new(None);

#[derive(Default)]
struct Peaks {
    last: u64,
    /// What each running job has seen before the mark was last set back.
    running: HashMap<u64, u64>,
}

impl Peaks {
    /// Notes `mark` for those that run, and one more that has seen nothing yet.
    fn start(&mut self, mark: u64) -> u64 {
        for seen in self.running.values_mut() {
            *seen = (*seen).max(mark);
        }
        self.last += 1;
        self.running.insert(self.last, 0);
        self.last
    }

    fn peak(&self, job: u64, mark: u64) -> u64 {
        self.running.get(&job).map_or(mark, |seen| mark.max(*seen))
    }
}

/// One job's look at the mark; it ends when this is dropped.
pub struct MemoryMeter(u64);

impl MemoryMeter {
    pub fn start() -> Self {
        with(|peaks| {
            let job = peaks.start(mark().unwrap_or(0));
            // Where the kernel refuses, the mark counts from the process's start: higher, and a bound still.
            if let Err(error) = std::fs::write("/proc/self/clear_refs", "5") {
                tracing::debug!(%error, "peak memory is counted from the start of the process");
            }
            MemoryMeter(job)
        })
    }

    /// The highest resident memory since the start, in bytes. None where the kernel keeps no such mark.
    pub fn peak_bytes(&self) -> Option<u64> {
        with(|peaks| Some(peaks.peak(self.0, mark()?)))
    }
}

impl Drop for MemoryMeter {
    fn drop(&mut self) {
        with(|peaks| peaks.running.remove(&self.0));
    }
}

fn with<T>(look: impl FnOnce(&mut Peaks) -> T) -> T {
    // A panic leaves at most a number that is too low to matter.
    let mut peaks = PEAKS.lock().unwrap_or_else(PoisonError::into_inner);
    look(peaks.get_or_insert_default())
}

/// `VmHWM` of this process in bytes (Linux).
fn mark() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_keeps_its_peak_when_another_sets_the_mark_back() {
        let mut peaks = Peaks::default();
        let long = peaks.start(900);
        assert_eq!(peaks.peak(long, 100), 100, "what was before it does not count");
        let short = peaks.start(700);
        assert_eq!((peaks.peak(long, 300), peaks.peak(short, 300)), (700, 300));
        let late = peaks.start(800);
        assert_eq!([long, short, late].map(|job| peaks.peak(job, 1)), [800, 800, 1]);
    }

    #[test]
    fn memory_that_was_given_back_before_the_end_is_in_the_peak() {
        let held = MemoryMeter::start();
        let before = held.peak_bytes().unwrap();
        let block = std::hint::black_box(vec![1_u8; 256 << 20]);
        assert!(block.iter().step_by(4096).all(|byte| *byte == 1));
        drop(block);
        let peak = held.peak_bytes().unwrap();
        // Other tests of this process give memory back meanwhile.
        assert!(peak >= before + (128 << 20), "{before} {peak}");
    }
}
