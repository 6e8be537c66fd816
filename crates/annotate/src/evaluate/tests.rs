//! The reference judge's figures on the same files (`golden/make.py` made them), and what the counting promises.

use super::{Blocks, ErrorClass, Figures, GoldRow, Predicted, calibration, difference, interval, judge, mistakes};
use crate::learned::Terms;
use chorale_ontology::Library;

fn terms() -> Terms {
    let files = [
        ("CL", include_str!("golden/CL.json")),
        ("MONDO", include_str!("golden/MONDO.json")),
        ("UBERON", include_str!("golden/UBERON.json")),
    ];
    let releases = files.map(|(name, text)| (name.to_owned(), chorale_ontology::read(text.as_bytes()).expect("sound")));
    let library = Library::build(releases.into()).expect("three releases");
    let mut terms = Terms::default();
    terms.add_library(&library, &["CL", "MONDO", "UBERON"]);
    terms.add("MONDO:0000000");
    terms
}

fn gold() -> Vec<GoldRow> {
    let row = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        GoldRow {
            accession: cells[0].clone(),
            field: cells[1].clone(),
            term: cells[2].clone(),
            source: cells[5].clone(),
        }
    };
    include_str!("golden/gold.tsv").lines().skip(1).map(row).collect()
}

fn predictions() -> Vec<Predicted> {
    #[derive(serde::Deserialize)]
    struct Line {
        accession: String,
        field: String,
        term: String,
        score: f32,
    }
    let parse = |line| {
        let Line { accession, field, term, score } = serde_json::from_str(line).expect("JSON");
        Predicted { accession, field, term, score }
    };
    include_str!("golden/predictions.jsonl").lines().map(parse).collect()
}

#[test]
fn the_figures_are_the_reference_judges() {
    let (terms, gold, predictions) = (terms(), gold(), predictions());
    for line in include_str!("golden/judged.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let f = Figures::of(&judge(&gold, &predictions, cells[0], cells[1], &terms));
        let mine = format!(
            "{}\t{}\t{}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}",
            cells[0],
            cells[1],
            f.samples,
            f.no_prediction,
            f.exact_precision,
            f.exact_recall,
            f.exact_f1,
            f.close_precision,
            f.close_recall,
            f.close_f1
        );
        assert_eq!(mine, line);
    }
}

fn ale(predictions: &[Predicted]) -> Blocks {
    judge(&gold(), predictions, "ale", "tissue", &terms())
}

#[test]
fn intervals_hold_the_figure_and_a_system_does_not_differ_from_itself() {
    let blocks = ale(&predictions());
    let value = Figures::of(&blocks).close_f1;
    let found = interval(&blocks, |f| f.close_f1, 500, 1);
    assert!(found.value == value && found.low < value && value < found.high, "{found:?}");
    let same = difference(&blocks, &blocks, |f| f.close_f1, 200, 1);
    assert_eq!((same.low, same.high), (0.0, 0.0));
}

#[test]
fn a_better_system_differs_by_more_than_nothing() {
    let right: Vec<Predicted> = gold()
        .into_iter()
        .map(|row| Predicted { accession: row.accession, field: row.field, term: row.term, score: 1.0 })
        .collect();
    let (best, worse) = (ale(&right), ale(&predictions()));
    assert_eq!(Figures::of(&best).exact_f1, 1.0);
    assert!(difference(&best, &worse, |f| f.close_f1, 200, 1).excludes_zero());
    let found = calibration(&gold(), &right, "creeds", "disease", &terms());
    assert_eq!((found.error, found.predictions), (0.0, gold().iter().filter(|row| row.source == "creeds").count()));
}

#[test]
fn mistakes_are_named_by_what_they_are() {
    let terms = terms();
    let row = |accession: &str, term: &str| GoldRow {
        accession: accession.into(),
        source: "s".into(),
        field: "f".into(),
        term: term.into(),
    };
    let say = |accession: &str, term: &str| Predicted {
        accession: accession.into(),
        field: "f".into(),
        term: term.into(),
        score: 0.5,
    };
    let gold = [
        row("GSM1", "UBERON:0000008"),
        row("GSM2", "UBERON:0000008"),
        row("GSM3", "UBERON:0000008"),
        row("GSM4", "MONDO:0000002"),
        row("GSM5", "UBERON:0000008"),
        row("GSM6", "UBERON:0000008"),
    ];
    let said = [
        say("GSM1", "UBERON:0000001"),
        say("GSM2", "UBERON:0000009"),
        say("GSM4", "MONDO:0000000"),
        say("GSM5", "UBERON:0000015"),
        say("GSM6", "UBERON:0000004"),
    ];
    let found = mistakes(&gold, &said, "s", "f", &terms);
    let class = |accession: &str| found.iter().find(|m| m.examples == [accession]).map(|m| m.class);
    assert_eq!(class("GSM1"), Some(ErrorClass::TooGeneral));
    assert_eq!(class("GSM2"), Some(ErrorClass::Sibling));
    assert_eq!(class("GSM3"), Some(ErrorClass::Abstained));
    assert_eq!(class("GSM4"), Some(ErrorClass::Arm));
    assert_eq!(class("GSM5"), Some(ErrorClass::Other));
    assert_eq!(class("GSM6"), None, "one step up is close");
}
