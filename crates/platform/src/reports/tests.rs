use super::*;
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, import_text, install, lend, samples_of, values};
use crate::testing::{self, idle, member_ctx};
use crate::{Ctx, Deployment, catalog, curation};
use chorale_model::curation::RevertBatch;
use chorale_model::harmonize::Layer;
use chorale_model::page::PageRequest;
use chorale_model::reports::{AnswerReport, AssignReport, DeclineReport, FileReport, ReportCounts, ReportFilter};
use chorale_model::review::ReviewAnswer;
use chorale_model::{CollectionId, FaultKind, Role, SampleId, UserId};
use std::collections::BTreeMap;
use std::sync::Arc;

const TABLE: &str = "accession\ttitle\ttissue\tdisease\n\
    S1\tone\tliver\thepatocellular carcinoma\n\
    S2\ttwo\tliver\thepatocellular carcinoma\n\
    S3\tthree\tskin\tpsoriasis\n\
    S4\tfour\tskin\t\n";

struct Scene {
    app: Arc<Deployment>,
    scientist: Ctx,
    curator: Ctx,
    /// A scientist of another organization.
    stranger: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

async fn scene(db: crate::Db) -> Scene {
    let app = testing::deployment(db);
    let own = testing::organization(&app, "own").await;
    let curator = member_ctx(&app, own, Role::Curator).await;
    let scientist = member_ctx(&app, own, Role::Scientist).await;
    let stranger = member_ctx(&app, testing::organization(&app, "other").await, Role::Scientist).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let collection = import_text(&curator, "livers.tsv", TABLE).await;
    lend(&curator, collection).await;
    let samples = samples_of(&curator).await;
    let scene = Scene { app, scientist, curator, stranger, collection, samples };
    idle(&scene.app).await;
    scene
}

impl Scene {
    fn wrong(&self, sample: &str, field: &str) -> FileReport {
        FileReport {
            sample: self.samples[sample],
            field: field.into(),
            term: None,
            words: "the paper says otherwise".into(),
            proposed: None,
        }
    }

    /// Terms with their layers.
    async fn known(&self, sample: &str, field: &str) -> Vec<(String, Layer)> {
        let found = values(&self.curator, self.samples[sample], field).await;
        found.into_iter().map(|value| (value.term, value.layer)).collect()
    }
}

fn change(term: &str, all: bool) -> AnswerReport {
    AnswerReport { answer: ReviewAnswer::Change, term: Some(term.into()), all, words: "you are right".into() }
}

fn human(term: &str) -> Vec<(String, Layer)> {
    vec![(term.to_owned(), Layer::Human)]
}

#[tokio::test]
async fn a_scientist_reports_a_curator_answers_and_the_answer_goes_back() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let asked = FileReport { proposed: Some("liver cancer".into()), ..scene.wrong("S1", "disease") };
        let report = file(&scene.scientist, asked.clone()).await.unwrap();
        assert_eq!((report.state, report.impact, report.own), (ReportState::Open, 2, true), "two say the same");
        assert_eq!(report.value.as_ref().map(|value| value.term.as_str()), Some("MONDO:0007256"));
        assert_eq!(report.proposed.as_ref().map(|one| one.term.as_str()), Some("MONDO:0002691"));
        let again = file(&scene.scientist, asked).await.unwrap_err();
        assert_eq!(again.kind, FaultKind::Conflict, "{again}");
        let little = file(&scene.curator, scene.wrong("S4", "disease")).await.unwrap();
        assert_eq!((little.value.as_ref(), little.impact), (None, 1), "that a value is missing is said, too");

        let listed = list_reports(&scene.curator, ReportFilter::default(), PageRequest::default()).await.unwrap().items;
        let order: Vec<(&str, i64)> = listed.iter().map(|one| (one.accession.as_str(), one.impact)).collect();
        assert_eq!(order, [("S1", 2), ("S4", 1)], "what settles most comes first");
        assert_eq!(listed[0].by.as_deref(), Some(scene.scientist.actor_name().as_str()));
        assert_eq!(counts(&scene.curator).await.unwrap(), ReportCounts { open: 2, news: 0 });

