use super::*;
use crate::curation::{self, list_batches};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, everything_waits, import_text, install, samples_of, values};
use crate::jobs::{Handler, list_jobs, load_job, run_until_idle};
use crate::testing::{self, idle, member_ctx};
use crate::{Ctx, Deployment, catalog, discovery, harmonize};
use chorale_model::comments::{CommentsOf, Mention, NewComment, PersonQuery, ReadMentions};
use chorale_model::curation::{BatchFilter, RevertBatch};
use chorale_model::discovery::{Kind, SearchRequest};
use chorale_model::harmonize::{Layer, ValueState};
use chorale_model::jobs::{JobFilter, JobState};
use chorale_model::page::PageRequest;
use chorale_model::review::{
    DecideValues, FreeTask, NextTask, RankedWhy, ReviewAnswer, ReviewFilter, ReviewOrder, ReviewSort, ReviewState,
    ReviewTask, ReviewValue, ReviewValues,
};
use chorale_model::{CollectionId, Fault, FaultKind, QuestionId, Role, SampleId, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The same disease in two ways, another one, and a sample that says none.
const TABLE: &str = "accession\ttitle\ttissue\tdisease\tsex\n\
    S1\tbiopsy 1\tliver\thepatocellular carcinoma\tmale\n\
    S2\tbiopsy 2\tliver\thepatocellular carcinoma\tfemale\n\
    S3\tbiopsy 3\tliver\tHCC tumor\tfemale\n\
    S4\tbiopsy 4\tskin\tpsoriasis\tmale\n\
    S5\tbiopsy 5\tskin\t\tmale\n";

/// A curator with a table of which everything waits: no suggestion is precise enough for its fields.
struct Scene {
    app: Arc<Deployment>,
    curator: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

async fn scene(db: crate::Db, table: &str) -> Scene {
    let app = testing::deployment(db);
    let organization = testing::organization(&app, "own").await;
    let curator = member_ctx(&app, organization, Role::Curator).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let collection = import_text(&curator, "biopsies.tsv", table).await;
    everything_waits(&curator, collection).await;
    let samples = samples_of(&curator).await;
    Scene { app, curator, collection, samples }
}

impl Scene {
    fn of(&self, field: &str) -> ReviewFilter {
        ReviewFilter {
            collection: self.collection,
            field: field.to_owned(),
            q: String::new(),
            state: ReviewState::Waiting,
            least: None,
            most: None,
        }
    }

    async fn list(&self, filter: ReviewFilter) -> ReviewValues {
        list_values(&self.curator, filter, ReviewOrder::default(), PageRequest::default()).await.unwrap()
    }

    async fn question(&self, field: &str, words: &str) -> ReviewValue {
        let filter = ReviewFilter { state: ReviewState::All, ..self.of(field) };
        let found = self.list(filter).await;
        found.items.iter().find(|one| one.words == words).unwrap_or_else(|| panic!("{words}: {found:#?}")).clone()
    }

    fn about(&self, one: &ReviewValue, answer: ReviewAnswer) -> DecideValues {
        DecideValues {
            matching: self.of(&one.field),
            values: Some(vec![one.id]),
            answer,
            term: None,
            also: Vec::new(),
            only: None,
            why: "a test".into(),
        }
    }

    async fn decide(&self, asked: DecideValues) -> Result<chorale_model::review::Decided, Fault> {
        let decided = decide(&self.curator, asked).await;
        idle(&self.app).await;
        decided
    }

    /// Term, layer and whether it is accepted, of each value.
    async fn known(&self, sample: &str, field: &str) -> Vec<(String, Layer, bool)> {
        let found = values(&self.curator, self.samples[sample], field).await;
        found.into_iter().map(|value| (value.term, value.layer, value.accepted)).collect()
    }

    async fn found(&self, field: &str, term: &str) -> i64 {
        let mut asked = SearchRequest { kind: Kind::Samples, ..SearchRequest::default() };
        asked.chosen.insert(field.into(), vec![term.into()]);
        discovery::search(&self.curator, asked).await.unwrap().total as i64
    }
}

fn words(found: &ReviewValues) -> Vec<(&str, i64, i64)> {
    found.items.iter().map(|one| (one.words.as_str(), one.samples, one.waiting)).collect()
}

fn automatic(term: &str) -> (String, Layer, bool) {
    (term.to_owned(), Layer::Automatic, false)
}

fn human(term: &str) -> (String, Layer, bool) {
    (term.to_owned(), Layer::Human, true)
}

#[tokio::test]
async fn what_says_the_same_is_one_question_and_those_that_settle_most_come_first() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let found = scene.list(scene.of("disease")).await;
        assert_eq!(
            words(&found),
            [("hepatocellular carcinoma", 2, 2), ("HCC tumor", 1, 1), ("psoriasis", 1, 1)],
            "{found:#?}"
        );
        assert_eq!((found.values, found.waiting, found.gathering), (3, 4, false));
        assert_eq!(found.bands.iter().sum::<i64>(), 4);
        let first = &found.items[0];
        assert_eq!((first.attribute.as_str(), first.term.as_str()), ("disease", "MONDO:0007256"));
        assert!(first.reason.is_some() && first.datasets == 1, "{first:?}");

        let narrowed = ReviewFilter { q: "CARCINOMA".into(), ..scene.of("disease") };
        assert_eq!(words(&scene.list(narrowed).await), [("hepatocellular carcinoma", 2, 2), ("HCC tumor", 1, 1)]);
        let nothing = ReviewFilter { q: "100%".into(), ..scene.of("disease") };
        assert_eq!(scene.list(nothing).await.values, 0, "a sign that statements read is a sign like others");
        let sure = ReviewFilter { least: Some(first.score), ..scene.of("disease") };
        assert!(scene.list(sure).await.items.iter().all(|one| one.score >= first.score));
        assert_eq!(scene.list(ReviewFilter { state: ReviewState::Settled, ..scene.of("disease") }).await.values, 0);

        let page = |cursor, limit| PageRequest { cursor, limit: Some(limit) };
        let order = ReviewOrder { sort: ReviewSort::Words };
        let one = list_values(&scene.curator, scene.of("disease"), order, page(None, 2)).await.unwrap();
        assert_eq!(words(&one), [("HCC tumor", 1, 1), ("hepatocellular carcinoma", 2, 2)]);
        let two = list_values(&scene.curator, scene.of("disease"), order, page(one.next_cursor, 2)).await.unwrap();
        assert_eq!((words(&two), two.next_cursor.as_deref()), (vec![("psoriasis", 1, 1)], None));

        let fields = list_fields(&scene.curator).await.unwrap();
        let of = |name: &str| fields.iter().find(|one| one.field == name).map(|one| (one.values, one.waiting));
        assert_eq!((of("disease"), of("sex")), (Some((3, 4)), Some((2, 5))), "{fields:#?}");
        // Titles differ in their numbers alone.
        let from_titles = |one: &ReviewValue| one.attribute == "title" && one.words.contains('1');
        let filter = ReviewFilter { state: ReviewState::All, ..scene.of("tissue") };
        assert!(!scene.list(filter).await.items.iter().any(from_titles));
    }
}

