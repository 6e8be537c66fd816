//! The same counts and metadata as GEOparse on every family file; `golden/make_geoparse.py` made the
//! golden file.

use crate::keep::*;
use chorale_formats::*;
use sha2::{Digest, Sha256};

const GOLDEN: &str = include_str!("../golden/geoparse.tsv");

fn digest(mut lines: Vec<String>) -> String {
    lines.sort();
    let hash = Sha256::digest(lines.join("\n").as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// pandas tells columns of one name apart by a number; we keep the source's names.
fn pandas_names(columns: &[Column]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        match columns[..place].iter().filter(|before| before.name == column.name).count() {
            0 => names.push(column.name.clone()),
            before => names.push(format!("{}.{before}", column.name)),
        }
    }
    names
}

/// The line that the golden file would have for a file.
fn line_of(name: &str) -> String {
    let (report, keep) = read_file(&shared_data().join("geo/family_soft").join(name));
    let mut metadata = Vec::new();
    for entity in keep.entities.iter().filter(|entity| entity.kind != EntityKind::Database) {
        for attribute in entity.attributes.iter().filter(|attribute| !attribute.value.is_empty()) {
            let key = attribute.key.split_once('_').map_or(attribute.key.as_str(), |(_, key)| key);
            metadata.push(format!("{}\t{}\t{key}\t{}", entity.kind.word(), entity.accession, attribute.value));
        }
    }
    let rows = |kind| keep.tables_of(kind).map(|table| table.rows.len()).sum::<usize>();
    let mut columns = Vec::new();
    for kind in [EntityKind::Sample, EntityKind::Platform] {
        for table in keep.tables_of(kind) {
            let names = pandas_names(&table.columns);
            let of = table.of.as_ref().expect("an owner");
            columns.push(format!("{}\t{}\t{}", kind.word(), of.accession, names.join(", ")));
        }
    }
    let platforms = keep.of(EntityKind::Platform).len();
    let (sample_rows, platform_rows) = (rows(EntityKind::Sample), rows(EntityKind::Platform));
    let samples = report.samples;
    format!("{name}\t{samples}\t{platforms}\t{sample_rows}\t{platform_rows}\t{}\t{}", digest(metadata), digest(columns))
}

#[test]
fn every_family_file_says_what_geoparse_reads() {
    let mut different = Vec::new();
    let mut count = 0;
    for golden in GOLDEN.lines().skip(2) {
        let name = golden.split('\t').next().expect("a name");
        let ours = line_of(name);
        count += 1;
        if ours != golden {
            different.push(format!("golden {golden}\nours   {ours}"));
        }
    }
    assert_eq!(count, files("geo/family_soft").len());
    assert!(different.is_empty(), "{} differ\n{}", different.len(), different.join("\n"));
}
