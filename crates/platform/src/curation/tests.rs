use super::*;
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, import_text, install, lend, samples_of, values};
use crate::harmonize::{self, sample_layers};
use crate::jobs::{Handler, run_until_idle};
use crate::testing::{self, member_ctx};
use crate::{Ctx, Deployment, discovery};
use chorale_model::curation::{BatchAct, BatchFilter, BatchState, CurationAction, OneDecision, RevertBatch};
use chorale_model::harmonize::{Layer, ValueState};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, FaultKind, Role, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

const TABLE: &str = "accession\ttitle\ttissue\tdisease\n\
    S1\tone\tliver\thepatocellular carcinoma\n\
    S2\ttwo\tliver\thepatocellular carcinoma\n\
    S3\tthree\tskin\tpsoriasis\n";

struct Scene {
    app: Arc<Deployment>,
    own: Ctx,
    other: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

async fn scene(db: crate::Db) -> Scene {
    let app = testing::deployment(db);
    let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Curator).await;
    let other = member_ctx(&app, testing::organization(&app, "other").await, Role::Admin).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let collection = import_text(&own, "livers.tsv", TABLE).await;
    lend(&own, collection).await;
    let samples = samples_of(&own).await;
    Scene { app, own, other, collection, samples }
}

impl Scene {
    async fn idle(&self) {
        let handlers: Vec<Arc<dyn Handler>> =
            vec![Arc::new(harmonize::AnnotateJob), Arc::new(harmonize::RecountJob), Arc::new(discovery::IndexJob)];
        run_until_idle(&self.app, &handlers).await.unwrap();
        self.app.clock.advance(Time::SECOND);
    }

    fn set(&self, sample: &str, field: &str, term: &str) -> Decision {
        Decision {
            sample: self.samples[sample],
            field: field.into(),
            action: CurationAction::Set,
            state: Some(ValueState::Present),
            term: term.into(),
            label: term.to_lowercase(),
            note: String::new(),
            beneath: None,
            question: None,
        }
    }

    async fn decide(&self, title: &str, decisions: Vec<Decision>) -> BatchId {
        let batch = record(&self.own, title, "a test", decisions).await.unwrap();
        self.idle().await;
        batch
    }

    /// Term and layer.
    async fn known(&self, sample: &str, field: &str) -> Vec<(String, Layer)> {
        let found = values(&self.own, self.samples[sample], field).await;
        found.into_iter().map(|value| (value.term, value.layer)).collect()
    }

    fn one(&self, sample: &str, field: &str) -> OneDecision {
        OneDecision { sample: self.samples[sample], field: field.into(), why: "not this one".into() }
    }

    async fn titles(&self, filter: BatchFilter) -> Vec<String> {
        let found = list_batches(&self.own, filter, PageRequest::default()).await.unwrap();
        found.items.into_iter().map(|batch| batch.title).collect()
    }
}

fn human(term: &str) -> Vec<(String, Layer)> {
    vec![(term.to_owned(), Layer::Human)]
}

fn automatic(term: &str) -> Vec<(String, Layer)> {
    vec![(term.to_owned(), Layer::Automatic)]
}

