//! The catalog: collections, datasets with their immutable versions, samples and files. Owns the tables of
//! `0003_catalog.sql` and `0006_unused_objects.sql`. It must never edit what a source said, never show a version that is not whole, and never show
//! another organization's rows except those of shared collections; only the owner writes.
//!
//! Start at [`list_datasets`] and [`load_dataset`] to read, at [`publish()`] to write, at [`changes_after`] for
//! whoever derives something from the catalog.

/// The one predicate of visibility, on a collection `c`: one's own (`$1` is the asking organization) or shared.
/// Every statement that reads for a person joins the collection and says this. `= true` lets SQLite take the index of
/// shared collections; the bare column scans those of every organization.
macro_rules! visible {
    () => {
        "(c.organization = $1 or c.shared = true)"
    };
}

mod changes;
mod collections;
mod csv_file;
mod cursor;
mod datasets;
mod files;
mod hits;
mod index_feed;
mod keys;
mod named;
mod objects;
mod publish;
mod relations;
mod samples;
mod sql;
mod stage;
mod sweep;
mod values;
mod version;

pub use changes::{Change, Listeners, SHARED_FEED, changes_after, last_change, number_change, record_change};
pub use collections::{
    create_collection, find_collection_by_name, list_collections, load_collection, share_collection, update_collection,
};
pub use csv_file::{csv_cell, export_samples};
pub use datasets::{
    delete_dataset, find_dataset_by_accession, find_series, list_datasets, list_versions, load_dataset, load_version,
};
pub use files::{list_files, open_file, open_values, values_preview};
pub use hits::{Visible, dataset_hits, sample_hits, visible_collections};
pub use index_feed::{
    IndexCollection, IndexDataset, IndexSample, LeftSample, collection_for_index, dataset_for_index, feeds,
    samples_around, samples_for_index, samples_left, shared_samples,
};
pub use keys::is_public_accession;
pub use named::{NamedSample, named_samples, samples_by_accession};
pub use objects::{REMOVAL_GRACE, keep_object, renew_object};
pub use publish::{publish, recount};
pub use samples::{list_samples, list_samples_by_id, load_sample};
pub use sweep::{SWEEP, Sweep, discard_unfinished};
pub use version::{
    Mode, NewSample, NewSource, NewValues, NewVersion, Published, SampleEntry, SampleSource, Series, Span,
};

#[cfg(test)]
pub use sweep::count_unpublished;
