//! Example data of harmonization for screens. Terms and ids are those of the ontologies; counts, scores and versions
//! are invented for the tests and shown nowhere else.

use super::fixtures::{NOW, dataset, sample, sample_rows};
use chorale_app::pages::annotate::{Found, Posted};
use chorale_app::pages::ontologies::{Closer, Problems};
use chorale_app::pages::{model, version};
use chorale_app::paging::Paging;
use chorale_model::Time;
use chorale_model::curation::*;
use chorale_model::discovery::{Expansion, FacetValue, HitValue};
use chorale_model::fields::{CollectionFields, Field, FieldKind, FieldThreshold, FieldThresholds, Level};
use chorale_model::harmonize::*;
use chorale_model::ontologies::*;
use chorale_model::registry::*;
use chorale_model::retraining::*;

pub fn fields() -> Vec<Field> {
    let field = |name: &str, label: &str, kind| Field {
        name: name.into(),
        label: label.into(),
        kind,
        level: Level::Sample,
        many: false,
        releases: vec![],
        branch: None,
        choices: vec![],
        guideline: String::new(),
        accept_precision: 0.95,
        abstain_below: 0.3,
        accept_from: None,
    };
    vec![
        field("disease", "Disease", FieldKind::Term),
        field("condition", "Condition", FieldKind::Choice),
        field("tissue", "Tissue", FieldKind::Term),
        field("cell_type", "Cell type", FieldKind::Term),
        field("organism", "Organism", FieldKind::Term),
        field("sex", "Sex", FieldKind::Term),
        field("age", "Age", FieldKind::Quantity),
        field("drug", "Drug", FieldKind::Term),
        field("cell_line", "Cell line", FieldKind::Term),
    ]
}

/// The fields as somebody changed them; version 0 is the default set.
pub fn collection_fields(version: i64) -> CollectionFields {
    let mut fields = fields();
    fields[0].releases = vec!["MONDO".into()];
    fields[0].guideline = "What the sample itself has.\nMetastases are the primary tumour's.".into();
    fields[1].choices = (1..=9).map(|n| format!("condition {n}")).collect();
    fields[3].branch = Some("CL:0000000".into());
    fields[6].choices = vec!["week".into(), "year".into()];
    CollectionFields {
        collection: super::fixtures::collection().id,
        version,
        fields,
        updated_at: (version > 0).then_some(NOW),
        updated_by: (version > 0).then(|| "curator@northgate.example".into()),
    }
}

/// One field has a curve, one has none that reaches its precision, the others say themselves how sure they are.
pub fn thresholds() -> FieldThresholds {
    let of = |(place, field): (usize, Field)| FieldThreshold {
        field: field.name,
        accepted_from: (place != 2).then_some(0.83),
        calibrated: place < 3,
        chosen: false,
        by_precision: (place != 2).then_some(0.83),
    };
    let fields = fields().into_iter().enumerate().map(of).collect();
    FieldThresholds { annotator: Some("harmonize-3+1a2b3c4d".into()), fields }
}

pub fn pins() -> DatasetPins {
    let release = |name: &str, version: &str| PinnedRelease { name: name.into(), version: version.into() };
    DatasetPins {
        annotator: "harmonize-3+1a2b3c4d".into(),
        releases: vec![release("MONDO", "2026-05-05"), release("UBERON", "2026-04-01"), release("DRUGS", "")],
        fields_version: 2,
        annotated_at: NOW,
    }
}

fn evidence(attribute: &str, start: u64, text: &str) -> Option<Evidence> {
    let end = start + text.chars().count() as u64;
    Some(Evidence { attribute: Some(attribute.into()), start, end, text: text.into() })
}

fn value(field: &str, term: &str, label: &str, accepted: bool, score: f64, evidence: Option<Evidence>) -> Value {
    Value {
        field: field.into(),
        state: ValueState::Present,
        term: term.into(),
        label: label.into(),
        layer: Layer::Automatic,
        accepted,
        score,
        method: if evidence.is_some() { "dictionary" } else { "learned" }.into(),
        version: "3".into(),
        evidence,
        runner_up: None,
        reason: (!accepted).then(|| "its score is below what disease asks for".to_owned()),
        curation: None,
    }
}