#[tokio::test]
async fn one_decision_settles_all_that_say_it_and_is_undone_as_a_whole() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let asked = scene.about(&question, ReviewAnswer::Accept);
        let looked = preview(&scene.curator, asked.clone()).await.unwrap();
        assert_eq!((looked.values, looked.samples, looked.datasets, looked.replaces), (1, 2, 1, 0));
        assert_eq!((looked.becomes[0].term.as_str(), looked.becomes[0].samples), ("MONDO:0007256", 2));
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")], "looking changes nothing");

        let decided = scene.decide(asked.clone()).await.unwrap();
        let batch = decided.batch.unwrap();
        assert_eq!((decided.samples, decided.job), (2, None));
        for sample in ["S1", "S2"] {
            assert_eq!(scene.known(sample, "disease").await, [human("MONDO:0007256")], "{sample}");
        }
        let kept = values(&scene.curator, scene.samples["S1"], "disease").await.remove(0);
        assert_eq!(kept.evidence.map(|read| read.text).as_deref(), Some("hepatocellular carcinoma"));
        assert_eq!(scene.known("S3", "disease").await, [automatic("MONDO:0007256")], "it says it otherwise");
        assert_eq!(scene.found("disease", "MONDO:0007256").await, 2);
        let left = scene.list(scene.of("disease")).await;
        assert_eq!((words(&left), left.gathering), (vec![("HCC tumor", 1, 1), ("psoriasis", 1, 1)], false));

        // Somebody else had the list open, too.
        let late = decide(&scene.curator, asked).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late:?}");

        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")]);
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 4);
        assert_eq!(scene.found("disease", "MONDO:0007256").await, 0);
        let again = scene.question("disease", "hepatocellular carcinoma").await;
        assert_eq!(again.id, question.id, "it is the same question");
    }
}

#[tokio::test]
async fn each_answer_does_what_it_says() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "HCC tumor").await;
        let term = Some("Liver cancer".to_owned());
        scene.decide(DecideValues { term, ..scene.about(&question, ReviewAnswer::Change) }).await.unwrap();
        assert_eq!(scene.known("S3", "disease").await, [human("MONDO:0002691")]);

        let question = scene.question("disease", "psoriasis").await;
        scene.decide(scene.about(&question, ReviewAnswer::Reject)).await.unwrap();
        assert_eq!(scene.known("S4", "disease").await, []);

        let question = scene.question("sex", "female").await;
        scene.decide(scene.about(&question, ReviewAnswer::NotReported)).await.unwrap();
        let state = |sample: &'static str| {
            let id = scene.samples[sample];
            let curator = &scene.curator;
            async move { values(curator, id, "sex").await.into_iter().map(|value| value.state).collect::<Vec<_>>() }
        };
        assert_eq!(state("S2").await, [ValueState::NotReported]);
        assert_eq!(state("S1").await, [ValueState::Present]);

        // What was settled is changed where all of it is looked at.
        let settled = ReviewFilter { state: ReviewState::All, q: "hcc".into(), ..scene.of("disease") };
        let term = Some("MONDO:0007256".to_owned());
        let asked =
            DecideValues { matching: settled, values: None, term, ..scene.about(&question, ReviewAnswer::Change) };
        assert_eq!(preview(&scene.curator, asked.clone()).await.unwrap().replaces, 1);
        scene.decide(asked).await.unwrap();
        assert_eq!(scene.known("S3", "disease").await, [human("MONDO:0007256")]);
        let batches = list_batches(&scene.curator, BatchFilter::default(), PageRequest::default()).await.unwrap();
        let titles: Vec<&str> = batches.items.iter().map(|batch| batch.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Change disease to hepatocellular carcinoma",
                "No sex is reported",
                "Reject disease as suggested",
                "Change disease to liver cancer"
            ]
        );
    }
}

