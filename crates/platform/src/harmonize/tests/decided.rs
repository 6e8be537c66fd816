//! What people decide over values: single decisions, and an ontology's upgrade as a batch of them.

use super::*;
use crate::curation::{self, Decision, NewBatch};
use crate::db::sql as statement;
use chorale_model::curation::{BatchFilter, BatchKind, CurationAction, RevertBatch};
use chorale_model::harmonize::{DatasetValues, FieldCoverage, Layer, OtherValues};
use chorale_model::jobs::Job;
use chorale_model::ontologies::{ApplyUpgrade, OntologyRelease};
use chorale_model::{BatchId, Fault, OrganizationId};

/// Hepatocellular carcinoma has another id, psoriasis none.
const LATER: &str = "format-version: 1.2\ndata-version: later\nontology: mondo\n
[Term]\nid: MONDO:0000001\nname: disease\n
[Term]\nid: MONDO:0004992\nname: cancer\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:0005154\nname: liver disease\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:0002691\nname: liver cancer\nis_a: MONDO:0004992\nis_a: MONDO:0005154\n
[Term]\nid: MONDO:0007256\nname: obsolete hepatocellular carcinoma\nis_obsolete: true\nreplaced_by: MONDO:0007777\n
[Term]\nid: MONDO:0007777\nname: liver cell carcinoma\nsynonym: \"hepatocellular carcinoma\" EXACT []\nis_a: MONDO:0002691\n
[Term]\nid: MONDO:0005059\nname: leukemia\nis_a: MONDO:0004992\n
[Term]\nid: MONDO:0005083\nname: obsolete psoriasis\nis_obsolete: true\nconsider: MONDO:0000001\n";

/// Two organizations with the same table, and the collection and the samples of the first.
struct Scene {
    app: Arc<Deployment>,
    own: Ctx,
    other: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

async fn scene(db: crate::Db) -> Scene {
    let app = testing::deployment(db);
    let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
    let other = member_ctx(&app, testing::organization(&app, "other").await, Role::Admin).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    for ctx in [&other, &own] {
        let collection = import_text(ctx, "livers.tsv", TABLE).await;
        lend(ctx, collection).await;
    }
    let collection = catalog::find_collection_by_name(&own, "Livers").await.unwrap().unwrap().id;
    let samples = samples_of(&own).await;
    Scene { app, own, other, collection, samples }
}

impl Scene {
    fn organization(&self) -> OrganizationId {
        self.own.scope.unwrap()
    }

    async fn disease(&self, sample: &str) -> Value {
        values(&self.own, self.samples[sample], "disease").await.remove(0)
    }

    /// Samples found by an accepted disease.
    async fn found(&self, term: &str) -> Vec<String> {
        let mut asked = asking("");
        asked.chosen.insert("disease".into(), vec![term.into()]);
        let found = find(&self.own, asked).await;
        accessions(&found).into_iter().map(str::to_owned).collect()
    }

    /// Accepted, of these by annotators, in review.
    async fn counts(&self, field: &str) -> (i64, i64, i64) {
        let counted = coverage(&self.own, self.collection).await.unwrap();
        let of = |one: &FieldCoverage| (one.accepted, one.automatic, one.in_review);
        counted.fields.iter().find(|one| one.field == field).map(of).unwrap()
    }

    /// The later release, which waits.
    async fn later(&self) -> OntologyRelease {
        install(&self.app, "MONDO", LATER).await;
        let all = ontologies::list_releases(&self.own).await.unwrap().items;
        all.into_iter().find(|release| !release.in_use).unwrap()
    }

    async fn upgrade(&self, release: &OntologyRelease) -> Job {
        let input = ApplyUpgrade { why: "a test".into() };
        let job = start_upgrade(&self.own, "mondo", &release.sha256[..12], input).await.unwrap();
        idle(&self.app).await;
        crate::jobs::load_job(&self.own, job.id).await.unwrap()
    }

    async fn revert(&self, ctx: &Ctx, batch: BatchId) -> Result<chorale_model::curation::Batch, Fault> {
        let reverted = curation::revert_batch(ctx, batch, RevertBatch { why: "it was wrong".into() }).await;
        idle(&self.app).await;
        reverted
    }

