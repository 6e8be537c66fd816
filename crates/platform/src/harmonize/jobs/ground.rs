//! What the samples of one dataset are annotated with.

use crate::catalog::{IndexDataset, IndexSample};
use crate::harmonize::decide::{Fields, decide};
use crate::harmonize::engine::Engine;
use crate::harmonize::items;
use crate::harmonize::layers::held;
use crate::harmonize::stored::{self, Stored};
use crate::harmonize::tally::Tally;
use chorale_annotate::{Item, Suggestion};
use chorale_model::catalog::Sibling;
use chorale_model::curation::Curation;
use chorale_model::{DatasetId, Fault, SampleId};
use std::collections::{BTreeSet, HashMap};
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
    /// Other datasets that hold one of the samples.
    pub siblings: BTreeSet<DatasetId>,
}

impl Ground {
    /// Samples of one dataset together, with what people decided, and with what was said of them before where a field is on
    /// hold; those that are at home elsewhere are read for their siblings' sake alone.
    pub fn annotate(
        &self,
        samples: &[IndexSample],
        curations: &HashMap<SampleId, Vec<Curation>>,
        before: &HashMap<SampleId, Vec<Stored>>,
    ) -> Result<Batch, Fault> {
        let mut batch = Batch {
            rows: Vec::with_capacity(samples.len()),
            tally: Tally::default(),
            read: samples.len() as i64,
            siblings: BTreeSet::new(),
        };
        for (sample, values) in samples.iter().zip(self.values(samples)) {
            batch.siblings.extend(sample.datasets.iter().map(|of| of.id).filter(|id| *id != self.dataset.id));
            let Some(mut values) = values else { continue };
            if let Some(before) = before.get(&sample.id) {
                self.fields.keep_accepted(&mut values, before);
            }
            batch.rows.push((sample.id, sample.version, stored::write(&values)?));
            // What people decided lies over it, and counts.
            batch.tally.count(&held(values, curations.get(&sample.id)));
        }
        Ok(batch)
    }

    /// What is kept of each sample; none of those that are at home elsewhere.
    pub fn values(&self, samples: &[IndexSample]) -> Vec<Option<Vec<Stored>>> {
        let all: Vec<Item> = samples.iter().map(items::sample_item).collect();
        let suggested = self.engine.annotator.annotate(&items::study(&self.dataset), &all);
        let of = |((sample, item), suggested): ((&IndexSample, &Item), Vec<Suggestion>)| {
            if home(&sample.datasets).is_some_and(|home| home.id != self.dataset.id) {
                return None;
            }
            let submitted = items::submitted(sample, &self.engine.library, |release| self.fields.field_of(release));
            Some(decide(&self.fields, &self.engine.library, item, suggested, submitted))
        };
        samples.iter().zip(&all).zip(suggested).map(of).collect()
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
