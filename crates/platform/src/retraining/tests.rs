use super::*;
use crate::db::tests::each_engine;
use crate::harmonize::tests::{DISEASES, import_text, install, values};
use crate::jobs::{Handler, Running, cancel_job, load_job, run_until_idle};
use crate::testing::{self, idle, member_ctx};
use crate::{Deployment, assembly, catalog, discovery, harmonize};
use chorale_model::discovery::{Kind, SearchRequest};
use chorale_model::fields::{Field, UpdateFields};
use chorale_model::harmonize::Value as Said;
use chorale_model::registry::Promote;
use chorale_model::retraining::{Compared, ComparedField, JudgedOn};
use chorale_model::review::{DecideValues, ReviewAnswer, ReviewFilter, ReviewState};
use chorale_model::{CollectionId, FaultKind, SampleId};
use futures::future::BoxFuture;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const ANATOMY: &str = "format-version: 1.2\nontology: uberon\n
[Term]\nid: UBERON:0001062\nname: anatomical entity\n
[Term]\nid: UBERON:0002107\nname: liver\nis_a: UBERON:0001062\n
[Term]\nid: UBERON:0002113\nname: kidney\nis_a: UBERON:0001062\n
[Term]\nid: UBERON:0002097\nname: skin of body\nsynonym: \"skin\" EXACT []\nis_a: UBERON:0001062\n";
const LIVER: &str = "UBERON:0002107";
const SKIN: &str = "UBERON:0002097";
const KIDNEY: &str = "UBERON:0002113";

/// Every job but retraining.
fn others() -> Vec<Arc<dyn Handler>> {
    assembly::handlers().into_iter().filter(|one| one.kind() != RetrainJob::KIND).collect()
}

/// An annotator of labels that say skins are skins and livers are livers, and a table of decisions to be: `series` studies
/// whose samples say `text`, everything of which waits.
struct Scene {
    app: Arc<Deployment>,
    admin: Ctx,
    curator: Ctx,
    collection: CollectionId,
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

async fn scene(db: crate::Db, series: usize, text: &str) -> Scene {
    let app = testing::deployment(db);
    let organization = testing::organization(&app, "own").await;
    let admin = member_ctx(&app, organization, Role::Admin).await;
    let curator = member_ctx(&app, organization, Role::Curator).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let mut texts = "accession\ttitle\tcharacteristics_ch1\n".to_owned();
    let mut labels = "accession\tattribute\tterm_id\tsource\n".to_owned();
    for (series, number) in (0..40).flat_map(|series| (0..4).map(move |n| (series, series * 2_000 + n))) {
        let (organ, term) = if (series + number) % 2 == 0 { ("liver", LIVER) } else { ("skin", SKIN) };
        texts += &format!("GSM{number}\tbiopsy of series {series}\ttissue: {organ}\n");
        labels += &format!("GSM{number}\ttissue\t{term}\tmade\n");
    }
    harmonize::train(&admin, file(&texts).path(), file(&labels).path(), |_| {}).await.unwrap();
    idle(&app).await;
    let mut collection = None;
    for number in 0..series {
        let title = format!("biopsy of series {number}");
        let rows = (0..6).map(|n| format!("D{number}S{n}\t{title}\ttissue: {text}\n")).collect::<String>();
        let table = format!("accession\ttitle\tcharacteristics_ch1\n{rows}");
        collection = Some(import_text(&curator, &format!("study{number}.tsv"), &table).await);
    }
    let collection = collection.unwrap();
    let strict = harmonize::default_fields().into_iter();
    let strict = strict.map(|field| Field { accept_precision: 1.0, abstain_below: 0.1, ..field }).collect();
    harmonize::update_fields(&curator, collection, UpdateFields { version: 0, fields: strict }).await.unwrap();
    idle(&app).await;
    Scene { app, admin, curator, collection }
}

impl Scene {
    /// Decides about every tissue whose words hold `q`.
    async fn decide(&self, q: &str, answer: ReviewAnswer, term: Option<&str>) {
        let matching = ReviewFilter {
            collection: self.collection,
            field: "tissue".into(),
            q: q.into(),
            state: ReviewState::All,
            least: None,
            most: None,
        };
        let (term, why) = (term.map(str::to_owned), "a test".to_owned());
        let asked = DecideValues { matching, values: None, answer, term, also: Vec::new(), only: None, why };
        crate::review::decide(&self.curator, asked).await.unwrap();
        idle(&self.app).await;
    }

