//! Steps between terms, and the ancestors and descendants that they lead to.
//!
//! Ancestors are asked for at every match in a text, so they lie ready: as a list where a term has several ways up. Where
//! it has one (all of NCBI's taxonomy, whose lists would take gigabytes) they are the way itself. Descendants are asked
//! for by people, and are gathered on demand.

mod artifact;
mod rows;

use crate::numbers::Numbers;
use crate::problem::Error;
use crate::release::{Place, Step};
use rows::Rows;

/// More ancestors than all ontologies that people publish have together; ladders of steps could have without end.
const MOST_ANCESTORS: usize = 1 << 24;

/// Every ancestor of every term with its distance. A term is no ancestor of itself.
#[derive(Clone, Debug, Default)]
pub struct Closure {
    parents: Rows<Step>,
    children: Rows<Step>,
    /// Of terms that are not in `chains`.
    ancestors: Rows<(Place, u16)>,
    /// Terms from which there is one way up.
    chains: Numbers<u8>,
}

impl Closure {
    /// From the steps of each term.
    ///
    /// # Errors
    /// More ancestors than memory should be spent on.
    pub(crate) fn new<'a>(parents: impl Iterator<Item = &'a [Step]>) -> Result<Closure, Error> {
        let mut rows = Rows::default();
        parents.for_each(|steps| rows.push(steps.iter().copied()));
        let mut closure =
            Closure { children: turned(&rows), chains: chains(&rows).into(), parents: rows, ..Closure::default() };
        let mut walk = Walk::new(closure.len());
        for place in 0..closure.len() as Place {
            let list = if closure.is_chain(place) { Vec::new() } else { walk.from(place, &closure.parents) };
            closure.ancestors.push(list.into_iter());
            if closure.ancestors.count() > MOST_ANCESTORS {
                return Err(Error::new(
                    0,
                    "the terms have more than 16 million ancestors together, which no sound ontology has; leave it out",
                ));
            }
        }
        closure.ancestors.shrink();
        Ok(closure)
    }

    /// How many terms.
    pub fn len(&self) -> usize {
        self.chains.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }

    /// Steps up, those over is_a first.
    pub fn parents(&self, of: Place) -> impl ExactSizeIterator<Item = Step> {
        self.parents.get(of)
    }

    /// Steps down: `to` is the child.
    pub fn children(&self, of: Place) -> impl ExactSizeIterator<Item = Step> {
        self.children.get(of)
    }

    fn is_chain(&self, place: Place) -> bool {
        self.chains[place as usize] != 0
    }

    /// Ancestors, nearest first, with the number of steps.
    pub fn ancestors(&self, of: Place) -> impl Iterator<Item = (Place, u16)> + '_ {
        let mut next = self.is_chain(of).then_some((of, 0_u16));
        let chain = std::iter::from_fn(move || {
            let (at, distance) = next?;
            next = self.parents.get(at).next().map(|step| (step.to, distance.saturating_add(step.length)));
            next
        });
        self.ancestors.get(of).chain(chain)
    }

    /// Descendants, nearest first, with the number of steps.
    pub fn descendants(&self, of: Place) -> Vec<(Place, u16)> {
        Walk::new(self.len()).from(of, &self.children)
    }

    /// Steps from `term` up to `ancestor`; 0 for itself.
    pub fn distance(&self, term: Place, ancestor: Place) -> Option<u16> {
        if term == ancestor {
            return Some(0);
        }
        self.ancestors(term).find(|(place, _)| *place == ancestor).map(|(_, distance)| distance)
    }
}

/// Lists that the next walk finds there; few ontologies are deeper, and a chain without end leaves none behind.
const LISTS_KEPT: usize = 32;

/// A walk over steps, nearest first. Most steps have length 1, but not all: terms wait in a list for each distance.
struct Walk {
    /// A bit for each term; all of them 0 between walks.
    seen: Vec<u64>,
    waiting: Vec<Vec<Place>>,
}

impl Walk {
    fn new(length: usize) -> Walk {
        Walk { seen: vec![0; length.div_ceil(64)], waiting: Vec::new() }
    }

    fn from(&mut self, start: Place, steps: &Rows<Step>) -> Vec<(Place, u16)> {
        let mut found = Vec::new();
        self.see(start);
        self.go_on(start, 0, steps);
        let mut distance = 0;
        while distance < self.waiting.len() {
            let mut reached = std::mem::take(&mut self.waiting[distance]);
            reached.sort_unstable();
            for at in reached {
                if self.see(at) {
                    found.push((at, distance as u16));
                    self.go_on(at, distance as u16, steps);
                }
            }
            // Beyond the greatest distance that is told everything is equally far.
            if self.waiting[distance].is_empty() {
                distance += 1;
            }
        }
        self.waiting.truncate(LISTS_KEPT);
        for (place, _) in found.iter().chain([&(start, 0)]) {
            self.seen[*place as usize / 64] = 0;
        }
        found
    }

    /// Whether it is seen for the first time.
    fn see(&mut self, place: Place) -> bool {
        let (word, bit) = (&mut self.seen[place as usize / 64], 1 << (place % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    fn go_on(&mut self, at: Place, distance: u16, steps: &Rows<Step>) {
        for step in steps.get(at) {
            let reached = usize::from(distance.saturating_add(step.length));
            if self.waiting.len() <= reached {
                self.waiting.resize_with(reached + 1, Vec::new);
            }
            self.waiting[reached].push(step.to);
        }
    }
}

/// Which terms have one way up, to a root.
fn chains(parents: &Rows<Step>) -> Vec<u8> {
    #[derive(Clone, Copy, PartialEq)]
    enum Way {
        Unknown,
        Open,
        One,
        Several,
    }
    let mut ways = vec![Way::Unknown; parents.len()];
    let mut path = Vec::new();
    for start in 0..parents.len() as Place {
        let mut at = start;
        let way = loop {
            match ways[at as usize] {
                Way::Unknown => {}
                // Round in a circle, which is no way to a root.
                Way::Open => break Way::Several,
                known => break known,
            }
            ways[at as usize] = Way::Open;
            path.push(at);
            let mut steps = parents.get(at);
            match (steps.next(), steps.next()) {
                (None, _) => break Way::One,
                (Some(step), None) => at = step.to,
                _ => break Way::Several,
            }
        };
        path.drain(..).for_each(|at| ways[at as usize] = way);
    }
    ways.into_iter().map(|way| u8::from(way == Way::One)).collect()
}

/// The same steps by their other end.
fn turned(parents: &Rows<Step>) -> Rows<Step> {
    let from_each = |from: Place| parents.get(from).map(move |step| (step.to, Step { to: from, ..step }));
    Rows::sorted_by_list(parents.len(), (0..parents.len() as Place).flat_map(from_each))
}
