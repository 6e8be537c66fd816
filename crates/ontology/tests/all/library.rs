//! Several releases together: who owns a term, what replaces it, ways up and down, the artifact.

use chorale_ontology::dictionary::Match;
use chorale_ontology::{FactKind, LAYOUT, Library, Relation, TermRef, Words, read};

const MINI: &str = "format-version: 1.2\ndata-version: 1\nontology: mini\n\n\
[Term]\nid: MINI:1\nname: organ\n\n\
[Term]\nid: MINI:2\nname: liver\ndef: \"Filters.\" []\nsynonym: \"hepar\" EXACT []\nalt_id: MINI:22\nxref: FMA:7197\n\
is_a: MINI:1\nrelationship: part_of MINI:3\nrelationship: part_of FAR:9\n\n\
[Term]\nid: MINI:3\nname: abdomen\nis_a: MINI:1\n\n\
[Term]\nid: MINI:4\nname: old liver\nis_obsolete: true\nreplaced_by: OTHER:1\n\n\
[Term]\nid: MINI:5\nname: older liver\nis_obsolete: true\nreplaced_by: MINI:4\n\n\
[Term]\nid: OTHER:2\nname: a copy of a cell\nis_a: MINI:1\n";

const OTHER: &str = "format-version: 1.2\nontology: other\n\n\
[Term]\nid: OTHER:1\nname: hepatic organ\nis_a: MINI:2\n\n\
[Term]\nid: MINI:2\nname: liver (copy)\nis_a: OTHER:2\n\n\
[Term]\nid: OTHER:2\nname: cell\n";

const LINES: &str = " Version: 9\n\
ID   Hep-G2\nAC   CVCL_0027\nSY   HepG2\nOX   NCBI_TaxID=9606; ! Homo sapiens\nSX   Male\n//\n\
ID   HepG2/C3A\nAC   CVCL_1098\nHI   CVCL_0027 ! Hep-G2\n//\n";

fn library() -> Library {
    let releases = [("other", OTHER), ("mini", MINI), ("Cellosaurus", LINES)];
    let read = releases.map(|(name, text)| (name.to_owned(), read(text.as_bytes()).expect("it is sound")));
    Library::build(read.into()).expect("names differ")
}

fn find(library: &Library, id: &str) -> TermRef {
    library.find(id).unwrap_or_else(|| panic!("{id} is not found"))
}

#[test]
fn ids_of_the_same_letters_are_apart() {
    let text = "format-version: 1.2\n\n[Term]\nid: A:1\nname: one\n\n[Term]\nid: A1:\nname: other\n";
    let release = read(text.as_bytes()).expect("it is sound");
    let library = Library::build(vec![("odd".to_owned(), release)]).expect("one release");
    for id in ["A:1", "A1:"] {
        assert_eq!(library.id(find(&library, id)), id);
    }
}

#[test]
fn pins_say_what_was_read() {
    let library = library();
    let told: Vec<_> = library
        .pins()
        .iter()
        .map(|pin| (&*pin.name, &*pin.version, pin.format.name(), pin.terms, pin.obsolete, pin.names))
        .collect();
    assert_eq!(
        told,
        [("other", "", "obo", 3, 0, 3), ("mini", "1", "obo", 6, 2, 5), ("Cellosaurus", "9", "cellosaurus", 2, 0, 3)]
    );
    assert_eq!(library.pins()[1].sha256.len(), 64);
}

#[test]
fn a_term_is_found_where_it_is_at_home() {
    let library = library();
    let liver = find(&library, "MINI:2");
    assert_eq!((library.label(liver), liver.release), ("liver", 1));
    assert_eq!(library.label(library.find_in("OTHER", "MINI:2").unwrap()), "liver (copy)");
    assert_eq!(library.label(find(&library, "OTHER:2")), "cell");
    // Ids of before, other separators, and what is nowhere.
    assert_eq!(find(&library, "MINI:22"), liver);
    assert_eq!(find(&library, "MINI_2"), liver);
    assert_eq!(find(&library, "CVCL:0027"), find(&library, "CVCL_0027"));
    assert_eq!(library.id(find(&library, "CVCL:0027")), "CVCL_0027");
    assert_eq!((library.find("MINI:9"), library.find(""), library.find_in("nowhere", "MINI:2")), (None, None, None));
}

#[test]
fn a_card_is_what_the_source_said() {
    let library = library();
    let release = read(MINI.as_bytes()).unwrap();
    for term in &release.terms {
        assert_eq!(library.term(library.find_in("mini", &term.id).unwrap()), *term);
    }
    let line = library.term(find(&library, "CVCL_1098"));
    assert_eq!(line, *read(LINES.as_bytes()).unwrap().find("CVCL_1098").unwrap());
    assert_eq!(library.facts(find(&library, "CVCL_0027"), FactKind::Sex), ["male"]);
    assert_eq!(library.facts(find(&library, "CVCL_1098"), FactKind::ParentCellLine), ["CVCL_0027"]);
}

#[test]
fn what_replaces_a_term_is_followed_over_releases() {
    let library = library();
    let new = find(&library, "OTHER:1");
    for (id, replacement) in [("MINI:5", Some(new)), ("MINI:4", Some(new)), ("MINI:2", None)] {
        let term = find(&library, id);
        assert_eq!(
            (library.replacement(term), library.is_obsolete(term)),
            (replacement, replacement.is_some()),
            "{id}"
        );
    }
}

