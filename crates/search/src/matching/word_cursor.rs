//! The postings of one term, a block of 128 at a time, scored by BM25.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, TERMINATED};

use super::{Bits, Scores, WINDOW, WORDS};
use crate::plan::{B, K1, Plan, SCORE_SCALE, Token};

/// Term frequencies whose scores are tabulated: nearly all.
const TABULATED: usize = 4;

/// BM25 for one term in one segment.
pub(super) struct Scorer {
    norms: FieldNormReader,
    /// By frequency (from 1) and by the code of the document's length.
    table: Box<[[u32; 256]; TABULATED]>,
    weight: f32,
    mean_words: f32,
}

impl Scorer {
    /// None when a match adds nothing.
    pub fn open(plan: &Plan, field: Field, weight: f32, segment: &SegmentReader) -> tantivy::Result<Option<Scorer>> {
        if weight == 0.0 {
            return Ok(None);
        }
        let mean_words = plan.mean_words.iter().find(|(of, _)| *of == field).map_or(1.0, |(_, mean)| *mean);
        let norms = segment.get_fieldnorms_reader(field)?;
        let mut scorer = Scorer { norms, table: Box::new([[0; 256]; TABULATED]), weight, mean_words };
        for frequency in 1..=TABULATED {
            for code in 0..=u8::MAX {
                let score = scorer.compute(frequency as u32, code);
                scorer.table[frequency - 1][usize::from(code)] = score;
            }
        }
        Ok(Some(scorer))
    }

    pub fn score(&self, doc: u32, frequency: u32) -> u32 {
        let code = self.norms.fieldnorm_id(doc);
        match self.table.get((frequency as usize).wrapping_sub(1)) {
            Some(row) => row[usize::from(code)],
            None => self.compute(frequency, code),
        }
    }

    fn compute(&self, frequency: u32, code: u8) -> u32 {
        let words = FieldNormReader::id_to_fieldnorm(code) as f32;
        let norm = K1 * (1.0 - B + B * words / self.mean_words);
        let frequency = frequency as f32;
        let score = self.weight * (K1 + 1.0) * frequency / (frequency + norm);
        (score * SCORE_SCALE).round() as u32
    }
}

/// Where we are in a posting list. Only moves forward.
pub(super) struct WordCursor {
    block: BlockSegmentPostings,
    /// Place in the block; its end, when the block is used up.
    at: usize,
    scorer: Option<Scorer>,
}

impl WordCursor {
    pub fn open(
        plan: &Plan,
        token: &Token,
        weight: f32,
        segment: &SegmentReader,
        ordinal: usize,
    ) -> tantivy::Result<WordCursor> {
        let Some(info) = &token.found[ordinal] else {
            return Ok(WordCursor { block: BlockSegmentPostings::empty(), at: 0, scorer: None });
        };
        let scorer = Scorer::open(plan, token.field, weight, segment)?;
        let option = if scorer.is_some() { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let index = segment.inverted_index(token.field)?;
        let block = index.read_block_postings_from_terminfo(info, option)?;
        Ok(WordCursor { block, at: 0, scorer })
    }

    pub fn next(&mut self, from: u32) -> u32 {
        let docs = self.block.docs();
        match docs.last() {
            None => return TERMINATED,
            Some(last) if *last >= from => {
                self.at += docs[self.at..].partition_point(|doc| *doc < from);
            }
            Some(_) => self.at = self.block.seek(from),
        }
        self.block.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    pub fn fill(&mut self, base: u32, mask: &Bits, scores: &mut Scores) -> Bits {
        let mut bits = [0; WORDS];
        let limit = base + WINDOW;
        if self.next(base) >= limit {
            return bits;
        }
        loop {
            let docs = self.block.docs();
            let inside = match docs.last() {
                Some(last) if *last < limit => docs.len(),
                Some(_) => self.at + docs[self.at..].partition_point(|doc| *doc < limit),
                None => break,
            };
            match &self.scorer {
                Some(scorer) => {
                    let freqs = &self.block.freqs()[self.at..inside];
                    for (doc, frequency) in docs[self.at..inside].iter().zip(freqs) {
                        let place = (doc - base) as usize;
                        if mask[place / 64] >> (place % 64) & 1 == 1 {
                            bits[place / 64] |= 1 << (place % 64);
                            scores[place] += scorer.score(*doc, *frequency);
                        }
                    }
                }
                None => {
                    for doc in &docs[self.at..inside] {
                        let place = (doc - base) as usize;
                        bits[place / 64] |= 1 << (place % 64);
                    }
                }
            }
            self.at = inside;
            if inside < docs.len() {
                break;
            }
            self.block.advance();
            self.at = 0;
        }
        if self.scorer.is_none() {
            bits.iter_mut().zip(mask).for_each(|(word, mask)| *word &= mask);
        }
        bits
    }
}
