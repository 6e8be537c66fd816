//! Files of very many small things: gathered and decided in step with their number, and stopped when asked.

use super::*;
use crate::catalog::NewSource;
use crate::jobs::Stop as Why;
use crate::sources::drafts::decide;
use chorale_formats::Attribute;
use chorale_model::{CollectionId, FaultKind, Time};
use cpu_time::ThreadTime;
use std::time::Duration;

fn gather(folder: &Path, stop: &StopSignal) -> Gather {
    Gather::new(folder, stop.clone(), Arc::default()).unwrap()
}

fn entity(kind: EntityKind, accession: &str, attributes: &[(&str, &str)]) -> Entity {
    let attribute = |(key, value): &(&str, &str)| Attribute { key: (*key).into(), value: (*value).into(), line: 1 };
    let attributes = attributes.iter().map(attribute).collect();
    Entity { kind, accession: accession.to_owned(), line: 1, attributes, continued: false }
}

fn source() -> NewSource {
    NewSource {
        source: "upload".into(),
        source_url: None,
        licence: String::new(),
        retrieved_at: Time(0),
        file_name: "many.soft".into(),
        raw_sha256: String::new(),
        raw_size_bytes: 0,
        parser: String::new(),
        lines: 0,
        warnings: 0,
    }
}

const COLLECTION: CollectionId = CollectionId(uuid::Uuid::nil());

/// Looking at all series for each sample takes minutes here.
#[test]
fn many_series_take_no_longer_each_than_few() {
    const MANY: usize = 30_000;
    let folder = tempfile::tempdir().unwrap();
    let mut gather = gather(folder.path(), &StopSignal::default());
    let begun = ThreadTime::now();
    for place in 0..MANY {
        let series = format!("GSE{place}");
        let flow = [
            gather.entity(entity(EntityKind::Series, &series, &[("Series_title", "One of many")])),
            gather.entity(entity(EntityKind::Dataset, &format!("GDS{place}"), &[])),
            gather.entity(entity(
                EntityKind::Sample,
                &format!("GSM{place}"),
                &[
                    ("Sample_series_id", series.as_str()),
                    ("Sample_platform_id", "GPL1"),
                    ("Sample_organism_ch1", series.as_str()),
                ],
            )),
        ];
        assert!(flow.iter().all(ControlFlow::is_continue));
    }
    assert_eq!(gather.curated.len(), MANY);
    let drafts = decide(gather, "many.soft", COLLECTION, &source()).unwrap();
    assert_eq!((drafts.versions.len(), drafts.samples), (MANY, 30_000));
    assert!(drafts.versions.iter().all(|version| version.series.as_ref().is_some_and(|s| s.title == "One of many")));
    assert!(drafts.warnings.is_empty(), "no series is without samples");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_dataset_lists_each_organism_once_and_not_endlessly() {
    let folder = tempfile::tempdir().unwrap();
    let mut gather = gather(folder.path(), &StopSignal::default());
    for place in 0..200 {
        let organism = format!("Organism {}", place % 70);
        let said = [("Sample_platform_id", "GPL1"), ("Sample_organism_ch1", organism.as_str())];
        assert!(gather.entity(entity(EntityKind::Sample, &format!("GSM{place}"), &said)).is_continue());
    }
    let drafts = decide(gather, "many.soft", COLLECTION, &source()).unwrap();
    let listed = &drafts.versions[0].organisms;
    assert_eq!((listed.len(), listed[0].as_str(), listed[49].as_str()), (50, "Organism 0", "Organism 49"));
}

#[test]
fn deciding_stops_when_it_is_told_to() {
    let (folder, stop) = (tempfile::tempdir().unwrap(), StopSignal::default());
    let mut gather = gather(folder.path(), &stop);
    for place in 0..10 {
        assert!(gather.entity(entity(EntityKind::Sample, &format!("GSM{place}"), &[])).is_continue());
    }
    stop.stop(Why::Cancelled);
    let fault = decide(gather, "many.soft", COLLECTION, &source()).err().expect("it was stopped");
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Conflict, "cancelled"));
}

/// Each time a sample comes again it is written with all it said before.
#[test]
fn samples_that_come_again_and_again_do_not_fill_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut gather = gather(folder.path(), &StopSignal::default());
    gather.most_repeated_bytes = 1_000;
    let mut taken = 0;
    let error = loop {
        let accession = format!("GSM{}", taken % 2);
        match gather.entity(entity(EntityKind::Sample, &accession, &[("Sample_description", "again")])) {
            ControlFlow::Continue(()) => taken += 1,
            ControlFlow::Break(Stop::Failed(error)) => break error,
            ControlFlow::Break(other) => panic!("{other:?}"),
        }
        assert!(taken < 100, "there is a limit");
    };
    assert!(taken > 10, "a few times are no harm: {taken}");
    assert!(error.to_string().contains("again and again"), "{error}");
}