        let taken = assign(&scene.curator, report.id, AssignReport { assignee: scene.curator.user() }).await.unwrap();
        assert_eq!(taken.assignee, scene.curator.user());
        let mine = ReportFilter { taken: true, ..ReportFilter::default() };
        assert_eq!(list_reports(&scene.curator, mine, PageRequest::default()).await.unwrap().items.len(), 1);
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        let late = assign(&second, report.id, AssignReport { assignee: second.user() }).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late}");
        let admin = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Admin).await;
        let given = assign(&admin, report.id, AssignReport { assignee: second.user() }).await.unwrap();
        assert_eq!(given.assignee_name.as_deref(), Some(second.actor_name().as_str()));
        let unfit = assign(&admin, report.id, AssignReport { assignee: scene.scientist.user() }).await.unwrap_err();
        assert_eq!(unfit.kind, FaultKind::Invalid, "{unfit}");

        let answered = answer(&scene.curator, report.id, change("liver cancer", false)).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(answered.state, ReportState::Answered);
        assert_eq!(scene.known("S1", "disease").await, human("MONDO:0002691"));
        assert_eq!(scene.known("S2", "disease").await[0].0, "MONDO:0007256", "this sample alone");
        let late = answer(&second, report.id, change("psoriasis", false)).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late}");
        assert_eq!(scene.known("S1", "disease").await, human("MONDO:0002691"), "nothing of the second answer holds");

        assert_eq!(counts(&scene.scientist).await.unwrap(), ReportCounts { open: 1, news: 1 });
        let mine = list_mine(&scene.scientist, PageRequest::default()).await.unwrap().items;
        let said = mine[0].answer.as_ref().unwrap();
        assert_eq!((mine.len(), said.words.as_str(), mine[0].seen), (1, "you are right", false));
        see_mine(&scene.scientist).await.unwrap();
        assert_eq!(counts(&scene.scientist).await.unwrap().news, 0);

        // The decision is one like others.
        let batch = said.batch.unwrap();
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S1", "disease").await[0].0, "MONDO:0007256");

        let silent = decline(&scene.curator, little.id, DeclineReport { words: " ".into() }).await.unwrap_err();
        assert_eq!(silent.fields[0].field, "words", "{silent}");
        let why = "the source leaves it out on purpose";
        let declined = decline(&scene.curator, little.id, DeclineReport { words: why.into() }).await.unwrap();
        assert_eq!((declined.state, declined.answer.unwrap().words.as_str()), (ReportState::Declined, why));
    }
}

#[tokio::test]
async fn one_report_may_settle_all_that_say_the_same_and_a_missing_value_is_given() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let report = file(&scene.scientist, scene.wrong("S1", "disease")).await.unwrap();
        let answered = answer(&scene.curator, report.id, change("MONDO:0005059", true)).await.unwrap();
        idle(&scene.app).await;
        assert!(answered.answer.unwrap().batch.is_some());
        for sample in ["S1", "S2"] {
            assert_eq!(scene.known(sample, "disease").await, human("MONDO:0005059"), "{sample}");
        }
        let missing = file(&scene.scientist, scene.wrong("S4", "disease")).await.unwrap();
        let none = answer(&scene.curator, missing.id, change("psoriasis", true)).await.unwrap_err();
        assert_eq!(none.fields[0].field, "all", "{none}");
        answer(&scene.curator, missing.id, change("psoriasis", false)).await.unwrap();
        assert_eq!(scene.known("S4", "disease").await, human("MONDO:0005083"));

        let not = file(&scene.scientist, scene.wrong("S3", "tissue")).await.unwrap();
        let nothing = AnswerReport { answer: ReviewAnswer::NotReported, term: None, all: false, words: String::new() };
        answer(&scene.curator, not.id, nothing).await.unwrap();
        let tissue = values(&scene.curator, scene.samples["S3"], "tissue").await;
        assert_eq!(tissue[0].state, chorale_model::harmonize::ValueState::NotReported);
    }
}

