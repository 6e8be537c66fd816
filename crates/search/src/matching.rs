//! Which documents of a segment match a plan, and their scores: 4,096 documents at a time.
//!
//! Everything that matches has to be seen anyway, because facets are counted exactly. So leaves
//! fill bit sets for a window of documents, 128 postings at once, and the tree combines the sets;
//! rejected: tantivy's scorers, one virtual call per document and operator.
//! What a window cannot contain is never decoded: lists are skipped by their own skip lists.

mod phrase_cursor;
mod prefix_cursor;
mod word_cursor;

use tantivy::{SegmentReader, TERMINATED};

use crate::fault::Fault;
use crate::plan::{Leaf, Lookup, Plan, Step};
use phrase_cursor::PhraseCursor;
use prefix_cursor::PrefixCursor;
use word_cursor::WordCursor;

const WORDS: usize = 64;
/// Documents in a window.
pub(crate) const WINDOW: u32 = 64 * WORDS as u32;
/// One bit for each document of a window.
pub(crate) type Bits = [u64; WORDS];
/// One score for each document of a window.
pub(crate) type Scores = [u32; WINDOW as usize];

/// What receives the matches of one window.
pub(crate) trait Sink {
    fn window(&mut self, base: u32, bits: &Bits, scores: &Scores);
}

enum Cursor {
    Word(Box<WordCursor>),
    Phrase(Box<PhraseCursor>),
    Prefix(PrefixCursor),
}

/// A plan over one segment.
pub(crate) struct Matcher<'a> {
    root: &'a Step,
    cursors: Vec<Cursor>,
    max_doc: u32,
}

impl<'a> Matcher<'a> {
    /// `ordinal` counts the segments of all snapshots.
    pub fn open(plan: &'a Plan, segment: &SegmentReader, ordinal: usize) -> Result<Matcher<'a>, Fault> {
        let cursors = plan.leaves.iter().map(|leaf| Cursor::open(plan, leaf, segment, ordinal));
        let cursors = cursors.collect::<tantivy::Result<_>>().map_err(Fault::index("reading postings"))?;
        Ok(Matcher { root: &plan.root, cursors, max_doc: segment.max_doc() })
    }

    /// Hands every window with a match to `sink`. `visible` has a bit for each document of the
    /// segment, and rules out whatever must not be seen.
    pub fn run(&mut self, visible: &[u64], sink: &mut impl Sink) {
        let mut scores: Box<Scores> = Box::new([0; WINDOW as usize]);
        let mut base = 0;
        while base < self.max_doc {
            let next = next(self.root, &mut self.cursors, base);
            if next >= self.max_doc {
                break;
            }
            base = next / WINDOW * WINDOW;
            let start = base as usize / 64;
            let mut mask = [0; WORDS];
            for (word, visible) in mask.iter_mut().zip(&visible[start..]) {
                *word = *visible;
            }
            if !is_empty(&mask) {
                scores.fill(0);
                let bits = evaluate(self.root, &mut self.cursors, base, &mask, &mut scores);
                if !is_empty(&bits) {
                    sink.window(base, &bits, &scores);
                }
            }
            base += WINDOW;
        }
    }
}

impl Cursor {
    fn open(plan: &Plan, leaf: &Leaf, segment: &SegmentReader, ordinal: usize) -> tantivy::Result<Cursor> {
        Ok(match &leaf.lookup {
            Lookup::Word(token) => {
                Cursor::Word(Box::new(WordCursor::open(plan, token, leaf.weight, segment, ordinal)?))
            }
            Lookup::Phrase(phrase) => {
                let cursor = PhraseCursor::open(plan, phrase, leaf.weight, segment, ordinal)?;
                Cursor::Phrase(Box::new(cursor))
            }
            Lookup::Prefix { field, prefix } => {
                Cursor::Prefix(PrefixCursor::open(segment, *field, prefix, leaf.weight)?)
            }
        })
    }

    fn next(&mut self, from: u32) -> u32 {
        match self {
            Cursor::Word(cursor) => cursor.next(from),
            Cursor::Phrase(cursor) => cursor.next(from),
            Cursor::Prefix(cursor) => cursor.next(from),
        }
    }

    fn fill(&mut self, base: u32, mask: &Bits, scores: &mut Scores) -> Bits {
        match self {
            Cursor::Word(cursor) => cursor.fill(base, mask, scores),
            Cursor::Phrase(cursor) => cursor.fill(base, mask, scores),
            Cursor::Prefix(cursor) => cursor.fill(base, mask, scores),
        }
    }
}

/// The first document from `from` on that could match: a bound, which may be too low.
fn next(step: &Step, cursors: &mut [Cursor], from: u32) -> u32 {
    match step {
        Step::All | Step::Not(_) => from,
        Step::Nothing => TERMINATED,
        Step::Leaf(leaf) => cursors[*leaf].next(from),
        Step::And(steps) => steps.iter().fold(from, |from, step| match from {
            TERMINATED => TERMINATED,
            from => next(step, cursors, from),
        }),
        Step::Or(steps) => steps.iter().map(|step| next(step, cursors, from)).min().unwrap_or(TERMINATED),
    }
}

/// The documents of a window that match, among those in `mask`; adds to their scores.
fn evaluate(step: &Step, cursors: &mut [Cursor], base: u32, mask: &Bits, scores: &mut Scores) -> Bits {
    match step {
        Step::All => *mask,
        Step::Nothing => [0; WORDS],
        Step::Leaf(leaf) => cursors[*leaf].fill(base, mask, scores),
        Step::And(steps) => {
            let mut bits = *mask;
            for step in steps {
                bits = evaluate(step, cursors, base, &bits, scores);
                if is_empty(&bits) {
                    break;
                }
            }
            bits
        }
        Step::Or(steps) => {
            let mut bits = [0; WORDS];
            for step in steps {
                let more = evaluate(step, cursors, base, mask, scores);
                bits.iter_mut().zip(more).for_each(|(word, more)| *word |= more);
            }
            bits
        }
        Step::Not(step) => {
            let mut bits = evaluate(step, cursors, base, mask, scores);
            bits.iter_mut().zip(mask).for_each(|(word, mask)| *word = mask & !*word);
            bits
        }
    }
}

pub(crate) fn is_empty(bits: &Bits) -> bool {
    bits.iter().all(|word| *word == 0)
}

/// The places of the bits that are set, in order.
pub(crate) fn places(bits: &Bits) -> impl Iterator<Item = u32> + '_ {
    bits.iter().enumerate().flat_map(|(index, word)| {
        let mut word = *word;
        std::iter::from_fn(move || {
            (word != 0).then(|| {
                let place = word.trailing_zeros();
                word &= word - 1;
                index as u32 * 64 + place
            })
        })
    })
}
