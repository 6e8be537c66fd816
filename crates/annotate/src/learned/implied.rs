//! The first stage: for every term with enough examples, how far the text implies it.

use super::terms::{TermNumber, Terms};
use chorale_learn::artifact::{Damaged, Reader, Writer};
use chorale_learn::linear::{Classifier, sigmoid};
use rustc_hash::FxHashMap;

/// The terms of one field that have a model, and which of them are close to a term.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Classes {
    pub terms: Vec<TermNumber>,
    /// Natural logarithm of 1 + the number of studies with the term.
    pub studies: Vec<f32>,
    /// The ontology of each: a number that the field gives it.
    pub kinds: Vec<u8>,
    by_term: FxHashMap<TermNumber, u16>,
    /// Classes that stand one or two steps below a term.
    below: FxHashMap<TermNumber, Vec<u16>>,
}

impl Classes {
    pub fn new(found: Vec<(TermNumber, f32)>, prefixes: &[String], terms: &Terms) -> Classes {
        let mut classes = Classes::default();
        for (term, studies) in found {
            let class = classes.terms.len() as u16;
            classes.by_term.insert(term, class);
            for up in terms.near_ancestors(term) {
                classes.below.entry(up).or_default().push(class);
            }
            classes.terms.push(term);
            classes.studies.push(studies);
            classes.kinds.push(kind(term, prefixes, terms).unwrap_or(u8::MAX));
        }
        classes
    }

    pub fn len(&self) -> usize {
        self.terms.len()
    }

    pub fn find(&self, term: TermNumber) -> Option<usize> {
        self.by_term.get(&term).map(|class| usize::from(*class))
    }

    /// Calls `each` with every class to which a prediction of `term` would be close, each once.
    pub fn close(&self, term: TermNumber, terms: &Terms, mut each: impl FnMut(usize)) {
        if let Some(class) = self.find(term) {
            each(class);
        }
        for (up, _) in terms.ancestors(term) {
            if let Some(class) = self.find(*up) {
                each(class);
            }
        }
        for class in self.below.get(&term).into_iter().flatten() {
            each(usize::from(*class));
        }
    }

    pub fn write(&self, to: &mut Writer, terms: &Terms) {
        let both: Vec<(TermNumber, f32)> = self.terms.iter().copied().zip(self.studies.iter().copied()).collect();
        to.list(&both, |to, (term, studies)| {
            to.text(terms.id(*term));
            to.f32(*studies);
        });
    }

    /// Terms that no installed release has any more are added without ancestors: they can still be implied.
    pub fn read(from: &mut Reader<'_>, prefixes: &[String], terms: &mut Terms) -> Result<Classes, Damaged> {
        let found = from.list(|from| Ok((terms.add(&from.text()?), from.f32()?)))?;
        Ok(Classes::new(found, prefixes, terms))
    }
}

/// The place of a term's prefix among the field's.
pub(super) fn kind(term: TermNumber, prefixes: &[String], terms: &Terms) -> Option<u8> {
    let prefix = terms.prefix(term);
    prefixes.iter().position(|other| other == prefix).map(|at| at as u8)
}

/// Probabilities of all classes of one sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Implied {
    pub probabilities: Vec<f32>,
    /// The sum over the classes of each ontology.
    pub mass: Vec<f32>,
}

impl Implied {
    pub fn new(model: &Classifier, classes: &Classes, kinds: usize, row: &[(u32, f32)]) -> Implied {
        let mut probabilities = Vec::new();
        model.decide(row, &mut probabilities);
        probabilities.iter_mut().for_each(|score| *score = sigmoid(*score));
        Implied::of(probabilities, classes, kinds)
    }

    fn of(probabilities: Vec<f32>, classes: &Classes, kinds: usize) -> Implied {
        let mut mass = vec![1e-6; kinds];
        for (p, kind) in probabilities.iter().zip(&classes.kinds) {
            if let Some(sum) = mass.get_mut(usize::from(*kind)) {
                *sum += p;
            }
        }
        Implied { probabilities, mass }
    }

    /// The mean over the samples of a study.
    pub fn mean(all: &[Implied], classes: &Classes, kinds: usize) -> Implied {
        let mut sum = vec![0.0; classes.len()];
        for one in all {
            sum.iter_mut().zip(&one.probabilities).for_each(|(sum, p)| *sum += p);
        }
        sum.iter_mut().for_each(|sum| *sum /= all.len().max(1) as f32);
        Implied::of(sum, classes, kinds)
    }

    /// The share of the ontology's mass to which `term` would be close.
    pub fn closeness(&self, term: TermNumber, kind: u8, classes: &Classes, terms: &Terms) -> f32 {
        let mut sum = 0.0;
        classes.close(term, terms, |class| {
            if classes.kinds[class] == kind {
                sum += self.probabilities[class];
            }
        });
        sum / self.mass[usize::from(kind)]
    }
}
