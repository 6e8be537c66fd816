use super::*;

/// Every token of a text with its position, sorted.
fn tokens(text: &str) -> Vec<(u32, String)> {
    use tantivy::tokenizer::{TokenStream, Tokenizer};
    let mut tokenizer = WordTokenizer::default();
    let mut stream = tokenizer.token_stream(text);
    let mut found = Vec::new();
    while stream.advance() {
        found.push((stream.token().position as u32, stream.token().text.clone()));
    }
    found.sort();
    found
}

fn has(text: &str, token: &str) -> bool {
    tokens(text).iter().any(|(_, found)| found == token)
}

#[test]
fn variants_of_a_symbol_meet_in_one_token() {
    let meetings: &[(&str, &[&str])] = &[
        ("hepg2", &["HepG2", "Hep-G2", "hep g2", "HEP_G2", "hepg2", "Hep‑G2"]),
        ("tp53", &["TP53", "tp-53", "Tp 53"]),
        ("il6", &["IL-6", "IL6", "il 6", "IL–6"]),
        ("tgfb", &["TGF-β", "TGFβ", "TGFB", "TGF-beta", "TGFbeta", "tgf-b"]),
        ("tgfb1", &["TGF-β1", "TGFβ1", "TGFB1", "TGF-beta1", "TGFbeta-1", "TGF-beta-1"]),
        ("nfkb", &["NF-κB", "NFκB", "NF-kappaB", "NFkappaB", "nf-kappa-b", "NFKB"]),
        ("gsm1002540", &["GSM1002540", "gsm1002540", "GSM 1002540"]),
        ("tnfa", &["TNF-α", "TNFalpha", "TNF-alpha", "TNFa"]),
        ("b2m", &["β2m", "B2M", "beta2m", "β-2-m"]),
        ("tcell", &["T-cells", "T-cell", "Tcells"]),
    ];
    for (token, texts) in meetings {
        for text in *texts {
            assert!(has(text, token), "{text:?} lacks {token:?}: {:?}", tokens(text));
        }
    }
}

#[test]
fn a_compound_takes_one_position() {
    let expected = [(0, "human"), (1, "g2"), (1, "hep"), (1, "hepg2"), (2, "cell")];
    let expected = expected.map(|(at, token)| (at, token.to_string()));
    assert_eq!(tokens("human Hep-G2 cells"), expected);
}

#[test]
fn a_long_compound_goes_on_at_the_next_position() {
    let found = tokens("5-aza-2'-deoxycytidine");
    assert!(found.contains(&(0, "5aza2".to_string())), "{found:?}");
    assert!(found.contains(&(1, "deoxycytidine".to_string())), "{found:?}");
}

#[test]
fn letters_lose_their_marks_and_plurals_their_s() {
    assert_eq!(tokens("Sjögren Łódź naïve"), tokens("sjogren lodz naive"));
    assert_eq!(tokens("Sjo\u{308}gren"), tokens("sjogren"));
    assert_eq!(tokens("biopsies tissues viruses boxes"), tokens("biopsy tissue virus box"));
    for kept in ["pancreas", "virus", "analysis", "series", "kras", "species", "class", "alphabet"] {
        assert_eq!(tokens(kept), [(0, kept.to_string())], "{kept}");
    }
    assert_eq!(tokens("β"), tokens("beta"));
}

#[test]
fn long_words_are_cut_alike_on_both_sides() {
    let sequence = "ACGT".repeat(100);
    assert_eq!(tokens(&sequence), [(0, "acgt".repeat(16))]);
    assert_eq!(tokens(&"β".repeat(200))[0].1.len(), 64);
}

#[test]
fn punctuation_alone_is_nothing() {
    assert!(tokens("— … & /// ''").is_empty());
    assert!(tokens("").is_empty());
}

proptest::proptest! {
    #[test]
    fn any_text_folds_the_same_twice(text in "\\PC{0,80}") {
        let once = words(&text, 0);
        for word in &once {
            proptest::prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
            proptest::prop_assert!(word.raw.len() <= MAX_WORD_BYTES);
            proptest::prop_assert!(!word.raw.contains(SCOPE_END));
            // Folding what is folded changes nothing.
            let again = words(&word.raw, 0);
            proptest::prop_assert_eq!(again.len(), 1, "{:?}", word.raw);
            proptest::prop_assert_eq!(&again[0].raw, &word.raw);
        }
    }
}

#[test]
fn the_name_of_a_field_is_folded_to_itself_however_long_it_is() {
    for (head, before) in ["48", "ә ", "48ә"].into_iter().flat_map(|head| (30..130).map(move |before| (head, before)))
    {
        let name = field_name(&format!("{head}{}sigmaaaa zaa5", "a".repeat(before)));
        assert!(name.len() <= MAX_FIELD_NAME_BYTES && !name.is_empty());
        assert_eq!(field_name(&name), name);
    }
    assert_eq!(field_name("Cell_Line"), "cell line");
}
