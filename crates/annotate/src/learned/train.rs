//! Training: both stages, each judged only on studies that it has not seen.

use super::Learned;
use super::candidates::{self, FieldView, StudyView};
use super::contrast::{self, Arm, Contrast};
use super::features::{Counts, FeatureOptions, Featurizer, Scratch};
use super::field::{FieldModel, Judged, NEVER, Scored, beside, sorted};
use super::implied::{Classes, Implied, kind};
use super::priors::Priors;
use super::ranker::Ranker;
use super::sample::{FieldSpec, Gold, Study, Verdict};
use super::terms::{TermNumber, Terms};
use chorale_learn::boost;
use chorale_learn::calibrate::Isotonic;
use chorale_learn::linear::{self, Classifier, Loss};
use chorale_learn::tfidf::Weights;
use chorale_learn::{Matrix, folds, tfidf};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// How a model is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainOptions {
    pub features: FeatureOptions,
    /// A term with fewer rows gets no model of its own; the dictionary can still find it.
    pub least_rows: usize,
    /// Samples of one study with the same values: as many are looked at, evenly chosen; their siblings repeat them.
    pub most_siblings: usize,
    pub linear: linear::Options,
    pub ranker: boost::Options,
    /// Parts into which groups, and terms, are split to get held-out examples for the second stage.
    pub folds: usize,
    /// Weights of the first stage below this are dropped.
    pub drop_below: f32,
    pub seed: u64,
    pub threads: usize,
}

impl Default for TrainOptions {
    fn default() -> TrainOptions {
        TrainOptions {
            features: FeatureOptions { min_documents: 3, pieces: false },
            least_rows: 3,
            most_siblings: 12,
            linear: linear::Options {
                loss: Loss::Logistic,
                c: 8.0,
                positive_weight: 2.0,
                tolerance: 0.1,
                passes: 10,
                ..Default::default()
            },
            ranker: boost::Options { trees: 60, depth: 4, rate: 0.1, min_leaf: 12.0, shrink: 3.0 },
            folds: 4,
            drop_below: 0.02,
            seed: 20,
            threads: 2,
        }
    }
}

/// A sample with what was decided about one field.
struct Row {
    study: usize,
    sample: usize,
    said: Said,
    /// How much it counts; 0 for what its siblings repeat.
    weight: f32,
}

/// What was decided about one field of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    /// Values that hold.
    golds: Vec<TermNumber>,
    /// Values that do not.
    wrongs: Vec<TermNumber>,
    /// There is none.
    nothing: bool,
}

impl Said {
    /// Whether it teaches what holds: a value, or that there is none. Who only rejects does not say what else it is.
    fn is_known(&self) -> bool {
        self.nothing || !self.golds.is_empty()
    }
}

/// What all fields share.
struct Shared<'a> {
    studies: &'a [Study<'a>],
    featurizer: &'a Featurizer,
    /// Of every labelled sample.
    counts: FxHashMap<(usize, usize), Counts>,
    terms: &'a Terms,
    options: &'a TrainOptions,
    /// The inner fold of each study.
    folds: Vec<usize>,
    goes_on: &'a dyn Fn() -> bool,
}

pub(super) fn train(
    studies: &[Study],
    gold: &[Gold],
    fields: &[FieldSpec],
    terms: &mut Terms,
    options: &TrainOptions,
    goes_on: &dyn Fn() -> bool,
) -> Option<Learned> {
    for id in fields.iter().filter_map(|field| field.exclusive.as_ref()) {
        terms.add(id);
    }
    let terms = &*terms;
    let labelled: FxHashSet<(usize, usize)> = gold.iter().map(|gold| (gold.study, gold.sample)).collect();
    let mut labelled: Vec<(usize, usize)> = labelled.into_iter().collect();
    labelled.sort_unstable();
    let samples = labelled.iter().map(|(study, sample)| &studies[*study].samples[*sample]);
    let featurizer = Featurizer::fit(samples.clone(), terms, options.features);
    let mut scratch = Scratch::default();
    let counts = samples.map(|sample| featurizer.counts(sample, terms, &mut scratch));
    let counts = labelled.iter().copied().zip(counts).collect();
    let groups: Vec<u64> = studies.iter().map(|study| study.group).collect();
    let folds = groups.iter().map(|group| folds::fold_of(*group, options.folds, options.seed ^ 0x5EED)).collect();
    let shared = Shared { studies, featurizer: &featurizer, counts, terms, options, folds, goes_on };
    let models = (0..fields.len())
        .map(|field| {
            let of_field = gold.iter().filter(|gold| gold.field == field);
            shared.field(&fields[field], &rows(of_field, options.most_siblings))
        })
        .collect::<Option<_>>()?;
    Some(Learned { featurizer, fields: models })
}

