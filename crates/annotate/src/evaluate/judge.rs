//! Exact and close precision, recall and F1. Exact: the same id. Close: the same term, a descendant of the gold term, or its
//! ancestor at most two steps up. Precision counts predictions on samples that have gold for the field in that source, of
//! the gold terms' own ontologies; recall counts gold rows.

use crate::learned::Terms;
use chorale_learn::bootstrap::{self, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// A gold label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldRow {
    pub accession: String,
    pub source: String,
    pub field: String,
    pub term: String,
}

/// What a system says of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    pub accession: String,
    pub field: String,
    pub term: String,
    pub score: f32,
}

/// Counts of one block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub samples: u32,
    /// Samples without a prediction.
    pub empty: u32,
    pub predictions: u32,
    pub golds: u32,
    /// Predictions that are gold terms, and so gold terms that were predicted.
    pub exact: u32,
    pub close_predictions: u32,
    pub close_golds: u32,
}

/// Tallies by block, ascending.
pub type Blocks = BTreeMap<u64, Tally>;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub samples: u32,
    pub no_prediction: f64,
    pub exact_precision: f64,
    pub exact_recall: f64,
    pub exact_f1: f64,
    pub close_precision: f64,
    pub close_recall: f64,
    pub close_f1: f64,
}

impl Tally {
    /// Adds another, `times` over.
    pub fn add(&mut self, other: &Tally, times: u32) {
        self.samples += times * other.samples;
        self.empty += times * other.empty;
        self.predictions += times * other.predictions;
        self.golds += times * other.golds;
        self.exact += times * other.exact;
        self.close_predictions += times * other.close_predictions;
        self.close_golds += times * other.close_golds;
    }

    pub fn figures(&self) -> Figures {
        let share = |part: u32, all: u32| f64::from(part) / f64::from(all.max(1));
        let f1 = |p: f64, r: f64| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        let (ep, er) = (share(self.exact, self.predictions), share(self.exact, self.golds));
        let (cp, cr) = (share(self.close_predictions, self.predictions), share(self.close_golds, self.golds));
        Figures {
            samples: self.samples,
            no_prediction: share(self.empty, self.samples),
            exact_precision: ep,
            exact_recall: er,
            exact_f1: f1(ep, er),
            close_precision: cp,
            close_recall: cr,
            close_f1: f1(cp, cr),
        }
    }
}

/// Of one sample: its gold terms and what was predicted of the same ontologies, each term once.
pub(super) struct Judged<'a> {
    pub accession: &'a str,
    pub golds: BTreeSet<&'a str>,
    pub predictions: BTreeMap<&'a str, f32>,
}

/// The samples that have gold of a source and field.
pub(super) fn judged<'a>(
    gold: &'a [GoldRow],
    predicted: &'a [Predicted],
    source: &str,
    field: &str,
) -> Vec<Judged<'a>> {
    let mut samples: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in gold.iter().filter(|row| row.source == source && row.field == field) {
        samples.entry(&row.accession).or_default().insert(&row.term);
    }
    let mut by_sample: BTreeMap<&str, BTreeMap<&str, f32>> = BTreeMap::new();
    for one in predicted.iter().filter(|one| one.field == field) {
        let Some(golds) = samples.get(one.accession.as_str()) else { continue };
        if golds.iter().any(|gold| prefix(gold) == prefix(&one.term)) {
            let score = by_sample.entry(&one.accession).or_default().entry(&one.term).or_insert(one.score);
            *score = score.max(one.score);
        }
    }
    samples
        .into_iter()
        .map(|(accession, golds)| Judged {
            accession,
            golds,
            predictions: by_sample.remove(accession).unwrap_or_default(),
        })
        .collect()
}

fn prefix(id: &str) -> &str {
    id.split(':').next().unwrap_or_default()
}

/// Whether a prediction counts as right in the close figures.
pub fn is_close(predicted: &str, gold: &str, terms: &Terms) -> bool {
    let both = terms.find(predicted).zip(terms.find(gold));
    predicted == gold || both.is_some_and(|(predicted, gold)| terms.is_close(predicted, gold))
}

/// Judges one source and field, by blocks of accession numbers.
pub fn judge(gold: &[GoldRow], predicted: &[Predicted], source: &str, field: &str, terms: &Terms) -> Blocks {
    judge_by(gold, predicted, (source, field), terms, super::block)
}

/// The same by blocks of the caller's own.
pub fn judge_by(
    gold: &[GoldRow],
    predicted: &[Predicted],
    (source, field): (&str, &str),
    terms: &Terms,
    block_of: impl Fn(&str) -> u64,
) -> Blocks {
    let mut blocks = Blocks::new();
    for sample in judged(gold, predicted, source, field) {
        let (golds, predictions) = (&sample.golds, &sample.predictions);
        let tally = blocks.entry(block_of(sample.accession)).or_default();
        tally.samples += 1;
        tally.empty += u32::from(predictions.is_empty());
        tally.predictions += predictions.len() as u32;
        tally.golds += golds.len() as u32;
        tally.exact += golds.iter().filter(|gold| predictions.contains_key(*gold)).count() as u32;
        let right = |predicted: &str| golds.iter().any(|gold| is_close(predicted, gold, terms));
        tally.close_predictions += predictions.keys().filter(|predicted| right(predicted)).count() as u32;
        let found = |gold: &str| predictions.keys().any(|predicted| is_close(predicted, gold, terms));
        tally.close_golds += golds.iter().filter(|gold| found(gold)).count() as u32;
    }
    blocks
}

/// Everything together.
pub(super) fn total(blocks: &Blocks) -> Tally {
    let mut sum = Tally::default();
    blocks.values().for_each(|tally| sum.add(tally, 1));
    sum
}

/// A figure with its 95% interval over resampled blocks.
pub fn interval(blocks: &Blocks, figure: impl Fn(&Figures) -> f64, rounds: usize, seed: u64) -> Interval {
    let tallies: Vec<Tally> = blocks.values().copied().collect();
    bootstrap::percentile(tallies.len(), rounds, 0.95, seed, |drawn| figure(&drawn_sum(&tallies, drawn).figures()))
}

/// How much greater a figure is of `a` than of `b`, on the same draws of the same blocks.
pub fn difference(a: &Blocks, b: &Blocks, figure: impl Fn(&Figures) -> f64, rounds: usize, seed: u64) -> Interval {
    let both: Vec<(Tally, Tally)> =
        a.iter().map(|(block, tally)| (*tally, b.get(block).copied().unwrap_or_default())).collect();
    let (a, b): (Vec<Tally>, Vec<Tally>) = both.into_iter().unzip();
    bootstrap::percentile(a.len(), rounds, 0.95, seed, |drawn| {
        figure(&drawn_sum(&a, drawn).figures()) - figure(&drawn_sum(&b, drawn).figures())
    })
}

fn drawn_sum(tallies: &[Tally], drawn: &[u32]) -> Tally {
    let mut sum = Tally::default();
    tallies.iter().zip(drawn).for_each(|(tally, times)| sum.add(tally, *times));
    sum
}

impl Figures {
    /// Of all blocks together.
    pub fn of(blocks: &Blocks) -> Figures {
        total(blocks).figures()
    }
}