#[tokio::test]
async fn a_batch_and_one_decision_of_it_are_taken_back_and_put_back() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let of = ["S1", "S2"].map(|sample| scene.set(sample, "disease", "MONDO:0005059"));
        let batch = scene.decide("Leukemia", of.to_vec()).await;
        assert_eq!(scene.known("S1", "disease").await, human("MONDO:0005059"));

        // One of the two.
        revert_decision(&scene.own, batch, scene.one("S1", "disease")).await.unwrap();
        scene.idle().await;
        assert_eq!(scene.known("S1", "disease").await, automatic("MONDO:0007256"));
        assert_eq!(scene.known("S2", "disease").await, human("MONDO:0005059"), "the rest goes on counting");
        let again = revert_decision(&scene.own, batch, scene.one("S1", "disease")).await.unwrap_err();
        assert_eq!(again.kind, FaultKind::Conflict, "{again}");
        let none = revert_decision(&scene.own, batch, scene.one("S3", "disease")).await.unwrap_err();
        assert_eq!(none.kind, FaultKind::Missing, "{none}");

        let summary = batch_summary(&scene.own, batch).await.unwrap();
        assert_eq!((summary.withdrawn, summary.sums[0].samples), (1, 2), "{summary:#?}");
        assert_eq!(summary.parts[0].collection, scene.collection);
        let changes = list_changes(&scene.own, batch, PageRequest::default()).await.unwrap().items;
        let withdrawn: Vec<(&str, bool)> =
            changes.iter().map(|one| (one.accession.as_str(), one.withdrawn.is_some())).collect();
        assert_eq!(BTreeMap::from_iter(withdrawn), BTreeMap::from([("S1", true), ("S2", false)]));
        let one = PageRequest { cursor: None, limit: Some(1) };
        let first = list_changes(&scene.own, batch, one).await.unwrap();
        let next = PageRequest { cursor: first.next_cursor, limit: Some(1) };
        let second = list_changes(&scene.own, batch, next).await.unwrap();
        assert_eq!(second.next_cursor, None);
        assert_ne!(first.items[0].sample, second.items[0].sample);

        restore_decision(&scene.own, batch, scene.one("S1", "disease")).await.unwrap();
        scene.idle().await;
        assert_eq!(scene.known("S1", "disease").await, human("MONDO:0005059"));

        // The whole batch, and back to its own place in the order: what was decided later stays above it.
        revert_batch(&scene.own, batch, RevertBatch { why: "all wrong".into() }).await.unwrap();
        scene.idle().await;
        assert_eq!(scene.known("S2", "disease").await, automatic("MONDO:0007256"));
        scene.decide("Later", vec![scene.set("S2", "disease", "MONDO:0002691")]).await;
        let back = restore_batch(&scene.own, batch, RevertBatch { why: "it was right".into() }).await.unwrap();
        assert!(back.reverted.is_none(), "{back:?}");
        scene.idle().await;
        assert_eq!(scene.known("S1", "disease").await, human("MONDO:0005059"));
        assert_eq!(scene.known("S2", "disease").await, human("MONDO:0002691"));
        let twice = restore_batch(&scene.own, batch, RevertBatch::default()).await.unwrap_err();
        assert_eq!(twice.kind, FaultKind::Conflict, "{twice}");

        let acts: Vec<(BatchAct, bool, String)> = batch_summary(&scene.own, batch)
            .await
            .unwrap()
            .events
            .into_iter()
            .map(|event| (event.act, event.sample.is_some(), event.why))
            .collect();
        let said = |act, one, why: &str| (act, one, why.to_owned());
        assert_eq!(
            acts,
            [
                said(BatchAct::PutBack, false, "it was right"),
                said(BatchAct::TakenBack, false, "all wrong"),
                said(BatchAct::PutBack, true, "not this one"),
                said(BatchAct::TakenBack, true, "not this one"),
            ],
            "nothing that happened is forgotten"
        );

        // Somebody else knows of none of it.
        for fault in [
            batch_summary(&scene.other, batch).await.unwrap_err(),
            list_changes(&scene.other, batch, PageRequest::default()).await.unwrap_err(),
            restore_batch(&scene.other, batch, RevertBatch::default()).await.unwrap_err(),
            revert_decision(&scene.other, batch, scene.one("S1", "disease")).await.unwrap_err(),
            sample_layers(&scene.other, scene.samples["S1"]).await.unwrap_err(),
        ] {
            assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        }
        assert!(list_people(&scene.other).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn batches_are_narrowed_by_whom_field_collection_day_and_state() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let first = scene.decide("First", vec![scene.set("S1", "disease", "MONDO:0005059")]).await;
        scene.app.clock.advance(2 * Time::DAY);
        scene.decide("Second", vec![scene.set("S1", "tissue", "UBERON:0002097")]).await;
        revert_batch(&scene.own, first, RevertBatch::default()).await.unwrap();
        scene.idle().await;

        let all = BatchFilter::default;
        assert_eq!(scene.titles(all()).await, ["Second", "First"]);
        let by = |field: &str| BatchFilter { field: Some(field.into()), ..all() };
        assert_eq!(scene.titles(by("disease")).await, ["First"]);
        assert_eq!(scene.titles(by("")).await, ["Second", "First"], "a form sends what nobody filled in");
        let of = |collection| BatchFilter { collection: Some(collection), ..all() };
        assert_eq!(scene.titles(of(scene.collection)).await, ["Second", "First"]);
        assert!(scene.titles(of(CollectionId(uuid::Uuid::nil()))).await.is_empty());
        assert_eq!(scene.titles(BatchFilter { state: BatchState::TakenBack, ..all() }).await, ["First"]);
        assert_eq!(scene.titles(BatchFilter { state: BatchState::Standing, ..all() }).await, ["Second"]);
        let me = list_people(&scene.own).await.unwrap();
        assert_eq!(me, [scene.own.actor_name()]);
        assert_eq!(scene.titles(BatchFilter { by: me.first().cloned(), ..all() }).await.len(), 2);
        assert!(scene.titles(BatchFilter { by: Some("nobody".into()), ..all() }).await.is_empty());
        let from = |day: &str| BatchFilter { from: Some(day.into()), ..all() };
        let to = |day: &str| BatchFilter { to: Some(day.into()), ..all() };
        // The test's clock begins on 4 March 2026.
        assert_eq!(scene.titles(from("2026-03-06")).await, ["Second"]);
        assert_eq!(scene.titles(to("2026-03-04")).await, ["First"]);
        let wrong = list_batches(&scene.own, from("yesterday"), PageRequest::default()).await.unwrap_err();
        assert_eq!((wrong.kind, wrong.fields[0].field.as_str()), (FaultKind::Invalid, "from"), "{wrong}");
    }
}

