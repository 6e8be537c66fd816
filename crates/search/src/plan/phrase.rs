//! A phrase as a small graph: from word to word, where an edge may take two or three words at once
//! because a document may hold them as one compound.

use compact_str::CompactString;

use super::Token;
use crate::words::{MAX_JOINED_PARTS, Word, joined};

/// Consecutive words that a document may hold in one position.
#[derive(Debug)]
pub(crate) struct Edge {
    pub from: usize,
    pub to: usize,
    pub token: Token,
}

/// A phrase of `length` words, with the edges that lie on some way from its first to its last word.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub length: usize,
    pub edges: Vec<Edge>,
}

/// Every edge that a phrase could have: `(from, to, token)`.
pub(crate) fn edges(parts: &[Word]) -> impl Iterator<Item = (usize, usize, CompactString)> + '_ {
    (0..parts.len()).flat_map(move |from| {
        let longest = MAX_JOINED_PARTS.min(parts.len() - from);
        (1..=longest).map(move |taken| {
            let part = &parts[from..from + taken];
            (from, from + taken, if taken == 1 { part[0].token() } else { joined(part) })
        })
    })
}

impl Phrase {
    /// None when no way leads through.
    pub fn new(length: usize, edges: Vec<Edge>) -> Option<Phrase> {
        let mut forward = vec![false; length + 1];
        let mut backward = vec![false; length + 1];
        forward[0] = true;
        backward[length] = true;
        for edge in &edges {
            forward[edge.to] |= forward[edge.from];
        }
        for edge in edges.iter().rev() {
            backward[edge.from] |= backward[edge.to];
        }
        if !forward[length] {
            return None;
        }
        let edges = edges.into_iter().filter(|edge| forward[edge.from] && backward[edge.to]).collect();
        Some(Phrase { length, edges })
    }

    /// What it weighs: as its compound, if that is a word of its own, else as its words together.
    pub fn weight(&self, idf: impl Fn(u64) -> f32) -> f32 {
        let whole = self.edges.iter().find(|edge| edge.from == 0 && edge.to == self.length);
        match whole {
            Some(edge) => idf(edge.token.documents),
            None => {
                let words = self.edges.iter().filter(|edge| edge.to == edge.from + 1);
                words.map(|edge| idf(edge.token.documents)).sum()
            }
        }
    }

    /// Documents that may hold it, at most: no word can be in more than its edges are.
    pub fn documents(&self) -> u64 {
        let slot = |at: usize| {
            let over = self.edges.iter().filter(move |edge| edge.from <= at && at < edge.to);
            over.map(|edge| edge.token.documents).sum::<u64>()
        };
        (0..self.length).map(slot).min().unwrap_or(0)
    }
}