fn everything(scene: &Scene) -> DecideValues {
    DecideValues {
        matching: scene.of("disease"),
        values: None,
        answer: ReviewAnswer::Accept,
        term: None,
        also: Vec::new(),
        only: None,
        why: String::new(),
    }
}

/// So many samples that a job settles them.
fn many() -> String {
    table_of(2_300)
}

fn table_of(samples: usize) -> String {
    let mut table = TABLE.to_owned();
    (6..samples).for_each(|n| table.push_str(&format!("S{n}\tbiopsy {n}\tliver\tleukemia\tmale\n")));
    table
}

#[tokio::test]
async fn many_samples_are_settled_by_a_job_and_nobody_sees_half_of_it() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        let all = everything(&scene);
        let decided = decide(&scene.curator, all).await.unwrap();
        let job = decided.job.unwrap();
        assert_eq!((decided.samples, decided.batch), (2_298, None));
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")]);
        idle(&scene.app).await;
        let job = load_job(&scene.curator, job).await.unwrap();
        assert_eq!((job.state, job.result.as_ref().unwrap()["samples"].as_i64()), (JobState::Succeeded, Some(2_298)));
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
        assert_eq!(scene.found("disease", "MONDO:0005059").await, 2_294);
        let batch = serde_json::from_value(job.result.unwrap()["batch"].clone()).unwrap();
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 2_298);
    }
}

#[tokio::test]
async fn what_a_job_is_deciding_is_nobody_elses_question() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        let leukemia = scene.question("disease", "leukemia").await;
        let asked = scene.about(&leukemia, ReviewAnswer::Accept);
        assert_eq!(next_task(&scene.curator, next_of(&scene, None)).await.unwrap().unwrap().question.id, leukemia.id);
        let job = decide(&scene.curator, asked.clone()).await.unwrap().job.unwrap();
        // Neither as the next question, nor by name, nor one sample of it, nor with others.
        let next = next_task(&scene.curator, next_of(&scene, None)).await.unwrap().unwrap();
        assert_ne!(next.question.id, leukemia.id);
        let refused = |asked| async {
            let fault = decide(&scene.curator, asked).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Conflict, "{fault:?}");
            assert!(fault.message.contains("Accept disease as suggested"), "{fault:?}");
        };
        refused(asked.clone()).await;
        refused(DecideValues { only: Some(leukemia.sample), ..asked.clone() }).await;
        refused(everything(&scene)).await;
        assert_eq!(
            list_jobs(&scene.curator, JobFilter { kind: Some("decide".into()), state: None }, PageRequest::default())
                .await
                .unwrap()
                .items
                .len(),
            1
        );
        // Another question meanwhile.
        let other = scene.question("disease", "psoriasis").await;
        decide(&scene.curator, scene.about(&other, ReviewAnswer::Accept)).await.unwrap();
        // A job that ends without having decided leaves it to others.
        crate::jobs::cancel_job(&scene.curator, job).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.question("disease", "leukemia").await.waiting, 2_294);
        let decided = scene.decide(asked).await.unwrap();
        assert_eq!((decided.samples, scene.question("disease", "leukemia").await.waiting), (2_294, 0));
    }
}