#[tokio::test]
async fn every_layer_of_a_field_is_there() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let beneath = values(&scene.own, scene.samples["S1"], "disease").await.remove(0);
        let set = Decision {
            beneath: Some(chorale_model::curation::Beneath {
                state: beneath.state,
                term: beneath.term.clone(),
                label: beneath.label.clone(),
                score: beneath.score,
                method: beneath.method.clone(),
                version: beneath.version.clone(),
            }),
            ..scene.set("S1", "disease", "MONDO:0005059")
        };
        let batch = scene.decide("Leukemia", vec![set]).await;
        let layers = sample_layers(&scene.own, scene.samples["S1"]).await.unwrap();
        assert!(layers.annotated_at.is_some());
        let disease = layers.fields.iter().find(|one| one.field == "disease").unwrap();
        assert_eq!((disease.current[0].term.as_str(), disease.current[0].layer), ("MONDO:0005059", Layer::Human));
        assert_eq!((disease.said[0].term.as_str(), disease.said[0].layer), ("MONDO:0007256", Layer::Automatic));
        assert!(disease.said[0].evidence.is_some() && !disease.said[0].version.is_empty(), "{disease:#?}");
        let decided = &disease.decisions[0];
        assert_eq!((decided.batch, decided.why.as_str()), (batch, "a test"));
        let stood = decided.beneath.as_ref().unwrap();
        assert_eq!((stood.score, &stood.version), (beneath.score, &beneath.version));

        revert_decision(&scene.own, batch, scene.one("S1", "disease")).await.unwrap();
        let layers = sample_layers(&scene.own, scene.samples["S1"]).await.unwrap();
        let disease = layers.fields.iter().find(|one| one.field == "disease").unwrap();
        assert_eq!(disease.current[0].layer, Layer::Automatic);
        assert_eq!(disease.decisions[0].reverted.as_ref().map(|back| back.why.as_str()), Some("not this one"));
    }
}
