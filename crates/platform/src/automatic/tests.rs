use super::*;
use crate::alerts::{self, list_alerts};
use crate::curation::{self, Decision};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, import_text, install, values};
use crate::review::{self};
use crate::testing::{self, idle, member_ctx};
use crate::{Ctx, Deployment, audit, discovery, harmonize};
use chorale_model::alerts::{Alert, AlertFilter, AlertKind, AlertsWanted, AnswerAlert};
use chorale_model::audit::AuditFilter;
use chorale_model::automatic::{
    AutomaticAsked, AutomaticField, LookAtThreshold, SetThreshold, Share, ThresholdPreview,
};
use chorale_model::curation::{CurationAction, RevertBatch};
use chorale_model::discovery::{Kind, SearchRequest};
use chorale_model::fields::{Field, UpdateFields};
use chorale_model::harmonize::{Layer, ValueState};
use chorale_model::page::PageRequest;
use chorale_model::review::{DecideValues, Decided, ReviewAnswer, ReviewFilter, ReviewOrder, ReviewState, ReviewValue};
use chorale_model::{CollectionId, FaultKind, Role, SampleId, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A curator with a table whose suggestions are accepted from a score on.
struct Scene {
    app: Arc<Deployment>,
    curator: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

const NEVER: f64 = 1.0;
const ALWAYS: f64 = 0.0;

async fn scene(db: crate::Db, table: &str, from: f64) -> Scene {
    let app = testing::deployment(db);
    let organization = testing::organization(&app, "own").await;
    let curator = member_ctx(&app, organization, Role::Curator).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let collection = import_text(&curator, "biopsies.tsv", table).await;
    let fields = harmonize::default_fields().into_iter();
    let fields = fields.map(|field| Field { accept_from: Some(from), abstain_below: 0.0, ..field });
    let fields = UpdateFields { version: 0, fields: fields.collect() };
    harmonize::update_fields(&curator, collection, fields).await.unwrap();
    idle(&app).await;
    let mut samples = BTreeMap::new();
    for n in 1..=30 {
        for name in ["S", "A"] {
            let accession = format!("{name}{n}");
            samples.extend(find(&curator, &accession).await.map(|id| (accession, id)));
        }
    }
    Scene { app, curator, collection, samples }
}

/// Samples that each say it in words of their own, under the attribute disease.
fn cases(name: &str, many: usize) -> String {
    let mut table = "accession\ttitle\ttissue\tdisease\n".to_owned();
    (1..=many).for_each(|n| table.push_str(&format!("{name}{n}\tbiopsy\tskin\tpsoriasis, case {name}{n}\n")));
    table
}

async fn find(ctx: &Ctx, accession: &str) -> Option<SampleId> {
    let asked = SearchRequest { kind: Kind::Samples, q: accession.to_owned(), ..SearchRequest::default() };
    let hits = discovery::search(ctx, asked).await.unwrap().hits;
    hits.iter().find(|hit| hit.accession == accession).map(|hit| SampleId(hit.id))
}

impl Scene {
    /// Every disease.
    fn matching(&self) -> ReviewFilter {
        let (collection, field, q, state) = (self.collection, "disease".into(), String::new(), ReviewState::All);
        ReviewFilter { collection, field, q, state, least: None, most: None }
    }

    async fn questions(&self) -> Vec<ReviewValue> {
        let page = PageRequest { cursor: None, limit: Some(500) };
        let found = review::list_values(&self.curator, self.matching(), ReviewOrder::default(), page).await.unwrap();
        found.items
    }

    async fn answer(&self, words: &str, answer: ReviewAnswer, term: Option<&str>) -> Decided {
        let questions = self.questions().await;
        let one = questions.iter().find(|one| one.words == words);
        let one = one.unwrap_or_else(|| panic!("{words}: {questions:#?}"));
        let asked = DecideValues {
            matching: self.matching(),
            values: Some(vec![one.id]),
            answer,
            term: term.map(str::to_owned),
            also: Vec::new(),
            only: None,
            why: String::new(),
        };
        let decided = review::decide(&self.curator, asked).await.unwrap();
        self.app.clock.advance(Time::SECOND);
        decided
    }

    /// About the cases of a name, one after the other.
    async fn answer_cases(&self, name: &str, cases: impl IntoIterator<Item = usize>, answer: ReviewAnswer) {
        for n in cases {
            self.answer(&format!("psoriasis, case {name}{n}"), answer, None).await;
        }
        idle(&self.app).await;
    }

    async fn field(&self) -> AutomaticField {
        let found = list_fields(&self.curator, self.collection).await.unwrap();
        found.fields.into_iter().find(|field| field.field == "disease").unwrap()
    }

    /// Right, wrong, changed, missed, samples.
    async fn figures(&self) -> [i64; 5] {
        idle(&self.app).await;
        let field = self.field().await;
        let Some(of) = field.versions.first() else { return [0; 5] };
        assert!(of.present && field.versions.len() == 1, "{field:#?}");
        [of.right, of.wrong, of.changed, of.missed, of.samples]
    }

    async fn preview(&self, from: Option<f64>) -> ThresholdPreview {
        preview_threshold(&self.curator, self.collection, "disease", LookAtThreshold { from }).await.unwrap()
    }

    async fn alerts(&self) -> Vec<Alert> {
        let filter = AlertFilter { state: AlertsWanted::Unresolved };
        list_alerts(&self.curator, filter, PageRequest::default()).await.unwrap().items
    }

    /// Whether the disease of a sample is accepted, and why not.
    async fn waits(&self, sample: &str) -> Option<String> {
        let id = find(&self.curator, sample).await.unwrap_or_else(|| panic!("{sample} is not found"));
        let found = values(&self.curator, id, "disease").await;
        assert_eq!(found.len(), 1, "{found:#?}");
        found[0].reason.clone()
    }
}

/// The same disease in two ways, another one, and a sample that says none.
const TABLE: &str = "accession\ttitle\ttissue\tdisease\n\
    S1\tbiopsy\tliver\thepatocellular carcinoma\n\
    S2\tbiopsy\tliver\thepatocellular carcinoma\n\
    S3\tbiopsy\tliver\tHCC tumor\n\
    S4\tbiopsy\tskin\tpsoriasis\n\
    S5\tbiopsy\tskin\t\n";

fn about(share: Option<Share>) -> (f64, i64) {
    share.map_or((-1.0, 0), |share| ((share.share * 1e3).round() / 1e3, share.of))
}

#[tokio::test]
async fn decisions_say_how_right_an_annotator_is_and_a_question_counts_once() {
    for db in each_engine().await {
        let scene = scene(db, TABLE, NEVER).await;
        assert_eq!(scene.figures().await, [0; 5]);
        scene.answer("hepatocellular carcinoma", ReviewAnswer::Accept, None).await;
        assert_eq!(scene.figures().await, [1, 0, 0, 0, 2], "two samples say it, and it is one question");
        let changed = scene.answer("HCC tumor", ReviewAnswer::Change, Some("Liver cancer")).await;
        scene.answer("psoriasis", ReviewAnswer::Reject, None).await;
        assert_eq!(scene.figures().await, [1, 2, 1, 0, 4]);

        // Nothing was said of it, and a person knows better.
        let decision = Decision {
            sample: scene.samples["S5"],
            field: "disease".into(),
            action: CurationAction::Set,
            state: Some(ValueState::Present),
            term: "MONDO:0005083".into(),
            label: "psoriasis".into(),
            note: String::new(),
            beneath: None,
            question: None,
        };
        curation::record(&scene.curator, "By hand", "", vec![decision]).await.unwrap();
        assert_eq!(scene.figures().await, [1, 2, 1, 1, 5]);
        let field = scene.field().await;
        let of = &field.versions[0];
        assert_eq!(about(of.precision), (0.333, 3));
        assert_eq!(about(of.recall), (0.333, 3), "right of right, changed and missed");
        assert_eq!(of.accepted, None, "nothing with a score of 1 was decided");
        let interval = of.precision.unwrap();
        assert!(interval.low < 0.1 && interval.high > 0.7, "{interval:?}");
        let detail =
            field_detail(&scene.curator, scene.collection, "disease", AutomaticAsked::default()).await.unwrap();
        assert_eq!(detail.bands.iter().map(|band| band.right + band.wrong).sum::<i64>(), 3);
        assert_eq!(about(detail.steps[0].precision), (0.333, 3));
        assert_eq!((detail.steps.len(), detail.steps[20].precision), (21, None));
        let errors: Vec<_> = detail.errors.iter().map(|one| (one.term.as_str(), one.to_term.as_str())).collect();
        assert_eq!(errors, [("MONDO:0005083", ""), ("MONDO:0007256", "MONDO:0002691")], "{:#?}", detail.errors);
        let table = csv(&scene.curator, scene.collection).await.unwrap();
        let row = table.lines().find(|line| line.starts_with("disease,")).unwrap();
        assert!(row.contains(",true,0.9,1.0000,1,2,1,1,5,0.3333,"), "{table}");

        // What is taken back says nothing any more.
        curation::revert_batch(&scene.curator, changed.batch.unwrap(), RevertBatch::default()).await.unwrap();
        assert_eq!(scene.figures().await, [1, 1, 0, 1, 4]);
        // A colleague sees it otherwise: the question is judged by the newer answer.
        let again = scene.answer("hepatocellular carcinoma", ReviewAnswer::Change, Some("Liver cancer")).await;
        assert_eq!(scene.figures().await, [0, 2, 1, 1, 4]);
        curation::revert_batch(&scene.curator, again.batch.unwrap(), RevertBatch::default()).await.unwrap();
        assert_eq!(scene.figures().await, [1, 1, 0, 1, 4]);

        // All of it can be made again.
        let before = list_fields(&scene.curator, scene.collection).await.unwrap();
        let organization = scene.curator.scope.unwrap();
        let emptied = scene.app.db.write(move |tx| {
            Box::pin(async move {
                for text in [
                    "delete from judgements where organization = $1",
                    "delete from judged_batches where organization = $1",
                ] {
                    crate::db::sql(text).bind(organization).run(&mut *tx).await?;
                }
                Ok(())
            })
        });
        emptied.await.unwrap();
        assert_eq!(catch_up(&scene.app).await.unwrap(), 1);
        idle(&scene.app).await;
        assert_eq!(list_fields(&scene.curator, scene.collection).await.unwrap(), before);
        assert_eq!(catch_up(&scene.app).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_threshold_is_looked_at_set_and_set_back() {
    for db in each_engine().await {
        let scene = scene(db, TABLE, NEVER).await;
        let field = scene.field().await;
        assert_eq!((field.waiting, field.waiting_by_score, field.automatic), (4, 4, 0), "{field:#?}");
        let lowest = scene.questions().await.iter().map(|one| one.score).fold(1.0, f64::min);
        let from = (lowest * 20.0).floor() / 20.0;
        let would = scene.preview(Some(from)).await;
        assert_eq!((would.accepts, would.accepts_questions, would.waiting, would.returns), (4, 3, 4, 0), "{would:#?}");
        assert_eq!((would.unjudged, would.precision), (4, None), "nobody decided anything there");
        assert!(would.changes.len() == 3 && would.changes.iter().all(|one| one.accepted));
        assert_eq!(would.changes[0].words, "hepatocellular carcinoma", "that on most samples first");
        assert!(scene.waits("S1").await.is_some(), "looking changes nothing");

        let version = list_fields(&scene.curator, scene.collection).await.unwrap().version;
        let set =
            |version, from| set_threshold(&scene.curator, scene.collection, "disease", SetThreshold { version, from });
        let done = set(version, Some(from)).await.unwrap();
        assert_eq!((done.version, done.before), (version + 1, Some(NEVER)));
        let late = set(version, Some(0.5)).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late:?}");
        idle(&scene.app).await;
        assert_eq!(scene.waits("S1").await, None);
        let field = scene.field().await;
        assert_eq!((field.accepted_from, field.chosen, field.waiting, field.automatic), (Some(from), true, 0, 4));
        let found = values(&scene.curator, scene.samples["S1"], "disease").await.remove(0);
        assert_eq!((found.layer, found.accepted), (Layer::Automatic, true));

        let back = scene.preview(Some(NEVER)).await;
        assert_eq!((back.accepts, back.returns, back.returns_questions), (0, 4, 3), "{back:#?}");
        assert!(back.changes.iter().all(|one| !one.accepted));
        set(done.version, done.before).await.unwrap();
        idle(&scene.app).await;
        let reason = scene.waits("S1").await.unwrap();
        assert_eq!(reason, "its score is below 1.00, from which on suggestions of this field are accepted");

        let admin = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Admin).await;
        let log = audit::list_rows(&admin, AuditFilter::default(), PageRequest::default()).await.unwrap().items;
        let changed = log.iter().find(|row| row.action == "collection.fields_changed").unwrap();
        let told = serde_json::json!([{ "field": "disease", "before": from, "after": NEVER }]);
        assert_eq!(changed.detail["thresholds"], told);

        let wrong = |from| preview_threshold(&scene.curator, scene.collection, "disease", LookAtThreshold { from });
        assert_eq!(wrong(Some(1.5)).await.unwrap_err().fields[0].field, "from");
        assert_eq!(wrong(Some(f64::NAN)).await.unwrap_err().fields[0].field, "from");
        let colour = preview_threshold(&scene.curator, scene.collection, "colour", LookAtThreshold { from: None });
        assert_eq!(colour.await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn planted_mistakes_raise_an_alert_and_put_the_field_on_hold_until_it_is_resolved() {
    for db in each_engine().await {
        let scene = scene(db, &cases("A", 30), ALWAYS).await;
        assert_eq!(scene.waits("A1").await, None);
        // As many mistakes as the promise allows raise nothing.
        scene.answer_cases("A", 1..=14, ReviewAnswer::Accept).await;
        scene.answer_cases("A", 15..=15, ReviewAnswer::Reject).await;
        assert_eq!((scene.alerts().await.len(), scene.field().await.hold), (0, None));

        scene.answer_cases("A", 16..=22, ReviewAnswer::Reject).await;
        let alerts = scene.alerts().await;
        let [alert] = &alerts[..] else { panic!("{alerts:#?}") };
        assert!(matches!(alert.kind, AlertKind::Precision | AlertKind::Drift), "{alert:?}");
        assert!(alert.message.contains("14 of 22 decided suggestions"), "{}", alert.message);
        assert_eq!(alert.subject, "Disease of Livers");
        let field = scene.field().await;
        assert_eq!(
            (field.alert, field.hold.as_ref().map(|hold| hold.field.as_str())),
            (Some(alert.id), Some("disease"))
        );
        assert_eq!(about(field.versions[0].accepted), (0.636, 22));
        assert!(scene.preview(Some(0.0)).await.accepts == 0, "what is on hold accepts nothing");

        // What is new waits; what was accepted stays, also when it is annotated again.
        import_text(&scene.curator, "later.tsv", &cases("B", 3)).await;
        idle(&scene.app).await;
        assert!(scene.waits("B1").await.unwrap().contains("on hold"));
        assert_eq!(scene.waits("A25").await, None);
        let in_question = |sample: &'static str| {
            let (curator, id) = (&scene.curator, scene.samples[sample]);
            async move { harmonize::sample_values(curator, id).await.unwrap().in_question.len() }
        };
        assert_eq!((in_question("A9").await, in_question("A29").await), (0, 1), "a person decided about the first");
        assert_eq!(harmonize::coverage(&scene.curator, scene.collection).await.unwrap().holds.len(), 1);
        let version = list_fields(&scene.curator, scene.collection).await.unwrap().version;
        let tissue = SetThreshold { version, from: Some(0.9) };
        set_threshold(&scene.curator, scene.collection, "tissue", tissue).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.waits("A25").await, None, "it was annotated again with other fields");
        assert!(scene.waits("B1").await.unwrap().contains("on hold"));
        // More of the same is the same alert.
        scene.answer_cases("A", 23..=24, ReviewAnswer::Reject).await;
        let alerts = scene.alerts().await;
        assert!(alerts.len() == 1 && alerts[0].message.contains("14 of 24"), "{alerts:#?}");

        let why = AnswerAlert { why: "the lab corrected its list".into() };
        alerts::resolve(&scene.curator, alert.id, why).await.unwrap();
        idle(&scene.app).await;
        assert_eq!((scene.waits("B1").await, scene.alerts().await.len()), (None, 0));
        assert_eq!(scene.field().await.hold, None);
        // What was decided before is not held against it again; new mistakes are.
        scene.answer_cases("A", 25..=30, ReviewAnswer::Reject).await;
        assert_eq!(scene.alerts().await.len(), 0);
        import_text(&scene.curator, "last.tsv", &cases("C", 6)).await;
        idle(&scene.app).await;
        scene.answer_cases("C", 1..=6, ReviewAnswer::Reject).await;
        assert_eq!(scene.alerts().await.len(), 1);
    }
}

#[tokio::test]
async fn a_fall_raises_an_alert_though_all_decisions_together_keep_the_promise() {
    for db in each_engine().await {
        let scene = scene(db, &cases("A", 100), ALWAYS).await;
        let fields = harmonize::fields_of(&scene.curator, scene.collection).await.unwrap();
        let half = fields.fields.into_iter().map(|field| Field { accept_precision: 0.5, ..field });
        let update = UpdateFields { version: fields.version, fields: half.collect() };
        harmonize::update_fields(&scene.curator, scene.collection, update).await.unwrap();
        idle(&scene.app).await;
        let first: Vec<_> = scene.questions().await.iter().take(70).map(|one| one.id).collect();
        let asked = DecideValues {
            matching: scene.matching(),
            values: Some(first.clone()),
            answer: ReviewAnswer::Accept,
            term: None,
            also: Vec::new(),
            only: None,
            why: String::new(),
        };
        review::decide(&scene.curator, asked.clone()).await.unwrap();
        idle(&scene.app).await;
        let rest: Vec<_> = scene.questions().await.iter().map(|one| one.id).filter(|id| !first.contains(id)).collect();
        assert_eq!((rest.len(), scene.alerts().await.len()), (30, 0));
        let wrong = DecideValues { values: Some(rest), answer: ReviewAnswer::Reject, ..asked };
        review::decide(&scene.curator, wrong).await.unwrap();
        idle(&scene.app).await;
        let alerts = scene.alerts().await;
        let [alert] = &alerts[..] else { panic!("{alerts:#?}") };
        assert_eq!(alert.kind, AlertKind::Drift);
        let told = "fell from 100% to 0%, and 50% is promised: 70 of 100 decided suggestions";
        assert!(alert.message.contains(told), "{}", alert.message);
    }
}

#[tokio::test]
async fn a_stream_without_mistakes_raises_nothing_and_what_waits_is_no_mistake_of_the_machine() {
    for db in each_engine().await {
        let right = scene(db, &cases("A", 30), ALWAYS).await;
        right.answer_cases("A", 1..=30, ReviewAnswer::Accept).await;
        assert_eq!((right.figures().await, right.alerts().await.len()), ([30, 0, 0, 0, 30], 0));
    }
    for db in each_engine().await {
        let waiting = scene(db, &cases("A", 30), NEVER).await;
        waiting.answer_cases("A", 1..=30, ReviewAnswer::Reject).await;
        assert_eq!((waiting.figures().await, waiting.alerts().await.len()), ([0, 30, 0, 0, 30], 0));
    }
}

#[tokio::test]
async fn another_organization_sees_and_changes_nothing() {
    for db in each_engine().await {
        let scene = scene(db, TABLE, NEVER).await;
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        let scientist = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Scientist).await;
        let missing = [
            list_fields(&stranger, scene.collection).await.unwrap_err().kind,
            field_detail(&stranger, scene.collection, "disease", AutomaticAsked::default()).await.unwrap_err().kind,
            preview_threshold(&stranger, scene.collection, "disease", LookAtThreshold { from: None })
                .await
                .unwrap_err()
                .kind,
            set_threshold(&stranger, scene.collection, "disease", SetThreshold { version: 1, from: None })
                .await
                .unwrap_err()
                .kind,
            csv(&stranger, scene.collection).await.unwrap_err().kind,
            harmonize::list_holds(&stranger, scene.collection).await.unwrap_err().kind,
        ];
        assert_eq!(missing, [FaultKind::Missing; 6]);
        let set = set_threshold(&scientist, scene.collection, "disease", SetThreshold { version: 1, from: None });
        assert_eq!(set.await.unwrap_err().kind, FaultKind::Forbidden);
        assert!(list_fields(&scientist, scene.collection).await.is_ok());
    }
}
