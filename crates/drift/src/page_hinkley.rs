//! Page and Hinkley's test: what the values lie above or below their mean so far, added up, against the lowest or highest
//! that this sum ever was. E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954). Detections are those of
//! river's `drift.PageHinkley` on the same stream (`tests/river.rs`).

use serde::{Deserialize, Serialize};

/// Which change is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Up,
    Down,
    #[default]
    Both,
}

/// The defaults are river's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageHinkleySettings {
    /// Before so many values nothing is detected.
    pub min_instances: u64,
    /// Changes of the mean up to this size are none.
    pub delta: f64,
    /// What the sum has to exceed.
    pub threshold: f64,
    /// What is kept of the sum from one value to the next: 1 forgets nothing.
    pub alpha: f64,
    pub mode: Mode,
}

impl Default for PageHinkleySettings {
    fn default() -> Self {
        PageHinkleySettings {
            min_instances: 30,
            delta: 0.005,
            threshold: 50.0,
            alpha: 1.0 - 0.0001,
            mode: Mode::default(),
        }
    }
}

/// A detector. It begins anew with the value after a detection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageHinkley {
    settings: PageHinkleySettings,
    seen: u64,
    mean: f64,
    rise: f64,
    fall: f64,
    /// None before the first value: JSON has no infinity.
    lowest_rise: Option<f64>,
    highest_fall: f64,
    detected: bool,
}

impl Default for PageHinkley {
    fn default() -> Self {
        PageHinkley::new(PageHinkleySettings::default())
    }
}

impl PageHinkley {
    pub fn new(settings: PageHinkleySettings) -> PageHinkley {
        PageHinkley {
            settings,
            seen: 0,
            mean: 0.0,
            rise: 0.0,
            fall: 0.0,
            lowest_rise: None,
            // Where river begins too; a fall is only ever measured from there or from above.
            highest_fall: -1.0,
            detected: false,
        }
    }

    /// Takes the next value; whether the mean changed.
    pub fn update(&mut self, value: f64) -> bool {
        if self.detected {
            *self = PageHinkley::new(self.settings);
        }
        self.seen += 1;
        self.mean += 1.0 / self.seen as f64 * (value - self.mean);
        let apart = value - self.mean;
        let PageHinkleySettings { min_instances, delta, threshold, alpha, mode } = self.settings;
        self.rise = alpha * self.rise + apart - delta;
        self.fall = alpha * self.fall + apart + delta;
        let lowest = self.lowest_rise.map_or(self.rise, |lowest| lowest.min(self.rise));
        self.lowest_rise = Some(lowest);
        self.highest_fall = self.highest_fall.max(self.fall);
        if self.seen >= min_instances {
            let up = mode != Mode::Down && self.rise - lowest > threshold;
            let down = mode != Mode::Up && self.highest_fall - self.fall > threshold;
            self.detected = up || down;
        }
        self.detected
    }

    /// Of the values since the beginning.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// What was added up of what lay above the mean, and below it.
    pub fn sums(&self) -> (f64, f64) {
        (self.rise, self.fall)
    }
}
