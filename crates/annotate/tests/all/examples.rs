//! What a source says and what is understood, case by case.

use crate::vocabulary::{alone, annotate, labels, state};
use chorale_annotate::{CONTROL, Field, Item, Kind, Method, State, Study, Suggestion, project};

fn first(suggestions: &[Suggestion], field: Field) -> &Suggestion {
    suggestions.iter().find(|one| one.field == field).unwrap_or_else(|| panic!("nothing for {field}: {suggestions:#?}"))
}

#[test]
fn one_line_holds_a_whole_sample() {
    let text = "source: liver tumour, adj. normal; dz: HCC; tx: 5uM sorafenib 24h";
    let found = alone(&[("", text)]);
    assert_eq!(labels(&found, Field::Tissue), ["liver"]);
    assert_eq!(labels(&found, Field::Disease), ["hepatocellular carcinoma"]);
    assert_eq!(labels(&found, Field::Condition), ["adjacent normal"]);
    assert_eq!(labels(&found, Field::TimePoint), ["24h"]);
    let drug = first(&found, Field::Drug);
    assert_eq!(drug.label, "sorafenib");
    let numbers: Vec<_> = drug.quantities.iter().map(|q| (q.kind, q.low, q.unit.as_str(), q.text.as_str())).collect();
    assert_eq!(numbers, [(Kind::Dose, 5.0, "uM", "5uM"), (Kind::Time, 24.0, "hour", "24h")]);
    let evidence = first(&found, Field::Disease).evidence.as_ref().unwrap();
    assert_eq!((evidence.attribute, evidence.start, evidence.end, evidence.text.as_str()), (0, 39, 42, "HCC"));
}

