//! The library: every pinned release prepared together, for whatever asks what a name means. One artifact holds it, so
//! that a worker has half a million names at hand in a moment: the artifact's file is mapped, never copied.
//!
//! Owns the terms of all releases by [`TermRef`], their ancestors and descendants, the dictionary for texts and the
//! look-up for forms. It never changes: another version of an ontology is another library.
//!
//! Releases carry copies of each other's terms. A term is at home in the release whose name is its id's prefix (`MONDO`
//! for `MONDO:0007256`, whatever the case), where that is installed and has it; else in the first that has it. Only there
//! do the dictionary and the search name it, and [`Library::find`] gives it from there; the copies are reached by
//! [`Library::find_in`]. Ancestors and descendants are those of the release that a [`TermRef`] names.
//!
//! Start at [`Library::build`], at [`Library::find`], at [`Library::open`].

mod artifact;
mod build;
mod columns;
mod finder;

pub use artifact::{LAYOUT, pack, unpack};

use crate::closure::Closure;
use crate::dictionary::Dictionary;
use crate::lookup::Lookup;
use crate::numbers::Numbers;
use crate::problem::Error;
use crate::read::Format;
use crate::release::{Place, Release, Step};
use crate::term::{FactKind, Relation, Scope, Term};
use columns::Columns;
use finder::{Finder, Sought};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// A term of a library: the number of its release among [`Library::pins`], and its place there. It means nothing in
/// another library; keep ids, not these.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermRef {
    pub release: u16,
    pub place: Place,
}

/// Which file a release was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub name: String,
    /// What the source says of itself; may be empty.
    pub version: String,
    /// Of the file as it was given, in hexadecimal.
    pub sha256: String,
    pub format: Format,
    pub terms: u32,
    pub obsolete: u32,
    /// Labels and synonyms of the terms in use.
    pub names: u32,
}

/// A term that was searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub term: TermRef,
    /// The name that matched: the label, a synonym or the id.
    pub name: String,
    /// Higher is better; only good for comparing within one answer.
    pub score: f32,
}

#[derive(Debug, Default)]
pub struct Library {
    pins: Vec<Pin>,
    /// Terms have one number over all releases: `starts[r]..starts[r + 1]` are those of release r.
    starts: Vec<u32>,
    columns: Columns,
    closure: Closure,
    /// By term, `u32::MAX` for none.
    replacements: Numbers<u32>,
    finder: Finder,
    dictionary: Dictionary,
    lookup: Lookup,
}

impl Library {
    /// From releases with the names they are installed under.
    ///
    /// # Errors
    /// A name that is empty or given twice; more than 4 GiB of text.
    pub fn build(releases: Vec<(String, Release)>) -> Result<Library, Error> {
        build::build(releases)
    }

    /// What it was made from, in the order of [`TermRef::release`].
    pub fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// The term with this id, from its home; a term that had it once (`alt_id`) where none has it.
    pub fn find(&self, id: &str) -> Option<TermRef> {
        let prefix = id.split([':', '_']).next().unwrap_or_default();
        let home = self.release(prefix);
        let others = (0..self.pins.len() as u16).filter(|release| Some(*release) != home);
        let (sought, mut former) = (Sought::new(id), None);
        for release in home.into_iter().chain(others) {
            match self.finder.find(&self.columns, release, sought) {
                Some((term, true)) => return Some(self.at(term)),
                Some((term, false)) => former = former.or(Some(term)),
                None => {}
            }
        }
        former.map(|term| self.at(term))
    }

    /// The same in one release, by its name in any case.
    pub fn find_in(&self, release: &str, id: &str) -> Option<TermRef> {
        let (term, _) = self.finder.find(&self.columns, self.release(release)?, Sought::new(id))?;
        Some(self.at(term))
    }

    /// The number of a release, by its name in any case.
    pub fn release(&self, name: &str) -> Option<u16> {
        self.pins.iter().position(|pin| pin.name.eq_ignore_ascii_case(name)).map(|number| number as u16)
    }

    pub fn id(&self, term: TermRef) -> &str {
        self.columns.ids.get(self.index(term))
    }

    pub fn label(&self, term: TermRef) -> &str {
        self.columns.labels.get(self.index(term))
    }

    pub fn definition(&self, term: TermRef) -> &str {
        self.columns.definitions.get(self.index(term))
    }

    pub fn synonyms(&self, term: TermRef) -> impl Iterator<Item = (&str, Scope)> {
        self.columns.synonyms(self.index(term))
    }

    pub fn is_obsolete(&self, term: TermRef) -> bool {
        self.columns.obsolete[self.index(term)] != 0
    }

    /// What to use instead of an obsolete term, followed to one that is in use, in whatever release; none for a term in
    /// use, and where nothing replaces it.
    pub fn replacement(&self, term: TermRef) -> Option<TermRef> {
        let replacement = self.replacements[self.index(term)];
        (replacement != u32::MAX).then(|| self.at(replacement))
    }

