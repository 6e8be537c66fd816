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

mod comments;
mod deciding;
mod jobs;
mod tasks;

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
        for text in ["delete from review_values", "delete from follower_heads where follower = 'gather'"] {
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
