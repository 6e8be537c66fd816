//! The second stage's examples: every value that a sample may have, with what speaks for and against it.

use super::contrast::Arm;
use super::implied::{Classes, Implied, kind};
use super::priors::Priors;
use super::sample::{Evidence, FieldSpec, Hit, Sample};
use super::terms::{TermNumber, Terms};
use rustc_hash::FxHashMap;

/// So many implied terms of each ontology are considered.
const MOST_IMPLIED: usize = 5;
/// Implied terms below this probability are not considered.
const LEAST_PROBABILITY: f32 = 0.005;
/// What siblings say is considered where this share of them says it.
const LEAST_SIBLINGS: f32 = 0.2;

/// One value that one sample may have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub term: TermNumber,
    pub kind: u8,
    /// Index into the sample's hits.
    pub hit: Option<usize>,
    /// [`COUNT`] numbers.
    pub features: Vec<f32>,
}

/// What is the same for all samples of a study.
pub(super) struct StudyView {
    /// Mean of what the texts imply.
    pub mean: Implied,
    /// The share of the samples in which a term was read, by term; ascending.
    pub shares: Vec<(TermNumber, f32)>,
}

/// What a field knows from training, as the candidates need it.
pub(super) struct FieldView<'a> {
    pub spec: &'a FieldSpec,
    pub classes: &'a Classes,
    pub priors: &'a Priors,
    pub exclusive: Option<TermNumber>,
}

impl StudyView {
    pub fn new(samples: &[Sample], implied: &[Implied], field: &FieldView, terms: &Terms) -> StudyView {
        let mut counts: FxHashMap<TermNumber, f32> = FxHashMap::default();
        for hit in samples.iter().flat_map(|sample| &sample.hits) {
            if kind(hit.term, &field.spec.prefixes, terms).is_some() {
                *counts.entry(hit.term).or_default() += 1.0;
            }
        }
        let all = samples.len().max(1) as f32;
        let mut shares: Vec<(TermNumber, f32)> = counts.into_iter().map(|(term, count)| (term, count / all)).collect();
        shares.sort_unstable_by_key(|(term, _)| *term);
        StudyView { mean: Implied::mean(implied, field.classes, field.spec.prefixes.len()), shares }
    }

    fn share(&self, term: TermNumber) -> f32 {
        self.shares.binary_search_by_key(&term, |(other, _)| *other).map_or(0.0, |at| self.shares[at].1)
    }
}

/// All candidates of a sample, by ontology.
pub(super) fn list(
    sample: &Sample,
    implied: &Implied,
    arm: Arm,
    study: &StudyView,
    field: &FieldView,
    terms: &Terms,
) -> Vec<Candidate> {
    let mut found: Vec<(u8, TermNumber, Option<usize>)> = Vec::new();
    let mut add = |term: TermNumber, hit: Option<usize>| {
        if let Some(kind) = kind(term, &field.spec.prefixes, terms)
            && !found.iter().any(|(_, other, _)| *other == term)
        {
            found.push((kind, term, hit));
        }
    };
    sample.hits.iter().enumerate().for_each(|(at, hit)| add(hit.term, Some(at)));
    study.shares.iter().filter(|(_, share)| *share >= LEAST_SIBLINGS).for_each(|(term, _)| add(*term, None));
    for kind in 0..field.spec.prefixes.len() {
        let mut best: Vec<(f32, usize)> = (0..field.classes.len())
            .filter(|class| usize::from(field.classes.kinds[*class]) == kind)
            .map(|class| (implied.probabilities[class].max(0.3 * study.mean.probabilities[class]), class))
            .filter(|(p, _)| *p >= LEAST_PROBABILITY)
            .collect();
        best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.iter().take(MOST_IMPLIED).for_each(|(_, class)| add(field.classes.terms[*class], None));
    }
    field.exclusive.into_iter().for_each(|term| add(term, None));
    found.sort_by_key(|(kind, _, _)| *kind);
    let mut all = Vec::with_capacity(found.len());
    for same in found.chunk_by(|a, b| a.0 == b.0) {
        describe(same, sample, implied, arm, study, field, terms, &mut all);
    }
    all
}

/// Length of [`Candidate::features`].
pub(super) const COUNT: usize = 33 + Arm::COUNT + Evidence::COUNT;

/// Log-odds, of certainty too.
pub(super) fn logit(p: f32) -> f32 {
    (p.max(1e-6) / (1.0 - p).max(1e-6)).ln()
}

