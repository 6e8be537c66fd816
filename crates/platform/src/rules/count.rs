//! The keys of one dataset's samples, counted while they are read.

use super::key::{is_mapped, key_of, plain_key};
use super::matching::Place;
use super::sql::KeyRow;
use crate::harmonize::ReadSample;
use crate::review::Said;
use chorale_model::Fault;
use chorale_model::rules::KeyExample;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Distinct values that are counted under a key; more are told as so many.
const DISTINCT: usize = 5_000;
/// Of them, those that are kept.
const EXAMPLES: usize = 8;
/// Letters of one of them.
const LETTERS: usize = 80;
/// Keys of one dataset: a table that has more is no table of attributes.
const KEYS: usize = 5_000;

#[derive(Default)]
struct Counts {
    samples: i64,
    values: HashMap<String, i64>,
    /// By field, samples of which an annotator read something under the key.
    reads: BTreeMap<String, i64>,
}

/// By key.
#[derive(Default)]
pub struct Keys(HashMap<String, Counts>);

impl Keys {
    pub fn add(&mut self, sample: &ReadSample, place: &Place) {
        let mut seen = HashSet::new();
        for (key, value) in sample.attributes.iter().map(key_of) {
            if value.is_empty() || !is_mapped(&key) || (self.0.len() >= KEYS && !self.0.contains_key(&key)) {
                continue;
            }
            let counts = self.0.entry(key.clone()).or_default();
            counts.samples += i64::from(seen.insert(key));
            let value: String = value.chars().take(LETTERS).collect();
            if counts.values.len() < DISTINCT || counts.values.contains_key(&value) {
                *counts.values.entry(value).or_default() += 1;
            }
        }
        let mut read = HashSet::new();
        for value in sample.values.iter().filter(|value| value.evidence.is_some()) {
            let key = plain_key(&Said::of(&sample.attributes, value, &place.accession).attribute);
            if read.insert((key.clone(), value.field.as_str()))
                && let Some(counts) = self.0.get_mut(&key)
            {
                *counts.reads.entry(value.field.clone()).or_default() += 1;
            }
        }
    }

    pub fn rows(self) -> Result<Vec<KeyRow>, Fault> {
        let text = |value: serde_json::Result<String>| value.map_err(|e| Fault::internal("writing attribute keys", e));
        let row = |(key, counts): (String, Counts)| {
            let distinct_values = i64::try_from(counts.values.len()).unwrap_or(i64::MAX);
            Ok(KeyRow {
                key,
                samples: counts.samples,
                distinct_values,
                examples: text(serde_json::to_string(&commonest(counts.values)))?,
                reads: text(serde_json::to_string(&counts.reads))?,
            })
        };
        self.0.into_iter().map(row).collect()
    }
}

/// The commonest values, most samples first.
pub fn commonest(values: impl IntoIterator<Item = (String, i64)>) -> Vec<KeyExample> {
    let mut all: Vec<KeyExample> = values.into_iter().map(|(words, samples)| KeyExample { words, samples }).collect();
    all.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.words.cmp(&b.words)));
    all.truncate(EXAMPLES);
    all
}