/// One row per sample with its values, weighted so that a study counts as the square root of what it has.
fn rows<'a>(gold: impl Iterator<Item = &'a Gold>, most_siblings: usize) -> Vec<Row> {
    let mut by_sample: BTreeMap<(usize, usize), Said> = BTreeMap::new();
    for gold in gold {
        let said = by_sample.entry((gold.study, gold.sample)).or_default();
        match gold.verdict {
            Verdict::Is => said.golds.push(gold.term),
            Verdict::IsNot => said.wrongs.push(gold.term),
            Verdict::Nothing => said.nothing = true,
        }
    }
    let mut alike: BTreeMap<(usize, Said), Vec<usize>> = BTreeMap::new();
    for ((study, sample), mut said) in by_sample {
        for terms in [&mut said.golds, &mut said.wrongs] {
            terms.sort_unstable();
            terms.dedup();
        }
        alike.entry((study, said)).or_default().push(sample);
    }
    let mut rows = Vec::new();
    for ((study, said), samples) in alike {
        let kept = samples.len().min(most_siblings);
        let weight = (samples.len() as f32).sqrt() / kept as f32;
        for (place, sample) in samples.iter().enumerate() {
            let is_kept = (place * kept) / samples.len() != ((place + 1) * kept) / samples.len();
            rows.push(Row { study, sample: *sample, said: said.clone(), weight: if is_kept { weight } else { 0.0 } });
        }
    }
    rows
}

/// What the first stage learned from some of the rows.
struct First {
    classes: Classes,
    model: Classifier,
    contrast: Option<Contrast>,
    priors: Priors,
}

/// What one field is trained from.
struct Material<'a> {
    rows: &'a [Row],
    weights: Weights,
    matrix: Matrix,
    /// By study: what sets its samples apart; and the rows of that. Only where one value stands for the other arm.
    apart: FxHashMap<usize, Vec<String>>,
    contrast: Option<contrast::Rows>,
    exclusive: Option<TermNumber>,
}

/// The second stage's examples.
#[derive(Default)]
struct Examples {
    values: Vec<f32>,
    outcomes: Vec<bool>,
    weights: Vec<f32>,
    folds: Vec<usize>,
}