/// Numbers of the candidates of one ontology; several compare a candidate with its rivals.
fn describe(
    same: &[(u8, TermNumber, Option<usize>)],
    sample: &Sample,
    implied: &Implied,
    other_arm: Arm,
    study: &StudyView,
    field: &FieldView,
    terms: &Terms,
    all: &mut Vec<Candidate>,
) {
    let hit = |at: &Option<usize>| -> Option<&Hit> { at.map(|at| &sample.hits[at]) };
    let kind = same[0].0;
    let closeness: Vec<f32> =
        same.iter().map(|(_, term, _)| implied.closeness(*term, kind, field.classes, terms)).collect();
    let study_closeness: Vec<f32> =
        same.iter().map(|(_, term, _)| study.mean.closeness(*term, kind, field.classes, terms)).collect();
    let priors: Vec<_> =
        same.iter().map(|(_, term, at)| field.priors.of(*term, hit(at).map(|h| h.place), terms)).collect();
    let hits: Vec<usize> = (0..same.len()).filter(|at| same[*at].2.is_some()).collect();
    let exclusive = field.exclusive.and_then(|term| field.classes.find(term));
    let of_arm = sample.hits.iter().find(|hit| Some(hit.term) == field.exclusive);
    let arm = of_arm.map_or(0.0, |hit| hit.evidence.chosen);
    let others = |at: usize, value: &dyn Fn(usize) -> f32, among_hits: bool| -> f32 {
        let all = 0..same.len();
        all.filter(|other| *other != at && (!among_hits || same[*other].2.is_some())).map(value).fold(0.0, f32::max)
    };
    for (at, (_, term, place)) in same.iter().enumerate() {
        let class = field.classes.find(*term);
        let p = class.map_or(0.0, |class| implied.probabilities[class]);
        let mean = class.map_or(0.0, |class| study.mean.probabilities[class]);
        let of_hits =
            |test: &dyn Fn(TermNumber) -> bool| hits.iter().filter(|h| **h != at && test(same[**h].1)).count() as f32;
        let below = of_hits(&|other| terms.is_ancestor(*term, other));
        let above = of_hits(&|other| terms.is_ancestor(other, *term));
        let agree = of_hits(&|other| terms.is_close(other, *term) || terms.is_close(*term, other));
        let evidence = hit(place).map(|hit| hit.evidence).unwrap_or_default();
        let own = evidence.prior * priors[at].place;
        let mut features = vec![
            logit(p),
            f32::from(class.is_some()),
            class.map_or(0.0, |class| field.classes.studies[class]),
            closeness[at],
            closeness[at] - others(at, &|other| closeness[other], false),
            logit(mean),
            study_closeness[at],
            study_closeness[at] - others(at, &|other| study_closeness[other], false),
            implied.mass[usize::from(kind)],
            p - others(at, &|other| field.classes.find(same[other].1).map_or(0.0, |c| implied.probabilities[c]), false),
            f32::from(place.is_some()),
            study.share(*term),
            priors[at].term,
            priors[at].term_trials,
            priors[at].lineage,
            priors[at].place,
            priors[at].term - others(at, &|other| priors[other].term, true),
            priors[at].place - others(at, &|other| priors[other].place, true),
            below,
            above,
            agree,
            hits.len() as f32,
            same.len() as f32,
            own - others(at, &|o| hit(&same[o].2).map_or(0.0, |h| h.evidence.prior) * priors[o].place, true),
            closeness[at] - others(at, &|other| closeness[other], true),
            terms.ancestors(*term).len() as f32,
            exclusive.map_or(0.0, |class| logit(implied.probabilities[class])),
            exclusive.map_or(0.0, |class| logit(study.mean.probabilities[class])),
            f32::from(field.exclusive == Some(*term)),
            evidence.chosen - others(at, &|o| hit(&same[o].2).map_or(0.0, |h| h.evidence.chosen), true),
            arm,
            evidence.prior - others(at, &|o| hit(&same[o].2).map_or(0.0, |h| h.evidence.prior), true),
            logit(closeness[at].min(1.0)) - logit(others(at, &|other| closeness[other], false).min(1.0)),
        ];
        features.extend(other_arm.numbers(field.exclusive == Some(*term)));
        features.extend(evidence.numbers());
        all.push(Candidate { term: *term, kind, hit: *place, features });
    }
}
