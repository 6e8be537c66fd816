//! Steps between terms, and the ancestors and descendants that they lead to.
//!
//! Ancestors are asked for at every match in a text, so they lie ready: as a list where a term has several ways up. Where
//! it has one (all of NCBI's taxonomy, whose lists would take gigabytes) they are the way itself. Descendants are asked
//! for by people, and are gathered on demand.

use crate::problem::Error;
use crate::release::{Place, Step};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

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
    chains: Vec<bool>,
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
            Closure { children: turned(&rows), chains: chains(&rows), parents: rows, ..Closure::default() };
        let mut walk = Walk::new(closure.len());
        for place in 0..closure.len() as Place {
            let list = if closure.chains[place as usize] { Vec::new() } else { walk.from(place, &closure.parents) };
            closure.ancestors.push(list.into_iter());
            if closure.ancestors.items.len() > MOST_ANCESTORS {
                return Err(Error::new(
                    0,
                    "the terms have more than 16 million ancestors together, which no sound ontology has; leave it out",
                ));
            }
        }
        closure.ancestors.items.shrink_to_fit();
        Ok(closure)
    }

    /// How many terms.
    pub fn len(&self) -> usize {
        self.chains.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }

    pub fn parents(&self, of: Place) -> &[Step] {
        self.parents.get(of)
    }

    /// Steps down: `to` is the child.
    pub fn children(&self, of: Place) -> &[Step] {
        self.children.get(of)
    }

    /// Ancestors, nearest first, with the number of steps.
    pub fn ancestors(&self, of: Place) -> impl Iterator<Item = (Place, u16)> + '_ {
        let mut next = self.chains[of as usize].then_some((of, 0_u16));
        let chain = std::iter::from_fn(move || {
            let (at, distance) = next?;
            next = self.parents.get(at).first().map(|step| (step.to, distance.saturating_add(step.length)));
            next
        });
        self.ancestors.get(of).iter().copied().chain(chain)
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

/// A walk over steps, nearest first. Most steps have length 1, but not all, so a plain queue would not do.
struct Walk {
    seen: Vec<u32>,
    next: BinaryHeap<Reverse<(u16, Place)>>,
}

impl Walk {
    fn new(length: usize) -> Walk {
        Walk { seen: vec![u32::MAX; length], next: BinaryHeap::new() }
    }

    fn from(&mut self, start: Place, steps: &Rows<Step>) -> Vec<(Place, u16)> {
        let mut found = Vec::new();
        self.next.push(Reverse((0, start)));
        while let Some(Reverse((distance, at))) = self.next.pop() {
            if std::mem::replace(&mut self.seen[at as usize], start) == start {
                continue;
            }
            if at != start {
                found.push((at, distance));
            }
            for step in steps.get(at) {
                if self.seen[step.to as usize] != start {
                    self.next.push(Reverse((distance.saturating_add(step.length), step.to)));
                }
            }
        }
        found
    }
}

/// Which terms have one way up, to a root.
fn chains(parents: &Rows<Step>) -> Vec<bool> {
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
            match parents.get(at) {
                [] => break Way::One,
                [step] => at = step.to,
                _ => break Way::Several,
            }
        };
        path.drain(..).for_each(|at| ways[at as usize] = way);
    }
    ways.into_iter().map(|way| way == Way::One).collect()
}

/// The same steps by their other end.
fn turned(parents: &Rows<Step>) -> Rows<Step> {
    let mut starts = vec![0_u32; parents.len() + 1];
    parents.items.iter().for_each(|step| starts[step.to as usize + 1] += 1);
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let mut fill = starts.clone();
    let mut items = parents.items.clone();
    for from in 0..parents.len() as Place {
        for step in parents.get(from) {
            let slot = &mut fill[step.to as usize];
            items[*slot as usize] = Step { to: from, ..*step };
            *slot += 1;
        }
    }
    Rows { starts, items }
}

/// Lists behind one another; `starts` has one more entry than there are lists.
#[derive(Clone, Debug)]
struct Rows<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { starts: vec![0], items: Vec::new() }
    }
}

impl<T> Rows<T> {
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn push(&mut self, items: impl Iterator<Item = T>) {
        self.items.extend(items);
        self.starts.push(u32::try_from(self.items.len()).expect("2^32 steps do not fit into memory"));
    }

    fn get(&self, of: Place) -> &[T] {
        let of = of as usize;
        &self.items[self.starts[of] as usize..self.starts[of + 1] as usize]
    }
}