#[tokio::test]
async fn a_decision_reads_where_its_question_is_asked() {
    for db in each_engine().await {
        let rows = (0..2_500).map(|n| match n {
            3 | 4 | 1_200 | 2_499 => format!("S{n}\tbiopsy {n}\tskin\tpsoriasis\tmale\n"),
            _ => format!("S{n}\tbiopsy {n}\tliver\tleukemia\tmale\n"),
        });
        let table = format!("accession\ttitle\ttissue\tdisease\tsex\n{}", rows.collect::<String>());
        let scene = scene(db, &table).await;
        let rows = |waiting| {
            let filter = ReviewFilter { state: ReviewState::All, ..scene.of("disease") };
            let (curator, organization) = (&scene.curator, scene.curator.scope.unwrap());
            async move {
                let rows = sql::list_rows(curator.db(), organization, &filter, None).await.unwrap();
                let mut rows: Vec<_> =
                    rows.into_iter().map(|row| (row.words, row.waiting, row.places.unwrap())).collect();
                rows.sort();
                assert_eq!(rows[1], ("psoriasis".to_owned(), waiting, "3-4,1200,2499".to_owned()));
            }
        };
        rows(4).await;
        let question = scene.question("disease", "psoriasis").await;
        let decided = scene.decide(scene.about(&question, ReviewAnswer::Reject)).await.unwrap();
        assert_eq!((decided.samples, decided.job), (4, None));
        assert_eq!((scene.known("S3", "disease").await, scene.known("S4", "disease").await), (vec![], vec![]));
        let left = ReviewFilter { state: ReviewState::All, ..scene.of("disease") };
        assert_eq!(words(&scene.list(left).await), [("leukemia", 2_496, 2_496)], "wherever it stands");
        // What an older program gathered knows no places: all of the dataset is read.
        curation::revert_batch(&scene.curator, decided.batch.unwrap(), RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        rows(4).await;
        let unknown: &[&str] = &["update review_values set places = null"];
        statements(&scene.app.db, (unknown, unknown)).await;
        let decided = scene.decide(scene.about(&question, ReviewAnswer::Reject)).await.unwrap();
        assert_eq!(decided.samples, 4);
    }
}

#[tokio::test]
async fn what_cannot_be_asked_or_answered_says_why() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "psoriasis").await;
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        let scientist = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Scientist).await;
        let asked = scene.about(&question, ReviewAnswer::Accept);
        let list = |ctx: Ctx, filter: ReviewFilter| async move {
            list_values(&ctx, filter, ReviewOrder::default(), PageRequest::default()).await.unwrap_err()
        };
        assert_eq!(list(stranger.clone(), scene.of("disease")).await.kind, FaultKind::Missing);
        assert_eq!(decide(&stranger, asked.clone()).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(decide(&scientist, asked.clone()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert!(list_fields(&stranger).await.unwrap().is_empty());

        let says = |fault: Fault| fault.to_string();
        let fault = says(list(scene.curator.clone(), scene.of("colour")).await);
        assert!(fault.contains("\"colour\" is no field of Livers") && fault.contains("disease"), "{fault}");
        let fault = says(list(scene.curator.clone(), ReviewFilter { least: Some(7.0), ..scene.of("sex") }).await);
        assert!(fault.contains("between 0 and 1"), "{fault}");
        let refused = |asked: DecideValues| async { says(decide(&scene.curator, asked).await.unwrap_err()) };
        let change =
            |term: &str| DecideValues { term: Some(term.to_owned()), ..scene.about(&question, ReviewAnswer::Change) };
        for (asked, words) in [
            (change(""), "is missing; say which value"),
            (change("MONDO:9"), "no term of an ontology in use"),
            (change("UBERON:0002107"), "(liver) is no value: disease takes terms of MONDO"),
            (change("liver"), "no term of an ontology in use, by its name or its id: disease takes"),
            (DecideValues { values: Some(Vec::new()), ..asked.clone() }, "are none; select one"),
            (DecideValues { term: Some("MONDO:1".into()), ..asked.clone() }, "only \"change\" does"),
            (DecideValues { why: "x".repeat(2_001), ..asked.clone() }, "too long"),
            (
                DecideValues { values: Some(vec![question.id, QuestionId(uuid::Uuid::nil())]), ..asked.clone() },
                "1 of these 2",
            ),
        ] {
            let fault = refused(asked).await;
            assert!(fault.contains(words), "{fault} has not {words:?}");
        }
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 4, "nothing was decided");
    }
}

#[tokio::test]
async fn a_dataset_is_gathered_when_its_values_changed_and_not_else() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let gathered = || async {
            let filter = JobFilter { kind: Some("gather".into()), state: Some(JobState::Succeeded) };
            let jobs = list_jobs(&scene.curator, filter, PageRequest::default()).await.unwrap().items;
            jobs.iter().map(|job| job.result.as_ref().unwrap()["datasets"].as_i64().unwrap()).sum::<i64>()
        };
        let before = gathered().await;
        scene
            .app
            .db
            .write({
                let ctx = scene.curator.clone();
                move |tx| Box::pin(async move { annotated(tx, &ctx, "a feed").await })
            })
            .await
            .unwrap();
        idle(&scene.app).await;
        assert_eq!(gathered().await, before, "nothing changed");
        assert_eq!(catch_up(&scene.app).await.unwrap(), 0);
        let question = scene.question("disease", "psoriasis").await;
        scene.decide(scene.about(&question, ReviewAnswer::Accept)).await.unwrap();
        assert_eq!(gathered().await, before + 1);

        // Values that were there before questions were gathered.
        for text in ["delete from review_values", "delete from review_heads"] {
            scene.app.db.write(move |tx| Box::pin(async move { crate::db::sql(text).run(tx).await })).await.unwrap();
        }
        assert!(scene.list(scene.of("disease")).await.gathering);
        assert_eq!(catch_up(&scene.app).await.unwrap(), 1);
        idle(&scene.app).await;
        let caught_up = scene.list(scene.of("disease")).await;
        assert_eq!((caught_up.values, caught_up.gathering), (2, false));

        let dataset = question.dataset;
        catalog::delete_dataset(&scene.curator, dataset).await.unwrap();
        idle(&scene.app).await;
        let all = ReviewFilter { state: ReviewState::All, ..scene.of("disease") };
        assert_eq!(scene.list(all).await.values, 0, "nobody reviews what is gone");
    }
}

fn next_of(scene: &Scene, skip: Option<QuestionId>) -> NextTask {
    NextTask { collection: scene.collection, field: "disease".into(), skip, question: None, after: None }
}

