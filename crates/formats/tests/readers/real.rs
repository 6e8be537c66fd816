//! Every real SOFT file parses, and says what it should.

use crate::keep::*;
use chorale_formats::EntityKind;

const SOFT: [&str; 6] =
    ["geo/family_soft", "geo/gsm_soft", "geo/gpl_soft", "geo/gds_soft", "geo/acc_soft", "geo/biopython_geo"];

#[test]
fn every_soft_file_reads_to_its_end() {
    let mut count = 0;
    for path in SOFT.iter().flat_map(|folder| files(folder)) {
        let (report, keep) = read_file(&path);
        let name = path.display();
        assert!(report.entities > 0 && report.lines > 0, "{name}: {report:?}");
        assert_eq!(report.rows, keep.tables.iter().map(|table| table.rows.len() as u64).sum::<u64>(), "{name}");
        assert!(keep.tables.iter().all(|table| table.ended.is_some()), "{name}");
        count += 1;
    }
    assert_eq!(count, 43 + 1 + 7 + 14 + 12 + 10);
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