/// Attributes, then the labels that a field has to have.
#[test]
fn samples_are_understood() {
    use Field::*;
    let cases: &[(&[(&str, &str)], Field, &[&str])] = &[
        // Normalization: spelling, plurals, hyphens, Greek, codes.
        (&[("characteristics_ch1", "tissue: Livers")], Tissue, &["liver"]),
        (&[("characteristics_ch1", "cell type: T-cells")], CellType, &["T cell"]),
        (&[("characteristics_ch1", "cell type: CD4+ T cells")], CellType, &["CD4-positive, alpha-beta T cell"]),
        (&[("characteristics_ch1", "cell line: HepG2")], CellLine, &["Hep-G2"]),
        (&[("source_name_ch1", "HEP G2 cells")], CellLine, &["Hep-G2"]),
        (&[("characteristics_ch1", "disease: Barrett's oesophagus")], Disease, &["Barrett esophagus"]),
        // Longest match; the organ inside a disease is the sample's where nothing else is said.
        (&[("source_name_ch1", "lung cancer")], Disease, &["lung cancer"]),
        (&[("source_name_ch1", "lung cancer")], Tissue, &["lung"]),
        (&[("characteristics_ch1", "tissue: brain"), ("title", "cerebellum 3")], Tissue, &["cerebellum"]),
        // What a key asks for, by whatever name it goes.
        (&[("organism part", "colon")], Tissue, &["colon"]),
        (&[("gender", "M")], Sex, &["male"]),
        (&[("characteristics_ch1", "Sex: f")], Sex, &["female"]),
        (&[("ethnicity", "caucasian")], Ancestry, &["European ancestry"]),
        // A value's kind beats its key.
        (&[("characteristics_ch1", "cell line: Male")], Sex, &["male"]),
        (&[("characteristics_ch1", "tissue: psoriasis")], Disease, &["psoriasis"]),
        // Negation and comparison.
        (&[("description", "no evidence of lung cancer")], Disease, &[]),
        (&[("title", "psoriasis versus ulcerative colitis")], Disease, &["psoriasis"]),
        (&[("source_name_ch1", "adjacent normal liver")], Condition, &["adjacent normal"]),
        (&[("source_name_ch1", "uninvolved skin")], Condition, &["non-lesional"]),
        // Names that are plain words.
        (&[("description", "all cells were grown in a dish")], Disease, &[]),
        (&[("title", "time 0, tissue pool P1")], CellLine, &[]),
        (&[("title", "time 0, tissue pool P1")], Tissue, &[]),
        (&[("description", "dissolved in water")], Drug, &[]),
        // Names that share their last words, and disorders that their terms call diseases.
        (&[("title", "liver and lung cancer")], Disease, &["lung cancer", "liver cancer"]),
        (&[("title", "liver/lung cancer")], Disease, &["lung cancer", "liver cancer"]),
        (&[("title", "psoriasis and lung cancer")], Disease, &["lung cancer", "psoriasis"]),
        (&[("disease", "neurodegenerative disorders")], Disease, &["neurodegenerative disease"]),
        (&[("title", "Wiskott-Aldrich (WIS) syndrome")], Disease, &["Wiskott-Aldrich syndrome"]),
        // A syndrome that makes susceptible is a disease, and a susceptibility alone is none.
        (&[("disease", "Lynch syndrome")], Disease, &["Lynch syndrome"]),
        (&[("title", "inherited susceptibility to asthma")], Disease, &[]),
        // What animals have too, where none is named.
        (&[("disease", "C2 deficiency")], Disease, &["complement component 2 deficiency"]),
        // Acronyms are written in capitals.
        (&[("characteristics_ch1", "disease: ALL")], Disease, &["acute lymphoblastic leukemia"]),
        (&[("source_name_ch1", "CLL sample")], Disease, &["B-cell chronic lymphocytic leukemia"]),
        // Health, arms and conditions are different things.
        (&[("characteristics_ch1", "disease state: healthy")], Disease, &["normal"]),
        (&[("characteristics_ch1", "disease state: control")], StudyArm, &["control"]),
        (&[("characteristics_ch1", "disease state: control")], Disease, &[]),
        (&[("characteristics_ch1", "treatment: vehicle")], Perturbation, &["control"]),
        // What follows from what was said.
        (&[("characteristics_ch1", "cell line: Jurkat")], Organism, &["Homo sapiens"]),
        (&[("characteristics_ch1", "cell line: Jurkat")], CellType, &["T cell"]),
        (&[("characteristics_ch1", "cell line: Jurkat")], Sex, &["male"]),
        (&[("tissue", "colon"), ("histology", "adenocarcinoma")], Disease, &["colon adenocarcinoma"]),
        (&[("tissue", "prostate")], Sex, &["male"]),
        // Ages: with unit, as an interval, of the sample and not of its parents.
        (&[("age", "57")], AgeGroup, &["older_adult"]),
        (&[("age (months)", "18")], AgeGroup, &["infant"]),
        (&[("description", "Patient Age: 51-59 Gender: Female")], AgeGroup, &["older_adult"]),
        (&[("description", "Patient Age: 51-59 Gender: Female")], Sex, &["female"]),
        (&[("characteristics_ch1", "female, 66 yrs, no treatment")], AgeGroup, &["older_adult"]),
        (&[("characteristics_ch1", "survival 6.5 years")], Age, &[]),
        (&[("characteristics_ch1", "mother's age: 34")], Age, &[]),
        (&[("characteristics_ch1", "paternal age: 34")], Age, &[]),
        (&[("description", "maternal age 34 years")], Age, &[]),
        (&[("age", "8 weeks"), ("organism_ch1", "Mus musculus")], AgeGroup, &[]),
        (&[("source_name_ch1", "fetal liver")], AgeGroup, &["fetus"]),
        // Fields that have no ontology.
        (&[("organism_ch1", "Mus musculus")], Organism, &["Mus musculus"]),
        (&[("strain", "C57BL/6J")], Strain, &["C57BL/6J"]),
        (&[("characteristics_ch1", "genotype: Pink1 knockout")], Genotype, &["Pink1 knockout"]),
        (&[("title", "TP53-/- rep 1")], Genotype, &["TP53-/-"]),
        (&[("tumor stage", "T2b")], Stage, &["T2b"]),
        (&[("grade", "G3")], Grade, &["G3"]),
        (&[("replicate", "2")], Replicate, &["2"]),
        (&[("patient id", "P017")], Donor, &["P017"]),
        (&[("batch", "7")], Batch, &["7"]),
        (&[("vital status", "dead")], Outcome, &["dead"]),
        (&[("time (h)", "24")], TimePoint, &["24"]),
        (&[("library_strategy", "RNA-Seq")], Assay, &["RNA-Seq"]),
        (&[("developmental stage", "fetal")], DevelopmentStage, &["fetal"]),
    ];
    for (attributes, field, expected) in cases {
        let found = alone(attributes);
        assert_eq!(labels(&found, *field), *expected, "{attributes:?}: {field}");
    }
}