fn values() -> Vec<Value> {
    let next = RunnerUp { term: "MONDO:0005086".into(), label: "renal cell carcinoma".into(), score: 0.31 };
    vec![
        Value {
            runner_up: Some(next),
            ..value("disease", "MONDO:0005005", "clear cell renal carcinoma", false, 0.64, None)
        },
        value("condition", "adjacent normal", "adjacent normal", true, 0.94, evidence("characteristics", 0, "Normal")),
        value("tissue", "UBERON:0002113", "kidney", true, 0.996, evidence("source_name", 6, "Renal")),
        value(
            "cell_type",
            "CL:0002518",
            "kidney epithelial cell",
            true,
            0.81,
            evidence("source_name", 6, "Renal Epithelium"),
        ),
        Value {
            layer: Layer::Submitter,
            method: "submitter".into(),
            ..value("organism", "NCBITaxon:9606", "Homo sapiens", true, 1.0, None)
        },
        Value { state: ValueState::NotReported, ..value("sex", "", "", true, 1.0, None) },
    ]
}

pub fn sample_values() -> SampleValues {
    let (sample, accession) = (sample().id, sample().accession);
    SampleValues { sample, accession, values: values(), annotated_at: Some(NOW), in_question: vec![] }
}

pub fn not_annotated() -> SampleValues {
    SampleValues { values: vec![], annotated_at: None, ..sample_values() }
}

/// Of the samples of a page.
pub fn values_of_rows() -> Vec<SampleValues> {
    sample_rows()
        .into_iter()
        .map(|row| SampleValues { sample: row.id, accession: row.accession, ..sample_values() })
        .collect()
}

pub fn dataset_values() -> DatasetValues {
    let of = |value: Value, samples, in_review| DatasetValue {
        state: value.state,
        term: value.term,
        label: value.label,
        samples,
        in_review,
        score: value.score,
        method: value.method,
        version: value.version,
        layer: value.layer,
        evidence: value.evidence,
        sample: sample_rows().first().map(|row| row.id),
        stated: samples == 20,
    };
    let mut counts = [(10, 10), (12, 2), (20, 0), (20, 0), (20, 0), (20, 0)].into_iter();
    let fields = fields().into_iter().map(|field| {
        let values: Vec<DatasetValue> = values()
            .into_iter()
            .filter(|value| value.field == field.name)
            .filter_map(|value| counts.next().map(|(samples, in_review)| of(value, samples, in_review)))
            .collect();
        let mut values = values;
        if field.name == "condition" {
            let tumor = value(
                "condition",
                "primary tumor",
                "primary tumor",
                true,
                0.96,
                evidence("characteristics", 0, "Tumor"),
            );
            values.push(of(tumor, 8, 0));
        }
        let said: i64 = values.iter().map(|value| value.samples).sum();
        DatasetField {
            field: field.name,
            label: field.label,
            values,
            others: OtherValues::default(),
            without: 20 - said,
        }
    });
    DatasetValues { dataset: dataset().id, samples: 20, annotated: 20, fields: fields.collect() }
}

pub fn unharmonized() -> DatasetValues {
    DatasetValues { annotated: 0, fields: vec![], ..dataset_values() }
}

/// A tree of diseases, as search counts them.
pub fn diseases() -> Vec<FacetValue> {
    let value = |id: &str, label: &str, count, parent: &str| FacetValue {
        value: id.into(),
        label: label.into(),
        count,
        parent: (!parent.is_empty()).then(|| parent.to_owned()),
    };
    vec![
        value("MONDO:0004992", "cancer", 3_564, ""),
        value("MONDO:0005206", "kidney cancer", 3_100, "MONDO:0004992"),
        value("MONDO:0005086", "renal cell carcinoma", 2_990, "MONDO:0005206"),
        value("MONDO:0005005", "clear cell renal carcinoma", 2_411, "MONDO:0005086"),
        value("MONDO:0017884", "papillary renal cell carcinoma", 120, "MONDO:0005086"),
        value("MONDO:0002691", "liver cancer", 89, "MONDO:0004992"),
        value("MONDO:0005148", "type 2 diabetes mellitus", 54, ""),
    ]
}

pub fn expansions() -> Vec<Expansion> {
    vec![Expansion {
        text: "kidney cancer".into(),
        term: "MONDO:0005206".into(),
        label: "kidney cancer".into(),
        field: "disease".into(),
        kinds: 76,
        synonyms: ["RCC", "renal cancer", "kidney neoplasm"].map(str::to_owned).into(),
        instead_of: None,
    }]
}

