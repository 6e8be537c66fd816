//! Moving in: what an MLflow server, folder or database has (experiments, runs with whole histories, logged models, files, the
//! registry) comes here with its ids, so that links and notebooks find it. Owns no table: rows and marks are written by the
//! rooms they belong to. It must never change what it reads, nor read a file outside of the store's folders, and never
//! overwrite what stands here: an import that was killed goes on, and a second one changes nothing.
//!
//! Start at [`bring()`]; `found` says what a store tells, `store` opens the three kinds.

mod bring;
mod database;
mod folder;
mod found;
mod places;
mod server;
mod sources;
mod store;
mod summary;

pub use bring::bring;
pub use server::Credentials;
pub use store::Store;
pub use summary::{Counted, Left, Renamed, Summary};

#[cfg(test)]
mod tests;