    async fn dataset(&self) -> DatasetId {
        find(&self.own, asking("")).await.hits[0].datasets[0].id
    }

    /// What the samples say together, and whether that was kept.
    async fn together(&self) -> (DatasetValues, bool) {
        let dataset = self.dataset().await;
        let kept = sums::find(&self.app, self.organization(), dataset).await.unwrap().is_some();
        (dataset_overview(&self.own, dataset).await.unwrap(), kept)
    }

    async fn count(&self, text: &'static str) -> i64 {
        let (count,): (i64,) = statement(text).one(&self.app.db).await.unwrap();
        count
    }

    fn set(&self, sample: &str, term: &str, label: &str) -> Decision {
        Decision {
            sample: self.samples[sample],
            field: "disease".into(),
            action: CurationAction::Set,
            state: Some(ValueState::Present),
            term: term.into(),
            label: label.into(),
            note: String::new(),
            beneath: None,
            question: None,
        }
    }
}

fn batch_of(job: &Job) -> BatchId {
    let result = job.result.as_ref().unwrap_or_else(|| panic!("{job:?}"));
    serde_json::from_value(result["batch"].clone()).unwrap()
}

#[tokio::test]
async fn an_upgrade_is_looked_at_applied_and_undone() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let (own, other) = (&scene.own, &scene.other);
        let release = scene.later().await;
        let before = sample_values(own, scene.samples["S1"]).await.unwrap();
        assert_eq!(
            (scene.disease("S1").await.term.as_str(), scene.counts("disease").await),
            ("MONDO:0007256", (4, 4, 0))
        );

        let preview = preview_upgrade(own, "mondo", &release.sha256).await.unwrap();
        assert_eq!((preview.samples, preview.replaced, preview.to_review), (2, 1, 1), "{preview:?}");
        assert_eq!((preview.newly_obsolete, preview.to_version.as_str()), (3, "later"));
        assert_eq!((preview.collections[0].name.as_str(), preview.collections[0].samples), ("Livers", 2));
        let told: Vec<(&str, Option<&str>, i64, i64)> = preview
            .changes
            .iter()
            .map(|one| (one.term.as_str(), one.replaced_by.as_deref(), one.samples, one.in_review))
            .collect();
        let expected = [
            ("MONDO:0005083", None, 1, 0),
            ("MONDO:0007256", Some("MONDO:0007777"), 1, 0),
            ("MONDO:0004963", None, 0, 0),
        ];
        assert_eq!(told, expected);
        assert_eq!(preview.changes[1].collections[0].collection, scene.collection);
        let curator = member_ctx(&scene.app, scene.organization(), Role::Curator).await;
        for refused in [
            preview_upgrade(&curator, "MONDO", &release.sha256).await.err(),
            start_upgrade(&curator, "MONDO", &release.sha256, ApplyUpgrade::default()).await.err(),
        ] {
            assert_eq!(refused.unwrap().kind, FaultKind::Forbidden);
        }
        assert_eq!(sample_values(own, scene.samples["S1"]).await.unwrap(), before, "looking changes nothing");

        let job = scene.upgrade(&release).await;
        assert_eq!((job.state, job.result.as_ref().unwrap()["samples"].as_i64()), (JobState::Succeeded, Some(2)));
        let renamed = scene.disease("S1").await;
        assert_eq!((renamed.term.as_str(), renamed.label.as_str()), ("MONDO:0007777", "liver cell carcinoma"));
        assert_eq!((renamed.layer, renamed.accepted, renamed.method.as_str()), (Layer::Human, true, "curation"));
        assert_eq!(renamed.evidence.unwrap().text, "hepatocellular carcinoma", "the words stay");
        let made = renamed.curation.unwrap();
        assert_eq!((made.by.clone(), made.why.as_str()), (Some(own.actor_name()), "a test"));
        let beneath = made.beneath.unwrap();
        assert_eq!((beneath.term.as_str(), beneath.method.as_str()), ("MONDO:0007256", "dictionary"));
        assert!(beneath.version.starts_with("dictionary") && beneath.score > 0.4, "{beneath:?}");
        let waiting = scene.disease("S4").await;
        assert_eq!(
            (waiting.term.as_str(), waiting.accepted, waiting.layer),
            ("MONDO:0005083", false, Layer::Automatic)
        );
        let reason = waiting.reason.unwrap();
        assert_eq!(reason, "MONDO:0005083 is not in MONDO later, and nothing replaces it; consider MONDO:0000001");
        assert_eq!(scene.found("MONDO:0007777").await, ["S1"]);
        assert_eq!((scene.found("MONDO:0007256").await.len(), scene.found("MONDO:0005083").await.len()), (0, 0));
        assert_eq!(scene.counts("disease").await, (3, 2, 1));
        let overview = dataset_values(own, scene.dataset().await).await.unwrap();
        let disease = overview.fields.iter().find(|field| field.field == "disease").unwrap();
        let renamed = disease.values.iter().find(|value| value.term == "MONDO:0007777").unwrap();
        assert_eq!((renamed.layer, renamed.samples, renamed.method.as_str()), (Layer::Human, 1, "curation"));
        assert_eq!(preview_upgrade(own, "MONDO", &release.sha256).await.unwrap().samples, 0, "nothing is left");