pub fn hit_values() -> Vec<HitValue> {
    let hit = |value: Value| HitValue { field: value.field, state: value.state, term: value.term, label: value.label };
    let mut all: Vec<HitValue> = values().into_iter().map(hit).collect();
    all.push(HitValue {
        field: "age".into(),
        state: ValueState::Present,
        term: "54 year".into(),
        label: "54 year".into(),
    });
    all
}

pub fn posted() -> Posted {
    Posted::example()
}

pub fn prose() -> Posted {
    Posted { text: "Liver tumour, adjacent normal, of a patient with HCC.".into(), study: String::new() }
}

fn suggestion(field: &str, term: &str, label: &str, score: f64, evidence: Option<Evidence>) -> Suggestion {
    Suggestion {
        field: field.into(),
        term: term.into(),
        label: label.into(),
        state: ValueState::Present,
        score,
        method: if evidence.is_some() { "both" } else { "learned" }.into(),
        version: "3".into(),
        runner_up: (score < 0.9).then(|| RunnerUp {
            term: "MONDO:0002691".into(),
            label: "liver cancer".into(),
            score: 0.12,
        }),
        evidence,
    }
}

pub fn annotated() -> Found {
    let suggestions = vec![
        suggestion("disease", "MONDO:0007256", "hepatocellular carcinoma", 0.97, evidence("disease", 0, "HCC")),
        suggestion("condition", "adjacent normal", "adjacent normal", 0.91, evidence("source", 14, "adj. normal")),
        suggestion("tissue", "UBERON:0002107", "liver", 0.99, evidence("source", 0, "liver")),
        suggestion("drug", "DRUG:sorafenib", "sorafenib", 0.98, evidence("treatment", 4, "sorafenib")),
        suggestion("age", "54 year", "54 year", 0.99, evidence("age", 0, "54 y")),
        suggestion("sex", "PATO:0000384", "male", 0.99, evidence("gender", 0, "M")),
        suggestion("cell_type", "CL:0000182", "hepatocyte", 0.41, None),
    ];
    Found { items: vec![AnnotatedItem { id: "1".into(), suggestions }], took_ms: 1.7 }
}

pub fn read_in_prose() -> Found {
    let words = |start, text: &str| evidence("", start, text).map(|evidence| Evidence { attribute: None, ..evidence });
    let suggestions = vec![
        suggestion("disease", "MONDO:0007256", "hepatocellular carcinoma", 0.97, words(49, "HCC")),
        suggestion("condition", "adjacent normal", "adjacent normal", 0.91, words(14, "adjacent normal")),
        suggestion("tissue", "UBERON:0002107", "liver", 0.99, words(0, "Liver")),
    ];
    Found { items: vec![AnnotatedItem { id: "1".into(), suggestions }], took_ms: 0.9 }
}

pub fn nothing_read() -> Found {
    Found { items: vec![AnnotatedItem { id: "1".into(), suggestions: vec![] }], took_ms: 0.4 }
}

fn step(id: &str, label: &str, relation: &str, samples: u64) -> TermStep {
    TermStep { id: id.into(), label: label.into(), relation: relation.into(), samples }
}

pub fn term() -> Term {
    let synonym = |text: &str, scope: &str| TermSynonym { text: text.into(), scope: scope.into() };
    Term {
        id: "MONDO:0005086".into(),
        label: "renal cell carcinoma".into(),
        release: "MONDO".into(),
        version: "2026-05-05".into(),
        definition: "A carcinoma arising from the renal parenchyma. The incidence of renal cell carcinoma has increased by 35 percent from 1973 to 1991.".into(),
        synonyms: vec![synonym("RCC", "exact"), synonym("renal cell adenocarcinoma", "exact"), synonym("kidney carcinoma", "broad")],
        xrefs: (1..=12).map(|n| format!("UMLS:C00{n:05}")).collect(),
        obsolete: false,
        replaced_by: None,
        consider: vec![],
        parents: vec![step("MONDO:0005206", "kidney cancer", "is_a", 3_100), step("MONDO:0004993", "carcinoma", "is_a", 9_001)],
        children: vec![
            step("MONDO:0017884", "papillary renal cell carcinoma", "is_a", 120),
            step("MONDO:0005005", "clear cell renal carcinoma", "is_a", 2_411),
            step("MONDO:0017885", "chromophobe renal cell carcinoma", "is_a", 0),
        ],
        path: vec![step("MONDO:0000001", "disease", "is_a", 107_863), step("MONDO:0004992", "cancer", "is_a", 40_120), step("MONDO:0005206", "kidney cancer", "is_a", 3_100)],
        facts: vec![],
        field: Some("disease".into()),
        samples_direct: 459,
        samples: 2_990,
        by_year: (2005..=2012).zip([25, 55, 165, 294, 627, 254, 637, 151]).map(|(year, n)| (year.to_string(), n)).collect(),
    }
}