#[tokio::test]
async fn the_next_question_is_worth_most_and_is_one_curators_alone() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        let words = |task: &Option<ReviewTask>| task.as_ref().map(|task| task.question.words.clone());
        let mut worth = scene.list(scene.of("disease")).await.items;
        worth.sort_by(|a, b| {
            let worth = |one: &ReviewValue| one.waiting as f64 * (1.05 - one.score);
            worth(b).total_cmp(&worth(a))
        });
        let worth: Vec<String> = worth.into_iter().map(|one| one.words).collect();
        let first = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&first).as_ref(), Some(&worth[0]));
        let again = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&again), words(&first), "whoever holds it has it again");
        let others = next_task(&second, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&others).as_ref(), Some(&worth[1]));

        let task = first.unwrap();
        assert_eq!((task.values, task.waiting), (3, 4));
        let said = task.attributes.iter().find(|one| one.value == task.question.words).unwrap();
        let read = task.evidence.as_ref().unwrap();
        assert!(said.key == "disease" && said.value.contains(&read.text), "{task:#?}");
        let suggested = &task.ranked[0];
        assert_eq!((&suggested.term, suggested.why), (&task.question.term, RankedWhy::Suggested));
        assert!(!suggested.path.is_empty() && !task.guideline.is_empty(), "{task:#?}");

        // Passed over, it goes to the other; left lying, it comes free.
        let third = next_task(&scene.curator, next_of(&scene, Some(task.question.id))).await.unwrap();
        assert_eq!(words(&third).as_ref(), Some(&worth[2]));
        let nothing = next_task(&scene.curator, next_of(&scene, third.map(|task| task.question.id))).await.unwrap();
        assert!(nothing.is_none(), "the rest is the other's, or was passed over");
        scene.app.clock.advance(11 * Time::MINUTE);
        let free = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&free).as_ref(), Some(&worth[1]));
        scene.app.clock.advance(2 * Time::DAY);
        let back = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&back).as_ref(), Some(&worth[0]));
    }
}

#[tokio::test]
async fn what_the_same_words_became_before_is_offered() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "HCC tumor").await;
        let term = Some("liver cancer".to_owned());
        scene.decide(DecideValues { term, ..scene.about(&question, ReviewAnswer::Change) }).await.unwrap();
        // The same table again, as another series: its words wait anew.
        let more = "accession\ttitle\tdisease\nS9\tbiopsy 9\tHCC tumor\n";
        let import = import_text(&scene.curator, "more.tsv", more).await;
        assert_eq!(import, scene.collection);
        idle(&scene.app).await;
        let asked = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let task = next_task(&scene.curator, asked).await.unwrap().unwrap();
        assert_eq!((task.question.waiting, task.before[0].term.as_str()), (1, "MONDO:0002691"), "{task:#?}");
        let offered = task.ranked.iter().find(|one| one.term == "MONDO:0002691").unwrap();
        assert_eq!(offered.why, RankedWhy::DecidedBefore);
        let missing = NextTask { question: Some(QuestionId(uuid::Uuid::nil())), ..next_of(&scene, None) };
        assert_eq!(next_task(&scene.curator, missing).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn what_comes_after_a_question_is_held_with_it_and_freed() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        let first = next_task(&scene.curator, next_of(&scene, None)).await.unwrap().unwrap();
        let after = NextTask { after: Some(first.question.id), ..next_of(&scene, None) };
        let ahead = next_task(&scene.curator, after.clone()).await.unwrap().unwrap();
        assert_ne!(ahead.question.id, first.question.id);
        // Two of three are the first curator's.
        let theirs = next_task(&second, next_of(&scene, None)).await.unwrap().unwrap();
        assert!(![first.question.id, ahead.question.id].contains(&theirs.question.id));
        let then = NextTask { after: Some(theirs.question.id), ..next_of(&scene, None) };
        assert!(next_task(&second, then.clone()).await.unwrap().is_none());
        // Whoever looks at another's question is told whose it is.
        let looked = NextTask { question: Some(first.question.id), ..next_of(&scene, None) };
        let told = next_task(&second, looked).await.unwrap().unwrap();
        assert_eq!(told.held_by, Some(scene.curator.actor_name()));
        assert_eq!(first.held_by, None);

        let freed = FreeTask { collection: scene.collection, field: "disease".into(), question: ahead.question.id };
        free(&second, freed.clone()).await.unwrap();
        assert!(next_task(&second, then.clone()).await.unwrap().is_none(), "nobody frees what another holds");
        free(&scene.curator, freed).await.unwrap();
        assert_eq!(next_task(&second, then).await.unwrap().unwrap().question.id, ahead.question.id);
    }
}

#[tokio::test]
async fn of_two_who_decide_at_once_the_second_is_told_and_nothing_is_doubled() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        for field in ["disease", "tissue", "sex"] {
            for question in scene.list(scene.of(field)).await.items {
                let asked = scene.about(&question, ReviewAnswer::Accept);
                let (one, other) = tokio::join!(decide(&scene.curator, asked.clone()), decide(&second, asked));
                let refused = [&one, &other].into_iter().filter_map(|one| one.as_ref().err()).collect::<Vec<_>>();
                assert_eq!(refused.len(), 1, "{one:?} {other:?}");
                assert_eq!(refused[0].kind, FaultKind::Conflict, "{refused:?}");
            }
        }
        idle(&scene.app).await;
        let question = scene.question("disease", "psoriasis").await;
        let late = decide(&second, scene.about(&question, ReviewAnswer::Accept)).await.unwrap_err();
        let said = late.to_string();
        assert!(said.contains("decided it at") && said.contains("Accept disease as suggested"), "{said}");
        for sample in ["S1", "S2", "S3", "S4"] {
            let history = curation::history(&scene.curator, scene.samples[sample]).await.unwrap();
            let of_disease = history.items.iter().filter(|one| one.field == "disease").count();
            assert_eq!(of_disease, 1, "{sample}");
        }
    }
}

