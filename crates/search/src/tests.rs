//! The engine against a brute-force reading of the same real samples.

mod oracle;
mod samples;

use std::collections::{BTreeMap, BTreeSet};

use crate::*;

/// Queries over what real samples say; each kind of syntax, alone and combined.
const QUERIES: &[&str] = &[
    "",
    "liver",
    "LIVER",
    "cells",
    "HepG2",
    "hep-g2",
    "hep g2",
    "\"hep g2\"",
    "IL-6",
    "il6",
    "day 3",
    "\"day 3\"",
    "\"bone marrow\"",
    "\"marrow bone\"",
    "\"total RNA\"",
    "\"wild type\"",
    "wild-type",
    "wildtype",
    "liver cancer",
    "liver OR blood",
    "blood NOT control",
    "-blood",
    "NOT (blood OR liver)",
    "(blood OR liver) control -mouse",
    "human (rna OR \"breast cancer\") -(control OR normal)",
    "tissue:liver",
    "tissue:(liver OR brain)",
    "\"cell line\":HepG2",
    "\"cell line\":(hela OR \"mcf 7\")",
    "cell_line:mcf-7",
    "title:control",
    "summary:\"total rna\"",
    "hepat*",
    "title:rep*",
    "biopsies*",
    "GSM10025*",
    "accession:GSM1002540",
    "gsm-1002540 OR gsm1002541",
    "series:GSE20050",
    "sex:female OR gender:male",
    "5-aza-2'-deoxycytidine",
    "0.1",
    "a b c d e f g",
    "NOT NOT liver",
    "nosuchwordanywhere",
    "nosuchwordanywhere OR liver",
    "platform:GPL570",
];

/// Real samples from all over the file, so that many words and series are seen.
fn some_samples() -> Vec<Doc> {
    let docs: Vec<Doc> = samples::read(60_000).into_iter().step_by(97).collect();
    assert!(docs.len() > 600, "the shared data is shorter than it was");
    docs
}

fn indexed(docs: &[Doc]) -> (tempfile::TempDir, Snapshot) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(folder.path(), &samples::layout(), 0).unwrap();
    for (number, doc) in docs.iter().enumerate() {
        writer.upsert(doc).unwrap();
        // Several segments, so that merging across them is tested.
        if number % 250 == 249 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    let snapshot = Snapshot::open(folder.path(), &samples::layout()).unwrap();
    (folder, snapshot)
}

fn request(text: &str) -> Request {
    let mut request = Request::new(Kind::Sample, parse(text).unwrap());
    request.facets = samples::FACETS.map(str::to_string).to_vec();
    request.facet_limit = usize::MAX;
    request.limit = usize::MAX;
    request
}

/// Compares totals, hits and every facet count with the brute-force reading.
fn compare(snapshots: &[&Snapshot], docs: &[Doc], request: &Request) -> u64 {
    let found = search(snapshots, request).unwrap();
    let expected = oracle::answer(docs, request);
    let asked = format!("{:?} with {:?}", request.query.to_string(), request.chosen);
    let ids: BTreeSet<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, expected.ids, "{asked}");
    assert_eq!(found.hits.len(), ids.len(), "{asked}: a hit came twice");
    assert_eq!(found.total, ids.len() as u64, "{asked}");
    for (field, facet) in &found.facets {
        let counts: Vec<(String, u64)> = facet.counts.iter().map(|count| (count.value.clone(), count.count)).collect();
        assert_eq!(counts, expected.facets[field], "{asked}: {field}");
        assert_eq!(facet.distinct, counts.len() as u64, "{asked}: {field}");
    }
    found.total
}

#[test]
fn answers_equal_a_brute_force_reading_of_real_samples() {
    let docs = some_samples();
    let (_folder, snapshot) = indexed(&docs);
    assert!(snapshot.segments.len() > 1, "one segment would test too little");
    let mut matched = 0;
    for text in QUERIES {
        matched += u64::from(compare(&[&snapshot], &docs, &request(text)) > 0);
    }
    assert!(matched > 35, "only {matched} of {} queries match anything: choose better ones", QUERIES.len());
}

#[test]
fn threads_share_a_snapshot() {
    fn shared<T: Send + Sync>() {}
    fn moved<T: Send>() {}
    shared::<Snapshot>();
    moved::<Writer>();
}

#[test]
fn choices_narrow_every_facet_but_their_own() {
    let docs = some_samples();
    let (_folder, snapshot) = indexed(&docs);
    let choices: &[&[(&str, &str)]] = &[
        &[("sex", "female")],
        &[("sex", "female"), ("sex", "male")],
        &[("sex", "male"), ("channels", "1")],
        &[("tissue", "liver"), ("tissue", "blood"), ("sex", "female"), ("channels", "1")],
        &[("keys", "age"), ("keys", "sex"), ("channels", "1")],
        &[("keys", "tissue"), ("sex", "no such value")],
    ];
    let mut narrowed = 0;
    for choice in choices {
        for text in ["", "blood", "human OR liver", "-control"] {
            let mut request = request(text);
            for (field, value) in *choice {
                request.chosen.entry(field.to_string()).or_default().push(value.to_string());
            }
            narrowed += compare(&[&snapshot], &docs, &request);
        }
    }
    assert!(narrowed > 0, "no choice matches anything: choose better ones");
}

