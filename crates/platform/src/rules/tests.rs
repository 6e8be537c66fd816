use super::*;
use crate::curation::{self, list_batches};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, install, samples_of, values};
use crate::testing::{self, idle, member_ctx};
use crate::{Ctx, Deployment, catalog, review, sources};
use chorale_model::curation::{BatchFilter, BatchKind, RevertBatch};
use chorale_model::harmonize::{Layer, Value, ValueState};
use chorale_model::page::PageRequest;
use chorale_model::review::{DecideValues, ReviewAnswer, ReviewFilter, ReviewState};
use chorale_model::rules::{
    KeyFilter, KeyParser, KeyReads, KeyState, MakeRule, QuestionScope, RuleFilter, RuleSays, RuleScope, RuleValue,
    SwitchRule,
};
use chorale_model::sources::Import;
use chorale_model::{CollectionId, DatasetId, FaultKind, Role};
use std::sync::Arc;

const TABLE: &str = "accession\ttitle\ttissue\tdx\tage (yrs)\tnote\n\
    S1\tbiopsy 1\tliver\thepatic carcinoma NOS\t54\tkept\n\
    S2\tbiopsy 2\tliver\tHepatic carcinoma  NOS\tNA\tkept\n\
    S3\tbiopsy 3\tliver\tpsoriasis\t50-60\tkept\n\
    S4\tbiopsy 4\tskin\tpsoriasis\tadult\tliver\n";
/// Comes later, and says the same of one sample.
const LATER: &str = "accession\ttitle\ttissue\tdx\tage (yrs)\tnote\n\
    T1\tbiopsy 5\tliver\thepatic carcinoma NOS\t61\tkept\n\
    T2\tbiopsy 6\tskin\tpsoriasis\t62\tkept\n";

struct Scene {
    app: Arc<Deployment>,
    curator: Ctx,
    collection: CollectionId,
}

async fn scene(db: crate::Db) -> Scene {
    let app = testing::deployment(db);
    let organization = testing::organization(&app, "own").await;
    let curator = member_ctx(&app, organization, Role::Curator).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let mut scene = Scene { app, curator, collection: CollectionId(uuid::Uuid::nil()) };
    scene.import("first.tsv", TABLE).await;
    scene.collection = catalog::find_collection_by_name(&scene.curator, "Livers").await.unwrap().unwrap().id;
    scene
}

impl Scene {
    async fn import(&self, name: &str, text: &str) {
        let mut upload = sources::begin_upload(&self.curator, name).unwrap();
        upload.write(text.as_bytes()).await.unwrap();
        let files = vec![upload.finish().await.unwrap()];
        let (collection_name, create_collection) = (Some("Livers".to_owned()), true);
        let import = Import { collection_name, create_collection, files, ..Import::default() };
        sources::start_import(&self.curator, import).await.unwrap();
        idle(&self.app).await;
    }

    async fn of(&self, sample: &str, field: &str) -> Vec<Value> {
        let id = samples_of(&self.curator).await[sample];
        values(&self.curator, id, field).await
    }

    /// Term or state, and who said it.
    async fn known(&self, sample: &str, field: &str) -> Vec<(String, Layer)> {
        let told = |value: Value| {
            let what = if value.term.is_empty() { value.state.name().to_owned() } else { value.term };
            (what, value.layer)
        };
        self.of(sample, field).await.into_iter().map(told).collect()
    }

    fn words(&self, scope: RuleScope, words: &str, becomes: RuleValue) -> MakeRule {
        let says = RuleSays::Words { field: "disease".into(), attribute: "dx".into(), words: words.into(), becomes };
        MakeRule { collection: self.collection, scope, says, why: "a test".into() }
    }

    fn key(&self, key: &str, field: &str, parser: KeyParser, unit: &str) -> MakeRule {
        let reads = KeyReads { field: field.into(), parser, unit: unit.into(), yes: String::new() };
        let says = RuleSays::Key { key: key.into(), reads };
        MakeRule { collection: self.collection, scope: RuleScope::Collection, says, why: String::new() }
    }

