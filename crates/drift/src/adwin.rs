//! ADWIN2: a window over the newest values that holds no two parts of different means. Bifet and Gavaldà, "Learning from
//! time-changing data with adaptive windowing", SIAM International Conference on Data Mining 2007; the window is kept as an
//! exponential histogram, so that a million values are some hundred numbers. Detections, widths and estimates are those
//! of river's `drift.ADWIN` on the same stream (`tests/river.rs`).

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How a window is kept and cut; the defaults are river's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdwinSettings {
    /// The chance of a cut where nothing changed, as the paper bounds it.
    pub delta: f64,
    /// Cuts are looked for after so many values: 1 is after each.
    pub clock: u64,
    /// Buckets of one size; one more, and the two oldest become one of twice the size.
    pub max_buckets: usize,
    /// Shorter parts say nothing.
    pub min_window_length: u64,
    /// Before so many values there is no cut.
    pub grace_period: u64,
}

impl Default for AdwinSettings {
    fn default() -> Self {
        AdwinSettings { delta: 0.002, clock: 32, max_buckets: 5, min_window_length: 5, grace_period: 10 }
    }
}

/// That the mean is another one than it was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Of the whole window, before its old part was dropped.
    pub before: f64,
    /// Of what is left.
    pub after: f64,
}

impl Moved {
    pub fn rose(&self) -> bool {
        self.after > self.before
    }
}

/// Values that were added up: how many, stands in their row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Bucket {
    sum: f64,
    /// The squared distances from their mean, added up.
    spread: f64,
}

/// A detector. It begins anew with the value after a detection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adwin {
    settings: AdwinSettings,
    /// Row `n` has buckets of `2^n` values, the oldest first; the oldest values of all are in the last row.
    rows: Vec<VecDeque<Bucket>>,
    width: f64,
    sum: f64,
    spread: f64,
    /// Values since the beginning.
    seen: u64,
    moved: bool,
}

impl Default for Adwin {
    fn default() -> Self {
        Adwin::new(AdwinSettings::default())
    }
}

impl Adwin {
    pub fn new(settings: AdwinSettings) -> Adwin {
        let settings = AdwinSettings {
            clock: settings.clock.max(1),
            max_buckets: settings.max_buckets.max(1),
            min_window_length: settings.min_window_length.max(1),
            ..settings
        };
        Adwin { settings, rows: vec![VecDeque::new()], width: 0.0, sum: 0.0, spread: 0.0, seen: 0, moved: false }
    }

    /// Takes the next value; whether the mean moved.
    pub fn update(&mut self, value: f64) -> Option<Moved> {
        if self.moved {
            *self = Adwin::new(self.settings);
        }
        self.insert(value);
        self.seen += 1;
        let before = self.mean();
        let due = self.seen.is_multiple_of(self.settings.clock) && self.width > self.settings.grace_period as f64;
        while due && self.has_cut() {
            self.drop_oldest();
            self.moved = true;
        }
        self.moved.then(|| Moved { before, after: self.mean() })
    }

    /// Values in the window.
    pub fn width(&self) -> u64 {
        self.width as u64
    }

    /// Of the values in the window; 0 where there are none.
    pub fn mean(&self) -> f64 {
        if self.width > 0.0 { self.sum / self.width } else { 0.0 }
    }

    /// The squared distances from the mean, added up, as the histogram knows them.
    pub fn spread(&self) -> f64 {
        self.spread
    }

    /// Numbers that the window is kept in: they grow with the logarithm of its width.
    pub fn buckets(&self) -> usize {
        self.rows.iter().map(VecDeque::len).sum()
    }

    fn insert(&mut self, value: f64) {
        self.rows[0].push_back(Bucket { sum: value, spread: 0.0 });
        // Welford's update, with the sum in the place of the mean.
        if self.width > 0.0 {
            let apart = value - self.sum / self.width;
            self.spread += self.width * apart * apart / (self.width + 1.0);
        }
        self.width += 1.0;
        self.sum += value;
        let mut row = 0;
        while self.rows[row].len() > self.settings.max_buckets {
            self.merge(row);
            row += 1;
        }
    }

    /// The two oldest buckets of a row become one of the next.
    fn merge(&mut self, row: usize) {
        if row + 1 == self.rows.len() {
            self.rows.push(VecDeque::new());
        }
        let values = size_of_row(row);
        if let (Some(one), Some(two)) = (self.rows[row].pop_front(), self.rows[row].pop_front()) {
            let apart = one.sum / values - two.sum / values;
            let spread = one.spread + two.spread + values * 0.5 * apart * apart;
            self.rows[row + 1].push_back(Bucket { sum: one.sum + two.sum, spread });
        }
    }

    /// Whether the window falls into an old and a new part of different means.
    fn has_cut(&self) -> bool {
        let least = self.settings.min_window_length as f64;
        let (mut old, mut old_sum) = (0.0, 0.0);
        let (mut new, mut new_sum) = (self.width, self.sum);
        for (row, buckets) in self.rows.iter().enumerate().rev() {
            for bucket in buckets {
                let values = size_of_row(row);
                old += values;
                new -= values;
                old_sum += bucket.sum;
                new_sum -= bucket.sum;
                if old >= least && new >= least && self.differ(old, new, old_sum / old - new_sum / new) {
                    return true;
                }
            }
        }
        false
    }

    /// The bound of the paper's section 3.1 for means of `old` and `new` values, by their variance.
    fn differ(&self, old: f64, new: f64, apart: f64) -> bool {
        let least = self.settings.min_window_length as f64;
        let confidence = (2.0 * self.width.ln() / self.settings.delta).ln();
        let harmonic = 1.0 / (old - least + 1.0) + 1.0 / (new - least + 1.0);
        let variance = self.spread / self.width;
        let bound = (2.0 * harmonic * variance * confidence).sqrt() + 2.0 / 3.0 * confidence * harmonic;
        apart.abs() > bound
    }

    fn drop_oldest(&mut self) {
        let row = self.rows.len() - 1;
        let Some(gone) = self.rows[row].pop_front() else { return };
        let values = size_of_row(row);
        self.width -= values;
        self.sum -= gone.sum;
        let apart = gone.sum / values - self.sum / self.width;
        self.spread -= gone.spread + values * self.width * apart * apart / (values + self.width);
        if self.rows[row].is_empty() && row > 0 {
            self.rows.pop();
        }
    }
}

/// Values in a bucket of a row.
fn size_of_row(row: usize) -> f64 {
    (1_u64 << row) as f64
}
