//! What the samples of one dataset are annotated with.

use crate::catalog::{IndexDataset, IndexSample};
use crate::harmonize::decide::{Fields, decide};
use crate::harmonize::engine::Engine;
use crate::harmonize::tally::Tally;
use crate::harmonize::{items, stored};
use chorale_annotate::Item;
use chorale_model::catalog::Sibling;
use chorale_model::{Fault, SampleId};
use std::sync::Arc;
use uuid::Uuid;

/// The dataset in which a sample is annotated, where several hold it: the one that speaks of the fewest others.
pub fn home(datasets: &[Sibling]) -> Option<&Sibling> {
    datasets.iter().min_by_key(|of| (of.samples, &of.accession, &of.platform, of.id))
}

/// What the samples of a dataset are annotated with.
pub struct Ground {
    pub dataset: IndexDataset,
    pub engine: Arc<Engine>,
    pub fields: Arc<Fields>,
}

pub struct Batch {
    pub rows: Vec<(SampleId, Uuid, String)>,
    pub tally: Tally,
    pub read: i64,
}

impl Ground {
    /// Samples of one dataset together; those that are at home elsewhere are read for their siblings' sake alone.
    pub fn annotate(&self, samples: &[IndexSample]) -> Result<Batch, Fault> {
        let all: Vec<Item> = samples.iter().map(items::sample_item).collect();
        let suggested = self.engine.annotator.annotate(&items::study(&self.dataset), &all);
        let mut batch =
            Batch { rows: Vec::with_capacity(samples.len()), tally: Tally::default(), read: samples.len() as i64 };
        for ((sample, item), suggested) in samples.iter().zip(&all).zip(suggested) {
            if home(&sample.datasets).is_some_and(|home| home.id != self.dataset.id) {
                continue;
            }
            let submitted = items::submitted(sample, &self.engine.library, |release| self.fields.field_of(release));
            let values = decide(&self.fields, &self.engine.library, item, suggested, submitted);
            batch.tally.count(&values);
            batch.rows.push((sample.id, sample.version, stored::write(&values)?));
        }
        Ok(batch)
    }

    /// What the series' own text says.
    pub fn stated(&self) -> Result<String, Fault> {
        let item = items::series_item(&self.dataset);
        let alone = chorale_annotate::Study::default();
        let suggested = self.engine.annotator.annotate(&alone, std::slice::from_ref(&item));
        let suggested = suggested.into_iter().next().unwrap_or_default();
        stored::write(&decide(&self.fields, &self.engine.library, &item, suggested, Vec::new()))
    }
}