    /// The whole card.
    pub fn term(&self, term: TermRef) -> Term {
        let index = self.index(term);
        self.columns.term(index, self.closure.parents(index as Place))
    }

    /// What the term implies: a cell line its donor's sex, a drug its structure.
    pub fn facts(&self, term: TermRef, kind: FactKind) -> Vec<&str> {
        self.columns.facts(self.index(term), kind).collect()
    }

    pub fn parents(&self, term: TermRef) -> Vec<(Relation, TermRef)> {
        self.steps(self.closure.parents(self.index(term) as Place))
    }

    pub fn children(&self, term: TermRef) -> Vec<(Relation, TermRef)> {
        self.steps(self.closure.children(self.index(term) as Place))
    }

    /// Ancestors over is_a, part_of and develops_from with the number of steps, nearest first.
    pub fn ancestors(&self, term: TermRef) -> impl Iterator<Item = (TermRef, u16)> {
        let start = self.starts[usize::from(term.release)];
        self.closure
            .ancestors(self.index(term) as Place)
            .map(move |(to, steps)| (TermRef { release: term.release, place: to - start }, steps))
    }

    /// Descendants with the number of steps, nearest first.
    pub fn descendants(&self, term: TermRef) -> Vec<(TermRef, u16)> {
        let found = self.closure.descendants(self.index(term) as Place).into_iter();
        found.map(|(to, steps)| (self.at(to), steps)).collect()
    }

    /// Whether `term` is `ancestor` or lies below it.
    pub fn is_a(&self, term: TermRef, ancestor: TermRef) -> bool {
        self.distance(term, ancestor).is_some()
    }

    /// Steps from `term` up to `ancestor`; 0 for itself. Where they are of two releases, the steps are those of `term`'s
    /// release to its copy of `ancestor`.
    pub fn distance(&self, term: TermRef, ancestor: TermRef) -> Option<u16> {
        let mut to = self.index(ancestor) as Place;
        if term.release != ancestor.release {
            to = self.finder.find(&self.columns, term.release, Sought::new(self.id(ancestor)))?.0;
        }
        self.closure.distance(self.index(term) as Place, to)
    }

    /// One way to the term from a root, for showing: the root first, the term last. It goes over is_a where it can.
    pub fn path(&self, term: TermRef) -> Vec<TermRef> {
        let mut path = Vec::new();
        let mut seen = FxHashSet::default();
        let mut next = Some(self.index(term) as Place);
        while let Some(at) = next {
            path.push(at);
            seen.insert(at);
            // Steps are sorted with is_a first. One back into the path would go round for ever.
            next = self.closure.parents(at).map(|step| step.to).find(|to| !seen.contains(to));
        }
        path.into_iter().rev().map(|term| self.at(term)).collect()
    }

    /// Every name in use, for finding in texts; [`crate::dictionary::Name`] holds the parts of a [`TermRef`].
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The best `limit` terms for a few typed letters, among those that `accept` lets through; `weight` gives a term that
    /// is used often a head start (its number of samples, say), `most` at most. A term's id may be typed as well.
    pub fn search(
        &self,
        typed: &str,
        limit: usize,
        accept: impl Fn(TermRef) -> bool,
        weight: impl Fn(TermRef) -> u64,
        most: u64,
    ) -> Vec<Hit> {
        let at = |release, place| TermRef { release, place };
        let by_id = self.find(typed.trim()).filter(|term| accept(*term));
        let found = self.lookup.search(
            typed,
            limit,
            |release, place| Some(at(release, place)) != by_id && accept(at(release, place)),
            |release, place| weight(at(release, place)),
            most,
        );
        let best = found.first().map_or(0.0, |first| first.score);
        let by_id = by_id.map(|term| Hit { term, name: self.id(term).to_owned(), score: best + 1.0 });
        let named = found.into_iter().map(|one| {
            let term = at(one.release, one.term);
            let name = self.columns.name(self.index(term), one.name).unwrap_or_default().to_owned();
            Hit { term, name, score: one.score }
        });
        by_id.into_iter().chain(named).take(limit).collect()
    }

    fn steps(&self, steps: impl Iterator<Item = Step>) -> Vec<(Relation, TermRef)> {
        steps.map(|step| (step.relation, self.at(step.to))).collect()
    }

    /// The number of a term over all releases.
    ///
    /// # Panics
    /// With a reference into another library.
    fn index(&self, term: TermRef) -> usize {
        let release = usize::from(term.release);
        let index = self.starts[release] as usize + term.place as usize;
        assert!(index < self.starts[release + 1] as usize, "{term:?} is a term of another library");
        index
    }

    fn at(&self, index: u32) -> TermRef {
        let release = self.starts.partition_point(|start| *start <= index) - 1;
        TermRef { release: release as u16, place: index - self.starts[release] }
    }
}