#[tokio::test]
async fn an_answer_may_speak_of_one_sample_and_name_further_values() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let field = harmonize::fields_of(&scene.curator, scene.collection).await.unwrap().fields;
        assert!(field.iter().any(|field| field.name == "disease" && field.many), "several diseases hold at once");
        let also = vec!["psoriasis".to_owned(), "MONDO:0007256".to_owned()];
        let asked =
            DecideValues { also, only: Some(scene.samples["S2"]), ..scene.about(&question, ReviewAnswer::Accept) };
        assert_eq!(preview(&scene.curator, asked.clone()).await.unwrap().samples, 1);
        let decided = scene.decide(asked.clone()).await.unwrap();
        assert_eq!(decided.samples, 1);
        let mut known = scene.known("S2", "disease").await;
        known.sort();
        assert_eq!(known, [human("MONDO:0005083"), human("MONDO:0007256")]);
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")], "it speaks of one alone");
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await.waiting, 1);
        assert_eq!(scene.decide(asked).await.unwrap_err().kind, FaultKind::Conflict);
        // Before anything is gathered, the question is shown by a sample that still waits.
        let looked = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let left = next_task(&scene.curator, looked).await.unwrap().unwrap();
        assert_eq!((left.accession.as_str(), left.question.waiting), ("S1", 1));

        curation::revert_batch(&scene.curator, decided.batch.unwrap(), RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S2", "disease").await, [automatic("MONDO:0007256")]);

        let sex = scene.question("sex", "female").await;
        let refused = |asked: DecideValues| async { decide(&scene.curator, asked).await.unwrap_err().to_string() };
        let several = vec!["male".to_owned()];
        let fault = refused(DecideValues { also: several.clone(), ..scene.about(&sex, ReviewAnswer::Accept) }).await;
        assert!(fault.contains("takes one"), "{fault}");
        let fault = refused(DecideValues { also: several, ..scene.about(&question, ReviewAnswer::Reject) }).await;
        assert!(fault.contains("says there is none"), "{fault}");
        let nobody = vec!["no such disease".to_owned()];
        let fault = refused(DecideValues { also: nobody, ..scene.about(&question, ReviewAnswer::Accept) }).await;
        assert!(fault.contains("no term of an ontology in use"), "{fault}");
        let fault = refused(DecideValues { only: Some(scene.samples["S2"]), values: None, ..everything(&scene) }).await;
        assert!(fault.contains("name that value alone"), "{fault}");
    }
}

#[tokio::test]
async fn what_is_taken_back_waits_again_at_once_and_who_answered_is_known() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let batch = decide(&scene.curator, scene.about(&question, ReviewAnswer::Accept)).await.unwrap().batch.unwrap();
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await.waiting, 0);
        let of = question_of(&scene.curator, scene.collection, "disease", batch).await.unwrap();
        assert_eq!(of, Some(question.id));
        assert_eq!(curation::list_own(&scene.curator, 5).await.unwrap()[0].id, batch);
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        assert!(curation::list_own(&second, 5).await.unwrap().is_empty(), "an undo is one's own");

        // Before any job has run.
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await.waiting, 2);
        let again = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let task = next_task(&scene.curator, again).await.unwrap().unwrap();
        let earlier = &task.earlier[0];
        assert_eq!((earlier.batch, earlier.answer, earlier.samples), (batch, ReviewAnswer::Accept, 2));
        assert_eq!((earlier.by.clone(), earlier.why.as_str()), (scene.curator.actor_name(), "a test"));
        assert!(earlier.reverted && task.held_by.is_none());
        scene.decide(scene.about(&question, ReviewAnswer::NotReported)).await.unwrap();
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 2, "the others");
    }
}

#[tokio::test]
async fn a_question_that_gathering_forgot_is_there_again_when_its_answer_is_taken_back() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let answer = scene.about(&question, ReviewAnswer::NotReported);
        let batch = scene.decide(answer).await.unwrap().batch.unwrap();
        let again = || NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let gone = next_task(&scene.curator, again()).await.unwrap_err();
        assert_eq!(gone.kind, FaultKind::Missing, "its samples say something else now");

        // Before any job has run, and after they have.
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        assert_eq!(next_task(&scene.curator, again()).await.unwrap().unwrap().question.waiting, question.waiting);
        idle(&scene.app).await;
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await, question);
    }
}

#[tokio::test]
async fn values_are_ranked_by_the_annotator_with_their_distance_place_and_meaning() {
    for db in each_engine().await {
        let table = format!("{TABLE}S6\tbiopsy 6\tliver\tHCC or leukemia\tmale\n");
        let scene = scene(db, &table).await;
        let question = scene.question("disease", "HCC or leukemia").await;
        let asked = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let task = next_task(&scene.curator, asked).await.unwrap().unwrap();
        assert!(task.many && task.ranked.len() > 1, "{task:#?}");
        let first = &task.ranked[0];
        assert_eq!((&first.term, first.score), (&question.term, Some(question.score)));
        let read = first.read.as_ref().map(|read| read.text.as_str());
        assert!(read == Some("HCC") || read == Some("leukemia"), "{read:?}");
        assert!(task.ranked[1].score.is_some() && task.ranked[1].read.is_some(), "{:#?}", task.ranked[1]);
        assert!(first.path.contains(&"disease".to_owned()), "{first:#?}");
        let scored: Vec<f64> = task.ranked[1..].iter().filter_map(|one| one.score).collect();
        assert!(scored.is_sorted_by(|a, b| a >= b), "{scored:?}");
        for pair in task.ranked.windows(2).filter(|pair| pair[1].score.is_some()) {
            let ahead = pair[0].score.unwrap() - pair[1].score.unwrap();
            assert_eq!(pair[0].ahead, Some(ahead));
        }
        let terms: std::collections::BTreeSet<_> =
            task.ranked.iter().map(|one| (&one.term, one.state.name())).collect();
        assert_eq!(terms.len(), task.ranked.len(), "each stands once");
        assert!(task.known.iter().any(|value| value.field == "sex"), "{:#?}", task.known);
    }
}

