//! Harmonization: from what a source said to values that mean the same everywhere. Owns the fields of collections, the
//! values that annotators found, and their counts over time. It must never change what a source said, and never show a
//! value without its state, score, method and version.
//!
//! An annotator is a model of the registry over the ontologies in use, or the dictionary alone. Start at [`annotate()`]
//! for texts of anybody's, at [`AnnotateJob`] for the catalog's samples; `decide` says what is kept of what an annotator
//! suggests.

mod annotate;
mod coverage;
mod decide;
mod engine;
mod fields;
mod following;
mod genes;
mod history;
mod holds;
mod items;
mod jobs;
mod layers;
mod likely;
mod pins;
mod preview;
mod reading;
mod rules;
mod sql;
mod stored;
mod sums;
mod tally;
mod training;
mod upgrade;
mod values;

pub use annotate::annotate;
pub use coverage::coverage;
pub use decide::{SCORE_REASONS, takes_term};
pub use engine::{ARTIFACT, MODEL, annotator_of, trained_name};
pub use fields::{
    Read, Reader, change_fields, check_value, default_fields, field_thresholds, fields_of, update_fields,
};
pub use following::{Follower, Unseen, catch_up, follow, followed, seen, unfollow, unseen};
pub use history::sample_layers;
pub use holds::{hold, list_holds, release};
pub use jobs::{
    ANNOTATE, AnnotateJob, RecountJob, after_change, curated, ontologies_changed, promoted, start_annotation,
};
pub use likely::{Likely, describe, likely, named};
pub use pins::dataset_pins;
pub use preview::preview_version;
pub use reading::{ReadSample, organizations, read_samples, values_of};
pub use training::{
    DECISIONS, Ground, Material, TAUGHT, TaughtLabel, TaughtRow, TaughtStudy, evaluate, is_held_out, ontology_pins,
    train,
};
pub use upgrade::{UpgradeJob, preview_upgrade, start_upgrade};
pub use values::{
    IndexValue, dataset_overview, dataset_values, list_sample_values, sample_values, values_for_index,
    values_of_samples,
};

use crate::{Ctx, Listeners, Tx};
use chorale_model::Fault;
use futures::future::BoxFuture;
use std::sync::atomic::AtomicU64;

/// The annotators that this process has loaded, and who hears when the values of a feed's samples changed.
#[derive(Default)]
pub struct State {
    engines: engine::Engines,
    listeners: Listeners<str>,
    /// Batches that were counted since this process began.
    recounts: AtomicU64,
}

impl State {
    /// `hear` gets the transaction, the context and the feed.
    #[must_use]
    pub fn with<F>(mut self, hear: F) -> Self
    where
        F: for<'t> Fn(&'t mut Tx, &'t Ctx, &'t str) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync + 'static,
    {
        self.listeners = self.listeners.with(hear);
        self
    }

    async fn tell(&self, tx: &mut Tx, ctx: &Ctx, feed: &str) -> Result<(), Fault> {
        self.listeners.tell(tx, ctx, feed).await
    }
}

#[cfg(test)]
pub(crate) mod tests;
