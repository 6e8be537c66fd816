//! Which samples of a table belong together.

use super::tables::Row;
use chorale_annotate::evaluate::number;
use chorale_annotate::learned::labels;
use std::ops::Range;

/// Puts the rows into the order of their accessions, and names the ranges of the studies.
pub fn studies(rows: &mut [Row]) -> Vec<Range<usize>> {
    rows.sort_by(|a, b| (number(&a.accession), &a.accession).cmp(&(number(&b.accession), &b.accession)));
    labels::studies(rows, |row| row.accession.as_str(), Row::item)
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
