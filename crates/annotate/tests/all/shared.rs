//! The real data beside the checkout, and how its rows become samples. Used by tests and by the example.

use chorale_annotate::{Item, Study};
use chorale_ontology::{Library, read};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Without the folder whatever reads it fails: set `CHORALE_SHARED_DATA` to it.
pub fn data(path: &str) -> PathBuf {
    let root = std::env::var_os("CHORALE_SHARED_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    root.join(path)
}

/// The releases under the names that they are installed under.
pub fn library(with: &[(&str, &str)]) -> Library {
    let load = |(name, path): &(&str, &str)| {
        let path = data(path);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; set CHORALE_SHARED_DATA", path.display()));
        ((*name).to_owned(), read(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    };
    Library::build(with.iter().map(load).collect()).expect("the releases' names differ")
}

pub const EVERY_RELEASE: [(&str, &str); 8] = [
    ("MONDO", "ontologies/czi_json/MONDO-ontology-v2026-05-05.json.zst"),
    ("UBERON", "ontologies/czi_json/UBERON-ontology-v2026-04-01.json.zst"),
    ("CL", "ontologies/czi_json/CL-ontology-v2026-03-26.json.zst"),
    ("EFO", "ontologies/czi_json/EFO-ontology-v3.90.0.json.zst"),
    ("HANCESTRO", "ontologies/czi_json/HANCESTRO-ontology-v2025-10-14.json.zst"),
    ("PATO", "ontologies/czi_json/PATO-ontology-v2025-05-14.json.zst"),
    ("CVCL", "ontologies/czi_json/CVCL-ontology-55.0.json.zst"),
    ("drugs", "ontologies/drugs/repurposing_hub_drugs.tsv.gz"),
];

/// A row of a table in the form of `geo_sample_text`.
pub struct Row {
    pub accession: String,
    /// Column and value; characteristics one by one.
    pub attributes: Vec<(&'static str, String)>,
}

const COLUMNS: [&str; 6] =
    ["title", "description", "source_name_ch1", "characteristics_ch1", "source_name_ch2", "characteristics_ch2"];

/// Reads `accession`, then [`COLUMNS`] in this order; `NA` is nothing.
pub fn rows(path: &Path) -> Vec<Row> {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("a table of text");
    text.lines().skip(1).map(row).collect()
}

fn row(line: &str) -> Row {
    let mut cells = line.split('\t');
    let accession = cells.next().unwrap_or_default().to_owned();
    let mut attributes = Vec::new();
    for (column, cell) in COLUMNS.into_iter().zip(cells) {
        match column {
            _ if cell == "NA" || cell.is_empty() => {}
            "characteristics_ch1" | "characteristics_ch2" => {
                attributes.extend(cell.split('|').map(|one| (column, one.to_owned())));
            }
            _ => attributes.push((column, cell.to_owned())),
        }
    }
    Row { accession, attributes }
}

impl chorale_annotate::learned::Row for Row {
    fn accession(&self) -> &str {
        &self.accession
    }

    fn item(&self) -> Item<'_> {
        Item { attributes: self.attributes.iter().map(|(key, value)| (*key, value.as_str())).collect() }
    }
}

impl Row {
    fn number(&self) -> u64 {
        self.accession.trim_start_matches("GSM").parse().unwrap_or(0)
    }
}

/// The table has no series: samples whose numbers follow one another, with the same keys, are taken for siblings.
pub fn studies(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    const MOST: usize = 500;
    let keys = |row: &Row| -> Vec<String> {
        row.attributes
            .iter()
            .map(|(column, value)| {
                format!("{column}:{}", value.split(':').next().filter(|_| value.contains(':')).unwrap_or_default())
            })
            .collect()
    };
    rows.chunk_by(move |a, b| b.number().wrapping_sub(a.number()) <= 3 && keys(a) == keys(b))
        .flat_map(|study| study.chunks(MOST))
}

pub const NO_STUDY: Study<'static> = Study { title: "", summary: "", attributes: Vec::new() };