#[test]
fn ways_up_and_down_stay_in_a_release() {
    let library = library();
    let [organ, liver, abdomen] = ["MINI:1", "MINI:2", "MINI:3"].map(|id| find(&library, id));
    assert_eq!(library.parents(liver), [(Relation::IsA, organ), (Relation::PartOf, abdomen)]);
    assert_eq!(library.children(abdomen), [(Relation::PartOf, liver)]);
    assert_eq!(library.ancestors(liver).collect::<Vec<_>>(), [(organ, 1), (abdomen, 1)]);
    let copy = library.find_in("mini", "OTHER:2").unwrap();
    assert_eq!(library.descendants(organ), [(liver, 1), (abdomen, 1), (copy, 1)]);
    assert_eq!(library.path(liver), [organ, liver]);
    assert!(library.is_a(liver, liver) && library.is_a(liver, abdomen) && !library.is_a(abdomen, liver));
    // From a term of another release to its own copy.
    assert_eq!(library.distance(find(&library, "OTHER:1"), liver), Some(1));
    assert_eq!(library.distance(find(&library, "OTHER:1"), organ), None);
}

#[test]
fn names_are_those_of_terms_in_use_at_home() {
    let library = library();
    let mut matches = Vec::<Match>::new();
    let mut named = |text: &str| -> Vec<String> {
        library.dictionary().find(&Words::of(text), &mut matches);
        let names = matches.iter().flat_map(|one| library.dictionary().names(one));
        names.map(|name| library.id(TermRef { release: name.release, place: name.term }).to_owned()).collect()
    };
    assert_eq!(named("a liver, old cell: hep g2"), ["MINI:2", "OTHER:2", "CVCL_0027"]);
    assert!(named("copy").is_empty());
    let hits = |typed: &str| -> Vec<(String, String)> {
        let found = library.search(typed, 5, |term| !library.is_obsolete(term), |_| 0, 0).into_iter();
        found.map(|hit| (library.id(hit.term).to_owned(), hit.name)).collect()
    };
    let hit = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    // A whole word before beginnings, labels before synonyms; a term once, by its best name.
    let best = [
        hit("CVCL_0027", "Hep-G2"),
        hit("OTHER:1", "hepatic organ"),
        hit("CVCL_1098", "HepG2/C3A"),
        hit("MINI:2", "hepar"),
    ];
    assert_eq!(hits("hep"), best);
    assert_eq!(hits("mini_2"), [hit("MINI:2", "MINI:2")]);
    assert!(hits("copy").is_empty());
    let weighted = library.search(
        "hep",
        1,
        |_| true,
        |term| if library.id(term) == "OTHER:1" { 1_000_000_000 } else { 0 },
        1_000_000_000,
    );
    assert_eq!(library.id(weighted[0].term), "OTHER:1");
}

#[test]
fn a_release_needs_a_name_of_its_own() {
    for names in [["a", "A"], ["a", ""]] {
        let releases = names.map(|name| (name.to_owned(), read(MINI.as_bytes()).unwrap()));
        let error = Library::build(releases.into()).expect_err("the names are no names").to_string();
        assert!(error.contains("a name of its own"), "{error}");
    }
}

#[test]
fn the_artifact_is_the_library() {
    let library = library();
    let (mut bytes, mut again) = (Vec::new(), Vec::new());
    library.write(&mut bytes).unwrap();
    let (packed, file) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    chorale_ontology::pack(&bytes[..], packed.as_file()).unwrap();
    chorale_ontology::unpack(packed.reopen().unwrap(), file.as_file()).unwrap();
    let mapped = Library::open(file.path()).unwrap();
    // What was mapped stays, whatever becomes of the name.
    file.close().unwrap();
    for read in [Library::read(&bytes).unwrap(), mapped] {
        again.clear();
        read.write(&mut again).unwrap();
        assert_eq!(bytes, again);
        assert_eq!(read.pins(), library.pins());
        assert_eq!(read.dictionary(), library.dictionary());
        for id in ["MINI:2", "OTHER:1", "CVCL_1098", "MINI:5"] {
            let (term, its) = (find(&library, id), find(&read, id));
            let replaced = (read.replacement(its), library.replacement(term));
            assert_eq!((its, read.term(its), replaced.0), (term, library.term(term), replaced.1));
            assert_eq!(read.ancestors(its).collect::<Vec<_>>(), library.ancestors(term).collect::<Vec<_>>());
            assert_eq!(read.descendants(its), library.descendants(term));
        }
        let hits = |library: &Library| library.search("hep", 9, |_| true, |_| 0, 0);
        assert_eq!(hits(&read), hits(&library));
    }
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library");
    let error = Library::open(&path).expect_err("it is not there").to_string();
    assert!(error.contains("library cannot be read"), "{error}");
    for bytes in [&b""[..], b"chorale", &[7; 4_096]] {
        std::fs::write(&path, bytes).unwrap();
        let error = Library::open(&path).expect_err("it is no library").to_string();
        assert!(error.contains("prepare them again"), "{error}");
        assert!(chorale_ontology::unpack(bytes, std::io::sink()).is_err() || bytes.is_empty());
    }
}

#[test]
fn a_damaged_or_older_artifact_is_refused() {
    let mut bytes = Vec::new();
    library().write(&mut bytes).unwrap();
    for cut in [0, 5, 12, 20, 48, bytes.len() / 2, bytes.len() - 1] {
        let error = Library::read(&bytes[..cut]).expect_err("it is cut off").to_string();
        assert!(error.contains("prepare them again"), "{error}");
    }
    for at in (0..bytes.len()).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Library::read(&damaged).is_err(), "byte {at}");
    }
    bytes[12] += 1;
    let error = Library::read(&bytes).expect_err("the layout is another").to_string();
    let (has, reads) = (LAYOUT + 1, LAYOUT);
    assert_eq!(
        error,
        format!("the prepared ontologies have layout {has}, this version reads {reads}; prepare them again")
    );
}