/// Characteristics and texts, then the cell lines that they name.
#[test]
fn a_code_is_a_cell_line_where_its_sample_says_so() {
    let cases: &[(&[(&str, &str)], &[&str])] = &[
        // Other spellings, short names, and numbers that do not run together.
        (&[("cell line", "SkMel30.1")], &["SK-MEL-30"]),
        (&[("cell line", "IMR5-75")], &["IMR-5/75"]),
        (&[("cell line", "H1975")], &["NCI-H1975"]),
        (&[("cell line", "CEM")], &["CCRF-CEM"]),
        (&[("source_name_ch1", "Ewing sarcoma cell line SKNMC")], &["SK-N-MC"]),
        (&[("cell line", "11-18")], &["11-18"]),
        (&[("iPSC line", "11-18")], &["11-18"]),
        (&[("source_name_ch1", "lymphoblastoid cell line"), ("lcl_id", "NA20757")], &["GM20757"]),
        // A piece of a longer code.
        (&[("cell line", "IM")], &["IM"]),
        (&[("cell line", "IM-0223")], &[]),
        // Beside the words for it, and elsewhere in a sample that has them.
        (&[("title", "M397 cells, day 17")], &["M397"]),
        (&[("source_name_ch1", "melanoma cell line M397")], &["M397"]),
        (&[("title", "HCC10 rep 1"), ("source_name_ch1", "hepatoma cell line")], &["HCC10"]),
        (&[("title", "HCC10 rep 1"), ("source_name_ch1", "liver")], &[]),
        (&[("title", "HCC10-2"), ("source_name_ch1", "tumor tissue of a patient")], &[]),
        (&[("source_name_ch1", "HCC10 cells"), ("individual", "HCC10")], &["HCC10"]),
        (&[("source_name_ch1", "HCC10"), ("individual", "HCC10"), ("cell type", "tumor cell line")], &[]),
        // What was added to the sample's cells, or is compared with them.
        (&[("source_name_ch1", "T cells cocultured with Jurkat cells")], &[]),
        (&[("source_name_ch1", "PBMC, HepG2 cell lysate")], &[]),
        (&[("source_name_ch1", "Universal Reference RNA with MCF7")], &[]),
    ];
    for (attributes, expected) in cases {
        assert_eq!(labels(&alone(attributes), Field::CellLine), *expected, "{attributes:?}");
    }
}

#[test]
fn what_is_not_said_has_a_state() {
    for (key, value, field, expected) in [
        ("disease", "n/a", Field::Disease, State::NotReported),
        ("disease", "unknown", Field::Disease, State::NotReported),
        ("sex", "not available", Field::Sex, State::NotReported),
        ("tissue", "--", Field::Tissue, State::NotReported),
        ("cell line", "not applicable", Field::CellLine, State::NotApplicable),
        ("cell line", "none", Field::CellLine, State::NotApplicable),
        ("disease", "none", Field::Disease, State::Healthy),
        ("disease", "healthy", Field::Disease, State::Healthy),
        ("tissue", "gloop", Field::Tissue, State::Unresolved),
        ("tissue", "liver", Field::Tissue, State::Present),
    ] {
        let found = alone(&[(key, value)]);
        assert_eq!(state(&found, field), Some(expected), "{key}: {value}");
        let term = &first(&found, field).term;
        assert_eq!(term.is_empty(), !matches!(expected, State::Present | State::Healthy), "{key}: {value}: {term}");
    }
}

#[test]
fn an_interval_stays_an_interval() {
    let found = alone(&[("age", "50-60 years")]);
    let age = first(&found, Field::Age);
    assert_eq!(age.label, "50-60 years");
    let quantity = &age.quantities[0];
    assert_eq!((quantity.kind, quantity.low, quantity.high, quantity.unit.as_str()), (Kind::Age, 50.0, 60.0, "year"));
}

