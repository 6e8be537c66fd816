//! The dictionary alone on real samples with gold labels: it must not get worse than this.

use crate::shared;
use chorale_annotate::learned::Row as _;
use chorale_annotate::{Annotator, Item, project};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

/// Every fourth study is judged, and the bounds are some points under what all rows reach.
const EVERY: usize = 4;

type Gold = HashMap<(String, String), HashMap<String, HashSet<String>>>;

fn gold() -> Gold {
    let path = shared::data("metadata/geo_samples/geo_sample_gold.tsv.gz");
    let file =
        std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}; set CHORALE_SHARED_DATA", path.display()));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("a table of text");
    let mut gold = Gold::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let list = gold.entry((cells[5].to_owned(), cells[1].to_owned())).or_default();
        list.entry(cells[0].to_owned()).or_default().insert(cells[2].to_owned());
    }
    gold
}

/// The judge's rule: the same term, a descendant, or an ancestor at most two steps up.
fn is_close(library: &chorale_ontology::Library, predicted: &str, gold: &str) -> bool {
    if predicted == gold {
        return true;
    }
    let (Some(one), Some(other)) = (library.find(predicted), library.find(gold)) else { return false };
    library.is_a(one, other) || library.distance(other, one).is_some_and(|steps| steps <= 2)
}

#[test]
fn the_dictionary_alone_keeps_its_quality() {
    let annotator = Annotator::new(Arc::new(shared::library(&shared::EVERY_RELEASE)));
    let library = annotator.library();
    let rows = shared::rows(&shared::data("metadata/geo_samples/geo_sample_text.tsv.gz"));
    let mut predicted: HashMap<String, HashMap<&str, HashSet<String>>> = HashMap::new();
    for study in shared::studies(&rows).step_by(EVERY) {
        let items: Vec<Item> = study.iter().map(shared::Row::item).collect();
        for (row, suggestions) in study.iter().zip(annotator.annotate(&shared::NO_STUDY, &items)) {
            let terms = predicted.entry(row.accession.clone()).or_default();
            project(&suggestions).into_iter().for_each(|one| {
                terms.entry(one.field).or_default().insert(one.term);
            });
        }
    }
    for (source, field, least) in [
        ("ale", "tissue", 0.78),
        ("golightly", "tissue", 0.65),
        ("creeds", "disease", 0.72),
        ("ale", "sex", 0.92),
        ("golightly", "age", 0.97),
    ] {
        let samples = &gold()[&(source.to_owned(), field.to_owned())];
        let (mut hits, mut predictions, mut found, mut golds) = (0, 0, 0, 0);
        for (accession, wanted) in samples {
            let Some(terms) = predicted.get(accession) else { continue };
            let kind = |id: &str| id.split(':').next().unwrap_or_default().to_owned();
            let kinds: HashSet<String> = wanted.iter().map(|id| kind(id)).collect();
            let mine: Vec<&String> =
                terms.get(field).into_iter().flatten().filter(|id| kinds.contains(&kind(id))).collect();
            predictions += mine.len();
            golds += wanted.len();
            hits += mine.iter().filter(|one| wanted.iter().any(|gold| is_close(library, one, gold))).count();
            found += wanted.iter().filter(|gold| mine.iter().any(|one| is_close(library, one, gold))).count();
        }
        assert!(golds > 100, "{source} {field}: {golds} gold rows are too few to judge by");
        let (precision, recall) = (hits as f64 / predictions.max(1) as f64, found as f64 / golds as f64);
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        println!("{source} {field}: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3} of {golds}");
        assert!(f1 >= least, "{source} {field}: close F1 {f1:.3}, must be {least}");
    }
}
