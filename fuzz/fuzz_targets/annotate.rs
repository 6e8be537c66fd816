//! Any text is a sample: it is read without a panic, every score is one, and every span is a place in its value.
#![no_main]

use chorale_annotate::{Annotator, Item, Study, project};
use chorale_ontology::{Library, read};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

const OBO: &str = "format-version: 1.4\n\
    [Term]\nid: MONDO:0007256\nname: hepatocellular carcinoma\nsynonym: \"HCC\" EXACT []\n\
    [Term]\nid: MONDO:0008383\nname: rheumatoid arthritis\nsynonym: \"RA\" EXACT []\n\
    [Term]\nid: MONDO:0005272\nname: refractory anemia\nsynonym: \"RA\" EXACT []\n\
    [Term]\nid: UBERON:0002107\nname: liver\n\
    [Term]\nid: CL:0000084\nname: T cell\n\
    [Term]\nid: CVCL_0027\nname: Hep-G2\n\
    [Term]\nid: InChIKey:A\nname: sorafenib\n\
    [Term]\nid: PATO:0000384\nname: male\n";

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| {
    let release = read(OBO.as_bytes()).expect("the terms above are sound");
    Annotator::new(Arc::new(Library::build(vec![("all".to_owned(), release)]).expect("one release has one name")))
});

// The first line is the study's title; an empty line parts items; `key<tab>value` is an attribute.
fuzz_target!(|text: &str| {
    let (title, rest) = text.split_once('\n').unwrap_or(("", text));
    let attributes = |item: &str| -> Vec<(String, String)> {
        item.lines()
            .map(|line| line.split_once('\t').unwrap_or(("", line)))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    };
    let owned: Vec<Vec<(String, String)>> = rest.split("\n\n").map(attributes).collect();
    let items: Vec<Item> = owned
        .iter()
        .map(|item| Item { attributes: item.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect() })
        .collect();
    let study = Study { title, summary: title, ..Study::default() };
    let found = ANNOTATOR.annotate(&study, &items);
    assert_eq!(found.len(), items.len());
    for (item, suggestions) in items.iter().zip(&found) {
        project(suggestions);
        for one in suggestions {
            assert!((0.0..=1.0).contains(&one.score), "{one:?}");
            let Some(evidence) = &one.evidence else { continue };
            let value = item.attributes[evidence.attribute].1;
            let length = (evidence.end - evidence.start) as usize;
            let there: String = value.chars().skip(evidence.start as usize).take(length).collect();
            assert_eq!(there, evidence.text);
        }
    }
});
