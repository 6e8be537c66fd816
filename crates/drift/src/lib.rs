//! Change of what comes one by one: is the stream still what it was?
//!
//! Pure functions of what they are given: no SQL, no clock, no randomness. A detector is plain data that can be written
//! down and read again, so that a stream goes on where it was left.
//!
//! Start at [`Adwin`] for means that may change at any time, at [`PageHinkley`] for a rise or fall against the mean so
//! far.

mod adwin;
mod page_hinkley;

pub use adwin::{Adwin, AdwinSettings, Moved};
pub use page_hinkley::{Mode, PageHinkley, PageHinkleySettings};
