//! How a key may be mapped: by its own words, by the names of fields, and by what annotators read under it already.

use chorale_annotate::key_asks;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::rules::{KeyExample, KeyParser, KeyReads, KeySuggestion};
use std::collections::BTreeMap;

/// Suggestions of one key.
const MOST: usize = 3;
/// A smaller share of values read for a field is chance.
const LEAST: f64 = 0.1;
/// How sure a key is that can mean nothing else, one that may, and one whose values say nothing of the sample.
const STRONG: f64 = 0.95;
const WEAK: f64 = 0.5;
const NOTHING: f64 = 0.7;

/// The surest first. `reads`: on how many of `samples` an annotator read each field under the key.
pub fn suggest(
    key: &str,
    fields: &[Field],
    samples: i64,
    reads: &BTreeMap<String, i64>,
    examples: &[KeyExample],
) -> Vec<KeySuggestion> {
    let asks = key_asks(key);
    let mut all = Vec::new();
    for field in fields {
        let (mut score, mut why) = (0.0_f64, Vec::new());
        let name = key.replace(['_', '-'], " ");
        if name == field.name.replace('_', " ") || name == field.label.to_lowercase() {
            score = 1.0;
            why.push("it is the field's own name".to_owned());
        } else if let Some((_, is_strong)) = asks.fields.iter().find(|(asked, _)| asked.name() == field.name) {
            score = if *is_strong { STRONG } else { WEAK };
            let how = if *is_strong { "asks for" } else { "may ask for" };
            why.push(format!("the key {how} {}", field.label.to_lowercase()));
        }
        let read = reads.get(&field.name).copied().unwrap_or(0);
        let share = if samples > 0 { read as f64 / samples as f64 } else { 0.0 };
        if share >= LEAST {
            score = score.max(0.9 * share.min(1.0));
            why.push(format!("annotators read it under {:.0} of 100 samples", share * 100.0));
        }
        if score > 0.0 {
            all.push(KeySuggestion { reads: reads_of(field, asks.unit, examples), score, why: why.join("; ") });
        }
    }
    if asks.is_ignored {
        let reads =
            KeyReads { field: String::new(), parser: KeyParser::Ignore, unit: String::new(), yes: String::new() };
        let why = "its values say nothing of the sample itself".to_owned();
        all.push(KeySuggestion { reads, score: NOTHING, why });
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.reads.field.cmp(&b.reads.field)));
    all.truncate(MOST);
    all
}

fn reads_of(field: &Field, unit: Option<&'static str>, examples: &[KeyExample]) -> KeyReads {
    let parser = match field.kind {
        FieldKind::Term | FieldKind::Choice => KeyParser::Value,
        FieldKind::Quantity => KeyParser::Number,
        FieldKind::Text => KeyParser::Text,
    };
    let takes = |unit: &&str| field.choices.is_empty() || field.choices.iter().any(|choice| choice == unit);
    // The key's unit, else the one that its values name.
    let said = || {
        let units = examples.iter().filter_map(|one| chorale_annotate::amount(&one.words, None).ok());
        units.filter_map(|told| told.split_once(' ').map(|(_, unit)| unit.to_owned())).next()
    };
    let unit = match parser {
        KeyParser::Number => unit.filter(takes).map(str::to_owned).or_else(said).filter(|unit| takes(&unit.as_str())),
        _ => None,
    };
    KeyReads { field: field.name.clone(), parser, unit: unit.unwrap_or_default(), yes: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harmonize::default_fields;

    fn of(key: &str, reads: &[(&str, i64)], examples: &[&str]) -> Vec<(String, KeyParser, String)> {
        let reads = reads.iter().map(|(field, n)| ((*field).to_owned(), *n)).collect();
        let examples: Vec<KeyExample> =
            examples.iter().map(|words| KeyExample { words: (*words).to_owned(), samples: 1 }).collect();
        let found = suggest(key, &default_fields(), 100, &reads, &examples);
        found.into_iter().map(|one| (one.reads.field, one.reads.parser, one.reads.unit)).collect()
    }

    #[test]
    fn a_key_is_suggested_by_its_words_by_names_and_by_what_was_read_under_it() {
        let first = |key: &str, reads: &[(&str, i64)], examples: &[&str]| of(key, reads, examples).into_iter().next();
        let number = |field: &str, unit: &str| Some((field.to_owned(), KeyParser::Number, unit.to_owned()));
        let value = |field: &str| Some((field.to_owned(), KeyParser::Value, String::new()));
        assert_eq!(first("age (yrs)", &[], &["54"]), number("age", "year"));
        assert_eq!(first("age", &[], &["12 weeks"]), number("age", "week"));
        assert_eq!(first("age", &[], &["54"]), number("age", ""));
        assert_eq!(first("gender", &[], &["M"]), value("sex"));
        assert_eq!(first("cell type", &[], &[]), value("cell_type"));
        assert_eq!(first("subgroup x", &[("disease", 80)], &[]), value("disease"));
        assert_eq!(first("subgroup x", &[("disease", 3)], &[]), None);
        assert_eq!(first("mother's age", &[], &[]).map(|one| one.1), Some(KeyParser::Ignore));
    }
}