    async fn retrain(&self) -> Comparison {
        let job = start(&self.curator, MODEL).await.unwrap();
        idle(&self.app).await;
        let ended = load_job(&self.curator, job.id).await.unwrap();
        let version = ended.result.as_ref().and_then(|result| result["version"].as_i64());
        comparison(&self.curator, MODEL, version.unwrap_or_else(|| panic!("{ended:?}"))).await.unwrap()
    }

    async fn tissue(&self, sample: &str) -> Vec<Said> {
        let asked = SearchRequest { kind: Kind::Samples, q: sample.to_owned(), ..SearchRequest::default() };
        let found = discovery::search(&self.curator, asked).await.unwrap();
        let hit = found.hits.iter().find(|hit| hit.accession == sample).unwrap_or_else(|| panic!("no {sample}"));
        values(&self.curator, SampleId(hit.id), "tissue").await
    }
}

fn row(found: &Comparison, on: JudgedOn) -> &ComparedField {
    found.rows.iter().find(|row| row.on == on && row.field == "tissue").unwrap_or_else(|| panic!("{found:#?}"))
}

#[tokio::test]
async fn what_curators_change_consistently_the_next_version_says_by_itself() {
    for db in each_engine().await {
        let scene = scene(db, 8, "skin graft of a donor").await;
        let before = standing(&scene.curator, MODEL).await.unwrap();
        assert_eq!((before.champion, before.decisions, before.challenger), (Some(1), 0, None));
        let none = start(&scene.curator, MODEL).await.unwrap_err();
        assert!(none.kind == FaultKind::Conflict && none.message.contains("nothing was decided"), "{none}");
        scene.decide("", ReviewAnswer::Change, Some(KIDNEY)).await;
        let decided = standing(&scene.curator, MODEL).await.unwrap();
        assert_eq!((decided.decisions, decided.samples, decided.all_samples), (1, 48, 48), "{decided:?}");

        let found = scene.retrain().await;
        assert_eq!((found.version, found.present), (2, Some(1)));
        assert_eq!((found.decided_series, found.gold_labels), (8, 160));
        assert!((1..8).contains(&found.held_out_series), "{found:?}");
        let on = row(&found, JudgedOn::Decisions);
        assert!(on.present < 0.1 && on.new > 0.9 && on.verdict() == Compared::Better, "{on:?}");
        assert!(
            on.present_repeats == on.rejected && on.new_repeats == 0,
            "what was put right is not said again: {on:?}"
        );
        let gold = row(&found, JudgedOn::Gold);
        assert!(gold.new > 0.9 && gold.verdict() == Compared::NoDifference, "{gold:?}");
        let change = found.changes.iter().find(|change| change.on == JudgedOn::Decisions).unwrap();
        assert!(
            change.now_right && change.truth == KIDNEY && change.present == SKIN && change.new == KIDNEY,
            "{change:?}"
        );
        assert_eq!((change.new_label.as_str(), change.samples), ("kidney", on.samples));
        assert!(change.example.is_some() && change.example_text.contains("skin graft"), "{change:?}");

        // Proposed, and nothing else: the present version goes on working until somebody promotes the other.
        let after = standing(&scene.curator, MODEL).await.unwrap();
        assert_eq!((after.champion, after.challenger, after.decisions), (Some(1), Some(2), 0));
        import_text(
            &scene.curator,
            "new.tsv",
            "accession\ttitle\tcharacteristics_ch1\nN1\tbiopsy\ttissue: skin graft of a donor\n",
        )
        .await;
        idle(&scene.app).await;
        assert_eq!(scene.tissue("N1").await[0].term, SKIN);
        let preview = harmonize::preview_version(&scene.curator, MODEL, 2, None).await.unwrap();
        assert!(preview.samples > 0, "{preview:?}");
        let champion = Promote { version: 2, alias: CHAMPION.into(), ..Promote::default() };
        registry::promote(&scene.curator, MODEL, champion).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.tissue("N1").await[0].term, KIDNEY);
        let promoted = standing(&scene.curator, MODEL).await.unwrap();
        assert_eq!((promoted.champion, promoted.challenger), (Some(2), None), "it challenges no more");

        // Another organization has no part in it.
        let other = testing::organization(&scene.app, "other").await;
        let other = member_ctx(&scene.app, other, Role::Admin).await;
        let nothing = standing(&other, MODEL).await.unwrap();
        assert_eq!((nothing.champion, nothing.all_decisions, nothing.trained_at), (None, 0, None));
        assert_eq!(comparison(&other, MODEL, 2).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn rejections_alone_teach_what_is_wrong_but_make_no_annotator() {
    for db in each_engine().await {
        let scene = scene(db, 3, "skin").await;
        scene.decide("", ReviewAnswer::Reject, None).await;
        let found = scene.retrain().await;
        let on = row(&found, JudgedOn::Decisions);
        assert_eq!((on.samples, on.rejected), (0, 6), "{on:?}");
        let curator = member_ctx(&scene.app, scene.admin.scope.unwrap(), Role::Curator).await;
        let refused = crate::harmonize::train(&curator, file("").path(), file("").path(), |_| {}).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn where_too_little_was_decided_the_job_says_what_is_missing() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "own").await;
        let curator = member_ctx(&app, organization, Role::Curator).await;
        install(&app, "UBERON", ANATOMY).await;
        let collection = import_text(&curator, "few.tsv", "accession\ttitle\ttissue\nS1\tone\tliver\n").await;
        let admin = member_ctx(&app, organization, Role::Admin).await;
        let scene = Scene { app, admin, curator, collection };
        idle(&scene.app).await;
        scene.decide("", ReviewAnswer::Change, Some(KIDNEY)).await;
        let job = start(&scene.curator, MODEL).await.unwrap();
        idle(&scene.app).await;
        let ended = load_job(&scene.curator, job.id).await.unwrap();
        assert_eq!(ended.state, JobState::Failed);
        assert!(ended.error.as_ref().unwrap().contains("1 values that hold are known"), "{ended:?}");
        assert_eq!(standing(&scene.curator, MODEL).await.unwrap().trained_at, None);
    }
}

/// Retrains, and is then told that its process ends: its end is not written.
struct Interrupted(AtomicBool);

impl Handler for Interrupted {
    fn kind(&self) -> &'static str {
        RetrainJob::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<serde_json::Value, Fault>> {
        Box::pin(async move {
            let done = RetrainJob.run(job).await?;
            match self.0.swap(true, Ordering::SeqCst) {
                true => Ok(done),
                false => Err(Fault::busy("the process ends here")),
            }
        })
    }
}

#[tokio::test]
async fn a_job_that_is_cancelled_leaves_nothing_and_one_that_runs_again_makes_one_version() {
    for db in each_engine().await {
        let scene = scene(db, 4, "skin graft").await;
        scene.decide("", ReviewAnswer::Change, Some(KIDNEY)).await;
        let latest = async || registry::load_model(&scene.curator, MODEL).await.unwrap().latest_version;
        let job = start(&scene.curator, MODEL).await.unwrap();
        assert_eq!(start(&scene.curator, MODEL).await.unwrap().id, job.id, "one at a time");
        assert_eq!(standing(&scene.curator, MODEL).await.unwrap().job, Some(job.id));
        cancel_job(&scene.curator, job.id).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(latest().await, 1);

        // Cancelled while it works.
        let id = start(&scene.curator, MODEL).await.unwrap().id;
        let mut all = others();
        all.push(Arc::new(CancelledAtWork));
        run_until_idle(&scene.app, &all).await.unwrap();
        assert_eq!(load_job(&scene.curator, id).await.unwrap().state, JobState::Cancelled);
        assert_eq!((latest().await, standing(&scene.curator, MODEL).await.unwrap().challenger), (1, None));

        let id = start(&scene.curator, MODEL).await.unwrap().id;
        let mut all = others();
        all.push(Arc::new(Interrupted(AtomicBool::new(false))));
        for _ in 0..3 {
            run_until_idle(&scene.app, &all).await.unwrap();
            scene.app.clock.advance(Time::HOUR);
        }
        let ended = load_job(&scene.curator, id).await.unwrap();
        assert_eq!(
            (ended.state, ended.attempts, ended.result),
            (JobState::Succeeded, 2, Some(json!({ "version": 2 })))
        );
        assert_eq!(latest().await, 2, "it was registered once");
        let scientist = member_ctx(&scene.app, scene.admin.scope.unwrap(), Role::Scientist).await;
        assert_eq!(start(&scientist, MODEL).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(start(&scene.curator, "other").await.unwrap_err().kind, FaultKind::Missing);
        assert!(catalog::find_collection_by_name(&scene.curator, "Livers").await.unwrap().is_some());
    }
}

/// Is told to stop once it began.
struct CancelledAtWork;

impl Handler for CancelledAtWork {
    fn kind(&self) -> &'static str {
        RetrainJob::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<serde_json::Value, Fault>> {
        Box::pin(async move {
            let by = Ctx::operator(job.ctx.app.clone(), job.ctx.scope);
            cancel_job(&by, job.id).await?;
            RetrainJob.run(job).await
        })
    }
}
