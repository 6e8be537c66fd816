//! Real sample descriptions as documents, for tests and benchmarks.
//!
//! The source has no series and no harmonized columns: eight facets are derived from what it says.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use super::{Doc, Kind, Layout};

/// The derived facets: one value each, but `keys`, which holds every attribute key of a sample.
pub const FACETS: [&str; 8] = ["series", "sex", "tissue", "cell_line", "disease", "treatment", "channels", "keys"];

/// Samples of a series are numbered consecutively; so many make one.
const SAMPLES_IN_SERIES: u64 = 50;

pub fn layout() -> Layout {
    Layout { version: 1, facets: FACETS.map(str::to_string).to_vec() }
}

/// The first `limit` real samples.
pub fn read(limit: usize) -> Vec<Doc> {
    let path = folder().join("metadata/geo_samples/geo_sample_text.tsv.gz");
    let file = std::fs::File::open(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; put the shared data there or set CHORALE_SHARED_DATA", path.display())
    });
    let lines = BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines();
    lines.skip(1).take(limit).map(|line| sample(&line.expect("the file is UTF-8"))).collect()
}

fn folder() -> PathBuf {
    match std::env::var_os("CHORALE_SHARED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
    }
}

fn sample(line: &str) -> Doc {
    let columns: Vec<&str> = line.split('\t').map(|value| if value == "NA" { "" } else { value }).collect();
    let column = |index: usize| columns.get(index).copied().unwrap_or_default();
    let accession = column(0);
    let number: u64 = accession.trim_start_matches("GSM").parse().expect("accessions are GSM and a number");
    let mut attributes = Vec::new();
    for (name, value) in [("source name", column(3)), ("source name ch2", column(5))] {
        if !value.is_empty() {
            attributes.push((name.to_string(), value.to_string()));
        }
    }
    for pair in [column(4), column(6)].iter().flat_map(|characteristics| characteristics.split('|')) {
        if let Some((key, value)) = pair.split_once(": ") {
            attributes.push((key.trim().to_string(), value.trim().to_string()));
        }
    }
    let series = format!("GSE{}", number / SAMPLES_IN_SERIES);
    Doc {
        kind: Kind::Sample,
        id: accession.to_string(),
        owner: "lab".to_string(),
        collection: if number.is_multiple_of(3) { "second" } else { "first" }.to_string(),
        accession: accession.to_string(),
        title: column(1).to_string(),
        summary: column(2).to_string(),
        facets: facets(&attributes, &series, column(5).is_empty()),
        attributes,
        terms: Vec::new(),
        links: vec![series],
        date: (!number.is_multiple_of(7)).then_some(14_000 + (number % 3_000) as i64),
        sample_count: 1,
    }
}

fn facets(attributes: &[(String, String)], series: &str, single: bool) -> Vec<(String, String)> {
    let mut facets = vec![("series".to_string(), series.to_string())];
    facets.push(("channels".to_string(), if single { "1" } else { "2" }.to_string()));
    for (key, value) in attributes {
        let key = key.to_lowercase();
        let facet = match key.as_str() {
            "sex" | "gender" => Some("sex"),
            "tissue" | "tissue type" | "organ" | "source name" => Some("tissue"),
            "cell line" => Some("cell_line"),
            "disease" | "disease state" | "disease status" => Some("disease"),
            "treatment" | "agent" | "treated with" => Some("treatment"),
            _ => None,
        };
        let facet = facet.map(|facet| (facet.to_string(), value.to_lowercase()));
        facets.extend(facet.filter(|(_, value)| !value.is_empty()));
        if !facets.iter().any(|(field, value)| field == "keys" && *value == key) {
            facets.push(("keys".to_string(), key));
        }
    }
    facets
}
