//! The OBO reader beside another: obonet 1.3.0 on the same files.
//! `python3 crates/ontology/tests/golden/make_obonet.py ../shared/data/ontologies/obo/{cl,doid_2016-09-01,bto,uberon_ext,DO_rare_slim}.obo.gz`

use crate::real::release;
use chorale_ontology::{Relation, Release, Scope};

/// What is counted in a file.
#[derive(Debug, PartialEq)]
struct Counts {
    terms: usize,
    obsolete: usize,
    alternatives: usize,
    xrefs: usize,
    /// is_a, part_of, develops_from.
    relations: [usize; 3],
    /// Exact, narrow, broad, related.
    synonyms: [usize; 4],
}

fn counts(release: &Release) -> Counts {
    let terms = &release.terms;
    let relation =
        |relation: Relation| terms.iter().flat_map(|t| &t.parents).filter(|p| p.relation == relation).count();
    let scope = |scope: Scope| terms.iter().flat_map(|t| &t.synonyms).filter(|s| s.scope == scope).count();
    Counts {
        terms: terms.len(),
        obsolete: terms.iter().filter(|term| term.obsolete).count(),
        alternatives: terms.iter().map(|term| term.alternatives.len()).sum(),
        xrefs: terms.iter().map(|term| term.xrefs.len()).sum(),
        relations: Relation::ALL.map(relation),
        synonyms: [Scope::Exact, Scope::Narrow, Scope::Broad, Scope::Related].map(scope),
    }
}

/// obonet drops qualifiers, so it counts general class inclusions (`gci_relation`) as steps of the term; they are taken
/// off here, as many as `zcat cl.obo.gz | grep gci_relation | grep -c ^is_a` and the like say.
#[test]
fn as_many_terms_names_and_steps_as_obonet_counts() {
    let made = |terms, obsolete, alternatives, xrefs, relations, synonyms| Counts {
        terms,
        obsolete,
        alternatives,
        xrefs,
        relations,
        synonyms,
    };
    for (name, expected) in [
        ("cl", made(15_852, 179, 947, 27_793, [24_757 - 9, 6_251 - 32, 1_037 - 21], [28_952, 4_411, 1_065, 8_128])),
        ("doid_2016-09-01", made(9_344, 2_373, 1_604, 36_891, [8_155, 0, 0], [14_711, 25, 0, 533])),
        ("bto", made(6_566, 55, 3, 1, [4_599, 1_824, 1_165], [2, 0, 4, 6_208])),
        (
            "uberon_ext",
            made(25_880, 1_081, 1_482, 54_259, [39_387 - 19, 15_378 - 50, 1_884 - 30], [41_037, 4_233, 1_758, 17_141]),
        ),
        ("DO_rare_slim", made(3_460, 2, 479, 16_802, [1_609, 0, 0], [8_489, 23, 20, 129])),
    ] {
        assert_eq!(counts(&release(&format!("ontologies/obo/{name}.obo.gz"))), expected, "{name}");
    }
}
