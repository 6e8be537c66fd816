//! An ontology's upgrade: which values of an organization's samples another release of it no longer has, and what takes
//! their place. It is looked at first, then applied as curations by a job, and taken back as a batch. Which release the
//! deployment uses is the operator's business and another step.
//!
//! `pass` finds the samples, `preview` counts them, `work` writes the batch.

mod pass;
mod preview;
mod work;

pub use preview::preview_upgrade;
pub use work::{UpgradeJob, start_upgrade};