    async fn make(&self, asked: MakeRule) -> chorale_model::rules::Rule {
        let made = make_rule(&self.curator, asked).await.unwrap();
        idle(&self.app).await;
        load_rule(&self.curator, made.rule.id).await.unwrap()
    }

    async fn dataset(&self, accession: &str) -> DatasetId {
        catalog::find_dataset_by_accession(&self.curator, accession, None).await.unwrap().unwrap()
    }

    async fn batches(&self) -> Vec<(BatchKind, i64)> {
        let found = list_batches(&self.curator, BatchFilter::default(), PageRequest::default()).await.unwrap();
        found.items.into_iter().filter(|one| one.reverted.is_none()).map(|one| (one.kind, one.samples)).collect()
    }
}

fn is(term: &str) -> RuleValue {
    RuleValue::Is { term: term.into(), label: String::new(), state: ValueState::Present }
}

fn off() -> SwitchRule {
    SwitchRule { on: false, take_back: true, why: "it was wrong".into() }
}

#[tokio::test]
async fn a_rule_decides_what_is_there_and_what_is_imported_later_once_each() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let asked = scene.words(RuleScope::Collection, "hepatic carcinoma NOS", is("hepatocellular carcinoma"));
        let looked = preview_rule(&scene.curator, asked.clone()).await.unwrap();
        assert_eq!((looked.samples, looked.changes, looked.failed, looked.looked_at), (2, 2, 0, None), "{looked:#?}");
        assert_eq!(looked.examples[0].term, "MONDO:0007256");
        assert!(
            !scene.known("S1", "disease").await.iter().any(|(_, layer)| *layer == Layer::Human),
            "looking changes nothing"
        );

        let rule = scene.make(asked.clone()).await;
        let human = ("MONDO:0007256".to_owned(), Layer::Human);
        assert!(scene.known("S1", "disease").await.contains(&human));
        assert!(scene.known("S2", "disease").await.contains(&human), "capitals and spaces make no other words");
        assert_eq!(scene.batches().await, [(BatchKind::Rule, 2)]);
        assert_eq!((rule.applied, rule.samples), (1, 2), "{rule:?}");

        let again = make_rule(&scene.curator, asked).await.unwrap_err();
        assert_eq!(again.kind, FaultKind::Conflict, "{again}");

        // A later import gets the value, and nobody gets it twice.
        scene.import("second.tsv", LATER).await;
        assert!(scene.known("T1", "disease").await.contains(&human));
        assert_eq!(scene.batches().await, [(BatchKind::Rule, 1), (BatchKind::Rule, 2)]);
        let found = list_rules(&scene.curator, RuleFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!((found.items[0].applied, found.items[0].samples, found.items[0].on), (2, 3, true));
        assert!(found.items[0].last_applied > Some(found.items[0].at));

        // Off, with all of its batches taken back; on again, it is applied anew.
        let ended = switch_rule(&scene.curator, rule.id, off()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!((ended.on, ended.applied), (false, 0));
        for sample in ["S1", "T1"] {
            assert!(!scene.known(sample, "disease").await.contains(&human), "{sample}");
        }
        let late = switch_rule(&scene.curator, rule.id, off()).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late}");
        switch_rule(&scene.curator, rule.id, SwitchRule { on: true, ..SwitchRule::default() }).await.unwrap();
        idle(&scene.app).await;
        assert!(scene.known("T1", "disease").await.contains(&human));
        assert_eq!(scene.batches().await, [(BatchKind::Rule, 3)]);
    }
}

