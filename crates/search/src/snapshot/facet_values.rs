//! The values of a facet over several segments: which code of a segment is which value overall.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Segment;
use crate::fault::Fault;

/// All values in byte order, and for each segment the place of each of its codes among them.
pub(crate) struct FacetValues {
    texts: String,
    /// Where each value ends in `texts`.
    ends: Vec<usize>,
    /// By segment: the value of each code, from code 1.
    places: Vec<Vec<u32>>,
}

impl FacetValues {
    pub fn merge(segments: &[&Segment], facet: usize) -> Result<FacetValues, Fault> {
        let mut lists = Vec::new();
        for segment in segments {
            let texts = segment.facet(facet)?.texts().map_err(Fault::files("reading facet values"))?;
            lists.push(texts.into_iter());
        }
        let mut merged = FacetValues { texts: String::new(), ends: Vec::new(), places: vec![Vec::new(); lists.len()] };
        let mut heads: BinaryHeap<Reverse<(String, usize)>> = BinaryHeap::new();
        for (index, list) in lists.iter_mut().enumerate() {
            heads.extend(list.next().map(|text| Reverse((text, index))));
        }
        while let Some(Reverse((text, index))) = heads.pop() {
            if merged.ends.is_empty() || merged.text(merged.ends.len() - 1) != text {
                merged.texts.push_str(&text);
                merged.ends.push(merged.texts.len());
            }
            let place = merged.ends.len() as u32 - 1;
            merged.places[index].push(place);
            heads.extend(lists[index].next().map(|text| Reverse((text, index))));
        }
        merged.texts.shrink_to_fit();
        Ok(merged)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn text(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.texts[start..self.ends[place]]
    }

    /// Adds the counts of a segment's codes (from code 0, "none") to the counts of all values.
    pub fn add(&self, segment: usize, counts: &[u32], totals: &mut [u64]) {
        for (place, count) in self.places[segment].iter().zip(&counts[1..]) {
            totals[*place as usize] += u64::from(*count);
        }
    }
}