        // Nobody else's values changed, and nobody else sees it.
        let batch = batch_of(&job);
        let theirs = samples_of(other).await["S1"];
        assert_eq!(values(other, theirs, "disease").await[0].term, "MONDO:0007256");
        let listed = curation::list_batches(other, BatchFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(listed.items, []);
        assert_eq!(curation::load_batch(other, batch).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(curation::history(other, scene.samples["S1"]).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(scene.revert(other, batch).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(scene.revert(&curator, batch).await.unwrap_err().kind, FaultKind::Forbidden);

        // Annotated again, the old term is said again, and the new one holds.
        install(&scene.app, "CL", "format-version: 1.2\n\n[Term]\nid: CL:0000182\nname: hepatocyte\n").await;
        assert_eq!(
            (scene.disease("S1").await.term.as_str(), scene.counts("disease").await),
            ("MONDO:0007777", (3, 2, 1))
        );

        let reverted = scene.revert(own, batch).await.unwrap();
        assert_eq!((reverted.samples, reverted.reverted.unwrap().why.as_str()), (2, "it was wrong"));
        let restored = scene.disease("S1").await;
        assert_eq!((restored.term.as_str(), restored.layer), ("MONDO:0007256", Layer::Automatic));
        assert!(scene.disease("S4").await.accepted);
        assert_eq!((scene.found("MONDO:0007256").await, scene.counts("disease").await), (vec!["S1".into()], (4, 4, 0)));
        let twice = scene.revert(own, batch).await.unwrap_err();
        assert!(twice.kind == FaultKind::Conflict && twice.message.contains("taken back by"), "{twice}");
        let history = curation::history(own, scene.samples["S1"]).await.unwrap().items;
        assert_eq!((history.len(), history[0].reverted.as_ref().unwrap().by.clone()), (1, own.actor_name()));
    }
}

#[tokio::test]
async fn a_release_in_use_makes_its_upgrade_moot() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let release = scene.later().await;
        // A person's own value with a term that goes is replaced too, and stays theirs.
        curation::record(&scene.own, "By eye", "", vec![scene.set("S2", "MONDO:0007256", "HCC")]).await.unwrap();
        scene.app.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(batch_of(&scene.upgrade(&release).await), {
            let all = curation::list_batches(&scene.own, BatchFilter::default(), PageRequest::default()).await.unwrap();
            assert_eq!(
                all.items.iter().map(|one| (one.kind, one.samples)).collect::<Vec<_>>(),
                [(BatchKind::Upgrade, 3), (BatchKind::Decision, 1)]
            );
            all.items[0].id
        });
        ontologies::use_release(&Ctx::operator(scene.app.clone(), None), "MONDO", &release.sha256).await.unwrap();
        scene.app.clock.advance(10 * chorale_model::Time::SECOND);
        idle(&scene.app).await;
        let read = scene.disease("S1").await;
        assert_eq!(
            (read.term.as_str(), read.layer),
            ("MONDO:0007777", Layer::Automatic),
            "annotators say it by themselves"
        );
        let psoriasis = values(&scene.own, scene.samples["S4"], "disease").await;
        assert!(psoriasis.iter().all(|value| value.term != "MONDO:0005083"), "nobody says it any more: {psoriasis:?}");
        let theirs = scene.disease("S2").await;
        assert_eq!((theirs.term.as_str(), theirs.layer), ("MONDO:0007777", Layer::Human));
        assert_eq!(scene.found("MONDO:0002691").await, ["S1", "S2"], "found by what lies above");
        let again = start_upgrade(&scene.own, "MONDO", &release.sha256, ApplyUpgrade::default()).await.unwrap_err();
        assert!(again.kind == FaultKind::Conflict && again.message.contains("in use already"), "{again}");
    }
}

#[tokio::test]
async fn an_upgrade_that_does_not_end_leaves_nothing() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let release = scene.later().await;
        // As a killed attempt leaves it: pieces in a batch that was not applied.
        let half = async |job: &Job| {
            let new = NewBatch {
                kind: BatchKind::Upgrade,
                title: "half".into(),
                why: String::new(),
                by: "somebody".into(),
                job: Some(job.id),
            };
            let (ctx, organization) = (scene.own.clone(), scene.organization());
            let rows =
                vec![scene.set("S1", "MONDO:0005083", "psoriasis"), scene.set("S3", "MONDO:0005083", "psoriasis")];
            scene
                .app
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        let batch = curation::open(tx, &ctx, organization, new).await?;
                        curation::add(tx, &ctx, organization, batch, rows).await
                    })
                })
                .await
                .unwrap();
        };
        let start = || start_upgrade(&scene.own, "MONDO", &release.sha256, ApplyUpgrade::default());
        let first = start().await.unwrap();
        half(&first).await;
        assert_eq!(scene.disease("S1").await.term, "MONDO:0007256", "nobody sees it");
        let listed = curation::list_batches(&scene.own, BatchFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(listed.items, []);
        crate::jobs::cancel_job(&scene.own, first.id).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(
            (scene.disease("S1").await.term.as_str(), scene.counts("disease").await),
            ("MONDO:0007256", (4, 4, 0))
        );

        // The next one throws away what both left, and is whole.
        let second = start().await.unwrap();
        half(&second).await;
        assert_eq!(start().await.unwrap().id, second.id, "one at a time");
        idle(&scene.app).await;
        assert_eq!(scene.count("select count(*) from curation_batches").await, 1);
        assert_eq!(scene.count("select count(*) from curations").await, 2);
        assert_eq!(
            (scene.disease("S1").await.term, scene.disease("S3").await.term),
            ("MONDO:0007777".into(), "MONDO:0005059".into())
        );

        // It ran to its last transaction and was killed before its end was written: the next attempt changes nothing.
        scene
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    statement("update jobs set state = 'queued', ended_at = null where id = $1")
                        .bind(second.id)
                        .run(tx)
                        .await
                })
            })
            .await
            .unwrap();
        idle(&scene.app).await;
        let ended = crate::jobs::load_job(&scene.own, second.id).await.unwrap();
        assert_eq!((ended.state, ended.result.unwrap()["samples"].as_i64()), (JobState::Succeeded, Some(2)));
        assert_eq!(scene.count("select count(*) from curations").await, 2);
    }
}

