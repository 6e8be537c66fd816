//! How good annotations are: the judge's figures per source and field, with intervals, calibration and the mistakes by kind.
//!
//! It only counts: predictions come from any system, as accession, field, term and score. Start at [`judge()`].

mod calibration;
mod errors;
mod judge;
mod stated;
#[cfg(test)]
mod tests;

pub use calibration::{Calibration, calibration};
pub use errors::{ErrorClass, Mistake, mistakes};
pub use judge::{Blocks, Figures, GoldRow, Predicted, Tally, difference, interval, is_close, judge, judge_by};
pub use stated::states;

/// Consecutive accession numbers that stand on one side of a split: a series rarely has more.
pub const BLOCK: u64 = 2000;

/// The digits of an accession as a number: 1002540 of GSM1002540.
pub fn number(accession: &str) -> Option<u64> {
    accession.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

/// The block of an accession; all without a number are one block.
pub fn block(accession: &str) -> u64 {
    number(accession).unwrap_or(0) / BLOCK
}