pub fn cell_line() -> Term {
    let fact = |name: &str, said: &str| (name.to_owned(), said.to_owned());
    Term {
        id: "CVCL_0027".into(),
        label: "Hep-G2".into(),
        release: "Cellosaurus".into(),
        definition: String::new(),
        synonyms: vec![],
        obsolete: true,
        replaced_by: None,
        consider: vec!["CVCL_0336".into()],
        parents: vec![],
        path: vec![],
        children: vec![],
        xrefs: vec![],
        facts: vec![
            fact("organism", "NCBITaxon:9606"),
            fact("sex", "male"),
            fact("disease", "MONDO:0018666"),
            fact("structure", "CC(=O)Oc1ccccc1C(=O)O"),
        ],
        field: Some("cell_line".into()),
        samples: 0,
        samples_direct: 0,
        by_year: vec![],
        ..term()
    }
}

pub fn term_hits() -> TermHits {
    let hit = |id: &str, label: &str, matched: Option<&str>, samples| TermHit {
        id: id.into(),
        label: label.into(),
        release: "MONDO".into(),
        matched: matched.map(str::to_owned),
        definition: term().definition,
        path: ["disease", "cancer", "kidney cancer"].map(str::to_owned).into(),
        samples,
    };
    TermHits {
        items: vec![
            hit("MONDO:0005086", "renal cell carcinoma", Some("RCC"), Some(2_990)),
            hit("MONDO:0005005", "clear cell renal carcinoma", None, Some(2_411)),
            hit("CVCL_0027", "Hep-G2", None, None),
        ],
        took_ms: 3.1,
    }
}

pub fn releases() -> OntologyReleases {
    let release = |name: &str, version: &str, format: &str, terms, in_use, problems| OntologyRelease {
        name: name.into(),
        version: version.into(),
        sha256: "bcbec30ae6c0759a0bd5ccf0259c291ebd6e0f2f53c6459f9b34ef1fc35b6153".into(),
        format: format.into(),
        size_bytes: 51_000_000,
        terms,
        obsolete: terms / 9,
        names: terms * 4,
        problems,
        in_use,
        source: "mondo.obo".into(),
        installed_at: NOW,
        installed_by: "operator".into(),
    };
    OntologyReleases {
        items: vec![
            release("MONDO", "2026-05-05", "obo", 31_020, true, 2),
            release("MONDO", "2026-03-03", "obo", 30_880, false, 2),
            release("UBERON", "2026-04-01", "obo", 15_900, true, 0),
            release("Cellosaurus", "55.0", "cellosaurus", 168_970, false, 14),
        ],
        prepared: false,
        known: known(),
    }
}

pub fn no_releases() -> OntologyReleases {
    OntologyReleases { items: vec![], prepared: true, known: known() }
}

fn known() -> Vec<KnownOntology> {
    vec![
        KnownOntology {
            name: "MONDO".into(),
            title: "Mondo Disease Ontology".into(),
            address: Some("https://purl.obolibrary.org/obo/mondo.obo".into()),
            note: String::new(),
        },
        KnownOntology {
            name: "DRUG".into(),
            title: "Drugs".into(),
            address: None,
            note: "made from names and structures".into(),
        },
    ]
}

pub fn problems() -> Closer {
    let problem = |line, message: &str| ReleaseProblem { line, message: message.into() };
    Closer::Problems(Problems {
        name: "MONDO".into(),
        sha256: "ab".repeat(32),
        found: ReleaseProblems {
            total: 2,
            items: vec![
                problem(4_120, "\"is_a: MONDO:9\" names no term; the relation was left out"),
                problem(0, "the relation \"related_to\" is unknown; it was left out"),
            ],
        },
    })
}