#[tokio::test]
async fn what_a_person_sets_is_shown_counted_and_found() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let own = &scene.own;
        let decision = scene.set("S4", "MONDO:0005059", "leukemia");
        let batch = curation::record(own, "Read the paper", "table 2", vec![decision.clone()]).await.unwrap();
        let set = scene.disease("S4").await;
        assert_eq!(
            (set.term.as_str(), set.layer, set.score, set.version.as_str()),
            ("MONDO:0005059", Layer::Human, 1.0, "")
        );
        idle(&scene.app).await;
        assert_eq!(
            (scene.found("MONDO:0005059").await, scene.counts("disease").await),
            (vec!["S3".to_owned(), "S4".to_owned()], (4, 3, 0))
        );

        // Annotation does not touch it, and counts it.
        install(&scene.app, "CL", "format-version: 1.2\n\n[Term]\nid: CL:0000182\nname: hepatocyte\n").await;
        assert_eq!(
            (scene.disease("S4").await.term, scene.counts("disease").await),
            ("MONDO:0005059".into(), (4, 3, 0))
        );

        // The later decision counts.
        let none = Decision {
            action: CurationAction::Remove,
            state: Some(ValueState::NotReported),
            term: String::new(),
            label: String::new(),
            ..decision.clone()
        };
        let later = curation::record(own, "It is not said", "", vec![none]).await.unwrap();
        let removed = scene.disease("S4").await;
        assert_eq!((removed.state, removed.term.as_str(), removed.layer), (ValueState::NotReported, "", Layer::Human));
        idle(&scene.app).await;
        assert_eq!(scene.found("MONDO:0005059").await, ["S3"]);
        let history = curation::history(own, scene.samples["S4"]).await.unwrap().items;
        assert_eq!(history.iter().map(|one| one.batch).collect::<Vec<_>>(), [later, batch]);
        scene.revert(own, later).await.unwrap();
        assert_eq!(scene.found("MONDO:0005059").await, ["S3", "S4"]);

        // Whoever sees a shared sample sees that somebody decided, and not who.
        let operator = Ctx::operator(scene.app.clone(), own.scope);
        catalog::share_collection(&operator, scene.collection, true).await.unwrap();
        idle(&scene.app).await;
        let seen = values(&scene.other, scene.samples["S4"], "disease").await.remove(0);
        let quiet = seen.curation.unwrap();
        assert_eq!((seen.layer, quiet.by, quiet.title.as_str(), quiet.why.as_str()), (Layer::Human, None, "", ""));
        assert_eq!(curation::history(&scene.other, scene.samples["S4"]).await.unwrap_err().kind, FaultKind::Forbidden);

        // Rights, and samples of others.
        let scientist = member_ctx(&scene.app, scene.organization(), Role::Scientist).await;
        let refused = curation::record(&scientist, "", "", vec![decision.clone()]).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden, "{refused}");
        let foreign = curation::record(&scene.other, "", "", vec![decision]).await.unwrap_err();
        assert_eq!(foreign.kind, FaultKind::Missing, "{foreign}");
        assert_eq!(curation::record(own, "", "", vec![]).await.unwrap_err().fields[0].field, "decisions");
        assert_eq!(scene.count("select count(*) from curation_batches").await, 2);
    }
}