impl Shared<'_> {
    fn field(&self, spec: &FieldSpec, rows: &[Row]) -> Option<FieldModel> {
        let exclusive = spec.exclusive.as_ref().and_then(|id| self.terms.find(id));
        let material = self.material(rows, exclusive);
        // Candidates of every row as a model sees them that has not seen the row's study.
        let mut held_out: Vec<(usize, Vec<candidates::Candidate>)> = Vec::new();
        for fold in 0..self.options.folds {
            if !(self.goes_on)() {
                return None;
            }
            let first = self
                .first(spec, &material, |row| self.folds[row.study] != fold && !self.is_hidden(row, fold, exclusive));
            let view = FieldView { spec, classes: &first.classes, priors: &first.priors, exclusive };
            let tested = rows.iter().enumerate().filter(|(_, row)| row.weight > 0.0 && self.folds[row.study] == fold);
            let tested: Vec<(usize, &Row)> = tested.collect();
            for of_study in tested.chunk_by(|a, b| a.1.study == b.1.study) {
                held_out.extend(self.candidates(of_study, &material, &first, &view));
            }
        }
        let first = self.first(spec, &material, |_| true);
        let view = FieldView { spec, classes: &first.classes, priors: &first.priors, exclusive };
        let examples = self.examples(rows, &held_out, &view);
        let ranker = examples.train(|_| true, &self.options.ranker);
        let (calibration, held_out, threshold, another) = self.calibrate(rows, &held_out, &examples, &view);
        let First { classes, model: implied, contrast, priors } = first;
        Some(FieldModel {
            spec: spec.clone(),
            weights: material.weights,
            classes,
            implied,
            contrast,
            priors,
            ranker,
            calibration,
            held_out,
            threshold,
            another,
        })
    }

    /// Whether the first stage of this part does not see the row, because one of its terms is hidden: every term is in one
    /// part, so that its rows there teach the second stage what a term is like that training never saw. Values without an
    /// ontology are a closed list, of which training has them all.
    fn is_hidden(&self, row: &Row, part: usize, exclusive: Option<TermNumber>) -> bool {
        let is_open = |term: TermNumber| Some(term) != exclusive && !self.terms.ancestors(term).is_empty();
        let part_of = |term| folds::fold_of(tfidf::hash(self.terms.id(term)), self.options.folds, self.options.seed);
        row.said.golds.iter().any(|gold| is_open(*gold) && part_of(*gold) == part)
    }

    fn matrix(&self, rows: &[Row], weights: &Weights) -> Matrix {
        let (mut matrix, mut entries) = (Matrix::new(self.featurizer.columns()), Vec::new());
        for row in rows {
            entries.clear();
            if row.weight > 0.0 {
                self.featurizer.weigh(&self.counts[&(row.study, row.sample)], weights, &mut entries);
            }
            matrix.push(&mut entries);
        }
        matrix
    }

    fn material<'r>(&self, rows: &'r [Row], exclusive: Option<TermNumber>) -> Material<'r> {
        let mut apart: FxHashMap<usize, Vec<String>> = FxHashMap::default();
        for row in rows.iter().filter(|_| exclusive.is_some()) {
            apart.entry(row.study).or_insert_with(|| contrast::texts(&self.studies[row.study].samples));
        }
        let contrast = exclusive.map(|_| {
            let texts: Vec<&str> = rows.iter().map(|row| apart[&row.study][row.sample].as_str()).collect();
            contrast::Rows::new(&texts, self.options.features.min_documents)
        });
        let weights = self.featurizer.weights(rows.iter().map(|row| &self.counts[&(row.study, row.sample)]));
        let matrix = self.matrix(rows, &weights);
        Material { rows, weights, matrix, apart, contrast, exclusive }
    }

    fn first(&self, spec: &FieldSpec, material: &Material, is_seen: impl Fn(&Row) -> bool) -> First {
        let rows = material.rows;
        let mut by_term: BTreeMap<TermNumber, (Vec<u32>, FxHashSet<usize>)> = BTreeMap::new();
        let seen = |row: &Row| row.weight > 0.0 && is_seen(row);
        let weight = |row: &Row| if seen(row) && row.said.is_known() { row.weight } else { 0.0 };
        let weights: Vec<f32> = rows.iter().map(weight).collect();
        let mut priors = Priors::default();
        let mut of_study: FxHashMap<usize, f32> = FxHashMap::default();
        rows.iter().filter(|row| seen(row)).for_each(|row| *of_study.entry(row.study).or_default() += 1.0);
        for (number, row) in rows.iter().enumerate().filter(|(_, row)| seen(row)) {
            for gold in &row.said.golds {
                let (numbers, studies) = by_term.entry(*gold).or_default();
                numbers.push(number as u32);
                studies.insert(row.study);
            }
            for hit in &self.studies[row.study].samples[row.sample].hits {
                let of = kind(hit.term, &spec.prefixes, self.terms);
                if of.is_some_and(|of| self.is_judged(row, of, hit.term, &spec.prefixes)) {
                    let right = self.is_right(row, hit.term);
                    priors.add(hit.term, hit.place, right, 1.0 / of_study[&row.study], self.terms);
                }
            }
        }
        by_term.retain(|_, (rows, _)| rows.len() >= self.options.least_rows);
        let found = by_term.iter().map(|(term, (_, studies))| (*term, (studies.len() as f32).ln_1p())).collect();
        let positives: Vec<Vec<u32>> = by_term.into_values().map(|(rows, _)| rows).collect();
        let options = linear::Options { seed: self.options.seed, threads: self.options.threads, ..self.options.linear };
        let model = linear::train(&material.matrix, &positives, &weights, &options, self.options.drop_below);
        let contrast = material.contrast.as_ref().zip(material.exclusive).map(|(table, other)| {
            let numbers = rows.iter().enumerate().filter(|(_, row)| seen(row) && row.said.golds.contains(&other));
            let others = numbers.map(|(number, _)| number as u32).collect();
            table.train(others, &weights, &options, self.options.drop_below)
        });
        First { classes: Classes::new(found, &spec.prefixes, self.terms), model, contrast, priors }
    }

    /// Candidates of rows of one study; what its other samples say counts too.
    fn candidates(
        &self,
        of_study: &[(usize, &Row)],
        material: &Material,
        first: &First,
        view: &FieldView,
    ) -> Vec<(usize, Vec<candidates::Candidate>)> {
        let study = &self.studies[of_study[0].1.study];
        let kinds = view.spec.prefixes.len();
        let (mut scratch, mut entries) = (Scratch::default(), Vec::new());
        let mut implied: FxHashMap<usize, Implied> = FxHashMap::default();
        let step = study.samples.len().div_ceil(2 * self.options.most_siblings).max(1);
        let every = (0..study.samples.len()).step_by(step).chain(of_study.iter().map(|(_, row)| row.sample));
        for sample in every {
            implied.entry(sample).or_insert_with(|| {
                let counts = self.featurizer.counts(&study.samples[sample], self.terms, &mut scratch);
                self.featurizer.weigh(&counts, &material.weights, &mut entries);
                Implied::new(&first.model, &first.classes, kinds, &entries)
            });
        }
        let mut sorted: Vec<(&usize, &Implied)> = implied.iter().collect();
        sorted.sort_unstable_by_key(|(sample, _)| **sample);
        let all: Vec<Implied> = sorted.into_iter().map(|(_, implied)| implied.clone()).collect();
        let seen = StudyView::new(&study.samples, &all, view, self.terms);
        let arms = first.contrast.as_ref().map(|contrast| {
            contrast.arms(&study.samples, &material.apart[&of_study[0].1.study], view.spec, self.terms)
        });
        of_study
            .iter()
            .map(|(number, row)| {
                let sample = &study.samples[row.sample];
                let arm = arms.as_ref().map_or(Arm::default(), |arms| arms[row.sample]);
                (*number, candidates::list(sample, &implied[&row.sample], arm, &seen, view, self.terms))
            })
            .collect()
    }

    fn is_right(&self, row: &Row, term: TermNumber) -> bool {
        row.said.golds.iter().any(|gold| self.terms.is_close(term, *gold))
    }

    /// A value of an ontology of which the row has none is neither right nor wrong, unless it was rejected.
    fn is_judged(&self, row: &Row, of: u8, term: TermNumber, prefixes: &[String]) -> bool {
        let said = &row.said;
        said.nothing
            || said.wrongs.contains(&term)
            || said.golds.iter().any(|gold| kind(*gold, prefixes, self.terms) == Some(of))
    }

    fn is_candidate_judged(&self, row: &Row, candidate: &candidates::Candidate, view: &FieldView) -> bool {
        self.is_judged(row, candidate.kind, candidate.term, &view.spec.prefixes)
    }

    fn examples(&self, rows: &[Row], held_out: &[(usize, Vec<candidates::Candidate>)], view: &FieldView) -> Examples {
        let mut examples = Examples::default();
        for (number, list) in held_out {
            let row = &rows[*number];
            for candidate in list.iter().filter(|candidate| self.is_candidate_judged(row, candidate, view)) {
                examples.values.extend(&candidate.features);
                examples.outcomes.push(self.is_right(row, candidate.term));
                examples.weights.push(row.weight);
                examples.folds.push(self.folds[row.study]);
            }
        }
        examples
    }

    /// Calibrates what would be proposed, ranked by trees that have not seen its study either.
    fn calibrate(
        &self,
        rows: &[Row],
        held_out: &[(usize, Vec<candidates::Candidate>)],
        examples: &Examples,
        view: &FieldView,
    ) -> (Isotonic, Vec<Judged>, f32, f32) {
        let rankers: Vec<Ranker> =
            (0..self.options.folds).map(|fold| examples.train(|other| other != fold, &self.options.ranker)).collect();
        let mut best: Vec<(f32, f32, f32)> = Vec::new();
        let mut others: Vec<(f32, bool, f32)> = Vec::new();
        for (number, list) in held_out {
            let row = &rows[*number];
            let ranker = &rankers[self.folds[row.study]];
            // Of a row that only rejects, the best of all candidates is wrong or nobody knows.
            let only_rejects = !row.said.is_known();
            let judged = list.iter().filter(|candidate| only_rejects || self.is_candidate_judged(row, candidate, view));
            let scored: Vec<Scored> = judged.map(|c| (ranker.decide(&c.features), c.clone())).collect();
            // Only what would be proposed first: the greatest of several scores is more often too great than each is.
            for same in sorted(scored).chunk_by(|a, b| a.1.kind == b.1.kind) {
                let (score, candidate) = &same[0];
                if only_rejects {
                    if row.said.wrongs.contains(&candidate.term) {
                        best.push((*score, 0.0, row.weight));
                    }
                    continue;
                }
                best.push((*score, f32::from(self.is_right(row, candidate.term)), row.weight));
                let beside = beside(same, view, self.terms);
                others.extend(beside.map(|(odds, other)| (*odds, self.is_right(row, other.term), row.weight)));
            }
        }
        let calibration = Isotonic::fit(&best);
        let falling = |all: Vec<(f32, bool, f32)>| -> Vec<Judged> {
            let judged = |(odds, is_right, weight)| Judged { score: calibration.apply(odds), is_right, weight };
            let mut all: Vec<Judged> = all.into_iter().map(judged).collect();
            all.sort_by(|a, b| b.score.total_cmp(&a.score));
            all
        };
        let judged = falling(best.iter().map(|(odds, y, weight)| (*odds, *y > 0.5, *weight)).collect());
        let threshold = best_threshold(&judged);
        let another = best_another(&judged, threshold, &falling(others));
        (calibration, judged, threshold, another)
    }
}

