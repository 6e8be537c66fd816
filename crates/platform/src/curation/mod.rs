//! Curation: what people decide about harmonized values. Owns `curation_batches` and `curations`. It must never change
//! or delete what was decided, and never write what annotators say: a decision lies above that, and a batch of them is
//! taken back by one row. It does not know where values come from; harmonization lays decisions over its own.
//!
//! Start at [`record`] for a few decisions, at [`Draft`] for a job's many, which nobody sees before they are all there; [`overlay()`] says what holds of a field, [`revert_batch`] takes a batch back.

mod batches;
mod draft;
mod history;
mod overlay;
mod sql;
mod writing;

pub use batches::{list_batches, list_own, load_batch, revert_batch, revert_in};
pub use draft::{Draft, once};
pub use history::history;
pub use overlay::{Layered, overlay};
pub use writing::{Decision, NewBatch, add, discard_unfinished, open, record, record_and, record_with};

use crate::db::Target;
use crate::{Db, Tx, listeners};
use chorale_model::curation::Curation;
use chorale_model::{BatchId, DatasetId, Fault, OrganizationId, SampleId, Time};
use std::collections::HashMap;

/// A batch counts from now on, or no longer: what is derived from its samples' values is to be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    pub organization: OrganizationId,
    pub batch: BatchId,
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

/// Datasets that hold samples of a batch now.
pub async fn datasets_of<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    batch: BatchId,
) -> Result<Vec<DatasetId>, Fault> {
    sql::list_datasets(on, organization, batch).await
}

/// Whether a batch was applied or taken back at `since` or later: for who read values then and writes now what follows
/// from them.
pub async fn is_changed_since(tx: &mut Tx, organization: OrganizationId, since: Time) -> Result<bool, Fault> {
    sql::is_changed_since(tx, organization, since).await
}
