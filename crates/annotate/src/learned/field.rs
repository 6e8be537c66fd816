//! What was learned for one field: the models of both stages, the calibration, and what it costs to be sure.

use super::candidates::{self, Candidate, FieldView, StudyView};
use super::contrast::{self, Arm, Contrast};
use super::features::{Counts, Featurizer};
use super::implied::{Classes, Implied};
use super::priors::Priors;
use super::ranker::Ranker;
use super::sample::{FieldSpec, Sample};
use super::terms::{TermNumber, Terms};
use chorale_learn::artifact::{Damaged, Reader, Writer};
use chorale_learn::calibrate::Isotonic;
use chorale_learn::linear::Classifier;
use chorale_learn::tfidf::Weights;

/// More than any score.
pub(super) const NEVER: f32 = 2.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldModel {
    pub spec: FieldSpec,
    /// What each feature weighs among the field's rows.
    pub weights: Weights,
    pub classes: Classes,
    pub implied: Classifier,
    /// Where a value stands for the other arm of a comparison.
    pub contrast: Option<Contrast>,
    pub priors: Priors,
    pub ranker: Ranker,
    pub calibration: Isotonic,
    /// Best candidates of rows that neither stage had seen, by falling score.
    pub held_out: Vec<Judged>,
    pub threshold: f32,
    /// A value beside the best one is taken from this score on, where a sample may have several.
    pub another: f32,
}

/// A proposal for a row that neither stage had seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Judged {
    /// Calibrated.
    pub score: f32,
    pub is_right: bool,
    /// What the row counts.
    pub weight: f32,
}

/// A value for one field of one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Index into the fields that were trained.
    pub field: usize,
    pub term: TermNumber,
    /// Calibrated: nine in ten of those with 0.9 are right.
    pub score: f32,
    /// How likely it is that the sample has a value of this ontology at all, as far as the text implies it.
    pub applies: f32,
    /// Index into the sample's hits, where the dictionary read it there.
    pub hit: Option<usize>,
    pub runner_up: Option<(TermNumber, f32)>,
}

/// A candidate with the ranker's log-odds: their order is finer than that of calibrated scores, which have ties.
pub(super) type Scored = (f32, Candidate);

