//! Spans count Unicode scalar values of the attribute's value, whatever stands before.

use crate::vocabulary::{ANNOTATOR, alone};
use chorale_annotate::{Item, MOST_ATTRIBUTES, MOST_CHARS, Study, Unread, unread};
use proptest::prelude::*;

#[test]
fn spans_are_of_the_value_as_it_was_given() {
    let value = "𝛼 日本: x; tissue: normal Leber/liver – ok; sex: M";
    let found = alone(&[("title", "x"), ("characteristics_ch1", value)]);
    let mut seen = 0;
    for evidence in found.iter().filter_map(|one| one.evidence.as_ref()).filter(|evidence| evidence.attribute == 1) {
        let there: String =
            value.chars().skip(evidence.start as usize).take((evidence.end - evidence.start) as usize).collect();
        assert_eq!(there, evidence.text);
        seen += usize::from(evidence.text == "liver" || evidence.text == "M");
    }
    assert_eq!(seen, 2, "{found:#?}");
}

#[test]
fn what_is_not_read_is_told() {
    let long = "liver ".repeat(MOST_CHARS);
    let many: Vec<(&str, &str)> = vec![("title", "x"); MOST_ATTRIBUTES + 1];
    let items = [Item { attributes: vec![("title", "liver"), ("description", &long)] }, Item { attributes: many }];
    assert_eq!(
        unread(&items),
        [
            Unread { item: 0, attribute: 1, read_chars: MOST_CHARS },
            Unread { item: 1, attribute: MOST_ATTRIBUTES, read_chars: 0 }
        ]
    );
    assert_eq!(unread(&items[..0]), []);
}

proptest! {
    #[test]
    fn every_span_lies_in_its_value(
        attributes in proptest::collection::vec(("[a-z_ ]{0,12}", "\\PC{0,60}|(liver|HCC|M|age|5uM|24 h|-/-|PBMC|[:;|,. –é漢]|no|KO|[0-9]{1,3}){0,12}"), 0..6),
    ) {
        let item = Item { attributes: attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect() };
        let study = Study { title: "hepatocellular carcinoma (HCC)", ..Study::default() };
        for one in ANNOTATOR.annotate(&study, &[item]).remove(0) {
            prop_assert!((0.0..=1.0).contains(&one.score));
            let Some(evidence) = one.evidence else { continue };
            let value = &attributes[evidence.attribute].1;
            let there: String = value.chars().skip(evidence.start as usize).take((evidence.end - evidence.start) as usize).collect();
            prop_assert_eq!(there, evidence.text);
        }
    }
}