#[tokio::test]
async fn another_version_is_compared_with_the_one_that_works() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let same = preview_version(&scene.own, MODEL, 0, Some(scene.collection)).await.unwrap();
        assert_eq!((same.samples, same.datasets, same.whole, same.now.clone()), (4, 1, true, same.then.clone()));
        let disease = same.fields.iter().find(|field| field.field == "disease").unwrap();
        assert_eq!((disease.same, disease.changed, disease.changes.len()), (4, 0, 0), "{disease:?}");
        assert_eq!(preview_version(&scene.own, MODEL, 0, None).await.unwrap().samples, 4, "one's own alone");
        let foreign = preview_version(&scene.other, MODEL, 0, Some(scene.collection)).await.unwrap_err();
        assert_eq!(foreign.kind, FaultKind::Missing, "{foreign}");
        for (name, version) in [(MODEL, 7), ("another", 0)] {
            let missing = preview_version(&scene.own, name, version, None).await.unwrap_err();
            assert_eq!(missing.kind, FaultKind::Missing, "{missing}");
        }
        let scientist = member_ctx(&scene.app, scene.organization(), Role::Scientist).await;
        assert_eq!(preview_version(&scientist, MODEL, 0, None).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn what_samples_say_together_is_kept_and_never_old() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let own = &scene.own;
        let diseases = |values: &DatasetValues| -> Vec<(String, i64)> {
            let disease = values.fields.iter().find(|field| field.field == "disease").unwrap();
            disease.values.iter().map(|value| (value.term.clone(), value.samples)).collect()
        };
        let dataset = scene.dataset().await;
        let (together, kept) = scene.together().await;
        assert!(kept && together == dataset_values(own, dataset).await.unwrap());
        assert_eq!(diseases(&together).len(), 4);
        let first = &together.fields.iter().find(|field| field.field == "disease").unwrap().values[0];
        assert_eq!((first.term.as_str(), first.sample), ("MONDO:0002691", Some(scene.samples["S2"])));

        // Rarer values are counted.
        let cut = sums::add_up(&scene.app, scene.organization(), dataset, 1).await.unwrap();
        let cut = cut.shown(dataset, &fields_of(own, scene.collection).await.unwrap().fields);
        let disease = cut.fields.iter().find(|field| field.field == "disease").unwrap();
        assert_eq!((disease.values.len(), disease.others), (1, OtherValues { values: 3, samples: 3 }));

        // A decision shows at once; what was kept is made anew behind it.
        let decision = scene.set("S1", "MONDO:0002691", "liver cancer");
        let batch = curation::record(own, "", "", vec![decision]).await.unwrap();
        let (decided, kept) = scene.together().await;
        assert!(!kept && diseases(&decided)[0] == ("MONDO:0002691".into(), 2), "{decided:?}");
        idle(&scene.app).await;
        assert_eq!(scene.together().await, (decided.clone(), true));
        let reverting = RevertBatch { why: "it was wrong".into() };
        curation::revert_batch(own, batch, reverting).await.unwrap();
        assert_eq!(scene.together().await, (together.clone(), false));
        idle(&scene.app).await;
        assert_eq!(scene.together().await, (together.clone(), true));

        // Sums of somebody who did not see the last change are not kept.
        let (organization, now) = (scene.organization(), catalog::load_dataset(own, dataset).await.unwrap().version.id);
        let known = sql::find_sums(&scene.app.db, organization, dataset).await.unwrap().unwrap();
        scene
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    sql::count_change(tx, organization, [dataset]).await?;
                    sql::put_sums(tx, organization, dataset, known.changes, now, "{}").await
                })
            })
            .await
            .unwrap();
        assert_eq!(scene.together().await, (together, false));

        // Another version of the dataset, before anybody added it up.
        let text = format!("{TABLE}S5\tfive\tliver\tliver cancer\tmale\n");
        import_text(own, "livers.tsv", &text).await;
        let (later, kept) = scene.together().await;
        assert!(kept && later.samples == 5 && diseases(&later)[0] == ("MONDO:0002691".into(), 2), "{later:?}");
        let older = statement("update dataset_sums set version = $1").bind(now);
        scene.app.db.write(move |tx| Box::pin(async move { older.run(tx).await })).await.unwrap();
        assert_eq!(scene.together().await, (later, false));
    }
}

