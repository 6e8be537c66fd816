//! OBO files: what is read keeps its promises, and is the same after it was prepared, kept and loaded.
#![no_main]

use chorale_ontology::dictionary::Match;
use chorale_ontology::{KEPT, Library, Release, TermRef, Words, read};
use std::collections::HashSet;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = [b"format-version: 1.2\n", bytes].concat();
    match read(&file) {
        Err(error) => assert!(!error.message.is_empty() && error.line <= 1 + file.len() as u64),
        Ok(release) => {
            check(&release);
            prepare(release);
        }
    }
});

fn check(release: &Release) {
    let ids: HashSet<&str> = release.terms.iter().map(|term| term.id.as_str()).collect();
    assert!(!ids.is_empty() && !ids.contains("") && ids.len() == release.terms.len());
    assert!(release.problems.kept.len() <= KEPT && release.problems.total >= release.problems.kept.len() as u64);
    for (place, term) in release.terms.iter().enumerate() {
        assert_eq!(release.place(&term.id), Some(place as u32));
        assert!(term.obsolete || !term.label.is_empty());
        let steps = release.parents(place as u32);
        assert!(steps.iter().all(|step| (step.to as usize) < release.terms.len() && step.to != place as u32));
    }
}

fn prepare(release: Release) {
    let library = Library::build(vec![("fuzz".to_owned(), release)]).expect("a small release can be prepared");
    let (mut bytes, mut again) = (Vec::new(), Vec::new());
    library.write(&mut bytes).expect("memory can be written to");
    let library = Library::read(&bytes).expect("what was written can be read");
    library.write(&mut again).expect("memory can be written to");
    assert_eq!(bytes, again);
    let (mut words, mut found) = (Words::default(), Vec::<Match>::new());
    for place in 0..library.pins()[0].terms {
        let term = TermRef { release: 0, place };
        assert!(library.find(library.id(term)).is_some());
        assert!(library.ancestors(term).all(|(up, steps)| up != term && steps > 0 && library.is_a(term, up)));
        assert!(library.descendants(term).iter().all(|(down, steps)| library.distance(*down, term) == Some(*steps)));
        assert_eq!(library.path(term).last(), Some(&term));
        words.read(library.label(term));
        library.dictionary().find(&words, &mut found);
        let length = library.label(term).chars().count() as u32;
        assert!(found.iter().all(|one| one.start < one.end && one.end <= length));
        library.search(library.label(term), 5, |_| true, |_| 0, 0);
    }
}