/// What a release would change of so many samples.
pub fn upgrade(samples: i64) -> Closer {
    let place = |samples| UpgradeCollection {
        collection: super::fixtures::collection().id,
        name: super::fixtures::collection().name,
        samples,
    };
    let change = |term: &str, label: &str, replaced_by: Option<&str>, consider: &[&str], samples| UpgradeChange {
        term: term.into(),
        label: label.into(),
        replaced_by: replaced_by.map(str::to_owned),
        replacement_label: replaced_by.map(|_| "renal cell carcinoma".to_owned()),
        consider: consider.iter().map(|id| (*id).to_owned()).collect(),
        samples,
        in_review: samples / 100,
        collections: if samples > 0 { vec![place(samples)] } else { vec![] },
    };
    Closer::Upgrade(UpgradePreview {
        name: "MONDO".into(),
        sha256: "ab".repeat(32),
        from_version: "2026-05-05".into(),
        to_version: "2026-06-02".into(),
        added: 140,
        relabelled: 12,
        newly_obsolete: 3,
        samples,
        replaced: samples / 2,
        to_review: samples / 3,
        collections: if samples > 0 { vec![place(samples)] } else { vec![] },
        changes: vec![
            change("MONDO:0000001", "kidney adenocarcinoma", Some("MONDO:0005086"), &[], samples),
            change("MONDO:0000002", "renal tumor syndrome", None, &["MONDO:0005206", "MONDO:0005086"], samples / 3),
            change("MONDO:0000003", "another", None, &[], 0),
        ],
    })
}

/// One that holds and one that was undone.
pub fn upgrades() -> (Vec<Batch>, Paging) {
    let batch = |title: &str, why: &str, reverted| Batch {
        id: chorale_model::BatchId(sample().id.0),
        kind: BatchKind::Upgrade,
        title: title.into(),
        why: why.into(),
        by: "ada@northgate.example".into(),
        at: NOW,
        samples: 2_411,
        job: None,
        reverted,
    };
    let back = Reverted { by: "ada@northgate.example".into(), at: NOW, why: "the wrong file".into() };
    let all =
        vec![batch("MONDO 2026-05-05 to 2026-06-02", "", None), batch("MONDO 1 to 2", "kidney study", Some(back))];
    (all, Paging::default())
}

/// Values over which somebody decided.
pub fn curated_values() -> SampleValues {
    let beneath = |term: &str, label: &str, version: &str| Beneath {
        state: ValueState::Present,
        term: term.into(),
        label: label.into(),
        score: 0.91,
        method: if version.is_empty() { "curation" } else { "dictionary" }.into(),
        version: version.into(),
    };
    let made = |field: &str, action, beneath| Curation {
        batch: chorale_model::BatchId(sample().id.0),
        kind: BatchKind::Upgrade,
        title: "MONDO 2026-05-05 to 2026-06-02".into(),
        why: "for the kidney study".into(),
        by: Some("ada@northgate.example".into()),
        at: NOW,
        reverted: None,
        field: field.into(),
        action,
        state: None,
        term: String::new(),
        label: String::new(),
        note: String::new(),
        beneath,
    };
    let mut values = values();
    let old = beneath("MONDO:0000001", "kidney adenocarcinoma", "dictionary-0.1.0-1+c6003ec7");
    values[0] = Value {
        layer: Layer::Human,
        method: "curation".into(),
        version: String::new(),
        curation: Some(Box::new(made("disease", CurationAction::Replace, Some(old)))),
        ..value("disease", "MONDO:0005086", "renal cell carcinoma", true, 1.0, None)
    };
    let set =
        Curation { by: None, title: String::new(), why: String::new(), ..made("tissue", CurationAction::Set, None) };
    values[2] = Value { layer: Layer::Human, curation: Some(Box::new(set)), ..values[2].clone() };
    let reviewed = made("cell_type", CurationAction::Review, Some(beneath("CL:0002518", "kidney epithelial cell", "")));
    values[3] = Value {
        accepted: false,
        reason: Some("CL:0002518 is not in CL 2026-06-02, and nothing replaces it".into()),
        curation: Some(Box::new(reviewed)),
        ..values[3].clone()
    };
    SampleValues { values, ..sample_values() }
}

