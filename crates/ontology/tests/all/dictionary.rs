//! What is found in a text, and where.

use chorale_ontology::dictionary::{Builder, Match};
use chorale_ontology::{Dictionary, Scope, Words};
use proptest::prelude::*;

fn dictionary(names: &[&str]) -> Dictionary {
    let mut builder = Builder::default();
    for (term, name) in names.iter().enumerate() {
        builder.add(0, term as u32, name, Scope::Exact, true);
    }
    builder.build().expect("they are few")
}

/// (text of the match, terms) of everything that is found.
fn found(dictionary: &Dictionary, text: &str) -> Vec<(String, Vec<u32>)> {
    let mut matches = Vec::<Match>::new();
    dictionary.find(&Words::of(text), &mut matches);
    let shown = |one: &Match| text.chars().skip(one.start as usize).take((one.end - one.start) as usize).collect();
    matches.iter().map(|one| (shown(one), dictionary.names(one).map(|name| name.term).collect())).collect()
}

#[test]
fn names_are_found_however_they_are_typed() {
    let dictionary =
        dictionary(&["hepatocellular carcinoma", "tumor", "T cell", "esophagus", "TNF alpha", "CD4-positive T cell"]);
    for (text, term) in [
        ("Hepatocellular-Carcinomas", 0),
        ("TUMOURS", 1),
        ("T-cells", 2),
        ("t_cell", 2),
        ("œsophagus", 3),
        ("Oesophagus", 3),
        ("TNFα", 4),
        ("TNF-α", 4),
        ("CD4+ T cells", 5),
    ] {
        let got = found(&dictionary, text);
        assert!(got.iter().any(|(shown, terms)| shown == text && terms == &[term]), "{text}: {got:?}");
    }
}

#[test]
fn places_count_scalar_values_and_nothing_is_found_inside_a_word() {
    let dictionary = dictionary(&["liver", "all"]);
    assert_eq!(found(&dictionary, "É 漢字: Leber/liver – ok"), [("liver".to_owned(), vec![0])]);
    assert_eq!(found(&dictionary, "overalls deliver"), []);
    assert_eq!(found(&dictionary, "NormalLiverBiopsy"), [("Liver".to_owned(), vec![0])]);
}

#[test]
fn a_name_inside_a_longer_one_is_found_too() {
    let dictionary = dictionary(&["liver", "liver cancer", "cancer"]);
    let got = found(&dictionary, "primary liver cancer");
    assert_eq!(got, [("liver".into(), vec![0]), ("liver cancer".into(), vec![1]), ("cancer".into(), vec![2])]);
}

#[test]
fn codes_are_found_with_and_without_gaps_but_not_over_a_comma() {
    let dictionary = dictionary(&["Hep-G2", "MCF7"]);
    for text in ["HepG2", "HEP G2", "hep_g2"] {
        assert_eq!(found(&dictionary, text), [(text.to_owned(), vec![0])]);
    }
    assert_eq!(found(&dictionary, "MCF-7 cells"), [("MCF-7".to_owned(), vec![1])]);
    assert_eq!(found(&dictionary, "MCF, 7 days"), []);
}

#[test]
fn names_that_differ_in_gaps_only_are_found_together() {
    let dictionary = dictionary(&["Hep G2", "HepG2", "hep"]);
    assert_eq!(found(&dictionary, "HepG2"), [("HepG2".to_owned(), vec![0, 1])]);
    assert_eq!(found(&dictionary, "Hep-G2"), [("Hep".to_owned(), vec![2]), ("Hep-G2".to_owned(), vec![0, 1])]);
}

#[test]
fn acronyms_and_capitals_are_told_apart() {
    let dictionary = dictionary(&["ALL", "all"]);
    let mut matches = Vec::new();
    dictionary.find(&Words::of("all ALL"), &mut matches);
    assert_eq!(matches.iter().map(|one| one.is_upper).collect::<Vec<_>>(), [false, true]);
    let names = dictionary.names(&matches[0]);
    assert_eq!(names.map(|name| name.is_acronym).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn the_artifact_is_the_dictionary_and_damage_is_told() {
    let dictionary = dictionary(&["liver", "Hep G2", "hepatocellular carcinoma", "liver"]);
    let mut bytes = Vec::new();
    dictionary.write(&mut bytes);
    assert_eq!(Dictionary::read(&bytes).unwrap(), dictionary);
    for cut in [0, 7, 8, 20, bytes.len() / 2, bytes.len() - 1] {
        assert!(Dictionary::read(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    for at in (8..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        // It may still be sound; it must neither panic nor run for ever.
        if let Ok(read) = Dictionary::read(&damaged) {
            read.find(&Words::of("liver hep g2 hepatocellular carcinoma"), &mut Vec::new());
        }
    }
}

proptest! {
    #[test]
    fn every_match_lies_in_the_text(text in "\\PC{0,200}") {
        let dictionary = dictionary(&["liver", "a", "b c", "x1"]);
        let length = text.chars().count() as u32;
        let mut matches = Vec::new();
        dictionary.find(&Words::of(&text), &mut matches);
        for one in matches {
            prop_assert!(one.start < one.end && one.end <= length);
        }
    }

    /// The trie against the plain definition: every run of words that equals a name.
    #[test]
    fn the_trie_finds_what_comparing_every_run_finds(
        names in proptest::collection::vec("[abc]( [abc]){0,2}", 1..8),
        text in "[abcd]( [abcd]){0,12}",
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let dictionary = dictionary(&names);
        let words: Vec<&str> = text.split(' ').collect();
        let mut expected = Vec::new();
        for from in 0..words.len() {
            for to in from + 1..=words.len() {
                let run = words[from..to].join(" ");
                if names.contains(&run.as_str()) {
                    expected.push(run);
                }
            }
        }
        let got: Vec<String> = found(&dictionary, &text).into_iter().map(|(shown, _)| shown).collect();
        prop_assert_eq!(got, expected);
    }
}
