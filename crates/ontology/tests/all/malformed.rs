//! Broken files: a clear refusal or a problem with its line, in bounded time, never a panic.

use chorale_ontology::{KEPT, Library, Relation, Words, read};
use proptest::prelude::*;

const HEAD: &str = "format-version: 1.2\n\n";

fn refused(text: &str) -> String {
    read(text.as_bytes()).expect_err("it is broken").to_string()
}

#[test]
fn a_circle_of_is_a_is_refused_and_named() {
    let text = format!(
        "{HEAD}[Term]\nid: A:1\nname: a\nis_a: A:2\n\n[Term]\nid: A:2\nname: b\nis_a: A:3\n\n[Term]\nid: A:3\nname: c\nis_a: A:1\n"
    );
    assert_eq!(
        refused(&text),
        "line 3: is_a goes round in a circle: A:1 → A:2 → A:3 → A:1; take one of these steps out"
    );
}

#[test]
fn a_circle_among_the_terms_of_others_is_cut_and_told() {
    let text = "ontology: x/ext\n\n[Term]\nid: X:1\nname: x\nis_a: B:1\n\n[Term]\nid: B:1\nname: b\nis_a: C:1\n\n\
                [Term]\nid: C:1\nname: c\nis_a: B:1\n";
    let release = read(text.as_bytes()).unwrap();
    let told = &release.problems.kept[0];
    assert_eq!(
        (told.line, &*told.message),
        (13, "is_a goes round in a circle: B:1 → C:1 → B:1; C:1 is_a B:1 was left out")
    );
    let closure = release.closure(&[Relation::IsA]).unwrap();
    let place = |id| release.place(id).unwrap();
    assert_eq!(closure.ancestors(place("X:1")).collect::<Vec<_>>(), [(place("B:1"), 1), (place("C:1"), 2)]);
    assert_eq!(closure.ancestors(place("C:1")).count(), 0);
}