pub fn coverage() -> Coverage {
    let field = |name: &str, label: &str, accepted, automatic, in_review| FieldCoverage {
        field: name.into(),
        label: label.into(),
        accepted,
        automatic,
        in_review,
        without: 3_400 - accepted - in_review,
    };
    let point = |days: i64, n: i64| CoveragePoint {
        at: NOW.plus(-days * Time::DAY),
        samples: 3_400,
        fields: vec![field("disease", "Disease", n, n, 40), field("tissue", "Tissue", n + 500, n + 500, 10)],
    };
    Coverage {
        collection: super::fixtures::collection().id,
        samples: 3_564,
        annotated: 3_400,
        fields: vec![
            field("disease", "Disease", 2_400, 2_310, 310),
            field("tissue", "Tissue", 3_020, 3_020, 120),
            field("cell_type", "Cell type", 940, 900, 480),
            field("organism", "Organism", 3_400, 3_400, 0),
            field("sex", "Sex", 1_210, 1_210, 4),
            field("drug", "Drug", 0, 0, 0),
        ],
        history: vec![point(40, 1_100), point(20, 1_900), point(3, 2_350)],
        holds: vec![],
    }
}

/// Of which time ran out.
pub fn version_preview() -> VersionPreview {
    let said =
        |term: &str, label: &str| PreviewValue { term: term.into(), label: label.into(), state: ValueState::Present };
    let change = |from: Vec<PreviewValue>, to: Vec<PreviewValue>, samples| PreviewChange {
        from,
        to,
        samples,
        example: sample().id,
        example_accession: sample().accession,
    };
    let kidney = || said("UBERON:0002113", "kidney");
    let cortex = || said("UBERON:0001225", "cortex of kidney");
    let unknown = PreviewValue { term: String::new(), label: String::new(), state: ValueState::NotReported };
    VersionPreview {
        name: "harmonize".into(),
        version: 3,
        now: "harmonize-2+1a2b3c4d".into(),
        then: "harmonize-3+1a2b3c4d".into(),
        samples: 480,
        datasets: 20,
        whole: false,
        fields: vec![FieldPreview {
            field: "tissue".into(),
            label: "Tissue".into(),
            same: 400,
            changed: 41,
            newly_said: 30,
            no_longer_said: 0,
            in_review_now: 22,
            in_review_then: 3,
            changes: vec![
                change(vec![kidney()], vec![cortex()], 41),
                change(vec![], vec![kidney(), cortex()], 29),
                change(vec![unknown], vec![], 1),
            ],
        }],
    }
}

pub fn models() -> Vec<RegisteredModel> {
    vec![RegisteredModel {
        name: "harmonize".into(),
        description: "From what a source said to terms.".into(),
        kind: "annotator".into(),
        latest_version: 3,
        aliases: vec![Alias { alias: "champion".into(), version: 2 }],
        tags: Vec::new(),
        created_at: NOW,
        updated_at: NOW,
    }]
}

