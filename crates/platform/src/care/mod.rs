//! Care of the whole: backup and restore of a deployment, export and erasure of an organization. Owns no table; it is
//! the one room that knows every table of a tenant, in `tables`, and a test holds that list to the schema.
//! Must never be needed for daily work.

mod backup;
mod erase;
mod export;
mod restore;
mod tables;

pub use backup::{BackupReport, backup};
pub use erase::{EraseJob, erase_organization};
pub use export::{ExportJob, export_organization, open_export};
pub use restore::{RestoreReport, restore};

#[cfg(test)]
mod tests;