#[test]
fn collections_that_may_not_be_seen_leave_no_trace() {
    let docs = some_samples();
    let (_folder, snapshot) = indexed(&docs);
    let (first, second): (Vec<Doc>, Vec<Doc>) = docs.iter().cloned().partition(|doc| doc.collection == "first");
    for (allowed, docs) in [(vec!["first"], &first), (vec!["second", "unknown"], &second), (vec![], &Vec::new())] {
        let mut request = request("human OR control");
        let allowed: BTreeSet<String> = allowed.into_iter().map(str::to_string).collect();
        request.allowed_collections = vec![Some(allowed)];
        compare(&[&snapshot], docs, &request);
    }
    let mut datasets = request("");
    datasets.kind = Kind::Dataset;
    assert_eq!(search(&[&snapshot], &datasets).unwrap().total, 0);
}

#[test]
fn two_snapshots_answer_as_one_index_would() {
    let docs = some_samples();
    let (_one, together) = indexed(&docs);
    let (even, odd): (Vec<(usize, Doc)>, Vec<(usize, Doc)>) =
        docs.iter().cloned().enumerate().partition(|(number, _)| number % 2 == 0);
    let list = |docs: Vec<(usize, Doc)>| docs.into_iter().map(|(_, doc)| doc).collect::<Vec<_>>();
    let ((_two, even), (_three, odd)) = (indexed(&list(even)), indexed(&list(odd)));
    let mut sorts = vec![Sort::default()];
    for order in [Order::Accession, Order::Title, Order::Date] {
        for direction in [Direction::Ascending, Direction::Descending] {
            sorts.push(Sort { order, direction });
        }
    }
    for text in QUERIES {
        for sort in &sorts {
            let request = Request { sort: *sort, limit: 50, facet_limit: 7, ..request(text) };
            let one = search(&[&together], &request).unwrap();
            let mut two = search(&[&even, &odd], &request).unwrap();
            two.hits.iter_mut().for_each(|hit| hit.snapshot = 0);
            assert_eq!(one, two, "{text:?} by {sort:?}");
        }
    }
    compare(&[&even, &odd], &docs, &request("human OR control"));
}

#[test]
fn pages_visit_every_hit_once_in_every_order() {
    let docs = some_samples();
    let (_folder, snapshot) = indexed(&docs);
    for order in [Order::Relevance, Order::Accession, Order::Title, Order::Date] {
        for direction in [Direction::Ascending, Direction::Descending] {
            for text in ["", "human OR rna", "control"] {
                let mut request = Request { sort: Sort { order, direction }, ..request(text) };
                let all = search(&[&snapshot], &request).unwrap();
                assert_eq!(all.next, None);
                assert!(all.hits.len() > 20, "{text:?} matches too little to page through");
                request.limit = 17;
                let mut paged = Vec::new();
                loop {
                    let page = search(&[&snapshot], &request).unwrap();
                    assert_eq!(page.total, all.total);
                    paged.extend(page.hits);
                    match page.next {
                        Some(next) => request.after = Some(next),
                        None => break,
                    }
                }
                assert_eq!(paged, all.hits, "{text:?} by {order:?} {direction:?}");
            }
        }
    }
}

#[test]
fn orders_are_what_they_say() {
    let docs = some_samples();
    let (_folder, snapshot) = indexed(&docs);
    let hits = |order, direction| {
        let request = Request { sort: Sort { order, direction }, ..request("") };
        search(&[&snapshot], &request).unwrap().hits
    };
    let number = |hit: &Hit| hit.accession.trim_start_matches("GSM").parse::<u64>().unwrap();
    assert!(hits(Order::Accession, Direction::Ascending).is_sorted_by_key(number));
    assert!(hits(Order::Accession, Direction::Descending).is_sorted_by_key(|hit| std::cmp::Reverse(number(hit))));
    let title = |hit: &Hit| crate::order::natural(&hit.title);
    assert!(hits(Order::Title, Direction::Ascending).is_sorted_by_key(title));
    let late = |hit: &Hit| hit.date.unwrap_or(i64::MAX);
    assert!(hits(Order::Date, Direction::Ascending).is_sorted_by_key(late));
    let early = |hit: &Hit| hit.date.map_or(i64::MAX, |date| -date);
    assert!(hits(Order::Date, Direction::Descending).is_sorted_by_key(early));
    let scored = search(&[&snapshot], &request("liver OR hepg2 OR cells")).unwrap().hits;
    assert!(scored.is_sorted_by(|one, other| one.score >= other.score));
    assert!(scored[0].score > scored[scored.len() - 1].score);
}

#[test]
fn facet_values_are_cut_and_filtered_after_counting() {
    let docs = some_samples();
    let (_folder, snapshot) = indexed(&docs);
    let full = search(&[&snapshot], &request("human")).unwrap();
    let mut few = request("human");
    few.facet_limit = 3;
    let few = search(&[&snapshot], &few).unwrap();
    for (field, facet) in &full.facets {
        assert_eq!(few.facets[field].counts, facet.counts[..facet.counts.len().min(3)], "{field}");
        assert_eq!(few.facets[field].distinct, facet.distinct, "{field}");
    }
    let mut typed = request("human");
    typed.facet_prefix = Some("BL".to_string());
    let typed = search(&[&snapshot], &typed).unwrap();
    let expected: BTreeMap<&str, u64> = full.facets["tissue"]
        .counts
        .iter()
        .filter(|count| count.value.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with("bl")))
        .map(|count| (count.value.as_str(), count.count))
        .collect();
    let found = &typed.facets["tissue"].counts;
    assert!(!found.is_empty() && found.len() < full.facets["tissue"].counts.len());
    assert_eq!(found.iter().map(|count| (count.value.as_str(), count.count)).collect::<BTreeMap<_, _>>(), expected);
}
