//! All terms that begin with a prefix, as one set of documents with one score.

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, TERMINATED};

use super::{Bits, Scores, WORDS, places};
use crate::plan::SCORE_SCALE;

/// The documents of a whole segment: a prefix may stand for thousands of terms, too many to keep
/// a cursor in each.
pub(super) struct PrefixCursor {
    documents: Vec<u64>,
    score: u32,
}

impl PrefixCursor {
    pub fn open(segment: &SegmentReader, field: Field, prefix: &str, weight: f32) -> tantivy::Result<PrefixCursor> {
        let mut documents = vec![0u64; (segment.max_doc() as usize).div_ceil(64)];
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
        while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
            let mut block = index.read_block_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
            while !block.docs().is_empty() {
                for doc in block.docs() {
                    documents[*doc as usize / 64] |= 1 << (doc % 64);
                }
                block.advance();
            }
        }
        Ok(PrefixCursor { documents, score: (weight * SCORE_SCALE) as u32 })
    }

    pub fn next(&mut self, from: u32) -> u32 {
        let start = from as usize / 64;
        let mut passed = !0u64 << (from % 64);
        for (index, word) in self.documents.iter().enumerate().skip(start) {
            if word & passed != 0 {
                return index as u32 * 64 + (word & passed).trailing_zeros();
            }
            passed = !0;
        }
        TERMINATED
    }

    pub fn fill(&mut self, base: u32, mask: &Bits, scores: &mut Scores) -> Bits {
        let mut bits = [0; WORDS];
        let start = base as usize / 64;
        for ((word, mask), documents) in bits.iter_mut().zip(mask).zip(&self.documents[start..]) {
            *word = mask & documents;
        }
        if self.score > 0 {
            places(&bits).for_each(|place| scores[place as usize] += self.score);
        }
        bits
    }
}