#[tokio::test]
async fn a_persons_own_decision_stays_and_a_batch_that_was_taken_back_does_not_return() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let s1 = samples_of(&scene.curator).await["S1"];
        let decision = curation::Decision {
            sample: s1,
            field: "disease".into(),
            action: chorale_model::curation::CurationAction::Set,
            state: Some(ValueState::Present),
            term: "MONDO:0005083".into(),
            label: "psoriasis".into(),
            note: String::new(),
            question: None,
            beneath: None,
        };
        curation::record(&scene.curator, "Look again", "", vec![decision]).await.unwrap();
        idle(&scene.app).await;
        let asked = scene.words(RuleScope::Collection, "hepatic carcinoma NOS", is("MONDO:0007256"));
        let looked = preview_rule(&scene.curator, asked.clone()).await.unwrap();
        assert_eq!((looked.changes, looked.decided), (1, 1), "{looked:?}");
        scene.make(asked).await;
        assert_eq!(scene.known("S1", "disease").await, [("MONDO:0005083".to_owned(), Layer::Human)]);
        let of_rule = list_batches(
            &scene.curator,
            BatchFilter { kind: Some(BatchKind::Rule), ..BatchFilter::default() },
            PageRequest::default(),
        );
        let of_rule = of_rule.await.unwrap().items.remove(0);
        assert_eq!(of_rule.samples, 1);
        assert!(of_rule.title.starts_with("Rule: \"hepatic carcinoma NOS\" under dx is"), "{}", of_rule.title);

        curation::revert_batch(&scene.curator, of_rule.id, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        scene.import("second.tsv", LATER).await;
        let s2 = scene.known("S2", "disease").await;
        assert!(!s2.iter().any(|(_, layer)| *layer == Layer::Human), "it was taken back by a person: {s2:?}");
        assert!(scene.known("T1", "disease").await.iter().any(|(_, layer)| *layer == Layer::Human));
    }
}

#[tokio::test]
async fn of_two_rules_about_the_same_words_the_narrower_one_decides_and_both_are_shown() {
    for db in each_engine().await {
        let scene = scene(db).await;
        scene.import("second.tsv", LATER).await;
        let wide = scene.make(scene.words(RuleScope::Collection, "psoriasis", is("MONDO:0007256"))).await;
        let series = RuleScope::Series { dataset: Some(scene.dataset("second").await) };
        let asked = scene.words(series, "psoriasis", RuleValue::NotReported);
        let looked = preview_rule(&scene.curator, asked.clone()).await.unwrap();
        assert_eq!((looked.changes, looked.conflicts.len()), (1, 1), "{looked:?}");
        let narrow = scene.make(asked).await;
        assert_eq!(narrow.conflicts[0].rule, wide.id);
        assert!(!narrow.conflicts[0].decides);
        let wide = load_rule(&scene.curator, wide.id).await.unwrap();
        assert!(wide.conflicts[0].decides, "{wide:?}");
        assert_eq!(scene.known("T2", "disease").await, [("not_reported".to_owned(), Layer::Human)]);
        assert!(scene.known("S3", "disease").await.contains(&("MONDO:0007256".to_owned(), Layer::Human)));
        // Without the narrower one the wider one holds there, too.
        switch_rule(&scene.curator, narrow.id, off()).await.unwrap();
        idle(&scene.app).await;
        assert!(scene.known("T2", "disease").await.contains(&("MONDO:0007256".to_owned(), Layer::Human)));
    }
}

