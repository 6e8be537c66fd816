//! A release: every term of one version of one ontology, checked against itself. Made by [`crate::read()`].
//!
//! What always holds: ids are unique, `is_a` alone has no cycle, a parent that a term names exists here or is told and
//! left out of closures.

use crate::closure::Closure;
use crate::cycle;
use crate::draft::Draft;
use crate::problem::{Error, Problems};
use crate::read::Format;
use crate::term::{Relation, Term};
use rustc_hash::FxHashMap;

/// The place of a term in its release.
pub type Place = u32;

/// From a term to a parent in the same release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    pub relation: Relation,
    pub to: Place,
    /// 1, or more where the file leaves out the terms between.
    pub length: u16,
}

#[derive(Clone, Debug)]
pub struct Release {
    /// What the source says of itself: `releases/2023-06-22`. Only OBO and Cellosaurus do; for others it is empty, and who
    /// knows it from the file's name sets it.
    pub version: String,
    pub format: Format,
    /// Of the file as it was given, in hexadecimal.
    pub sha256: String,
    pub terms: Vec<Term>,
    pub problems: Problems,
    places: FxHashMap<String, Place>,
    parents: Vec<Vec<Step>>,
}

impl Release {
    /// Checks a draft: duplicates are merged into the first, unknown parents are told, a cycle of `is_a` through one of
    /// the ontology's own terms refuses it.
    pub(crate) fn new(mut draft: Draft, format: Format, sha256: String) -> Result<Release, Error> {
        draft.trim();
        if draft.terms.is_empty() {
            return Err(Error::new(0, "the file holds no terms; is it the ontology that you meant?"));
        }
        let (lines, terms) = draft.merge();
        let Draft { version, prefix, mut problems, .. } = draft;
        let places = terms.iter().map(|term| term.id.clone()).zip(0..).collect();
        let mut parents = resolve(&terms, &lines, &places, &mut problems);
        let prefix = prefix.unwrap_or_else(|| commonest_prefix(&terms));
        cycle::cut(&terms, &lines, &prefix, &mut parents, &mut problems)?;
        Ok(Release { version, format, sha256, terms, problems, places, parents })
    }

    pub fn find(&self, id: &str) -> Option<&Term> {
        self.place(id).map(|place| &self.terms[place as usize])
    }

    pub fn place(&self, id: &str) -> Option<Place> {
        self.places.get(id).copied()
    }

    /// The steps up from a term that stay inside this release.
    pub fn parents(&self, of: Place) -> &[Step] {
        &self.parents[of as usize]
    }

    /// Ancestors and descendants over `relations`.
    ///
    /// # Errors
    /// More ancestors than memory should be spent on.
    pub fn closure(&self, relations: &[Relation]) -> Result<Closure, Error> {
        let followed = |steps: &Vec<Step>| {
            let followed = steps.iter().filter(|step| relations.contains(&step.relation));
            followed.copied().collect::<Vec<Step>>()
        };
        let steps: Vec<Vec<Step>> = self.parents.iter().map(followed).collect();
        Closure::new(steps.iter().map(Vec::as_slice))
    }

    /// What replaces an obsolete term, followed to a term that is in use; none where nothing does, or in a circle.
    pub fn replacement(&self, id: &str) -> Option<&Term> {
        let mut term = self.find(id)?;
        for _ in 0..self.terms.len().min(32) {
            if !term.obsolete {
                return Some(term);
            }
            term = self.find(term.replaced_by.as_deref()?)?;
        }
        None
    }
}

fn commonest_prefix(terms: &[Term]) -> String {
    let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
    for term in terms {
        *counts.entry(term.prefix()).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(prefix, count)| (*count, *prefix))
        .map_or_else(String::new, |(prefix, _)| prefix.to_owned())
}

fn resolve(
    terms: &[Term],
    lines: &[u64],
    places: &FxHashMap<String, Place>,
    problems: &mut Problems,
) -> Vec<Vec<Step>> {
    let mut all = Vec::with_capacity(terms.len());
    for (term, line) in terms.iter().zip(lines) {
        let mut found = Vec::with_capacity(term.parents.len());
        for parent in &term.parents {
            match places.get(&parent.id) {
                Some(place) if terms[*place as usize].id == term.id => {
                    problems
                        .push(*line, format!("{} is its own {}; that is left out", term.id, parent.relation.name()));
                }
                Some(place) => found.push(Step { relation: parent.relation, to: *place, length: parent.steps.max(1) }),
                None => problems.push(
                    *line,
                    format!(
                        "{} {} {}, which this file does not define; the step is left out of its ancestors",
                        term.id,
                        parent.relation.name(),
                        parent.id
                    ),
                ),
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|step| (step.relation, step.to));
        all.push(found);
    }
    all
}
