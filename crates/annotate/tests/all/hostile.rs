//! Samples that nobody should send: huge, empty, in no alphabet we know, full of control characters.

use crate::vocabulary::{ANNOTATOR, alone, labels};
use chorale_annotate::{Field, Item, Study};
use std::time::{Duration, Instant};

#[test]
fn a_description_of_fifty_megabytes_is_read_in_bounded_time() {
    let unit = "HCC liver 5uM sorafenib 24h age 5 M/F KO -/- (RA) é漢; x: ";
    let huge = unit.repeat((50 << 20) / unit.len());
    let started = Instant::now();
    let found = alone(&[("title", "liver"), ("description", &huge)]);
    assert_eq!(labels(&found, Field::Tissue), ["liver"]);
    let found = alone(&[("", &huge)]);
    assert!(!found.is_empty());
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn thousands_of_keys_are_read_in_bounded_time() {
    let keys: Vec<(String, String)> = (0..20_000).map(|n| (format!("key {n}"), format!("liver {n} HCC"))).collect();
    let item = Item { attributes: keys.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect() };
    let started = Instant::now();
    let found = ANNOTATOR.annotate(&Study::default(), &[item]);
    assert_eq!(labels(&found[0], Field::Tissue), ["liver"]);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn any_text_is_taken() {
    for value in [
        "",
        " ",
        "\0\u{1}\u{7f}",
        "漢字かな",
        "\u{202e}\u{200b}\u{feff}",
        "𐎀𐎁𐎂",
        ":;:;|||:",
        "((((",
        "-/-",
        "+/-",
        "1-",
        "9999999999999 years old",
        "a\u{301}\u{301}\u{301}",
    ] {
        for key in ["", "title", "age", "tissue", "sex", "genotype", "treatment", "characteristics_ch1", "\u{0}", "漢"]
        {
            let found = alone(&[(key, value), (key, value)]);
            assert!(found.iter().all(|one| one.score.is_finite()), "{key:?}: {value:?}");
        }
    }
    assert!(ANNOTATOR.annotate(&Study::default(), &[]).is_empty());
    assert!(ANNOTATOR.annotate(&Study::default(), &[Item::default()])[0].is_empty());
}
