//! Curation: what people decide about harmonized values. Owns `curation_batches` with their parts and events, `curations`
//! and their withdrawals. It must never change
//! or delete what was decided, and never write what annotators say: a decision lies above that, and a batch of them is
//! taken back by one row. It does not know where values come from; harmonization lays decisions over its own.
//!
//! Start at [`record`] for a few decisions, at [`Draft`] for a job's many, which nobody sees before they are all there; [`overlay()`] says what holds of a field, [`revert_batch`] takes a batch back.

mod batches;
mod draft;
mod history;
mod overlay;
mod sql;
mod taking_back;
mod writing;

pub use batches::{batch_summary, list_batches, list_changes, list_own, list_people, load_batch};
pub use draft::{Draft, once};
pub use history::history;
pub use overlay::{Layered, overlay};
pub use taking_back::{restore_batch, restore_decision, revert_batch, revert_decision, revert_in};
pub use writing::{Decision, NewBatch, add, discard_unfinished, open, record, record_and, record_with};

use crate::db::Target;
use crate::{Db, Tx, listeners};
use chorale_model::curation::{Batch, Curation};
use chorale_model::{BatchId, CollectionId, DatasetId, Fault, OrganizationId, SampleId, Time};
use std::collections::HashMap;

/// A batch counts from now on, or no longer: what is derived from its samples' values is to be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    pub organization: OrganizationId,
    pub batch: BatchId,
    pub what: Change,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Applied,
    TakenBack,
    PutBack,
    /// What it decided about one field of a sample counts no longer, or again.
    One,
}

/// Who hears of it.
pub type Listeners = listeners::Listeners<Changed>;

/// What people decided about samples and did not take back, in the order in which it counts; for the platform's own
/// work. Where nobody decided anything it costs one row.
pub async fn of_samples(
    db: &Db,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<Curation>>, Fault> {
    if samples.is_empty() || !sql::is_any_applied(db, organization).await? {
        return Ok(HashMap::new());
    }
    sql::list_standing(db, organization, samples).await
}

/// Samples behind one that people decided about, of a collection or of all; for the platform's own work.
pub async fn decided_samples(
    db: &Db,
    organization: OrganizationId,
    collection: Option<CollectionId>,
    after: SampleId,
    limit: i64,
) -> Result<Vec<SampleId>, Fault> {
    sql::list_decided(db, organization, collection, after, limit).await
}

/// Everything that was decided about samples, in the order in which it came to count; what was taken back too.
pub async fn all_of_samples(
    db: &Db,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<Curation>>, Fault> {
    sql::list_all(db, organization, samples).await
}

/// A batch that was applied, for the platform's own work.
pub async fn find_batch<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    batch: BatchId,
) -> Result<Option<Batch>, Fault> {
    sql::find_batch(on, organization, batch).await
}

/// Datasets that hold samples of a batch now.
pub async fn datasets_of<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    batch: BatchId,
) -> Result<Vec<DatasetId>, Fault> {
    sql::list_datasets(on, organization, batch).await
}

/// Datasets with samples about which somebody decided something that counts.
pub async fn decided_datasets(db: &Db, organization: OrganizationId) -> Result<Vec<DatasetId>, Fault> {
    sql::list_decided_datasets(db, organization).await
}

/// Decisions that came to count after a moment and were not taken back, and the samples that they settled.
pub async fn count_decided(db: &Db, organization: OrganizationId, after: Time) -> Result<(i64, i64), Fault> {
    sql::count_decided(db, organization, after).await
}

/// Whether a batch was applied or taken back at `since` or later: for who read values then and writes now what follows
/// from them.
pub async fn is_changed_since(tx: &mut Tx, organization: OrganizationId, since: Time) -> Result<bool, Fault> {
    sql::is_changed_since(tx, organization, since).await
}

#[cfg(test)]
mod tests;