impl FieldModel {
    pub fn view(&self, terms: &Terms) -> FieldView<'_> {
        let exclusive = self.spec.exclusive.as_ref().and_then(|id| terms.find(id));
        FieldView { spec: &self.spec, classes: &self.classes, priors: &self.priors, exclusive }
    }

    /// Proposals for every sample of a study; `counts` are their features.
    pub fn propose(
        &self,
        field: usize,
        samples: &[Sample],
        features: (&Featurizer, &[Counts]),
        terms: &Terms,
        to: &mut [Vec<Proposal>],
    ) {
        let view = self.view(terms);
        self.each(samples, features, terms, |number, implied, scored| {
            choose(scored, &self.calibration, self.another, &view, terms, |score, candidate, runner_up| {
                let applies = implied.mass[usize::from(candidate.kind)].min(1.0);
                let hit = candidate.hit;
                to[number].push(Proposal { field, term: candidate.term, score, applies, hit, runner_up });
            });
        });
    }

    /// Every candidate of one sample of a study with its calibrated score, the likeliest first.
    pub fn rank(
        &self,
        number: usize,
        samples: &[Sample],
        features: (&Featurizer, &[Counts]),
        terms: &Terms,
    ) -> Vec<(TermNumber, f32)> {
        let mut ranked = Vec::new();
        self.each(samples, features, terms, |of, _, mut scored| {
            if of == number {
                scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.term.cmp(&b.1.term)));
                ranked = scored.iter().map(|(odds, one)| (one.term, self.calibration.apply(*odds))).collect();
            }
        });
        ranked
    }

    /// The scored candidates of each sample.
    fn each(
        &self,
        samples: &[Sample],
        (featurizer, counts): (&Featurizer, &[Counts]),
        terms: &Terms,
        mut found: impl FnMut(usize, &Implied, Vec<Scored>),
    ) {
        let view = self.view(terms);
        let kinds = self.spec.prefixes.len();
        let mut row = Vec::new();
        let implied = counts.iter().map(|counts| {
            featurizer.weigh(counts, &self.weights, &mut row);
            Implied::new(&self.implied, &self.classes, kinds, &row)
        });
        let implied: Vec<Implied> = implied.collect();
        let study = StudyView::new(samples, &implied, &view, terms);
        let arms = self.contrast.as_ref().map_or_else(
            || vec![Arm::default(); samples.len()],
            |contrast| contrast.arms(samples, &contrast::texts(samples), &self.spec, terms),
        );
        for (number, ((sample, implied), arm)) in samples.iter().zip(&implied).zip(arms).enumerate() {
            let scored: Vec<Scored> = candidates::list(sample, implied, arm, &study, &view, terms)
                .into_iter()
                .map(|candidate| (self.ranker.decide(&candidate.features), candidate))
                .collect();
            found(number, implied, scored);
        }
    }

    pub fn write(&self, to: &mut Writer, terms: &Terms) {
        to.text(&self.spec.name);
        to.list(&self.spec.prefixes, |to, prefix| to.text(prefix));
        to.u32(self.spec.several.into());
        to.text(self.spec.exclusive.as_deref().unwrap_or_default());
        self.weights.write(to);
        self.classes.write(to, terms);
        self.implied.write(to);
        to.u32(self.contrast.is_some().into());
        if let Some(contrast) = &self.contrast {
            contrast.write(to);
        }
        self.priors.write(to, terms);
        self.ranker.write(to);
        self.calibration.write(to);
        to.list(&self.held_out, |to, one| {
            to.f32(one.score);
            to.u32(one.is_right.into());
            to.f32(one.weight);
        });
        to.f32(self.threshold);
        to.f32(self.another);
    }

    pub fn read(from: &mut Reader<'_>, featurizer: &Featurizer, terms: &mut Terms) -> Result<FieldModel, Damaged> {
        let (name, prefixes, several) = (from.text()?, from.list(|from| from.text())?, from.u32()? != 0);
        let exclusive = Some(from.text()?).filter(|id| !id.is_empty());
        if let Some(id) = &exclusive {
            terms.add(id);
        }
        let weights = Weights::read(from)?;
        if weights.columns() != featurizer.columns() {
            let (has, of) = (weights.columns(), featurizer.columns());
            return Err(Damaged(format!("field {name:?} has weights of {has} features, of which there are {of}")));
        }
        let classes = Classes::read(from, &prefixes, terms)?;
        let implied = Classifier::read(from)?;
        let contrast = if from.u32()? == 0 { None } else { Some(Contrast::read(from)?) };
        if implied.classes() != classes.len() {
            return Err(Damaged(format!(
                "field {name:?} has {} terms and {} models",
                classes.len(),
                implied.classes()
            )));
        }
        let priors = Priors::read(from, terms)?;
        let (ranker, calibration) = (Ranker::read(from)?, Isotonic::read(from)?);
        let held_out =
            from.list(|from| Ok(Judged { score: from.f32()?, is_right: from.u32()? != 0, weight: from.f32()? }))?;
        let spec = FieldSpec { name, prefixes, several, exclusive };
        Ok(FieldModel {
            spec,
            weights,
            classes,
            implied,
            contrast,
            priors,
            ranker,
            calibration,
            held_out,
            threshold: from.f32()?,
            another: from.f32()?,
        })
    }
}

/// The best candidate of each ontology, and others beside it from the score `another` on; with the runner-up.
pub(super) fn choose(
    scored: Vec<Scored>,
    calibration: &Isotonic,
    another: f32,
    field: &FieldView,
    terms: &Terms,
    mut take: impl FnMut(f32, &Candidate, Option<(TermNumber, f32)>),
) {
    for same in sorted(scored).chunk_by(|a, b| a.1.kind == b.1.kind) {
        let (odds, best) = &same[0];
        let runner_up = same.get(1).map(|(odds, c)| (c.term, calibration.apply(*odds)));
        take(calibration.apply(*odds), best, runner_up);
        for (odds, candidate) in beside(same, field, terms) {
            let score = calibration.apply(*odds);
            if score >= another {
                take(score, candidate, None);
            }
        }
    }
}

/// What a sample may have beside the best candidate of one ontology: no kind of it, and nothing beside a value that
/// excludes others.
pub(super) fn beside<'s>(
    same: &'s [Scored],
    field: &FieldView,
    terms: &Terms,
) -> impl Iterator<Item = &'s Scored> + use<'s> {
    let mut taken: Vec<TermNumber> = same.first().map(|(_, best)| best.term).into_iter().collect();
    let mut others = Vec::new();
    if field.spec.several && !taken.iter().any(|term| field.exclusive == Some(*term)) {
        for one in &same[1..] {
            let term = one.1.term;
            let is_kin = taken.iter().any(|t| terms.is_close(*t, term) || terms.is_close(term, *t));
            if field.exclusive != Some(term) && !is_kin {
                taken.push(term);
                others.push(one);
            }
        }
    }
    others.into_iter()
}

/// By ontology, the best first.
pub(super) fn sorted(mut scored: Vec<Scored>) -> Vec<Scored> {
    scored.sort_by(|a, b| a.1.kind.cmp(&b.1.kind).then(b.0.total_cmp(&a.0)).then(a.1.term.cmp(&b.1.term)));
    scored
}