#[test]
fn an_abbreviation_means_what_the_study_defines() {
    let study = Study { title: "Refractory anemia (RAN) and rheumatoid arthritis", ..Study::default() };
    let items =
        [Item { attributes: vec![("title", "RAN patient 3")] }, Item { attributes: vec![("title", "ran 5 km")] }];
    let found = annotate(&study, &items);
    assert_eq!(labels(&found[0], Field::Disease), ["refractory anemia"]);
    assert_eq!(labels(&found[1], Field::Disease), [""; 0]);
    let study = Study { title: "Wiskott-Aldrich (WIS) syndrome in children", ..Study::default() };
    let found = annotate(&study, &[Item { attributes: vec![("title", "WIS patient 3")] }]);
    assert_eq!(labels(&found[0], Field::Disease), ["Wiskott-Aldrich syndrome"]);
}

#[test]
fn an_abbreviation_is_spelled_out_in_its_own_words() {
    let study = |title| Study { title, ..Study::default() };
    let items = [Item { attributes: vec![("title", "EB patient 3")] }];
    let found = annotate(&study("Barrett esophagus (BE) and others"), &items);
    assert_eq!(labels(&found[0], Field::Disease), [""; 0]);
    let found = annotate(&study("Barrett esophagus (EB) and others"), &items);
    assert_eq!(labels(&found[0], Field::Disease), ["Barrett esophagus"], "initials in another order");
    let items = [Item { attributes: vec![("source_name_ch1", "MDS"), ("title", "multi domain scan (MDS)")] }];
    assert_eq!(labels(&annotate(&study(""), &items)[0], Field::Disease), [""; 0], "what it is in this study");
}

#[test]
fn a_normal_part_that_is_not_inflamed_is_a_control() {
    let is_control = |source| {
        let found = project(&alone(&[("title", source), ("source_name_ch1", source), ("description", source)]));
        found.iter().any(|one| one.field == "disease" && one.term == CONTROL)
    };
    assert!(is_control("Normal Uninflamed sigmoid colon"));
    assert!(!is_control("Uninflamed sigmoid colon"), "a patient's");
}

#[test]
fn ambiguous_names_are_resolved_by_their_company() {
    let sample = Item { attributes: vec![("characteristics_ch1", "subtype: RA")] };
    let among = |title| {
        let found = annotate(&Study { title, ..Study::default() }, std::slice::from_ref(&sample));
        let disease = first(&found[0], Field::Disease);
        (disease.label.clone(), disease.runner_up.as_ref().map(|(_, label, _)| label.clone()))
    };
    let (anemia, arthritis) = ("refractory anemia".to_owned(), "rheumatoid arthritis".to_owned());
    assert_eq!(among("CD34 cells in myelodysplastic syndrome"), (anemia.clone(), Some(arthritis.clone())));
    assert_eq!(among("CD34 cells").0, arthritis);
    // The sample's own values speak as well.
    let own = alone(&[("characteristics_ch1", "diagnosis: MDS"), ("characteristics_ch1", "subtype: RA")]);
    assert_eq!(labels(&own, Field::Disease), [anemia.as_str()]);
}

#[test]
fn what_all_siblings_share_says_little_of_one() {
    let shared = "Comparison of psoriasis with healthy controls";
    let items: Vec<Item> = ["a", "b", "c", "d"]
        .iter()
        .map(|title| Item { attributes: vec![("title", *title), ("description", shared)] })
        .collect();
    let together = annotate(&Study::default(), &items);
    let alone = annotate(&Study::default(), &items[..1]);
    let score =
        |found: &[Suggestion], field: Field| found.iter().find(|one| one.field == field).map_or(0.0, |one| one.score);
    assert!(score(&together[0], Field::StudyArm) < 0.5 * score(&alone[0], Field::StudyArm));
    assert!(score(&together[0], Field::Disease) < score(&alone[0], Field::Disease));
}

#[test]
fn patterns_over_titles_are_used_and_told() {
    let titles = ["p1-T", "p1-N", "p2-T", "p2-N"];
    let items: Vec<Item> = titles.iter().map(|title| Item { attributes: vec![("title", *title)] }).collect();
    let found = annotate(&Study::default(), &items);
    for (suggestions, expected) in found.iter().zip(["tumor", "adjacent normal", "tumor", "adjacent normal"]) {
        let condition = first(suggestions, Field::Condition);
        assert_eq!((condition.label.as_str(), condition.method), (expected, Method::Pattern));
        assert_eq!(condition.evidence.as_ref().map(|evidence| (evidence.start, evidence.end)), Some((3, 4)));
    }
}

#[test]
fn the_version_names_the_rules() {
    assert!(crate::vocabulary::ANNOTATOR.version().starts_with("dictionary-"));
}
