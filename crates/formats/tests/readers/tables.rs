//! Tables of samples: real ones with GEO's and SRA's columns, and ones that need a mapping.

use crate::keep::*;
use chorale_formats::sample_table::{Delimiter, Role, sniff};
use chorale_formats::*;

fn head_of(path: &std::path::Path) -> Vec<u8> {
    let file = std::fs::File::open(path).expect("a real file");
    open("head", file, &Limits::default()).expect("opens").head().expect("reads").to_vec()
}

#[test]
fn geo_samples_are_recognized_by_their_columns() {
    let path = shared_data().join("metadata/geo_samples/geo_sample_text.tsv.gz");
    let (report, keep) = read_file(&path);
    assert_eq!(report.samples, 107_863);
    let first = &keep.entities[0];
    assert_eq!((first.accession.as_str(), first.line), ("GSM1002540", 2));
    assert_eq!((first.title(), first.source_name(1)), (Some("mix1-rep1"), Some("placenta")));
    assert_eq!(first.characteristics(1)[1], ("spike-in hsa-mir-211", "1"));
    assert_eq!(first.characteristics(1).len(), 12);
    assert_eq!(first.source_name(2), Some("NA"));
    assert_eq!(keep.warnings.len(), 1, "{:?}", keep.warnings);
    let note = keep.warned("\"NA\"").expect("a note");
    assert_eq!((note.line, note.severity), (2, Severity::Note));
    assert!(note.done.contains("lines, this is the first"), "{note}");
}

#[test]
fn tables_of_sra_are_recognized() {
    let (report, keep) = read_file(&shared_data().join("metadata/sra/parsed_biosample_data.tsv.gz"));
    assert_eq!(report.samples + keep.entities.iter().filter(|e| e.continued).count() as u64, 15_802);
    assert!(keep.entities[0].characteristics(1).contains(&("sample_name", "DRS000577")));
    let (report, keep) = read_file(&shared_data().join("metadata/sra/sra-all-fields-2015-9-13.txt.gz"));
    assert!(report.samples > 19_000, "{report:?}");
    assert!(keep.entities[0].characteristics(1).contains(&("tissue", "blood")));
    let (report, keep) = read_file(&shared_data().join("metadata/sra/SRRToGSM.tsv.gz"));
    assert!(report.samples > 0);
    assert_eq!(keep.entities[0].accession, "GSM1242510");
    assert_eq!(keep.entities[0].characteristics(1), [("column 1", "SRR1013437")]);
}

#[test]
fn a_table_of_studies_is_not_taken_for_samples() {
    let head = head_of(&shared_data().join("metadata/sra/recount2_meta_web_sra.tsv.gz"));
    let columns = sniff(&head);
    assert_eq!(columns.names[..3], ["accession", "number_samples", "species"]);
    assert_eq!(columns.mapping, None);
    assert_eq!(detect("x.tsv", &head), Kind::SampleTable);
}

#[test]
fn any_other_table_reads_with_a_mapping() {
    let table = "Name;Label;Where;Age\nA-1;\"first; \"\"one\"\"\";liver;3\n;no name;;\nA-2;second\n";
    let columns = sniff(table.as_bytes());
    assert_eq!((columns.delimiter, columns.header, &columns.mapping), (Delimiter::Semicolon, true, &None));
    let (result, _) = read_bytes("x.csv", table.as_bytes());
    assert!(result.expect_err("no accession is known").to_string().contains("import form"));

    let roles =
        [("Name".to_owned(), Role::Accession), ("Label".to_owned(), Role::Title), ("Age".to_owned(), Role::Ignore)];
    let mapping = columns.mapped(&roles);
    let input = open("x.csv", table.as_bytes(), &Limits::default()).expect("opens");
    let mut keep = Keep::default();
    let report = sample_table::read(input, &mapping, &Limits::default(), &mut keep).expect("reads");
    assert_eq!(report.samples, 2);
    assert_eq!(keep.entities[0].title(), Some("first; \"one\""));
    assert_eq!(keep.entities[0].characteristics(1), [("Where", "liver")]);
    assert_eq!(keep.warned("without accession").map(|w| (w.line, w.severity)), Some((3, Severity::Error)));
    assert_eq!(keep.warned("fewer cells").map(|w| w.line), Some(4));
    let json = serde_json::to_string(&mapping).expect("a mapping is JSON");
    assert_eq!(serde_json::from_str::<sample_table::Mapping>(&json).expect("and back"), mapping);
}

#[test]
fn a_quote_that_never_closes_names_its_line() {
    let table = format!("accession,title\nGSM1,a\nGSM2,\"b\n{}", "GSM3,c\n".repeat(1000));
    let (result, keep) = read_bytes("x.csv", table.as_bytes());
    let error = result.expect_err("an open quote");
    assert!(error.to_string().starts_with("line 3: A quote that opens on this line never closes"), "{error}");
    assert_eq!(keep.entities.len(), 1);
}