#[tokio::test]
async fn what_is_decided_about_questions_stands_for_later_imports() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let matching = ReviewFilter {
            collection: scene.collection,
            field: "disease".into(),
            q: "psoriasis".into(),
            state: ReviewState::All,
            least: None,
            most: None,
        };
        let found = review::list_values(&scene.curator, matching.clone(), Default::default(), PageRequest::default());
        let question = found.await.unwrap().items.remove(0);
        let asked = DecideValues {
            matching,
            values: Some(vec![question.id]),
            answer: ReviewAnswer::Change,
            term: Some("MONDO:0002691".into()),
            also: Vec::new(),
            only: None,
            why: "from now on".into(),
        };
        let all = DecideValues { values: None, ..asked.clone() };
        let refused = check_questions(&scene.curator, &all, QuestionScope::Collection).await.unwrap_err();
        assert_eq!(refused.fields[0].field, "rule");
        let unnamed = check_questions(&scene.curator, &asked, QuestionScope::Submitter).await.unwrap_err();
        assert!(unnamed.message.contains("names no submitter"), "{unnamed}");

        let rules = check_questions(&scene.curator, &asked, QuestionScope::Collection).await.unwrap();
        review::decide(&scene.curator, asked).await.unwrap();
        make_rules_of_questions(&scene.curator, rules).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.batches().await.len(), 1, "what was decided is decided already");
        scene.import("second.tsv", LATER).await;
        assert!(scene.known("T2", "disease").await.contains(&("MONDO:0002691".to_owned(), Layer::Human)));
    }
}

#[tokio::test]
async fn a_key_is_mapped_once_read_for_its_field_and_undone() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let of = |state, q: &str| KeyFilter { collection: scene.collection, q: q.into(), state };
        let list = |filter| list_keys(&scene.curator, filter, PageRequest::default());
        let open = list(of(KeyState::Open, "")).await.unwrap();
        let keys: Vec<(&str, i64)> = open.items.iter().map(|key| (key.key.as_str(), key.samples)).collect();
        assert_eq!(keys, [("age (yrs)", 4), ("dx", 4), ("note", 4), ("tissue", 4)]);
        assert_eq!((open.keys, open.mapped, open.places, open.counting), (4, 0, 16, false));
        let first = &open.items[0].suggestions[0];
        assert_eq!((first.reads.field.as_str(), first.reads.unit.as_str()), ("age", "year"), "{first:?}");
        assert_eq!(open.items[2].examples[0].samples, 3);
        let tissue = &open.items[3].suggestions[0];
        assert!(tissue.why.contains("the field's own name") && tissue.why.contains("annotators read it"), "{tissue:?}");

        let asked = scene.key("age (yrs)", "age", KeyParser::Number, "year");
        let looked = preview_rule(&scene.curator, asked.clone()).await.unwrap();
        assert_eq!((looked.samples, looked.values, looked.failed), (4, 4, 1), "{looked:#?}");
        assert_eq!((looked.failures[0].words.as_str(), looked.failures[0].why.as_str()), ("adult", "holds no number"));
        let rule = scene.make(asked.clone()).await;
        assert_eq!(rule.title, "age (yrs) is read as age: number with unit, in year");
        for (sample, age) in [("S1", "54 year"), ("S2", "not_reported"), ("S3", "50-60 year")] {
            let known = scene.known(sample, "age").await;
            assert!(known.iter().any(|(term, _)| term == age), "{sample}: {known:?}");
        }
        let twice = make_rule(&scene.curator, asked).await.unwrap_err();
        assert!(twice.message.contains("mapped already"), "{twice}");
        assert_eq!(list(of(KeyState::Mapped, "")).await.unwrap().items[0].mapped.as_ref().unwrap().rule, rule.id);
        let all = list(of(KeyState::All, "AGE")).await.unwrap();
        assert_eq!((all.total, all.mapped, all.mapped_places), (1, 1, 4));

        scene.import("second.tsv", LATER).await;
        assert!(scene.known("T1", "age").await.iter().any(|(term, _)| term == "61 year"));
        switch_rule(&scene.curator, rule.id, off()).await.unwrap();
        idle(&scene.app).await;
        assert!(!scene.known("T1", "age").await.iter().any(|(_, layer)| *layer == Layer::Human));
        assert_eq!(list(of(KeyState::Mapped, "")).await.unwrap().total, 0);
        let again = scene.make(scene.key("age (yrs)", "age", KeyParser::Number, "day")).await;
        assert!(again.on);
    }
}

