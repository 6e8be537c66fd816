//! Labelled samples as tables hold them: which fields are learned from them, what their values are called, and which
//! samples of a table without series belong together.

use super::corpus::Row;
use super::sample::FieldSpec;
use crate::evaluate::{BLOCK, number};
use crate::item::Item;
use crate::project::CONTROL;
use std::collections::HashSet;
use std::ops::Range;

/// Numbers between two samples of one study, at most.
const MOST_APART: u64 = 40;
/// The share of their words that two neighbours have in common, at least.
const LEAST_SHARED: f64 = 0.2;

/// The fields that labels are learned for, as the judge projects them.
pub fn fields() -> Vec<FieldSpec> {
    let field = |name: &str, prefixes: &[&str], several: bool, exclusive: Option<&str>| FieldSpec {
        name: name.to_owned(),
        prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect(),
        several,
        exclusive: exclusive.map(str::to_owned),
    };
    vec![
        field("tissue", &["UBERON", "CL"], false, None),
        field("disease", &["MONDO"], true, Some(CONTROL)),
        field("sex", &["sex"], false, None),
        field("age", &["age"], false, None),
    ]
}

/// Labelled samples all have a sex and an age, so that models know which one is likelier and not whether there is any:
/// these are suggested only where a text says them.
pub fn is_only_said(field: &str) -> bool {
    matches!(field, "sex" | "age" | "age_group")
}

/// A label as a term: values that are no terms get their field's name for a prefix.
pub fn value_id(field: &str, value: &str) -> String {
    if value.contains(':') { value.to_owned() } else { format!("{field}:{value}") }
}

/// What [`value_id`] made an id of.
pub fn value_of<'a>(field: &str, id: &'a str) -> &'a str {
    id.strip_prefix(field).and_then(|id| id.strip_prefix(':')).unwrap_or(id)
}

/// Ranges of rows, in the order of their accessions, that are taken for one study: samples of one series are numbered one
/// after another and written by one hand, so neighbours whose texts share words belong together.
pub fn studies<R: Row>(rows: &[R]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut before: (u64, HashSet<String>) = (0, HashSet::new());
    for (index, row) in rows.iter().enumerate() {
        let now = (number(row.accession()).unwrap_or(0), words(&row.item()));
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

fn words(item: &Item) -> HashSet<String> {
    let mut words = HashSet::new();
    for (_, value) in &item.attributes {
        let value = value.to_lowercase();
        let parts = value.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1);
        words.extend(parts.map(str::to_owned));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learned::Corpus;

    impl Row for (&str, &str) {
        fn accession(&self) -> &str {
            self.0
        }

        fn item(&self) -> Item<'_> {
            Item { attributes: vec![("title", self.1)] }
        }
    }

    #[test]
    fn neighbours_that_speak_alike_are_one_study() {
        let mut rows = [
            ("GSM12", "liver biopsy three"),
            ("GSM10", "liver biopsy one"),
            ("GSM11", "liver biopsy two"),
            ("GSM13", "cultured yeast"),
            ("GSM99", "cultured yeast"),
        ];
        Corpus::order(&mut rows);
        assert_eq!(studies(&rows), [0..3, 3..4, 4..5]);
        assert_eq!(rows[0].0, "GSM10");
    }
}