#[test]
fn a_long_chain_is_no_circle_and_needs_no_stack() {
    let mut text = HEAD.to_owned();
    for number in 0..200_000 {
        text.push_str(&format!("[Term]\nid: A:{number}\nname: n{number}\nis_a: A:{}\n\n", number + 1));
    }
    text.push_str("[Term]\nid: A:200000\nname: top\n");
    assert_eq!(read(text.as_bytes()).unwrap().terms.len(), 200_001);
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let packed = {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(format!("{HEAD}[Term]\nid: A:1\nname: a\n").as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    let error = read(&packed[..packed.len() - 9]).unwrap_err().to_string();
    assert!(error.contains("damaged or cut off"), "{error}");
    assert!(
        refused(&format!("{HEAD}[Term]\nid: A:1\nname: a\n\n[Term]\n")).starts_with("line 7: a [Term] without an id")
    );
    assert!(refused("{\"A:1\": {\"label\": \"a\", \"ancestors\": {").contains("damaged, cut off"));
    assert!(refused("ID   x\nAC   CVCL_1\n").contains("ends inside the entry x"));
}

#[test]
fn what_is_no_ontology_says_what_is_read() {
    for text in ["", "hello", "PK\u{3}\u{4}zip", "^SERIES = GSE1\n"] {
        let error = refused(text);
        assert!(error.contains("ontology"), "{text:?}: {error}");
    }
    assert!(refused(HEAD).contains("no terms"));
}

#[test]
fn duplicates_unknown_parents_and_stray_lines_are_told_with_their_line() {
    let text = format!(
        "{HEAD}[Term]\nid: A:1\nname: a\nis_a: A:9\nstray\n\n[Term]\nid: A:1\nname: b\nis_a: A:1\n\n[Term]\nid: A:2\n"
    );
    let release = read(text.as_bytes()).unwrap();
    let told: Vec<String> = release.problems.kept.iter().map(|p| format!("{}: {}", p.line, p.message)).collect();
    assert_eq!(
        told,
        [
            "7: \"stray\" is no \"tag: value\"; it was left out",
            "14: A:2 has no name; its id stands for it",
            "9: A:1 is already defined on line 3; its names and parents were added there",
            "3: A:1 is_a A:9, which this file does not define; the step is left out of its ancestors",
            "3: A:1 is its own is_a; that is left out",
        ]
    );
    assert_eq!(release.find("A:1").unwrap().names().count(), 2);
}

#[test]
fn a_huge_definition_bad_bytes_and_control_characters_do_no_harm() {
    let mut text = format!("{HEAD}[Term]\nid: A:1\nname: a\u{1}b\ndef: \"").into_bytes();
    text.extend(std::iter::repeat_n(b'x', 50 << 20));
    text.extend(b"\" []\nsynonym: \"caf\xff\" EXACT []\n");
    let release = read(&text).unwrap();
    let term = release.find("A:1").unwrap();
    assert_eq!(term.label, "ab");
    assert!(term.definition.len() <= 64 << 10);
    assert_eq!(term.synonyms[0].text, "caf\u{fffd}");
    assert!(release.problems.total >= 3);
}

#[test]
fn a_million_oddities_are_counted_and_a_thousand_kept() {
    let text = format!("{HEAD}[Term]\nid: A:1\nname: a\n{}", "stray\n".repeat(100_000));
    let release = read(text.as_bytes()).unwrap();
    assert_eq!((release.problems.total, release.problems.kept.len()), (100_000, KEPT));
}

/// Cut at every byte: refused, or told that the last line has no end, or at the end of a line where nothing shows it.
#[test]
fn wherever_an_obo_is_cut_it_is_told() {
    let text = format!(
        "{HEAD}[Term]\nid: A:1\nname: a\ndef: \"A \\\"b\\\".\" [x:1]\nsynonym: \"c\" EXACT []\n\n[Term]\nid: A:2\nname: d\nis_a: A:1 ! a\n"
    );
    let body = HEAD.len() + "[Term]\nid: A:1".len();
    for end in body..text.len() {
        if text.as_bytes()[end - 1] == b'\n' {
            continue;
        }
        let told = match read(&text.as_bytes()[..end]) {
            Err(error) => error.to_string(),
            Ok(release) => release.problems.kept.iter().map(|problem| problem.message.as_str()).collect(),
        };
        assert!(
            ["cut off", "middle of a line", "without an id"].iter().any(|words| told.contains(words)),
            "{end}: {told}"
        );
    }
    for half in ["na", "name:", "def: \"A", "synonym: \"a\\\""] {
        let error = refused(&format!("{HEAD}[Term]\nid: A:1\n{half}"));
        assert_eq!(error, "line 5: the file ends in the middle of a line; fetch it again and compare its checksum");
    }
}

#[test]
fn names_and_ids_without_end_are_cut_and_told() {
    let long = "x".repeat(900_000);
    let text =
        format!("{HEAD}[Term]\nid: A:1\nname: {long}\nsynonym: \"{long}\" EXACT []\n\n[Term]\nid: {long}\nname: b\n");
    let release = read(text.as_bytes()).unwrap();
    assert_eq!(release.terms.len(), 1);
    assert!(release.terms[0].names().all(|(name, _)| name.len() == 4_096));
    let told: Vec<(u64, &str)> = release.problems.kept.iter().map(|p| (p.line, &*p.message)).collect();
    assert_eq!(
        told,
        [
            (3, "a name of 900000 bytes; its first 4 KiB were kept"),
            (3, "a synonym of 900000 bytes; its first 4 KiB were kept"),
            (8, "an id of 900000 bytes; the term was left out"),
        ]
    );
    let library = Library::build(vec![("A".into(), release)]).unwrap();
    assert_eq!(library.dictionary().len(), 1);
    let json = format!("{{\"A:1\": {{\"label\": \"a\", \"description\": \"{}\"}}}}", "y".repeat(50 << 20));
    let release = read(json.as_bytes()).unwrap();
    assert_eq!((release.terms[0].definition.len(), release.problems.total), (64 << 10, 1));
}

/// A term that is defined again and again, each time with other names: once through is enough.
#[test]
fn a_hundred_thousand_definitions_of_one_term_are_one() {
    let text: String =
        (0..100_000).map(|n| format!("[Term]\nid: A:1\nname: a\nsynonym: \"s{n}\" EXACT []\n\n")).collect();
    let release = read(format!("{HEAD}{text}").as_bytes()).unwrap();
    assert_eq!((release.terms.len(), release.terms[0].synonyms.len(), release.problems.total), (1, 100_000, 99_999));
}

/// A ladder where every rung leads to all above: as many circles as steps, or as many ancestors as pairs.
#[test]
fn circles_and_ancestors_without_end_take_bounded_time() {
    let rung = |n: usize, up: &str| format!("[Term]\nid: B:{n}\nname: b{n}\n{up}\n");
    let circles: String = (0..50_000)
        .map(|n| rung(n, &format!("is_a: B:{}\nis_a: B:0\nis_a: B:{}\n", (n + 1) % 50_000, n / 2)))
        .collect();
    let release = read(format!("ontology: a\n\n{circles}").as_bytes()).unwrap();
    assert!(release.problems.total > 50_000);
    assert!(read(format!("ontology: b\n\n{circles}").as_bytes()).is_err());
    let pairs: String = (0..50_000).map(|n| rung(n, &format!("is_a: B:{}\nis_a: B:{}\n", n + 1, n + 2))).collect();
    let release = read(format!("ontology: b\n\n{pairs}").as_bytes()).unwrap();
    let error =
        Library::build(vec![("B".into(), release)]).expect_err("there are a thousand million pairs").to_string();
    assert!(error.contains("16 million ancestors"), "{error}");
}

const GENES: &[u8] = b"hgnc_id\tsymbol\tensembl_gene_id\nHGNC:1\tA\tENSG1\n";
const COMPOUNDS: &[u8] = b"chembl_id\tpref_name\tsynonyms\nCHEMBL1\tA\tB|C\n";

#[test]
fn a_table_of_genes_or_compounds_needs_its_columns_and_its_end() {
    for text in ["hgnc_id\tsymbol\nHGNC:1\tA\n", "chembl_id\tpref_name\nCHEMBL1\tA\n"] {
        let error = refused(text);
        assert!(error.starts_with("line 1: the table has no column \"") && error.contains("between tabs"), "{error}");
    }
    for whole in [GENES, COMPOUNDS] {
        assert_eq!(read(whole).unwrap().terms.len(), 1);
        let half = whole.iter().rposition(|byte| *byte == b'\t').unwrap();
        let error = read(&whole[..half]).unwrap_err().to_string();
        assert_eq!(error, "line 2: the file ends in the middle of a row; fetch it again and compare its checksum");
        let head = whole.iter().position(|byte| *byte == b'\n').unwrap();
        assert!(read(&whole[..=head]).unwrap_err().to_string().contains("no terms"));
    }
}

#[test]
fn any_alphabet_is_read_and_found() {
    let names = ["肝癌", "гепатит", "\u{10400}\u{10401}", "🧬 x9", "ليفر", "\u{e000}\u{e001}"];
    let terms: String = names.iter().zip(1..).map(|(name, n)| format!("[Term]\nid: A:{n}\nname: {name}\n\n")).collect();
    let library = Library::build(vec![("A".into(), read(format!("{HEAD}{terms}").as_bytes()).unwrap())]).unwrap();
    let mut found = Vec::new();
    library.dictionary().find(&Words::of(&names.join(", ")), &mut found);
    let terms: Vec<u32> = found.iter().flat_map(|one| library.dictionary().names(one)).map(|name| name.term).collect();
    // Signs of no alphabet (private use) are no words.
    assert_eq!(terms, [0, 1, 2, 3, 4]);
}

#[test]
fn unknown_relations_are_counted_by_name() {
    let lines = "relationship: eats A:1\n".repeat(7) + "relationship: lonely\n";
    let release = read(format!("{HEAD}[Term]\nid: A:1\nname: a\n{lines}").as_bytes()).unwrap();
    let told: Vec<(u64, &str)> = release.problems.kept.iter().map(|p| (p.line, &*p.message)).collect();
    assert_eq!(
        told,
        [
            (13, "a relationship of A:1 without its target; it was left out"),
            (6, "7 relationships \"eats\" are not followed; only is_a, part_of and develops_from are"),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for head in [HEAD.as_bytes(), b"{", b"AC   CVCL_1\nID   ", b"1\t|\t", b"name\tsmiles\n", b"ENSG1,A,1,2,", GENES, COMPOUNDS] {
            let text = [head, b"[Term]\n", &bytes].concat();
            let _ = read(&text);
        }
    }
}
