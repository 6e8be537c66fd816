//! Every real SOFT file parses, and says what it should.

use crate::keep::*;
use chorale_formats::EntityKind;

/// Where SOFT files and series matrices lie, below `geo/`.
const FOLDERS: [&str; 7] =
    ["family_soft", "gsm_soft", "gpl_soft", "gds_soft", "acc_soft", "biopython_geo", "series_matrix"];

#[test]
fn every_soft_file_and_series_matrix_reads_to_its_end() {
    let mut read = Vec::new();
    for path in FOLDERS.iter().flat_map(|folder| files(&format!("geo/{folder}"))) {
        let (report, keep) = read_file(&path);
        let name = path.display();
        assert!(report.entities > 0 && report.lines > 0, "{name}: {report:?}");
        assert_eq!(report.rows, keep.tables.iter().map(|table| table.rows.len() as u64).sum::<u64>(), "{name}");
        assert!(keep.tables.iter().all(|table| table.ended.is_some()), "{name}");
        for warning in &keep.warnings {
            // What is wrong, where, what was expected and what was done instead.
            assert!((1..=report.lines).contains(&warning.line), "{name}: {warning:?}");
            assert!(
                ![&warning.what, &warning.expected, &warning.done].iter().any(|said| said.is_empty()),
                "{name}: {warning:?}"
            );
        }
        read.push(path.strip_prefix(shared_data()).expect("it lies there").display().to_string());
    }
    // The list of the data says which files there are: none was passed over.
    let manifest = std::fs::read_to_string(shared_data().join("MANIFEST.tsv")).expect("MANIFEST.tsv lists the data");
    let of_ours = |file: &&str| FOLDERS.iter().any(|folder| file.starts_with(&format!("geo/{folder}/")));
    let mut listed: Vec<&str> = manifest.lines().filter_map(|line| line.split('\t').next()).filter(of_ours).collect();
    listed.sort_unstable();
    read.sort();
    assert_eq!(read, listed);
    assert!(listed.len() > 80, "{} files", listed.len());
}

#[test]
fn lower_case_entity_lines_and_windows_line_ends_read_like_others() {
    let (_, keep) = read_file(&shared_data().join("geo/family_soft/GSE1623_family.soft.gz"));
    let samples = keep.of(EntityKind::Sample);
    assert_eq!(samples.len(), 8);
    assert_eq!(samples[0].accession, "GSM27446");
    assert_eq!(samples[0].organisms(), ["Mus musculus"]);
    assert_eq!(keep.of(EntityKind::Series)[0].samples().len(), 8);
    assert!(keep.entities.iter().flat_map(|e| &e.attributes).all(|a| !a.value.contains('\r')));
    assert!(keep.warned("Fewer samples").is_none());
}

#[test]
fn a_series_matrix_gives_samples_and_its_matrix() {
    let (report, keep) = read_file(&shared_data().join("geo/series_matrix/GSE19161_series_matrix.txt.gz"));
    assert_eq!((report.samples, report.tables, report.rows), (61, 1, 658));
    assert!(keep.warnings.is_empty(), "{:?}", keep.warnings);
    let sample = keep.of(EntityKind::Sample)[1];
    assert_eq!((sample.accession.as_str(), sample.title()), ("GSM475066", Some("Ovarian cancer sample 2")));
    assert_eq!(sample.characteristics(1), [("survival in months", "12"), ("event indicator", "censored")]);
    assert_eq!((sample.platforms(), sample.organisms()), (vec!["GPL9717"], vec!["Homo sapiens"]));
    let matrix = &keep.tables[0];
    assert_eq!(matrix.of.as_ref().expect("an owner").accession, "GSE19161");
    assert_eq!((matrix.columns[0].name.as_str(), matrix.columns.len()), ("ID_REF", 62));
    assert_eq!(&matrix.rows[0][..2], ["121_at", "10.03559303"]);
}

#[test]
fn a_series_matrix_without_rows_keeps_its_samples() {
    let (report, keep) = read_file(&shared_data().join("geo/series_matrix/GSE99709_series_matrix.txt.gz"));
    assert_eq!((report.samples, report.rows), (12, 0));
    let series = keep.of(EntityKind::Series)[0];
    assert_eq!(series.samples().len(), 12);
    assert_eq!(series.relations()[0].kind, "SubSeries of");
    assert_eq!(series.relations()[0].target, "GSE99797");
}

#[test]
fn a_dataset_is_one_entity_with_subsets_and_its_table() {
    let (report, keep) = read_file(&shared_data().join("geo/gds_soft/GDS507.soft.gz"));
    let datasets = keep.of(EntityKind::Dataset);
    assert_eq!((datasets.len(), keep.of(EntityKind::Subset).len(), report.entities), (1, 12, 14));
    assert_eq!((datasets[0].platforms(), datasets[0].series()), (vec!["GPL97"], vec!["GSE781"]));
    assert_eq!(keep.of(EntityKind::Subset)[2].samples(), ["GSM11810", "GSM11815"]);
    let table = &keep.tables[0];
    assert_eq!(table.of.as_ref().map(|of| of.accession.as_str()), Some("GDS507"));
    assert_eq!((table.columns.len(), table.rows.len()), (19, 22_645));
    assert!(table.columns[2].description.starts_with("Value for GSM11815: C035 Renal"));
    assert!(keep.warnings.is_empty(), "{:?}", keep.warnings);
}

#[test]
fn an_annotation_file_is_its_platform() {
    let (report, keep) = read_file(&shared_data().join("geo/gpl_soft/GPL97.annot.gz"));
    let platform = keep.of(EntityKind::Platform)[0];
    assert_eq!((report.entities, platform.accession.as_str()), (1, "GPL97"));
    assert_eq!(platform.title(), Some("Affymetrix GeneChip Human Genome U133 Array Set HG-U133B"));
    assert_eq!(platform.organisms(), ["Homo sapiens"]);
    assert_eq!(
        keep.tables[0].rows[0][..3],
        ["200000_s_at", "PRP8 pre-mRNA processing factor 8 homolog (S. cerevisiae)", "PRPF8"]
    );
}

#[test]
fn a_table_without_begin_line_is_found_by_its_columns() {
    let (report, keep) = read_file(&shared_data().join("geo/biopython_geo/GSM645.txt"));
    assert_eq!((report.samples, report.rows, keep.tables[0].columns.len()), (1, 20, 14));
    assert_eq!(keep.warned("without its table_begin").map(|w| w.line), Some(36));
}
