//! Facet counts: how many documents have each value, given the choices in all other facets.
//!
//! A document counts for a facet when it passes the choices in every other one, so choosing a value
//! never hides its neighbours. Counts are exact.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::matching::{Bits, WINDOW, places};
use crate::request::{Count, Facet, Request};
use crate::snapshot::{FacetColumn, FacetValues, Segment, Snapshot, facet_values};

/// The facets of a request, found in the layout.
pub(crate) struct Facets {
    /// Positions in the layout, in the order of the request, without repetition.
    counted: Vec<usize>,
    chosen: Vec<(usize, Vec<String>)>,
}

/// Counts within one segment.
pub(crate) struct SegmentCounts<'a> {
    counted: Vec<Counter<'a>>,
    chosen: Vec<Choice<'a>>,
    /// Documents that pass all choices, of the window in hand.
    places: Vec<u16>,
}

struct Counter<'a> {
    column: &'a FacetColumn,
    /// Of slots.
    counts: Vec<u32>,
    /// Its own choice, which does not narrow its counts.
    own: Option<usize>,
}

struct Choice<'a> {
    column: &'a FacetColumn,
    slots: Vec<bool>,
}

/// Counts over all segments.
pub(crate) struct Totals {
    values: std::sync::Arc<FacetValues>,
    counts: Vec<u64>,
}

impl Facets {
    pub fn find(snapshots: &[&Snapshot], request: &Request) -> Result<Facets, Fault> {
        let known = snapshots.first().map(|snapshot| snapshot.layout.facets.as_slice()).unwrap_or_default();
        let position = |name: &String| {
            let unknown = || Fault::UnknownFacet { name: name.clone(), known: known.to_vec() };
            known.iter().position(|facet| facet == name).ok_or_else(unknown)
        };
        let mut counted = Vec::new();
        for name in &request.facets {
            let position = position(name)?;
            if !counted.contains(&position) {
                counted.push(position);
            }
        }
        let mut chosen = Vec::new();
        for (name, values) in &request.chosen {
            let position = position(name)?;
            if !values.is_empty() {
                chosen.push((position, values.clone()));
            }
        }
        Ok(Facets { counted, chosen })
    }

    pub fn totals(&self, snapshots: &[&Snapshot]) -> Result<Vec<Totals>, Fault> {
        let totals = |facet: &usize| {
            let values = facet_values(snapshots, *facet)?;
            Ok(Totals { counts: vec![0; values.len()], values })
        };
        self.counted.iter().map(totals).collect()
    }

    pub fn open<'a>(&self, segment: &'a Segment) -> Result<SegmentCounts<'a>, Fault> {
        let mut chosen = Vec::new();
        for (facet, values) in &self.chosen {
            let column = segment.facet(*facet)?;
            let mut codes = vec![false; column.values + 1];
            for value in values {
                if let Some(code) = column.code(value).map_err(Fault::files("looking up a facet's value"))? {
                    codes[code] = true;
                }
            }
            chosen.push(Choice { column, slots: column.with_any(codes) });
        }
        let mut counted = Vec::new();
        for facet in &self.counted {
            let column = segment.facet(*facet)?;
            let own = self.chosen.iter().position(|(chosen, _)| chosen == facet);
            counted.push(Counter { column, counts: vec![0; column.slots()], own });
        }
        Ok(SegmentCounts { counted, chosen, places: Vec::with_capacity(WINDOW as usize) })
    }

    /// The answer, by facet name.
    pub fn answer(&self, snapshots: &[&Snapshot], totals: &[Totals], request: &Request) -> BTreeMap<String, Facet> {
        let name = |facet: &usize| snapshots[0].layout.facets[*facet].clone();
        self.counted.iter().zip(totals).map(|(facet, totals)| (name(facet), totals.facet(request))).collect()
    }
}

impl SegmentCounts<'_> {
    /// Counts the matches of a window; returns those that pass all choices.
    pub fn count(&mut self, base: u32, matches: &Bits) -> Bits {
        let mut passing = *matches;
        if !self.chosen.is_empty() {
            let passed = self.passed(base, matches);
            for bits in &passed {
                and(&mut passing, bits);
            }
            for (choice, _) in passed.iter().enumerate() {
                let mut without = *matches;
                for (other, bits) in passed.iter().enumerate() {
                    if other != choice {
                        and(&mut without, bits);
                    }
                }
                self.count_where(base, &without, Some(choice));
            }
        }
        self.count_where(base, &passing, None);
        passing
    }

    /// For each choice, the matches that pass it.
    fn passed(&mut self, base: u32, matches: &Bits) -> Vec<Bits> {
        fill(&mut self.places, matches);
        let places = &self.places;
        let select = |choice: &Choice| {
            let mut bits = [0; 64];
            choice.column.select(base, places, &choice.slots, &mut bits);
            bits
        };
        self.chosen.iter().map(select).collect()
    }

    /// Counts for the facets that have this choice of their own, or none.
    fn count_where(&mut self, base: u32, bits: &Bits, own: Option<usize>) {
        if self.counted.iter().all(|counter| counter.own != own) {
            return;
        }
        fill(&mut self.places, bits);
        for counter in self.counted.iter_mut().filter(|counter| counter.own == own) {
            counter.column.count(base, &self.places, &mut counter.counts);
        }
    }

    pub fn add_to(&self, segment: usize, totals: &mut [Totals]) {
        for (counter, totals) in self.counted.iter().zip(totals) {
            totals.values.add(segment, &counter.column.by_code(&counter.counts), &mut totals.counts);
        }
    }
}

impl Totals {
    fn facet(&self, request: &Request) -> Facet {
        let prefix = request.facet_prefix.as_ref().map(|prefix| prefix.to_lowercase());
        let begins = |place: &usize| match &prefix {
            None => true,
            Some(prefix) => begins(self.values.text(*place), prefix),
        };
        let found = (0..self.counts.len()).filter(|place| self.counts[*place] > 0).filter(begins);
        // Values are in byte order, so a stable order by count leaves ties by value.
        let mut found: Vec<usize> = found.collect();
        let distinct = found.len() as u64;
        let order = |place: &usize| (std::cmp::Reverse(self.counts[*place]), *place);
        if found.len() > request.facet_limit && request.facet_limit > 0 {
            found.select_nth_unstable_by_key(request.facet_limit - 1, order);
        }
        found.truncate(request.facet_limit);
        found.sort_unstable_by_key(order);
        let count = |place: &usize| Count { value: self.values.text(*place).to_string(), count: self.counts[*place] };
        Facet { counts: found.iter().map(count).collect(), distinct }
    }
}

/// Whether a value, or a word in it, begins with `prefix` (in lower case).
fn begins(value: &str, prefix: &str) -> bool {
    let value = value.to_lowercase();
    let starts_word = |at: usize| !value[..at].ends_with(char::is_alphanumeric);
    prefix.is_empty() || value.match_indices(prefix).any(|(at, _)| starts_word(at))
}

fn and(bits: &mut Bits, other: &Bits) {
    bits.iter_mut().zip(other).for_each(|(word, other)| *word &= other);
}

fn fill(list: &mut Vec<u16>, bits: &Bits) {
    list.clear();
    list.extend(places(bits).map(|place| place as u16));
}