#[tokio::test]
async fn what_cannot_be_reported_is_refused_with_the_reason() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let refused = async |input: FileReport| file(&scene.scientist, input).await.unwrap_err();
        let field = |fault: &chorale_model::Fault| fault.fields[0].field.clone();
        let base = || scene.wrong("S1", "disease");
        assert_eq!(field(&refused(FileReport { words: "  ".into(), ..base() }).await), "words");
        assert_eq!(field(&refused(FileReport { words: "x".repeat(1_001), ..base() }).await), "words");
        assert_eq!(field(&refused(FileReport { field: "colour".into(), ..base() }).await), "field");
        assert_eq!(field(&refused(FileReport { term: Some("MONDO:1".into()), ..base() }).await), "term");
        let unknown = refused(FileReport { proposed: Some("no such disease".into()), ..base() }).await;
        assert_eq!(field(&unknown), "proposed", "{unknown}");
        let same = refused(FileReport { proposed: Some("MONDO:0007256".into()), ..base() }).await;
        assert_eq!(field(&same), "proposed", "{same}");
        let nobody = FileReport { sample: SampleId(uuid::Uuid::from_u128(1)), ..base() };
        assert_eq!(refused(nobody).await.kind, FaultKind::Missing);
        let hers = file(&scene.scientist, base()).await.unwrap();
        let forbidden = answer(&scene.scientist, hers.id, change("psoriasis", false)).await.unwrap_err();
        assert_eq!(forbidden.kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn of_a_shared_collection_neither_side_learns_the_others_names() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let none = file(&scene.stranger, scene.wrong("S1", "disease")).await.unwrap_err();
        assert_eq!(none.kind, FaultKind::Missing, "it is not shared: {none}");
        let operator = Ctx::operator(scene.app.clone(), scene.curator.scope);
        catalog::share_collection(&operator, scene.collection, true).await.unwrap();
        idle(&scene.app).await;

        let made = file(&scene.stranger, scene.wrong("S1", "disease")).await.unwrap();
        assert!(!made.own && made.assignee.is_none(), "{made:?}");
        assert_eq!(counts(&scene.stranger).await.unwrap(), ReportCounts { open: 0, news: 0 });
        assert!(
            list_reports(&scene.stranger, ReportFilter::default(), PageRequest::default())
                .await
                .unwrap()
                .items
                .is_empty()
        );

        // The owner's task, without a name.
        let tasks = list_reports(&scene.curator, ReportFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!((tasks.len(), tasks[0].by.clone()), (1, None));
        let seen = serde_json::to_string(&tasks).unwrap();
        assert!(!seen.contains(&scene.stranger.actor_name()), "{seen}");
        for secret in [scene.stranger.scope.unwrap().0, scene.stranger.user().unwrap().0] {
            assert!(!seen.contains(&secret.to_string()), "{seen}");
        }
        let (kept,): (i64,) = crate::db::sql("select count(*) from reports_made where organization = $1")
            .bind(scene.curator.scope)
            .one(&scene.app.db)
            .await
            .unwrap();
        assert_eq!(kept, 0, "an export of the owner has no row with the name");

        // Only whoever filed it sees it on the other side.
        let colleague = member_ctx(&scene.app, scene.stranger.scope.unwrap(), Role::Admin).await;
        assert_eq!(load_report(&colleague, made.id).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(answer(&colleague, made.id, change("psoriasis", false)).await.unwrap_err().kind, FaultKind::Missing);
        let take = AssignReport { assignee: colleague.user() };
        assert_eq!(assign(&colleague, made.id, take).await.unwrap_err().kind, FaultKind::Missing);

        assign(&scene.curator, made.id, AssignReport { assignee: scene.curator.user() }).await.unwrap();
        answer(&scene.curator, made.id, change("liver cancer", false)).await.unwrap();
        let back = load_report(&scene.stranger, made.id).await.unwrap();
        let said = back.answer.as_ref().unwrap();
        assert_eq!((back.state, said.words.as_str()), (ReportState::Answered, "you are right"));
        assert_eq!((said.by.as_ref(), said.batch, back.assignee_name.as_ref()), (None, None, None));
        let seen = serde_json::to_string(&back).unwrap();
        assert!(!seen.contains(&scene.curator.actor_name()), "{seen}");
        assert_eq!(counts(&scene.stranger).await.unwrap().news, 1);
        let admin = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Admin).await;
        let foreign = AssignReport { assignee: scene.stranger.user() };
        let open = file(&scene.scientist, scene.wrong("S3", "disease")).await.unwrap();
        let fault = assign(&admin, open.id, foreign).await.unwrap_err();
        let nobody = AssignReport { assignee: Some(UserId(uuid::Uuid::from_u128(1))) };
        assert_eq!(fault.kind, assign(&admin, open.id, nobody).await.unwrap_err().kind);
        assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
    }
}
