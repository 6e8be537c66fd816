//! Which samples of a table belong together. The table has no series: consecutive accessions whose texts share words are
//! taken for one study, because samples of one series are numbered one after another and written by one hand.

use super::tables::Row;
use chorale_annotate::evaluate::{BLOCK, number};
use std::collections::HashSet;
use std::ops::Range;

/// Numbers between two samples of one study, at most.
const MOST_APART: u64 = 40;
/// The share of their words that two neighbours have in common, at least.
const LEAST_SHARED: f64 = 0.2;

/// Puts the rows into the order of their accessions, and names the ranges of the studies.
pub fn studies(rows: &mut [Row]) -> Vec<Range<usize>> {
    rows.sort_by(|a, b| (number(&a.accession), &a.accession).cmp(&(number(&b.accession), &b.accession)));
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut before: (u64, HashSet<String>) = (0, HashSet::new());
    for (index, row) in rows.iter().enumerate() {
        let now = (number(&row.accession).unwrap_or(0), words(row));
        let shared = now.1.intersection(&before.1).count() as f64;
        let alike = shared >= LEAST_SHARED * (now.1.len() + before.1.len()) as f64 / 2.0;
        let is_near = now.0 - before.0 <= MOST_APART && now.0 / BLOCK == before.0 / BLOCK;
        match ranges.last_mut() {
            Some(last) if is_near && alike => last.end = index + 1,
            _ => ranges.push(index..index + 1),
        }
        before = now;
    }
    ranges
}

fn words(row: &Row) -> HashSet<String> {
    let mut words = HashSet::new();
    for (_, value) in &row.attributes {
        let value = value.to_lowercase();
        let parts = value.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1);
        words.extend(parts.map(str::to_owned));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_speak_alike_are_one_study() {
        let row = |accession: &str, text: &str| Row {
            accession: accession.to_owned(),
            attributes: vec![("title".to_owned(), text.to_owned())],
        };
        let mut rows = vec![
            row("GSM12", "liver biopsy three"),
            row("GSM10", "liver biopsy one"),
            row("GSM11", "liver biopsy two"),
            row("GSM13", "cultured yeast"),
            row("GSM99", "cultured yeast"),
        ];
        assert_eq!(studies(&mut rows), [0..3, 3..4, 4..5]);
        assert_eq!(rows[0].accession, "GSM10");
    }
}
