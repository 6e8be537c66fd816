//! Exchange: decisions out of the platform and into it, so that no one is locked in. Owns no table: what comes in becomes a
//! batch of curations like any other, with a look at it before. It must never hold a whole file in memory, and never
//! decide about a sample that the file does not name.
//!
//! Start at [`export_decisions`] and [`export_tasks`] for what goes out, at [`start_import`] for what comes in; `read` knows
//! the formats, `weigh` what a file's words mean here.

mod import;
mod net;
mod out;
mod read;
mod tasks;
mod weigh;

pub use import::{ImportDecisionsJob, load_found, start_import};
pub use out::export_decisions;
pub use tasks::{export_tasks, task_config};

#[cfg(test)]
mod tests;
