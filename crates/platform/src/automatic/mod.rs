//! Automatic curation, measured by what people decide: how right each version of the annotator is in each field, by score,
//! and from which score on it is accepted. Owns `judgements`, which can be made again from curations, and since when
//! outcomes are watched. It must never judge an annotator by an annotator, and never change a value: where precision falls
//! below what a field promises it raises an alert and puts the field on hold.
//!
//! Start at [`list_fields`] for what people see, at [`set_threshold`] for what they do; `outcome` says what a decision
//! means, `judge` makes the rows, `watch` says when a field goes on hold.

mod export;
mod figures;
mod judge;
mod outcome;
mod sql;
mod threshold;
mod watch;

pub use export::csv;
pub use figures::{field_detail, list_fields};
pub use judge::{JudgeJob, catch_up, decided};
pub use threshold::{preview_threshold, set_threshold};
pub use watch::resolved;

#[cfg(test)]
mod tests;
