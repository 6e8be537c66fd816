//! The best hits of a segment, and the order of hits across segments.
//!
//! Within a segment, texts are compared by their ordinals; across segments by themselves.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use tantivy::columnar::{StrColumn, TermOrdHit};
use tantivy::fastfield::Column;
use tantivy::i64_to_u64;

use crate::cursor::{Key, Place};
use crate::layout::{ACCESSION_ORDER, DATE, TITLE_ORDER};
use crate::matching::{Bits, Scores, places};
use crate::request::{Direction, Order, Sort};
use crate::snapshot::{Segment, Ties};

/// A hit with its place in the order of all hits.
pub(crate) struct Ranked {
    pub place: Place,
    /// Counts the segments of all snapshots.
    pub segment: usize,
    pub doc: u32,
    pub score: u32,
}

/// Puts hits of several segments in order.
pub(crate) fn order(hits: &mut [Ranked], sort: Sort) {
    hits.sort_by(|one, other| {
        let by_key = match (&one.place.key, &other.place.key) {
            (Key::Number(one), Key::Number(other)) => one.cmp(other),
            (Key::Text(one), Key::Text(other)) if sort.direction == Direction::Descending => other.cmp(one),
            (Key::Text(one), Key::Text(other)) => one.cmp(other),
            // All keys of one request are of one kind.
            _ => Ordering::Equal,
        };
        let tie = |place: &Place| (place.rank, place.identity);
        by_key.then_with(|| tie(&one.place).cmp(&tie(&other.place)))
    });
}

/// The best hits of one segment so far.
pub(crate) struct Top {
    source: Source,
    ties: Ties,
    keep: usize,
    after: Option<Bound>,
    /// The worst is on top.
    best: BinaryHeap<Candidate>,
}

/// What hits are ordered by.
enum Source {
    Score,
    Date(Column<i64>, Direction),
    /// Codes of texts: 0 is "none", then ordinals from 1.
    Text(Option<StrColumn>, Direction),
}

/// Hits up to here were on earlier pages. Without a tie, all that have the key come after it.
struct Bound {
    key: u64,
    tie: Option<(u64, u64)>,
}

/// Smaller is better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    key: u64,
    rank: u64,
    identity: u64,
    doc: u32,
    score: u32,
}

impl Top {
    /// Keeps the best `keep` hits after a place.
    pub fn open(segment: &Segment, sort: Sort, keep: usize, after: Option<&Place>) -> tantivy::Result<Top> {
        let columns = segment.reader.fast_fields();
        let source = match sort.order {
            Order::Relevance => Source::Score,
            Order::Accession => Source::Text(columns.str(ACCESSION_ORDER)?, sort.direction),
            Order::Title => Source::Text(columns.str(TITLE_ORDER)?, sort.direction),
            Order::Date => Source::Date(columns.i64(DATE)?, sort.direction),
        };
        let after = after.map(|place| source.bound(place)).transpose()?;
        Ok(Top {
            source,
            ties: segment.ties()?.clone(),
            keep,
            after,
            best: BinaryHeap::with_capacity(keep.min(1024) + 1),
        })
    }

    pub fn window(&mut self, base: u32, bits: &Bits, scores: &Scores) {
        if self.keep == 0 {
            return;
        }
        for place in places(bits) {
            let (doc, score) = (base + place, scores[place as usize]);
            let key = self.source.key(doc, score);
            // The worst that is kept decides, before ties are read, for nearly every document.
            let worst = if self.best.len() < self.keep { None } else { self.best.peek() };
            if worst.is_some_and(|worst| key > worst.key) || self.after.as_ref().is_some_and(|after| key < after.key) {
                continue;
            }
            let rank = self.ties.ranks.get_val(doc);
            if worst.is_some_and(|worst| (key, rank) > (worst.key, worst.rank)) {
                continue;
            }
            let candidate = Candidate { key, rank, identity: self.ties.identities.get_val(doc), doc, score };
            if worst.is_some_and(|worst| candidate > *worst) || !self.is_after(&candidate) {
                continue;
            }
            if self.best.len() == self.keep {
                self.best.pop();
            }
            self.best.push(candidate);
        }
    }

    fn is_after(&self, candidate: &Candidate) -> bool {
        let Some(after) = &self.after else { return true };
        let tie = (candidate.rank, candidate.identity);
        candidate.key > after.key || (candidate.key == after.key && after.tie.is_none_or(|after| tie > after))
    }

    /// What was kept, with keys that hold across segments.
    pub fn finish(self, segment: usize, hits: &mut Vec<Ranked>) -> std::io::Result<()> {
        for candidate in self.best {
            let key = self.source.across_segments(candidate.key)?;
            let place = Place { key, rank: candidate.rank, identity: candidate.identity };
            hits.push(Ranked { place, segment, doc: candidate.doc, score: candidate.score });
        }
        Ok(())
    }
}

impl Source {
    fn key(&self, doc: u32, score: u32) -> u64 {
        match self {
            Source::Score => u64::from(u32::MAX - score),
            Source::Date(dates, direction) => match dates.first(doc) {
                Some(date) => turned(i64_to_u64(date), *direction),
                None => u64::MAX,
            },
            Source::Text(texts, direction) => {
                let ordinal = texts.as_ref().and_then(|texts| texts.ords().first(doc));
                turned(ordinal.map_or(0, |ordinal| ordinal + 1), *direction)
            }
        }
    }

    fn across_segments(&self, key: u64) -> std::io::Result<Key> {
        let Source::Text(texts, direction) = self else { return Ok(Key::Number(key)) };
        let mut text = String::new();
        if let (Some(texts), Some(ordinal)) = (texts, turned(key, *direction).checked_sub(1)) {
            texts.ord_to_str(ordinal, &mut text)?;
        }
        Ok(Key::Text(text))
    }

    /// Where a page ended, in the keys of this segment.
    fn bound(&self, place: &Place) -> tantivy::Result<Bound> {
        let tie = Some((place.rank, place.identity));
        let (texts, direction, text) = match (self, &place.key) {
            (Source::Text(texts, direction), Key::Text(text)) => (texts, *direction, text),
            (_, Key::Number(key)) => return Ok(Bound { key: *key, tie }),
            // A cursor is bound to its order; only a forged one gets here. It shows nothing.
            (_, Key::Text(_)) => return Ok(Bound { key: u64::MAX, tie: Some((u64::MAX, u64::MAX)) }),
        };
        let Some(texts) = texts.as_ref().filter(|_| !text.is_empty()) else {
            return Ok(Bound { key: turned(0, direction), tie });
        };
        Ok(match texts.dictionary().term_ord_or_next(text.as_bytes())? {
            TermOrdHit::Exact(ordinal) => Bound { key: turned(ordinal + 1, direction), tie },
            TermOrdHit::Next(next) => {
                let next = next.min(texts.num_terms() as u64);
                let first = if direction == Direction::Ascending { next + 1 } else { next };
                Bound { key: turned(first, direction), tie: None }
            }
        })
    }
}

fn turned(key: u64, direction: Direction) -> u64 {
    match direction {
        Direction::Ascending => key,
        Direction::Descending => u64::MAX - key,
    }
}
