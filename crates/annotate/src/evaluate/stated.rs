//! Whether a sample's text states a sex or an age at all: labels of many sets come from a study's paper, and what no text
//! says is no mistake of whoever reads it.
//!
//! The rule is plain on purpose, and knows nothing of the annotator: a word that only sexes or ages have, or a key of one
//! with a value under it. It takes too much rather than too little: the sex of a mother counts as stated.

use crate::item::Item;

const SEXES: [&str; 12] =
    ["male", "female", "males", "females", "man", "men", "woman", "women", "boy", "boys", "girl", "girls"];
const AGES: [&str; 24] = [
    "fetal",
    "foetal",
    "fetus",
    "foetus",
    "embryo",
    "embryonic",
    "newborn",
    "neonate",
    "neonatal",
    "infant",
    "infants",
    "toddler",
    "child",
    "children",
    "pediatric",
    "paediatric",
    "adolescent",
    "teenager",
    "adult",
    "adults",
    "elderly",
    "aged",
    "young",
    "old",
];
const UNITS: [&str; 14] =
    ["year", "years", "yr", "yrs", "y", "yo", "month", "months", "mo", "mos", "week", "weeks", "wk", "wks"];

/// Whether the text of a sample states the field's value; true of fields other than `sex` and `age`.
pub fn states(item: &Item, field: &str) -> bool {
    match field {
        "sex" => item.attributes.iter().any(|(key, value)| {
            let words = words(key, value);
            words.iter().any(|word| SEXES.contains(&word.as_str())) || is_keyed(&words, &["sex", "gender"], |_| true)
        }),
        "age" => item.attributes.iter().any(|(key, value)| {
            let words = words(key, value);
            words.iter().any(|word| AGES.contains(&word.as_str()))
                || is_keyed(&words, &["age", "ages"], |next| next.starts_with(|c: char| c.is_ascii_digit()))
                || words.iter().any(|word| is_time(word))
                || words.windows(2).any(|pair| is_number(&pair[0]) && UNITS.contains(&pair[1].as_str()))
        }),
        _ => true,
    }
}

/// Small letters and digits of the key and the value, in their order.
fn words(key: &str, value: &str) -> Vec<String> {
    let parts = [key, value];
    let words = parts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether a word of a key stands with a wanted value at most three words behind it: `age (years): 57`.
fn is_keyed(words: &[String], keys: &[&str], is_value: impl Fn(&str) -> bool) -> bool {
    let unknown = ["unknown", "na", "n", "not", "none", "missing"];
    words.iter().enumerate().filter(|(_, word)| keys.contains(&word.as_str())).any(|(at, _)| {
        let behind = &words[at + 1..words.len().min(at + 4)];
        !behind.first().is_some_and(|word| unknown.contains(&word.as_str())) && behind.iter().any(|word| is_value(word))
    })
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `45yo`, `18months`.
fn is_time(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < word.len() && UNITS.contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(field: &str, key: &str, value: &str) -> bool {
        states(&Item { attributes: vec![(key, value)] }, field)
    }

    #[test]
    fn a_sex_is_stated_by_its_words_or_under_its_key() {
        for (key, value) in [
            ("characteristics_ch1", "Sex: M"),
            ("gender", "F"),
            ("title", "Female_12"),
            ("description", "two women of one family"),
        ] {
            assert!(stated("sex", key, value), "{key}: {value}");
        }
        for (key, value) in [("characteristics_ch1", "gender: unknown"), ("title", "M12"), ("tissue", "mammary")] {
            assert!(!stated("sex", key, value), "{key}: {value}");
        }
    }

    #[test]
    fn an_age_is_stated_by_a_number_of_years_or_a_time_of_life() {
        for (key, value) in [
            ("characteristics_ch1", "age (years): 57"),
            ("age", "57"),
            ("title", "45yo donor"),
            ("description", "a 3 month old boy"),
            ("source_name_ch1", "fetal liver"),
        ] {
            assert!(stated("age", key, value), "{key}: {value}");
        }
        for (key, value) in [("characteristics_ch1", "age: unknown"), ("title", "stage 3 tumour"), ("passage", "12")] {
            assert!(!stated("age", key, value), "{key}: {value}");
        }
        assert!(stated("tissue", "title", "liver"), "the rule is of sexes and ages alone");
    }
}
