//! Care of the whole: backup and restore of a deployment, export and erasure of an organization, the
//! sweep of objects that nothing uses. Owns no table; it is
//! the one room that knows every table of a tenant, in `tables`, and a test holds that list to the schema.
//! Must never be needed for daily work.

mod backup;
mod erase;
mod export;
mod postgres;
mod restore;
mod sweep;
mod tables;
mod unused;

pub use backup::{BackupReport, backup};
pub use erase::{EraseJob, erase_organization};
pub use export::{ExportJob, export_organization, open_export};
pub use restore::{RestoreReport, restore};
pub use sweep::{SweepObjects, SweepReport, UnusedObject, preview_sweep, sweep_objects};

#[cfg(test)]
mod tests;
