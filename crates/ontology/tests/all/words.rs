//! What is one word however it is typed.

use chorale_ontology::{Shape, Words};
use proptest::prelude::*;

fn folded(text: &str) -> String {
    Words::of(text).joined()
}

#[test]
fn typing_makes_no_difference() {
    for (text, plain) in [
        // Case, hyphens and other gaps.
        ("Non-Small_Cell/Lung  CANCER", "non small cell lung cancer"),
        ("non\u{2010}small\u{2013}cell\u{a0}lung", "non small cell lung"),
        // Unicode: decomposed, compatible, ligatures, full width, superscripts.
        ("Sjögren, Sjo\u{308}gren, SJÖGREN", "sjogren sjogren sjogren"),
        ("Ménière's Behçet’s", "meniere behcet"),
        ("\u{fb01}broma Ｌｉｖｅｒ Ca²⁺", "fibroma liver ca2"),
        ("œdema Ægean Łódź straße", "edema egean lodz strasse"),
        ("so\u{ad}ft\u{200b}ly", "softly"),
        // Greek letters, small and capital, also joined to a word.
        ("TNFα TNF-Α β-catenin IFNγ", "tnf alpha tnf alpha beta catenin ifn gamma"),
        ("NF-κB Δ9", "nf kappa b delta 9"),
        // Plurals and British spelling.
        ("Tumours of the oesophagus; leukaemias", "tumor of the esophagus leukemia"),
        ("haematopoietic, haemophilia, anaemia", "hematopoietic hemophilia anemia"),
        // A plus behind a code.
        ("CD4+CD25+ T-cells", "cd4 positive cd25 positive t cell"),
        ("A + B", "a b"),
        // Two words written as one.
        ("NormalLiverBiopsy HeLa mRNA McCoy", "normal liver biopsy hela mrna mccoy"),
        // What is no word.
        ("", ""),
        ("+-/ … \u{e000} 🧬", ""),
    ] {
        assert_eq!(folded(text), plain, "{text}");
    }
}

#[test]
fn a_word_knows_its_place_its_shape_and_the_clause_it_begins() {
    let words = Words::of("É liver, HCC; HepG2 Skin (mRNA)");
    let told: Vec<_> = words.iter().map(|(w, text)| (text, w.start, w.end, w.shape, w.after_stop)).collect();
    assert_eq!(
        told,
        [
            ("e", 0, 1, Shape::Upper, false),
            ("liver", 2, 7, Shape::Lower, false),
            ("hcc", 9, 12, Shape::Upper, true),
            ("hepg2", 14, 19, Shape::Code, true),
            ("skin", 20, 24, Shape::Title, false),
            ("mrna", 26, 30, Shape::Mixed, true),
        ]
    );
}

proptest! {
    #[test]
    fn places_are_in_the_text_and_in_order(text in "\\PC{0,80}") {
        let words = Words::of(&text);
        let length = text.chars().count() as u32;
        let mut before = 0;
        for (word, folded) in words.iter() {
            prop_assert!(word.start >= before && word.end > word.start && word.end <= length && !folded.is_empty());
            before = word.end;
        }
    }

    /// What was read before leaves no trace.
    #[test]
    fn words_are_read_again_as_if_new(one in "\\PC{0,40}", other in "[A-Za-zα+ ,é-]{0,40}") {
        let mut words = Words::of(&one);
        words.read(&other);
        let of = Words::of(&other);
        prop_assert_eq!(words.iter().collect::<Vec<_>>(), of.iter().collect::<Vec<_>>());
    }
}