pub fn model_versions() -> Vec<ModelVersion> {
    let metrics = [
        ("ale/tissue/close_f1", 0.961),
        ("ale/tissue/exact_f1", 0.934),
        ("ale/tissue/n", 17_000.0),
        ("golightly/tissue/close_f1", 0.871),
        ("creeds/disease/close_f1", 0.783),
        ("creeds/disease/n", 2_104.0),
    ];
    let version = |version, aliases: &[&str], evaluations| ModelVersion {
        name: "harmonize".into(),
        version,
        description: "trained on the gold labels".into(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        params: vec![("l2".into(), "1e-4".into()), ("seed".into(), "7".into())],
        artifacts: vec![ModelArtifact { path: "model.bin".into(), size_bytes: 41_000_000, sha256: "ab".repeat(32) }],
        evaluations,
        tags: Vec::new(),
        source: chorale_model::registry::Source::default(),
        stage: chorale_model::registry::Stage::None,
        updated_at: NOW,
        created_at: NOW,
        created_by: "operator".into(),
    };
    let evaluation = Evaluation {
        dataset: "geo_sample_gold, five folds of blocks".into(),
        metrics: metrics.map(|(name, value)| (name.to_owned(), value)).into(),
        created_at: NOW,
    };
    vec![version(3, &[], vec![]), version(2, &["champion"], vec![evaluation])]
}

fn told(object: &str) -> chorale_model::Page<chorale_model::audit::AuditRow> {
    let row = chorale_model::audit::AuditRow {
        id: uuid::Uuid::from_u128(7),
        at: NOW,
        actor_kind: "user".into(),
        actor: None,
        actor_name: "ines@example.org".into(),
        action: "model.promoted".into(),
        object_kind: "model".into(),
        object: object.into(),
        detail: serde_json::json!({ "alias": "champion", "version": 2, "before": 1 }),
        request_id: String::new(),
        position: None,
        hash: None,
    };
    chorale_model::Page { items: vec![row], next_cursor: Some("next".into()) }
}

pub fn protected() -> ProtectedAliases {
    ProtectedAliases { aliases: vec!["champion".into(), "production".into()] }
}

/// A promotion whose alias moved since, beside what it would replace.
pub fn promotion() -> PromotionReview {
    let metric = |value| Some(chorale_model::experiments::Metric { key: "f1".into(), value, timestamp_ms: 0, step: 3 });
    let compared = |key: &str, asked, present| ComparedMetric { key: key.into(), asked, present };
    let request = PromotionRequest {
        id: chorale_model::PromotionId(uuid::Uuid::from_u128(9)),
        name: "cell types".into(),
        alias: "champion".into(),
        version: Some(3),
        held: Some(1),
        holder: Some(2),
        state: PromotionState::Waiting,
        why: "better at kidneys".into(),
        asked_by: "ines@example.org".into(),
        asked_at: NOW,
        note: String::new(),
        answered_by: None,
        answered_at: None,
    };
    let mut versions = model_versions();
    PromotionReview {
        request,
        asked: Some(versions.remove(0)),
        present: versions.pop(),
        metrics: vec![compared("f1", metric(0.86), metric(0.82)), compared("loss", metric(0.2), None)],
        params: vec![ComparedParam { key: "c".into(), asked: Some("0.8".into()), present: None }],
        may_answer: true,
        is_own: false,
    }
}

/// The annotator's page.
pub fn model() -> model::Shown {
    model::Shown {
        model: models().remove(0),
        versions: model_versions(),
        may: model::May::default(),
        preview: None,
        next: None,
        history: told("harmonize"),
        protected: protected().aliases,
        waiting: vec![],
    }
}

/// The page of a version of it.
pub fn version(comparison: Option<Comparison>, preview: bool) -> version::Shown {
    let version = model_versions().remove(0);
    let files = version.artifacts.clone();
    version::Shown {
        is_registered: false,
        card: VersionCard { version, files, has_more: false, format: None, run: None, experiment: None },
        comparison,
        may: model::May { change: preview, preview, delete: preview },
        history: told("harmonize"),
        waiting: vec![],
        lineage: Default::default(),
    }
}

/// The page of a model that a client registered.
pub fn registered() -> model::Shown {
    let name = "cell types";
    let model = RegisteredModel {
        name: name.into(),
        kind: "mlflow".into(),
        tags: vec![chorale_model::experiments::KeyValue::new("team", "annotators")],
        ..models().remove(0)
    };
    let uri = |version: &ModelVersion| format!("s3://models/{}", version.version);
    let elsewhere = |version: ModelVersion| ModelVersion {
        source: Source { uri: uri(&version), location: uri(&version), ..Source::default() },
        name: name.into(),
        params: vec![],
        artifacts: vec![],
        evaluations: vec![],
        ..version
    };
    let versions = model_versions().into_iter().map(elsewhere).collect();
    let waiting = vec![promotion().request];
    model::Shown { model, versions, waiting, history: told(name), ..self::model() }
}

/// From a dataset and a parent to an alias.
fn lineage() -> chorale_model::experiments::Lineage {
    use chorale_model::experiments::{Lineage, LineageEdge, LineageKind, LineageNode, RunId};
    let node = |id: &str, kind, layer| LineageNode {
        id: id.into(),
        kind,
        title: format!("{id} with a name that is too long for its box"),
        pin: "6d1ea0f2".into(),
        layer,
        is_here: layer == 3,
        run: (kind == LineageKind::Run).then(|| RunId(uuid::Uuid::from_u128(5))),
        logged_model: None,
        model: (layer > 2).then(|| "cell types".into()),
        version: (layer == 3).then_some(3),
    };
    let edge = |from: &str, to: &str, how: &str| LineageEdge { from: from.into(), to: to.into(), how: how.into() };
    Lineage {
        nodes: vec![
            node("gold", LineageKind::Dataset, 0),
            node("search", LineageKind::Run, 0),
            node("fit", LineageKind::Run, 1),
            node("forest", LineageKind::LoggedModel, 2),
            node("three", LineageKind::Version, 3),
            node("champion", LineageKind::Alias, 4),
        ],
        edges: vec![
            edge("gold", "fit", "read for training"),
            edge("search", "fit", "began"),
            edge("fit", "forest", "made"),
            edge("forest", "three", "registered as"),
            edge("three", "champion", "is"),
        ],
        has_more: true,
    }
}

/// The page of a version of it, with all that a card may say, or with nothing of it.
pub fn registered_version(whole: bool) -> version::Shown {
    let column = |name: &str, kind: &str| SignatureColumn { name: name.into(), kind: kind.into(), required: true };
    let format = ModelFormat {
        flavors: vec![Flavor {
            name: "sklearn".into(),
            says: vec![chorale_model::experiments::KeyValue::new("sklearn_version", "1.9.1")],
        }],
        python_version: Some("3.11.7".into()),
        mlflow_version: Some("3.17.2".into()),
        size_bytes: Some(2_530),
        signature: Some(Signature {
            inputs: vec![column("text", "string")],
            outputs: vec![column("", "tensor int64 [-1]")],
            params: vec![],
        }),
        requirements: vec!["scikit-learn".into(), "pandas".into()],
    };
    let version = registered().versions.remove(0);
    let file = ModelArtifact { path: "MLmodel".into(), size_bytes: 1_204, sha256: "cd".repeat(32) };
    let card = VersionCard {
        version,
        files: if whole { vec![file] } else { vec![] },
        has_more: false,
        format: whole.then_some(format),
        run: None,
        experiment: None,
    };
    let may = model::May { change: whole, preview: false, delete: whole };
    let waiting = if whole { vec![promotion().request] } else { vec![] };
    version::Shown {
        is_registered: true,
        card,
        comparison: None,
        may,
        history: told("cell types"),
        waiting,
        lineage: lineage(),
    }
}

/// What the next version of the annotator would learn from.
pub fn retraining() -> Retraining {
    Retraining {
        name: "harmonize".into(),
        champion: Some(2),
        challenger: Some(3),
        trained_at: Some(chorale_model::Time(1_772_615_520_000_000)),
        decisions: 14,
        samples: 1_204,
        all_decisions: 212,
        all_samples: 48_110,
        job: None,
    }
}

/// The same before any version was trained.
pub fn first_retraining() -> Retraining {
    Retraining { champion: None, challenger: None, trained_at: None, ..retraining() }
}

/// A version that is better at one field and worse at another.
pub fn comparison() -> Comparison {
    let row = |on, field: &str, (present, new): (f64, f64), (low, high): (f64, f64)| ComparedField {
        on,
        field: field.into(),
        samples: 412,
        present,
        new,
        difference: new - present,
        low,
        high,
        rejected: 31,
        present_repeats: 29,
        new_repeats: 2,
    };
    let change = |now_right, truth: &str, present: &str, new: &str| ComparedAnswer {
        on: JudgedOn::Decisions,
        field: "tissue".into(),
        truth: truth.into(),
        truth_label: truth.into(),
        present: present.into(),
        present_label: present.into(),
        new: new.into(),
        new_label: new.into(),
        now_right,
        samples: 12,
        example: Some(chorale_model::SampleId(uuid::Uuid::from_u128(9))),
        example_accession: "GSM1".into(),
        example_text: "title: piece 1 · tissue: skin graft".into(),
    };
    let only_rejected = ComparedField { samples: 0, ..row(JudgedOn::Decisions, "sex", (0.0, 0.0), (0.0, 0.0)) };
    Comparison {
        name: "harmonize".into(),
        version: 3,
        present: Some(2),
        gold_labels: 41_302,
        decided_labels: 2_204,
        decided_series: 40,
        held_out_series: 8,
        rows: vec![
            row(JudgedOn::Decisions, "tissue", (0.71, 0.88), (0.05, 0.26)),
            only_rejected,
            row(JudgedOn::Gold, "tissue", (0.92, 0.90), (-0.03, -0.005)),
            row(JudgedOn::Gold, "disease", (0.87, 0.871), (-0.01, 0.012)),
        ],
        changes: vec![
            change(false, "lung", "lung", ""),
            change(true, "", "kidney", ""),
            change(true, "skin", "", "skin"),
        ],
    }
}
