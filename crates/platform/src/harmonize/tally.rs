//! Counts of a dataset's values: by field the samples with an accepted value, those of them that no person accepted, and
//! those that wait for review.

use super::layers::Held;
use chorale_model::Fault;
use chorale_model::harmonize::Layer;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub samples: i64,
    pub fields: BTreeMap<String, Counts>,
}

/// Accepted, automatic, in review.
pub type Counts = [i64; 3];

impl Tally {
    /// The values of one sample: a field with several counts once, as its best one does.
    pub fn count(&mut self, values: &[Held]) {
        self.samples += 1;
        let mut best: BTreeMap<&str, Counts> = BTreeMap::new();
        for value in values {
            let counts = best.entry(&value.said.field).or_default();
            let now = match (value.said.accepted(), value.layer()) {
                (true, layer) => [1, i64::from(layer == Layer::Automatic), 0],
                (false, _) => [0, 0, 1],
            };
            if now[0] >= counts[0] {
                *counts = now;
            }
        }
        for (field, counts) in best {
            self.merge(field, counts);
        }
    }

    pub fn add(&mut self, other: Tally) {
        self.samples += other.samples;
        for (field, counts) in other.fields {
            self.merge(&field, counts);
        }
    }

    fn merge(&mut self, field: &str, counts: Counts) {
        if !self.fields.contains_key(field) {
            self.fields.insert(field.to_owned(), Counts::default());
        }
        if let Some(sum) = self.fields.get_mut(field) {
            sum.iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
        }
    }

    pub fn write(&self) -> Result<String, Fault> {
        serde_json::to_string(&self.fields).map_err(|e| Fault::internal("writing counts", e))
    }

    pub fn read(samples: i64, text: &str) -> Result<Tally, Fault> {
        let fields = serde_json::from_str(text).map_err(|e| Fault::internal("reading counts", e))?;
        Ok(Tally { samples, fields })
    }
}
