//! Whatever the bytes are: no panic, bounded work, and the same result however they arrive.

use crate::keep::*;
use chorale_formats::*;
use proptest::prelude::*;
use std::io::Read;

/// Gives its bytes in pieces of changing sizes.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.next().unwrap_or(1).min(to.len()).min(self.bytes.len());
        to[..size].copy_from_slice(&self.bytes[..size]);
        self.bytes = &self.bytes[size..];
        Ok(size)
    }
}

/// Lines that formats are made of, so that random files reach the readers' inner rooms.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "^SAMPLE = GSM1",
        "^sample=GSM2",
        "^SERIES = GSE1",
        "^DATASET = GDS1",
        "^PLATFORM",
        "^Annotation",
        "^x = y",
        "!Sample_title = a",
        "!Sample_data_row_count = 2",
        "!Sample_data_row_count = 18446744073709551616",
        "!",
        "#",
        "!sample_table_begin",
        "!sample_table_end",
        "!platform_table_begin\t\t",
        "#ID_REF = id",
        "#VALUE =",
        "ID_REF\tVALUE",
        "ID_REF\t\t",
        "a\t1",
        "b",
        "c\t1\t2\t",
        "",
        " ",
        "!Series_title\t\"a\"",
        "!Series_geo_accession\t\"GSE1\"",
        "!Sample_geo_accession\t\"GSM1\"\t\"GSM2\"",
        "!Sample_title\t\"x\t\"y\"",
        "!series_matrix_table_begin",
        "!series_matrix_table_end",
        "\"ID_REF\"\t\"GSM1\"\t\"GSM2\"",
        "\"f\"\t1\t2",
        "accession\ttitle",
        "accession,title",
        "GSM1,\"a",
        "b\",\"\"\"c",
        "GSM2,NA",
        ";;;",
        "\u{feff}",
        "5\u{b5}M",
    ]);
    prop_oneof![
        9 => words.prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ]
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r"]);
    prop::collection::vec((line(), end), 0..40).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|(mut line, end)| {
                line.extend(end.as_bytes());
                line
            })
            .collect()
    })
}

fn kinds() -> [Kind; 3] {
    [Kind::SoftFamily, Kind::SeriesMatrix, Kind::SampleTable]
}

fn read_as(kind: &Kind, bytes: impl Read, limits: &Limits) -> (Result<Report, String>, Keep) {
    let mut keep = Keep::default();
    let result = open("x", bytes, limits).and_then(|input| read(kind, input, limits, &mut keep));
    (result.map_err(|error| error.to_string()), keep)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (result, keep) = read_bytes("x", &bytes);
        prop_assert!(result.is_err() || !keep.entities.is_empty());
        for kind in kinds() {
            let (result, keep) = read_as(&kind, bytes.as_slice(), &Limits::default());
            prop_assert!(result.is_err() || !keep.entities.is_empty());
        }
    }

    #[test]
    fn any_lines_are_read_or_refused_and_counts_agree(bytes in file()) {
        for kind in kinds() {
            let (result, keep) = read_as(&kind, bytes.as_slice(), &Limits::default());
            let Ok(report) = result else { continue };
            let entities = keep.entities.iter().filter(|entity| !entity.continued);
            prop_assert_eq!(report.entities, entities.clone().count() as u64);
            prop_assert_eq!(report.samples, entities.filter(|e| e.kind == EntityKind::Sample).count() as u64);
            prop_assert_eq!(report.tables, keep.tables.len() as u64);
            prop_assert_eq!(report.warnings_total, keep.warnings.len() as u64);
            prop_assert!(keep.tables.iter().all(|table| table.ended.is_some()));
            prop_assert!(keep.warnings.iter().all(|warning| warning.line >= 1 && warning.line <= report.lines));
            let clean = |text: &str| !text.contains(|c: char| c.is_ascii_control() && c != '\n' && c != '\t');
            prop_assert!(keep.entities.iter().flat_map(|e| &e.attributes).all(|a| clean(&a.value)));
        }
    }

    #[test]
    fn how_the_bytes_arrive_changes_nothing(bytes in file(), sizes in prop::collection::vec(1_usize..40, 1..8)) {
        for kind in kinds() {
            let whole = read_as(&kind, bytes.as_slice(), &Limits::default());
            let pieces = Pieces { bytes: &bytes, sizes: sizes.clone().into_iter().cycle() };
            prop_assert_eq!(read_as(&kind, pieces, &Limits::default()), whole);
        }
    }

    #[test]
    fn small_limits_end_in_errors_not_in_panics(bytes in file(), small in 0_usize..6) {
        let limits = Limits {
            max_line_bytes: small * 5, max_attributes: small, max_entity_bytes: small * 10,
            max_entities: small as u64, max_columns: small, max_warnings: small as u64, ..Limits::default()
        };
        for kind in kinds() {
            let (result, keep) = read_as(&kind, bytes.as_slice(), &limits);
            prop_assert!(keep.warnings.len() <= small);
            prop_assert!(keep.entities.iter().all(|entity| entity.attributes.len() <= small + 1));
            prop_assert!(result.is_err() || !keep.entities.is_empty());
        }
    }
}

#[test]
fn a_real_file_reads_the_same_in_single_bytes() {
    let path = shared_data().join("geo/gpl_soft/GPL101_family.soft.gz");
    let bytes = std::fs::read(&path).expect("a real file");
    let (whole, kept) = read_bytes("x.gz", &bytes);
    for size in [1, 7, 4096] {
        let pieces = Pieces { bytes: &bytes, sizes: vec![size].into_iter().cycle() };
        let (result, keep) = read_with("x.gz", pieces, &Limits::default());
        assert_eq!(result.expect("reads"), *whole.as_ref().expect("reads"));
        assert!(keep == kept);
    }
}
