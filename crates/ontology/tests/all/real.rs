//! The real ontologies beside the checkout. Without the folder these tests fail: set `CHORALE_SHARED_DATA` to it.

use chorale_ontology::{Library, Release, Scope, TermRef, read};
use std::path::PathBuf;
use std::sync::LazyLock;

pub fn shared(path: &str) -> PathBuf {
    let root = std::env::var_os("CHORALE_SHARED_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    root.join(path)
}

pub fn release(path: &str) -> Release {
    let path = shared(path);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; set CHORALE_SHARED_DATA", path.display()));
    read(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every OBO, JSON and table of the folder is read; counts are those of `grep -c '^id:'` within `[Term]` and of Python's
/// `len(json.load(…))`.
#[test]
fn every_ontology_is_read_whole() {
    for (path, terms) in [
        ("ontologies/czi_json/CL-ontology-v2026-03-26.json.zst", 3_596),
        ("ontologies/czi_json/EFO-ontology-v3.90.0.json.zst", 18_382),
        ("ontologies/czi_json/HANCESTRO-ontology-v2025-10-14.json.zst", 1_023),
        ("ontologies/czi_json/MONDO-ontology-v2026-05-05.json.zst", 31_958),
        ("ontologies/czi_json/PATO-ontology-v2025-05-14.json.zst", 2_869),
        ("ontologies/czi_json/UBERON-ontology-v2026-04-01.json.zst", 16_358),
        ("ontologies/czi_json/CVCL-ontology-55.0.json.zst", 167_186),
        ("ontologies/obo/cl.obo.gz", 15_852),
        ("ontologies/obo/uberon_ext.obo.gz", 25_880),
        ("ontologies/obo/bto.obo.gz", 6_566),
    ] {
        assert_eq!(release(path).terms.len(), terms, "{path}");
    }
}

/// The release names, files, and how many pairs of a term and its ancestor the files list.
const CZI: [(&str, &str, usize); 6] = [
    ("CL", "CL-ontology-v2026-03-26", 34_433),
    ("EFO", "EFO-ontology-v3.90.0", 42_921),
    ("HANCESTRO", "HANCESTRO-ontology-v2025-10-14", 4_430),
    ("MONDO", "MONDO-ontology-v2026-05-05", 363_479),
    ("PATO", "PATO-ontology-v2025-05-14", 10_546),
    ("UBERON", "UBERON-ontology-v2026-04-01", 454_083),
];

/// All of them together, prepared, kept and loaded.
fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
        let czi =
            CZI.map(|(name, file, _)| (name.to_owned(), release(&format!("ontologies/czi_json/{file}.json.zst"))));
        let others = [
            ("CVCL", "czi_json/CVCL-ontology-55.0.json.zst"),
            ("drugs", "drugs/repurposing_hub_drugs.tsv.gz"),
            ("genes", "genes/genes_homo_sapiens.csv.gz"),
            ("cl_obo", "obo/cl.obo.gz"),
        ];
        let others = others.map(|(name, path)| (name.to_owned(), release(&format!("ontologies/{path}"))));
        let mut bytes = Vec::new();
        let library = Library::build(czi.into_iter().chain(others).collect()).expect("names differ");
        library.write(&mut bytes).expect("memory can be written to");
        Library::read(&bytes).expect("what was written can be read")
    });
    &LIBRARY
}

/// CELLxGENE's files give every ancestor with its distance, over terms too that they leave out: what the library computes
/// from the steps that were kept. The judge of annotations uses those distances.
#[test]
fn ancestors_are_those_that_the_files_list() {
    let library = library();
    for (release, file, pairs) in CZI {
        let bytes = std::fs::read(shared(&format!("ontologies/czi_json/{file}.json.zst"))).unwrap();
        let json: serde_json::Value = serde_json::from_reader(zstd::Decoder::new(&bytes[..]).unwrap()).unwrap();
        let mut compared = 0;
        for (id, body) in json.as_object().unwrap() {
            let listed = body["ancestors"].as_object().unwrap();
            let mut listed: Vec<(&str, u64)> = listed.iter().map(|(id, d)| (&**id, d.as_u64().unwrap())).collect();
            let ours = library.ancestors(library.find_in(release, id).unwrap());
            let mut ours: Vec<(&str, u64)> = ours.map(|(up, steps)| (library.id(up), u64::from(steps))).collect();
            assert!(ours.is_sorted_by_key(|(_, steps)| *steps), "{id}: nearest first");
            listed.sort_unstable();
            ours.sort_unstable();
            assert_eq!(ours, listed, "{id}");
            compared += listed.len();
        }
        assert_eq!(compared, pairs, "{release}");
    }
}

#[test]
fn a_term_that_several_releases_have_is_found_at_home() {
    let library = library();
    let find =
        |id: &str| library.find(id).map(|term| (&*library.pins()[usize::from(term.release)].name, library.label(term)));
    assert_eq!(find("CL:0000540"), Some(("CL", "neuron")));
    assert_eq!(find("UBERON:0002107"), Some(("UBERON", "liver")));
    assert_eq!(find("CVCL:0027"), Some(("CVCL", "Hep-G2")));
    assert_eq!(find("ENSG00000141510"), Some(("genes", "TP53")));
    // Of another ontology, and carried by Cell Ontology alone.
    assert_eq!(find("GO:0005634"), Some(("cl_obo", "nucleus")));
    let copy = library.find_in("cl_obo", "UBERON:0002107").unwrap();
    let home = library.find("UBERON:0002107").unwrap();
    assert_ne!(copy, home);
    // The copy knows scopes; steps from a cell to an organ go over it.
    assert!(library.synonyms(copy).any(|(name, scope)| (name, scope) == ("iecur", Scope::Related)));
    let hepatocyte = library.find_in("cl_obo", "CL:0000182").unwrap();
    assert!(library.is_a(hepatocyte, home) && !library.is_a(library.find("CL:0000182").unwrap(), home));
}

#[test]
fn three_letters_find_the_term_that_people_mean() {
    let library = library();
    let accept = |term: TermRef| ["UBERON", "MONDO", "CL"].contains(&&*library.pins()[usize::from(term.release)].name);
    let top = |typed: &str, limit: usize| -> Vec<&str> {
        library.search(typed, limit, accept, |_| 0, 0).iter().map(|hit| library.label(hit.term)).collect()
    };
    assert_eq!(top("liver", 1), ["liver"]);
    assert!(top("liv", 5).contains(&"liver"), "{:?}", top("liv", 5));
    for (typed, label) in [
        ("hepatocellular carc", "hepatocellular carcinoma"),
        ("carcinoma hepatocellular", "hepatocellular carcinoma"),
        ("acute myeloid leukae", "acute myeloid leukemia"),
        ("oesophagus", "esophagus"),
        ("T cells", "T cell"),
        ("uberon:0002107", "liver"),
        ("MONDO_0007256", "hepatocellular carcinoma"),
    ] {
        assert_eq!(top(typed, 1), [label], "{typed}");
    }
    assert!(top("liver tumou", 10).iter().any(|label| label.contains("tumor")), "{:?}", top("liver tumou", 10));
    assert!(top("xyzzy", 5).is_empty() && top("  ", 5).is_empty() && top("liver", 0).is_empty());
}