/// The score from which on proposals are taken for the greatest F1, when every row has one value.
fn best_threshold(falling: &[Judged]) -> f32 {
    let all: f32 = falling.iter().map(|one| one.weight).sum();
    let (mut right, mut taken, mut best) = (0.0_f32, 0.0_f32, (0.0_f32, 0.0_f32));
    for one in falling {
        right += if one.is_right { one.weight } else { 0.0 };
        taken += one.weight;
        let f1 = 2.0 * right / (taken + all);
        if f1 >= best.0 {
            best = (f1, one.score);
        }
    }
    best.1
}

/// The score from which on values beside the best one are taken for the greatest F1, when the best ones are from
/// `threshold` on; [`NEVER`] where that is to take none. The best of several scores says how likely it is that the best is
/// right, so that those behind it are right less often than they say.
fn best_another(falling: &[Judged], threshold: f32, others: &[Judged]) -> f32 {
    let weight = |all: &[Judged], counts: &dyn Fn(&Judged) -> bool| -> f32 {
        all.iter().filter(|one| counts(one)).map(|one| one.weight).sum()
    };
    let all = weight(falling, &|_| true);
    let first = &falling[..falling.partition_point(|one| one.score >= threshold)];
    let (mut right, mut taken) = (weight(first, &|one| one.is_right), weight(first, &|_| true));
    let f1 = |right: f32, taken: f32| 2.0 * right / (taken + all);
    let mut best = (f1(right, taken), NEVER);
    for (place, one) in others.iter().enumerate() {
        right += if one.is_right { one.weight } else { 0.0 };
        taken += one.weight;
        let ends_tie = others.get(place + 1).is_none_or(|next| next.score < one.score);
        if ends_tie && f1(right, taken) > best.0 {
            best = (f1(right, taken), one.score);
        }
    }
    best.1
}

impl Examples {
    fn train(&self, is_seen: impl Fn(usize) -> bool, options: &boost::Options) -> Ranker {
        let weights: Vec<f32> =
            self.weights.iter().zip(&self.folds).map(|(w, fold)| if is_seen(*fold) { *w } else { 0.0 }).collect();
        Ranker::train(&self.values, &self.outcomes, &weights, options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beside_the_best_are_taken_only_where_they_help() {
        let judged = |score, is_right| Judged { score, is_right, weight: 1.0 };
        let best = [judged(0.9, true), judged(0.8, true), judged(0.7, false), judged(0.2, false)];
        let helpful = [judged(0.8, true), judged(0.6, true), judged(0.5, false), judged(0.4, false)];
        assert_eq!(best_another(&best, 0.5, &helpful), 0.6);
        // One score is taken as a whole: a tie with more that is wrong is not worth it.
        let tied = [judged(0.6, true), judged(0.6, false), judged(0.6, false), judged(0.6, false)];
        assert_eq!(best_another(&best, 0.5, &tied), NEVER);
        assert_eq!(best_another(&best, 0.5, &[]), NEVER);
    }
}