/// As if somebody cancelled a job at the moment in which it opens its batch.
async fn cancel_when_a_batch_opens(db: &crate::Db) {
    const SQLITE: &[&str] = &["create trigger cancels after insert on curation_batches \
                               begin update jobs set cancelling = true where id = new.job; end"];
    const POSTGRES: &[&str] = &[
        "create function cancels() returns trigger language plpgsql as \
         $$ begin update jobs set cancelling = true where id = new.job; return null; end $$",
        "create trigger cancels after insert on curation_batches for each row execute function cancels()",
    ];
    let texts = if matches!(db, crate::Db::Sqlite { .. }) { SQLITE } else { POSTGRES };
    db.write(move |tx| {
        Box::pin(async move {
            for text in texts {
                statement(text).run(&mut *tx).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn an_upgrade_that_is_cancelled_while_it_runs_leaves_nothing_and_can_be_started_again() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let release = scene.later().await;
        cancel_when_a_batch_opens(&scene.app.db).await;
        let job = scene.upgrade(&release).await;
        assert_eq!((job.state, job.attempts), (JobState::Cancelled, 1), "{job:?}");
        assert_eq!(scene.count("select count(*) from curation_batches").await, 0);
        assert_eq!(scene.count("select count(*) from curations").await, 0);
        assert_eq!(
            (scene.disease("S1").await.term, scene.counts("disease").await),
            ("MONDO:0007256".into(), (4, 4, 0))
        );

        let drop = if matches!(scene.app.db, crate::Db::Sqlite { .. }) {
            "drop trigger cancels"
        } else {
            "drop trigger cancels on curation_batches"
        };
        scene.app.db.write(move |tx| Box::pin(async move { statement(drop).run(tx).await })).await.unwrap();
        assert_eq!(scene.upgrade(&release).await.state, JobState::Succeeded);
        assert_eq!(scene.disease("S1").await.term, "MONDO:0007777");
    }
}