/// As if somebody cancelled the job when it has written some of its decisions.
const CANCELS: (&[&str], &[&str]) = (
    &["create trigger cancels after insert on curations when (select count(*) from curations) > 400 \
       begin update jobs set cancelling = true where kind = 'decide' and state = 'running'; end"],
    &[
        "create function cancels() returns trigger language plpgsql as $$ begin \
         if (select count(*) from curations) > 400 then \
         update jobs set cancelling = true where kind = 'decide' and state = 'running'; end if; return null; end $$",
        "create trigger cancels after insert on curations for each statement execute function cancels()",
    ],
);

async fn statements(db: &crate::Db, (sqlite, postgres): (&'static [&'static str], &'static [&'static str])) {
    let texts = if matches!(db, crate::Db::Sqlite { .. }) { sqlite } else { postgres };
    db.write(move |tx| {
        Box::pin(async move {
            for text in texts {
                crate::db::sql(text).run(&mut *tx).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

/// Curations, batches and answers, those that count for nothing too.
async fn written(db: &crate::Db) -> (i64, i64, i64) {
    let text = "select (select count(*) from curations), (select count(*) from curation_batches), \
                (select count(*) from review_answers)";
    crate::db::sql(text).one(db).await.unwrap()
}

#[tokio::test]
async fn a_decision_that_is_cancelled_while_it_is_written_leaves_nothing() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        statements(&scene.app.db, CANCELS).await;
        let id = scene.decide(everything(&scene)).await.unwrap().job.unwrap();
        let job = load_job(&scene.curator, id).await.unwrap();
        assert_eq!((job.state, job.attempts), (JobState::Cancelled, 1), "{job:?}");
        assert_eq!(written(&scene.app.db).await, (0, 0, 0), "what was written is gone");
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")]);
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 2_298);

        let dropped = (&["drop trigger cancels"][..], &["drop trigger cancels on curations"][..]);
        statements(&scene.app.db, dropped).await;
        let id = scene.decide(everything(&scene)).await.unwrap().job.unwrap();
        assert_eq!(load_job(&scene.curator, id).await.unwrap().state, JobState::Succeeded);
        assert_eq!(written(&scene.app.db).await, (2_298, 1, 4));
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
    }
}

#[tokio::test]
async fn a_decision_whose_process_is_killed_while_it_is_written_is_made_once_by_the_next() {
    /// Looks at how far it is before it gives up.
    const LOOKS: usize = 20_000;
    for db in each_engine().await {
        // Several times as many as are written at once: on a busy machine some of it is seen.
        let scene = scene(db, &table_of(8_300)).await;
        let id = decide(&scene.curator, everything(&scene)).await.unwrap().job.unwrap();
        let app = scene.app.clone();
        let killed = tokio::spawn(async move {
            let deciding: Vec<Arc<dyn Handler>> = vec![Arc::new(DecideJob)];
            run_until_idle(&app, &deciding).await
        });
        for look in 0.. {
            assert!(look < LOOKS, "it never began to write");
            if written(&scene.app.db).await.0 > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        killed.abort();
        assert!(killed.await.is_err(), "it had not ended");
        let half = written(&scene.app.db).await;
        assert!(half.0 > 0 && half.0 < 8_298, "{half:?}");
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")], "nobody sees half of it");
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 8_298);

        let next = testing::restarted(&scene.app);
        next.clock.advance(30 * Time::MINUTE);
        idle(&next).await;
        let job = load_job(&scene.curator, id).await.unwrap();
        assert_eq!((job.state, job.attempts), (JobState::Succeeded, 2), "{job:?}");
        assert_eq!(job.result.unwrap()["samples"].as_i64(), Some(8_298));
        assert_eq!(written(&scene.app.db).await, (8_298, 1, 4), "once each");
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
        assert_eq!(scene.known("S1", "disease").await, [human("MONDO:0007256")]);
    }
}

#[tokio::test]
async fn comments_mention_colleagues_of_the_same_organization_alone() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let organization = scene.curator.scope.unwrap();
        let colleague = member_ctx(&scene.app, organization, Role::Scientist).await;
        let other = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, other, Role::Admin).await;
        let question = scene.question("disease", "psoriasis").await;
        let handle = |ctx: &Ctx| ctx.actor_name().split('@').next().unwrap().to_owned();
        let new = |text: String| NewComment {
            collection: scene.collection,
            field: "disease".into(),
            question: question.id,
            text,
        };
        let text = format!("@{} and @{}, see this. @nobody too", handle(&colleague), handle(&stranger));
        let written = comment(&scene.curator, new(text)).await.unwrap();
        assert_eq!(written.mentions, [handle(&colleague)], "nobody else is a member");
        assert_eq!((written.words.as_str(), written.by.clone()), ("psoriasis", scene.curator.actor_name()));
        let of = CommentsOf { collection: scene.collection, field: "disease".into(), question: question.id };
        let found = list_comments(&scene.curator, of.clone()).await.unwrap();
        assert_eq!((found.items.as_slice(), found.kept_back), (std::slice::from_ref(&written), false));

        assert_eq!(count_unread(&colleague).await.unwrap().unread, 1);
        assert_eq!(count_unread(&scene.curator).await.unwrap().unread, 0);
        assert_eq!(count_unread(&stranger).await.unwrap().unread, 0);
        let found = list_mentions(&colleague, PageRequest::default()).await.unwrap().items;
        assert_eq!(found, [Mention { comment: written.clone(), read: false }]);
        assert!(list_mentions(&stranger, PageRequest::default()).await.unwrap().items.is_empty());
        let read = ReadMentions { comment: Some(written.id) };
        assert_eq!(read_mentions(&stranger, read.clone()).await.unwrap().unread, 0);
        assert_eq!(count_unread(&colleague).await.unwrap().unread, 1, "nobody reads for another");
        assert_eq!(read_mentions(&colleague, read).await.unwrap().unread, 0);
        assert!(list_mentions(&colleague, PageRequest::default()).await.unwrap().items[0].read);

        let people = |q: &str| PersonQuery { q: q.to_owned() };
        let offered = list_people(&scene.curator, people(&handle(&colleague)[..12])).await.unwrap().items;
        assert!(offered.iter().any(|one| one.handle == handle(&colleague)), "{offered:?}");
        let all = list_people(&scene.curator, people("")).await.unwrap().items;
        assert!(all.iter().all(|one| one.handle != handle(&stranger)), "{all:?}");
        assert_eq!(all.len(), 2);

        assert_eq!(list_comments(&stranger, of).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(comment(&stranger, new("x".into())).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(comment(&colleague, new("x".into())).await.unwrap_err().kind, FaultKind::Forbidden);
        for (text, says) in [("  ", "is empty"), (&"x".repeat(4_001), "at most 4000 fit")] {
            let fault = comment(&scene.curator, new(text.to_owned())).await.unwrap_err().to_string();
            assert!(fault.contains(says), "{fault}");
        }
    }
}

#[tokio::test]
async fn a_list_is_a_csv_file_in_its_order() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let lines = async |filter: ReviewFilter, sort: ReviewSort| {
            let chunks = export_values(&scene.curator, filter, ReviewOrder { sort }).await.unwrap();
            let chunks: Vec<bytes::Bytes> = futures::TryStreamExt::try_collect(chunks).await.unwrap();
            let text = String::from_utf8(chunks.concat()).unwrap();
            assert!(text.starts_with("id,field,attribute,words,state,term,label,score"), "{text}");
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        let rows = lines(scene.of("disease"), ReviewSort::Words).await;
        let words: Vec<&str> = rows.iter().map(|row| row.split(',').nth(3).unwrap()).collect();
        assert_eq!(words, ["HCC tumor", "hepatocellular carcinoma", "psoriasis"]);
        assert!(
            rows[1].contains(",MONDO:0007256,hepatocellular carcinoma,") && rows[1].ends_with(",2,2,1"),
            "{rows:?}"
        );
        let narrowed = ReviewFilter { q: "psor".into(), ..scene.of("disease") };
        assert_eq!(lines(narrowed, ReviewSort::Samples).await.len(), 1);
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        let refused = export_values(&stranger, scene.of("disease"), ReviewOrder::default()).await.err().unwrap();
        assert_eq!(refused.kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn the_database_orders_by_worth_as_the_function_does_and_a_decided_term_comes_later() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let order = ReviewOrder { sort: ReviewSort::Worth };
        let listed = list_values(&scene.curator, scene.of("disease"), order, PageRequest::default()).await.unwrap();
        let worth = |one: &ReviewValue, alike: f64| {
            chorale_annotate::worth::Asked { score: one.score, samples: one.waiting as f64, alike }.worth()
        };
        assert!(listed.items.len() >= 3, "{listed:?}");
        assert!(listed.items.is_sorted_by(|a, b| worth(a, 0.0) >= worth(b, 0.0)), "{listed:?}");
        // Its carcinoma is said in two ways; once one is decided, the other is worth half of what it was.
        let first = &listed.items[0];
        assert_eq!(listed.items.iter().filter(|one| one.term == first.term).count(), 2, "{listed:?}");
        let asked = next_of(&scene, None);
        assert_eq!(next_task(&scene.curator, asked.clone()).await.unwrap().unwrap().question.id, first.id);
        let again = next_task(&scene.curator, asked.clone()).await.unwrap().unwrap();
        assert_eq!(again.question.id, first.id, "what somebody holds is not worth less to them");
        scene.decide(scene.about(first, ReviewAnswer::Accept)).await.unwrap();
        let left: Vec<&ReviewValue> = listed.items[1..].iter().collect();
        let alike = |one: &ReviewValue| if one.term == first.term { 1.0 } else { 0.0 };
        let most = left.iter().map(|one| worth(one, alike(one))).fold(0.0, f64::max);
        let next = next_task(&scene.curator, asked).await.unwrap().unwrap();
        let chosen = left.iter().find(|one| one.id == next.question.id).unwrap();
        assert!((worth(chosen, alike(chosen)) - most).abs() < 1e-9, "{chosen:?} of {left:#?}");
    }
}
