//! The documents that hold a phrase: those with all its words, checked position by position.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, SegmentReader, TERMINATED};

use super::word_cursor::{Scorer, WordCursor};
use super::{Bits, Scores, WINDOW, WORDS, is_empty, places};
use crate::plan::{Phrase, Plan};

/// One edge of the phrase's graph in this segment.
struct EdgeCursor {
    from: usize,
    to: usize,
    /// Runs ahead, a window at a time, to find candidates.
    documents: WordCursor,
    /// Follows, to read the positions of candidates.
    postings: SegmentPostings,
    bits: Bits,
    positions: Vec<u32>,
}

pub(super) struct PhraseCursor {
    length: usize,
    /// By their first word.
    edges: Vec<EdgeCursor>,
    scorer: Option<Scorer>,
    /// For each word, the positions after it that the ways through the graph have reached.
    reached: Vec<Vec<u32>>,
}

impl PhraseCursor {
    pub fn open(
        plan: &Plan,
        phrase: &Phrase,
        weight: f32,
        segment: &SegmentReader,
        ordinal: usize,
    ) -> tantivy::Result<PhraseCursor> {
        let mut edges = Vec::new();
        let mut scorer = None;
        for edge in &phrase.edges {
            let Some(info) = &edge.token.found[ordinal] else { continue };
            let index = segment.inverted_index(edge.token.field)?;
            let option = IndexRecordOption::WithFreqsAndPositions;
            edges.push(EdgeCursor {
                from: edge.from,
                to: edge.to,
                documents: WordCursor::open(plan, &edge.token, 0.0, segment, ordinal)?,
                postings: index.read_postings_from_terminfo(info, option)?,
                bits: [0; WORDS],
                positions: Vec::new(),
            });
            if scorer.is_none() {
                scorer = Scorer::open(plan, edge.token.field, weight, segment)?;
            }
        }
        let reached = vec![Vec::new(); phrase.length + 1];
        Ok(PhraseCursor { length: phrase.length, edges, scorer, reached })
    }

    pub fn next(&mut self, from: u32) -> u32 {
        let mut bound = from;
        for slot in 0..self.length {
            let over = self.edges.iter_mut().filter(|edge| edge.from <= slot && slot < edge.to);
            bound = over.map(|edge| edge.documents.next(bound)).min().unwrap_or(TERMINATED);
            if bound == TERMINATED {
                break;
            }
        }
        bound
    }

    pub fn fill(&mut self, base: u32, mask: &Bits, scores: &mut Scores) -> Bits {
        let mut bits = self.candidates(base, mask, scores);
        for place in places(&bits.clone()) {
            let doc = base + place;
            let frequency = self.occurrences(doc, place);
            if frequency == 0 {
                bits[place as usize / 64] &= !(1 << (place % 64));
            } else if let Some(scorer) = &self.scorer {
                scores[place as usize] += scorer.score(doc, frequency);
            }
        }
        bits
    }

    /// Documents in which something covers each word of the phrase.
    fn candidates(&mut self, base: u32, mask: &Bits, scores: &mut Scores) -> Bits {
        for edge in &mut self.edges {
            edge.bits = [0; WORDS];
            if edge.documents.next(base) < base + WINDOW {
                edge.bits = edge.documents.fill(base, mask, scores);
            }
        }
        let mut bits = *mask;
        for slot in 0..self.length {
            let mut over = [0; WORDS];
            for edge in self.edges.iter().filter(|edge| edge.from <= slot && slot < edge.to) {
                over.iter_mut().zip(edge.bits).for_each(|(word, more)| *word |= more);
            }
            bits.iter_mut().zip(over).for_each(|(word, over)| *word &= over);
            if is_empty(&bits) {
                break;
            }
        }
        bits
    }

    /// How often the phrase stands in a document.
    fn occurrences(&mut self, doc: u32, place: u32) -> u32 {
        self.reached.iter_mut().for_each(Vec::clear);
        let mut sorted = 0;
        for edge in &mut self.edges {
            if edge.bits[place as usize / 64] >> (place % 64) & 1 == 0 || edge.postings.seek(doc) != doc {
                continue;
            }
            if edge.from > 0 && self.reached[edge.from].is_empty() {
                continue;
            }
            // Edges come by their first word: whatever leads to this one has been followed.
            if edge.from != sorted {
                sorted = edge.from;
                self.reached[sorted].sort_unstable();
            }
            edge.postings.positions(&mut edge.positions);
            let (before, after) = self.reached.split_at_mut(edge.to);
            let follows = |position: &&u32| edge.from == 0 || before[edge.from].binary_search(position).is_ok();
            let ends = edge.positions.iter().filter(follows).map(|position| position + 1);
            after[0].extend(ends);
        }
        let ends = &mut self.reached[self.length];
        ends.sort_unstable();
        ends.dedup();
        ends.len() as u32
    }
}
