//! The dictionary with a trained annotator beside it.

use crate::vocabulary::{ANNOTATOR, library};
use chorale_annotate::learned::{self, FieldSpec, Gold, Learned, Sample, Terms, TrainOptions};
use chorale_annotate::{Annotator, Field, Item, Method, Study, Suggestion};
use std::sync::Arc;

/// Organs, and what implies them without naming them.
const ORGANS: [(&str, &str, &str); 4] = [
    ("UBERON:0002107", "liver", "sinusoid rich"),
    ("UBERON:0002048", "lung", "alveolus prep"),
    ("UBERON:0001155", "colon", "crypt prep"),
    ("UBERON:0000955", "brain", "synapse rich"),
];

/// Half of the studies name their organ, half only hint at it; each has a batch that is named after another one.
fn trained() -> Annotator {
    let mut terms = Terms::default();
    terms.add_library(ANNOTATOR.library(), &["UBERON"]);
    let texts: Vec<(String, &str, &str)> = (0..120)
        .map(|number| {
            let (id, name, hint) = ORGANS[number % 4];
            let text = if number % 8 < 4 { format!("tissue: {name}") } else { format!("tissue: {hint}") };
            (text, ORGANS[(number + 1 + number / 4) % 4].1, id)
        })
        .collect();
    let (mut studies, mut gold) = (Vec::new(), Vec::new());
    for (number, (text, batch, id)) in texts.iter().enumerate() {
        let item = || Item { attributes: vec![("characteristics_ch1", text.as_str()), ("batch", batch)] };
        let items = [item(), item(), item()];
        let candidates = ANNOTATOR.candidates(&Study::default(), &items);
        let each = items.iter().zip(&candidates);
        let samples = each.map(|(item, own)| Sample::of(item, own, ANNOTATOR.library(), &terms)).collect();
        studies.push(learned::Study { group: number as u64, samples });
        let term = terms.find(id).expect("organs are in the library");
        gold.extend((0..3).map(|sample| Gold { study: number, sample, field: 0, term, verdict: learned::Verdict::Is }));
    }
    let fields =
        [FieldSpec { name: "tissue".into(), prefixes: vec!["UBERON".into()], several: false, exclusive: None }];
    let learned = Learned::train(&studies, &gold, &fields, &mut terms, &TrainOptions::default());
    Annotator::new(Arc::new(library())).with_learned(learned, terms, "test-1")
}

fn tissue(annotator: &Annotator, attributes: &[(&str, &str)]) -> Suggestion {
    let items = [Item { attributes: attributes.to_vec() }];
    let found = annotator.annotate(&Study::default(), &items).remove(0);
    found.into_iter().find(|one| one.field == Field::Tissue).expect("a tissue is proposed")
}

#[test]
fn what_was_learned_is_told_from_what_was_read() {
    let annotator = trained();
    assert!(annotator.version().ends_with("+test-1"), "{}", annotator.version());
    let implied = tissue(&annotator, &[("characteristics_ch1", "tissue: crypt prep"), ("sex", "M")]);
    assert_eq!((implied.label.as_str(), implied.method), ("colon", Method::Learned));
    assert!(implied.evidence.is_none() && implied.score > 0.5, "{implied:?}");
    let read = tissue(&annotator, &[("characteristics_ch1", "tissue: colon"), ("batch", "lung")]);
    assert_eq!((read.label.as_str(), read.method), ("colon", Method::Both));
    assert_eq!(read.evidence.map(|evidence| evidence.text), Some("colon".to_owned()));
    // Fields that were not trained are the dictionary's.
    let items = [Item { attributes: vec![("sex", "M"), ("tissue", "colon")] }];
    let found = annotator.annotate(&Study::default(), &items).remove(0);
    let sex = found.iter().find(|one| one.field == Field::Sex).expect("a sex is read");
    assert_eq!((sex.label.as_str(), sex.method), ("male", Method::Dictionary));
}