#[tokio::test]
async fn terms_are_read_by_name_and_what_stands_under_an_ignored_key_is_read_for_nothing() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let looked = preview_rule(&scene.curator, scene.key("dx", "disease", KeyParser::Value, "")).await.unwrap();
        let words: Vec<&str> = looked.failures.iter().map(|one| one.words.as_str()).collect();
        assert!(words.iter().any(|words| words.eq_ignore_ascii_case("hepatic carcinoma NOS")), "{looked:#?}");
        assert!(looked.examples.iter().any(|one| one.term == "MONDO:0005083" && one.samples == 2), "{looked:#?}");
        scene.make(scene.key("dx", "", KeyParser::Ignore, "")).await;
        assert_eq!(scene.known("S3", "disease").await, []);

        for (asked, field) in [
            (scene.key("dx", "sizes", KeyParser::Value, ""), "field"),
            (scene.key("note", "disease", KeyParser::Number, ""), "parser"),
            (scene.key("note", "age", KeyParser::Number, "parsec"), "unit"),
            (scene.key("note", "disease", KeyParser::YesNo, ""), "yes"),
            (scene.key(" ", "disease", KeyParser::Value, ""), "key"),
            (scene.words(RuleScope::Collection, "", RuleValue::NotReported), "words"),
            (scene.words(RuleScope::Collection, "x", is("no such disease")), "term"),
            (scene.words(RuleScope::Submitter { name: " ".into() }, "x", RuleValue::NotReported), "scope"),
        ] {
            let refused = make_rule(&scene.curator, asked).await.unwrap_err();
            assert_eq!((refused.kind, refused.fields[0].field.as_str()), (FaultKind::Invalid, field), "{refused}");
        }
    }
}

#[tokio::test]
async fn nobody_else_sees_or_makes_an_organizations_rules() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let asked = scene.words(RuleScope::Collection, "psoriasis", RuleValue::NotReported);
        let rule = scene.make(asked.clone()).await;
        let other = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, other, Role::Admin).await;
        let missing = |fault: chorale_model::Fault| assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        missing(load_rule(&stranger, rule.id).await.unwrap_err());
        missing(switch_rule(&stranger, rule.id, off()).await.unwrap_err());
        missing(make_rule(&stranger, asked.clone()).await.unwrap_err());
        missing(preview_rule(&stranger, asked.clone()).await.unwrap_err());
        missing(series(&stranger, scene.collection, "first").await.unwrap_err());
        let filter = KeyFilter { collection: scene.collection, q: String::new(), state: KeyState::All };
        missing(list_keys(&stranger, filter, PageRequest::default()).await.unwrap_err());
        assert_eq!(list_rules(&stranger, RuleFilter::default(), PageRequest::default()).await.unwrap().items, []);
        let scientist = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Scientist).await;
        assert_eq!(make_rule(&scientist, asked).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn a_typed_rule_names_its_series_by_accession_and_its_value_by_any_name() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let isnt = |term: &str, label: &str| RuleValue::IsNot { term: term.into(), label: label.into() };
        let of = |becomes| scene.words(RuleScope::Collection, "hepatic carcinoma NOS", becomes);
        let unknown = preview_rule(&scene.curator, of(isnt("livver", ""))).await.unwrap_err();
        assert_eq!(unknown.fields[0].field, "term", "{unknown}");
        let made = scene.make(of(isnt("hepatocellular carcinoma", ""))).await;
        let RuleSays::Words { becomes, .. } = made.says else { panic!("{:?}", made.says) };
        assert_eq!(becomes, isnt("MONDO:0007256", "hepatocellular carcinoma"), "it is kept by its id");

        let found = series(&scene.curator, scene.collection, " first ").await.unwrap();
        assert_eq!(found, RuleScope::Series { dataset: Some(scene.dataset("first").await) });
        for (name, words) in [("", "names no series"), ("GSE0", "has no series GSE0; check its accession")] {
            let fault = series(&scene.curator, scene.collection, name).await.unwrap_err();
            assert!(fault.fields[0].field == "scope" && fault.message.contains(words), "{fault}");
        }
    }
}
