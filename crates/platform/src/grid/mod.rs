//! The grid of a study: samples × fields, edited like a spreadsheet. Owns no table: it reads values as they hold and
//! writes batches of curations. It must never change a cell that it could not read, and never more than what was asked.
//!
//! Start at [`load_grid`] and [`change_grid`]; `plan` makes cells of a change, `cells` reads them.

mod cells;
mod change;
mod export;
mod plan;
mod show;
mod titles;

pub use change::{GridJob, change_grid, preview_grid};
pub use export::export_grid;
pub use show::load_grid;
pub use titles::split_titles;

#[cfg(test)]
mod tests;
