//! What a key asks for: `tissue`, `dz`, `age (years)`, `demographics_gender`.

use super::rows;
use crate::candidate::Fit;
use crate::field::{Field, PerField};
use crate::quantity::Unit;
use chorale_ontology::Words;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

const KEYS: &str = include_str!("data/keys.tsv");
/// A longer key is a sentence; its first words say what it is.
const MOST_WORDS: usize = 12;

/// What the values under a key are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct KeyMeaning {
    pub fits: PerField<Fit>,
    /// The key is in the list, whole or by one of its words.
    pub is_known: bool,
    /// Its values say nothing of this sample's terms: a relative's age, a quality of the RNA.
    pub is_ignored: bool,
    /// The unit that the key names.
    pub unit: Option<Unit>,
}

pub(crate) struct Keys {
    whole: FxHashMap<String, KeyMeaning>,
    words: FxHashMap<String, KeyMeaning>,
    /// Of `age at` with this word behind it.
    moments: FxHashMap<String, KeyMeaning>,
}

impl Keys {
    pub fn new() -> Keys {
        let mut keys = Keys { whole: FxHashMap::default(), words: FxHashMap::default(), moments: FxHashMap::default() };
        let mut words = Words::default();
        for [how, key, field, fit] in rows(KEYS) {
            words.read(key);
            let table = match how {
                "word" => &mut keys.words,
                "age at" => &mut keys.moments,
                _ => &mut keys.whole,
            };
            let meaning = table.entry(words.joined()).or_insert_with(KeyMeaning::default);
            meaning.is_known = true;
            match (fit, Field::named(field)) {
                ("strong", Some(field)) => meaning.fits[field] = Fit::Strong,
                ("weak", Some(field)) => meaning.fits[field] = meaning.fits[field].max(Fit::Weak),
                _ => meaning.is_ignored = true,
            }
        }
        for meaning in keys.whole.values_mut().chain(keys.words.values_mut()).chain(keys.moments.values_mut()) {
            close(meaning);
        }
        keys
    }

    /// The meaning of a key as somebody typed it.
    pub fn read(&self, key: &str, words: &mut Words) -> KeyMeaning {
        let key = &key[..key.char_indices().nth(200).map_or(key.len(), |(at, _)| at)];
        words.read(key);
        if words.is_empty() {
            return KeyMeaning::default();
        }
        let unit = words.iter().find_map(|(_, word)| Some(word).filter(|word| word.len() > 1).and_then(Unit::named));
        let mut joined = words.joined();
        if let Some(meaning) = self.whole.get(&joined) {
            return KeyMeaning { unit, ..*meaning };
        }
        let mut meaning = KeyMeaning { unit, ..KeyMeaning::default() };
        // `age (years)`, `time [hours]`: what stands in brackets is its unit; `characteristic tissue`, `patient age`.
        let first: Vec<&str> = words
            .iter()
            .take(MOST_WORDS)
            .enumerate()
            .take_while(|(at, (word, _))| *at == 0 || !word.after_stop)
            .map(|(_, (_, text))| text)
            .collect();
        if first.len() < words.len() {
            joined = first.join(" ");
            if let Some(found) = self.whole.get(&joined) {
                return KeyMeaning { unit, ..*found };
            }
        }
        // A disease begins years before a sample is taken, its treatment and the blood for it do not.
        if let ["age", "at" | "of", moment @ ..] = &first[..]
            && let Some(found) = moment.iter().find_map(|word| self.moments.get(*word))
        {
            return KeyMeaning { unit, ..*found };
        }
        for word in words.iter().take(MOST_WORDS).map(|(_, word)| word) {
            let Some(found) = self.words.get(word) else { continue };
            meaning.is_known = true;
            meaning.is_ignored |= found.is_ignored;
            for field in Field::ALL {
                if found.fits[field] > Fit::None {
                    meaning.fits[field] = found.fits[field];
                }
            }
        }
        close(&mut meaning);
        meaning
    }
}

/// What a key asks for, as people are told it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyAsks {
    /// Fields with whether the key can mean nothing else, the surest first.
    pub fields: Vec<(Field, bool)>,
    /// The unit that the key names: `year`.
    pub unit: Option<&'static str>,
    /// Its values say nothing of the sample itself: a relative's age, a quality of the RNA.
    pub is_ignored: bool,
}

/// Reads a key as somebody typed it: `age (yrs)` asks for an age in years.
#[must_use]
pub fn key_asks(key: &str) -> KeyAsks {
    static KEYS: LazyLock<Keys> = LazyLock::new(Keys::new);
    let meaning = KEYS.read(key, &mut Words::default());
    let of = |fit: Fit| Field::ALL.into_iter().filter(move |field| meaning.fits[*field] == fit);
    let fields = of(Fit::Strong).map(|field| (field, true)).chain(of(Fit::Weak).map(|field| (field, false)));
    KeyAsks { fields: fields.collect(), unit: meaning.unit.map(Unit::name), is_ignored: meaning.is_ignored }
}

/// A key that asks for some fields asks not for the others.
fn close(meaning: &mut KeyMeaning) {
    if meaning.is_known {
        for fit in &mut meaning.fits.0 {
            if *fit == Fit::None {
                *fit = Fit::Other;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_understood_however_they_are_typed() {
        let keys = Keys::new();
        for (key, field, fit) in [
            ("tissue", Field::Tissue, Fit::Strong),
            ("Organ_Part", Field::Tissue, Fit::Weak),
            ("Cell Line", Field::CellLine, Fit::Strong),
            ("Gender", Field::Sex, Fit::Strong),
            ("demographics_gender", Field::Sex, Fit::Strong),
            ("dz", Field::Disease, Fit::Strong),
            ("tx", Field::Drug, Fit::Strong),
            ("age (years)", Field::Age, Fit::Strong),
            ("age.at.diagnosis (year)", Field::Age, Fit::Weak),
            ("age at ifn-beta therapy onset (baseline blood sampling)", Field::Age, Fit::Strong),
            ("age_at_first_surgery", Field::Age, Fit::Strong),
            ("Tumour Grade", Field::Grade, Fit::Strong),
            ("tissue", Field::Sex, Fit::Other),
            ("zeta potential", Field::Tissue, Fit::None),
        ] {
            assert_eq!(keys.read(key, &mut Words::default()).fits[field], fit, "{key}: {field}");
        }
    }

    #[test]
    fn people_are_told_what_a_key_asks_for() {
        let asks = key_asks("age (yrs)");
        assert_eq!((asks.fields.first(), asks.unit), (Some(&(Field::Age, true)), Some("year")));
        assert!(key_asks("mother's age").is_ignored);
        assert_eq!(key_asks("zeta potential"), KeyAsks::default());
    }

    #[test]
    fn a_relatives_age_is_not_the_samples() {
        let keys = Keys::new();
        for key in ["mother's age", "paternal age", "maternal_age", "age of onset", "gestational age (weeks)"] {
            assert!(keys.read(key, &mut Words::default()).is_ignored, "{key}");
        }
        assert!(!keys.read("subject age", &mut Words::default()).is_ignored);
        assert_eq!(keys.read("age (months)", &mut Words::default()).unit, Some(Unit::Month));
    }

    #[test]
    fn every_row_is_understood() {
        for [how, key, field, fit] in rows(KEYS) {
            assert!(["whole", "word", "age at"].contains(&how), "{key}");
            assert!(fit == "ignore" || Field::named(field).is_some(), "{key}: {field}");
            assert!(["strong", "weak", "ignore"].contains(&fit), "{key}: {fit}");
        }
    }
}
