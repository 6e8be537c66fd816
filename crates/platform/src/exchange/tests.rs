use super::*;
use crate::curation::{self, Decision};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, import_text, install, lend, samples_of};
use crate::jobs::{list_warnings, load_job};
use crate::testing::{self, idle, member_ctx};
use crate::{Ctx, Deployment, harmonize, sources};
use bytes::Bytes;
use chorale_model::curation::{BatchFilter, BatchKind, CurationAction, RevertBatch};
use chorale_model::exchange::{Conflicts, ExportFilter, ExportFormat, FoundDecisions, ImportDecisions, TaskFilter};
use chorale_model::harmonize::{Layer, Value, ValueState};
use chorale_model::jobs::{Job, JobState};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, Fault, FaultKind, Role, SampleId};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::collections::BTreeMap;
use std::sync::Arc;

const TABLE: &str = "accession\ttitle\ttissue\tdisease\n\
    S1\tone\tliver\thepatocellular carcinoma\n\
    S2\ttwo\tliver\thepatocellular carcinoma\n\
    S3\tthree\tskin\tpsoriasis\n\
    S4\tfour\tskin\t\n";

struct Scene {
    app: Arc<Deployment>,
    own: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

/// Two organizations with the same table.
async fn scenes(db: crate::Db) -> (Scene, Scene) {
    let app = testing::deployment(db);
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let mut all = Vec::new();
    for name in ["own", "other"] {
        let own = member_ctx(&app, testing::organization(&app, name).await, Role::Curator).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        lend(&own, collection).await;
        let samples = samples_of(&own).await;
        all.push(Scene { app: app.clone(), own, collection, samples });
    }
    let other = all.remove(1);
    (all.remove(0), other)
}

impl Scene {
    async fn decide(&self, action: CurationAction, sample: &str, field: &str, term: &str) -> chorale_model::BatchId {
        let now = self.values(sample).await.into_iter().find(|value| value.field == field);
        let decision = Decision {
            sample: self.samples[sample],
            field: field.into(),
            action,
            state: if term.is_empty() { Some(ValueState::NotReported) } else { Some(ValueState::Present) },
            term: term.into(),
            label: if term.is_empty() { String::new() } else { format!("label of {term}") },
            note: String::new(),
            beneath: now.map(|value| chorale_model::curation::Beneath {
                state: value.state,
                term: value.term,
                label: value.label,
                score: value.score,
                method: value.method,
                version: value.version,
            }),
            question: None,
        };
        let batch = curation::record(&self.own, "A decision", "=because", vec![decision]).await.unwrap();
        idle(&self.app).await;
        batch
    }

    async fn values(&self, sample: &str) -> Vec<Value> {
        harmonize::sample_values(&self.own, self.samples[sample]).await.unwrap().values
    }

    /// What holds everywhere: field, state, term, label and layer.
    async fn holds(&self) -> BTreeMap<String, Vec<(String, ValueState, String, String, Layer)>> {
        let mut all = BTreeMap::new();
        for sample in self.samples.keys() {
            let values = self.values(sample).await;
            let mut values: Vec<_> = values
                .into_iter()
                .map(|value| (value.field, value.state, value.term, value.label, value.layer))
                .collect();
            values.sort();
            all.insert(sample.clone(), values);
        }
        all
    }

    async fn import(&self, name: &str, text: &str, change: impl FnOnce(&mut ImportDecisions)) -> Result<Job, Fault> {
        let mut upload = sources::begin_upload(&self.own, name).unwrap();
        upload.write(text.as_bytes()).await.unwrap();
        let file = upload.finish().await.unwrap();
        let conflicts = Conflicts::Keep;
        let mut input =
            ImportDecisions { collection: self.collection, file, conflicts, why: String::new(), look: false };
        change(&mut input);
        let job = start_import(&self.own, input).await?;
        idle(&self.app).await;
        load_job(&self.own, job.id).await
    }

    async fn found(&self, job: &Job) -> FoundDecisions {
        let (job, found) = load_found(&self.own, job.id).await.unwrap();
        found.unwrap_or_else(|| panic!("{job:#?}"))
    }

    async fn said(&self, job: &Job) -> Vec<(i64, String)> {
        let warnings = list_warnings(&self.own, job.id, None, PageRequest::default()).await.unwrap().items;
        warnings.into_iter().map(|one| (one.line, one.message)).collect()
    }

    async fn export(&self, format: ExportFormat) -> String {
        text(export_decisions(&self.own, ExportFilter::default(), format).await.unwrap()).await
    }
}

async fn text(stream: BoxStream<'static, Result<Bytes, Fault>>) -> String {
    let chunks: Vec<Bytes> = stream.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

/// Everything that people can do to a value, several times over.
async fn decide_a_lot(scene: &Scene) {
    scene.decide(CurationAction::Set, "S1", "disease", "MONDO:0005059").await;
    scene.decide(CurationAction::Set, "S1", "disease", "MONDO:0002691").await;
    scene.decide(CurationAction::Accept, "S2", "disease", "MONDO:0005154").await;
    scene.decide(CurationAction::Remove, "S3", "tissue", "").await;
    let back = scene.decide(CurationAction::Set, "S4", "disease", "MONDO:0005083").await;
    curation::revert_batch(&scene.own, back, RevertBatch { why: "wrong".into() }).await.unwrap();
    scene.decide(CurationAction::Set, "S4", "tissue", "UBERON:0002107").await;
    idle(&scene.app).await;
}

#[tokio::test]
async fn what_one_organization_exports_gives_another_the_same_values() {
    for db in each_engine().await {
        let (own, other) = scenes(db).await;
        let before = other.holds().await;
        decide_a_lot(&own).await;
        assert_ne!(own.holds().await, before);
        for (format, name) in [(ExportFormat::Json, "decisions.json"), (ExportFormat::Csv, "decisions.csv")] {
            let file = own.export(format).await;
            let looked = other.import(name, &file, |input| input.look = true).await.unwrap();
            assert_eq!(other.holds().await, before, "looking decides nothing");
            let would = other.found(&looked).await;
            assert!(would.looked && would.batch.is_none() && would.decided == 4, "{would:#?}");

            let job = other.import(name, &file, |_| {}).await.unwrap();
            let found = other.found(&job).await;
            assert_eq!(
                (found.decided, found.samples, found.unknown_samples, found.conflicts),
                (4, 4, 0, 0),
                "{found:#?}"
            );
            assert_eq!(own.holds().await, other.holds().await, "{name}\n{file}\n{:?}", other.said(&job).await);

            let again = other.import(name, &file, |_| {}).await.unwrap();
            let again = other.found(&again).await;
            assert_eq!((again.decided, again.same, again.batch), (0, 4, None), "{again:#?}");

            // It is one batch, whose decisions say where they come from, and is taken back as one.
            let batch = found.batch.unwrap();
            let loaded = curation::load_batch(&other.own, batch).await.unwrap();
            assert_eq!((loaded.kind, loaded.samples), (BatchKind::Import, 4));
            let changes = curation::list_changes(&other.own, batch, PageRequest::default()).await.unwrap().items;
            assert!(changes.iter().all(|one| one.note.contains(&own.own.actor_name())), "{changes:#?}");
            curation::revert_batch(&other.own, batch, RevertBatch::default()).await.unwrap();
            idle(&other.app).await;
            assert_eq!(other.holds().await, before);
        }
        // Nobody else's decisions are in it.
        let theirs = other.export(ExportFormat::Json).await;
        assert!(!theirs.contains("A decision\",\"why"), "{theirs}");
        let foreign = ExportFilter { collection: Some(own.collection), field: None };
        let fault = export_decisions(&other.own, foreign, ExportFormat::Json).await.err().unwrap();
        assert_eq!(fault.kind, FaultKind::Missing);
        let narrowed = ExportFilter { collection: Some(own.collection), field: Some("tissue".into()) };
        let part = text(export_decisions(&own.own, narrowed, ExportFormat::Csv).await.unwrap()).await;
        assert_eq!(part.lines().count(), 3, "{part}");
        assert!(part.contains("'=because"), "no spreadsheet runs a cell: {part}");
    }
}

#[tokio::test]
async fn last_years_spreadsheet_becomes_a_layer_that_can_be_taken_back() {
    for db in each_engine().await {
        let (own, _) = scenes(db).await;
        own.decide(CurationAction::Set, "S2", "disease", "MONDO:0002691").await;
        own.decide(CurationAction::Set, "S3", "disease", "MONDO:0005083").await;
        let sheet = "Sample,Disease,Tissue,Colour\n\
            S1,liver cancer,liver,red\n\
            S2,leukemia,,\n\
            S3,psoriasis,not reported,\n\
            S9,leukemia,,\n\
            S4,no such disease,UBERON:0002097,\n\
            S1,leukemia,,\n";
        let job = own.import("last-year.csv", sheet, |input| input.why = "last year's review".into()).await.unwrap();
        let found = own.found(&job).await;
        assert_eq!(found.format, "table");
        assert_eq!((found.samples, found.decided, found.same), (4, 4, 1), "{found:#?}");
        assert_eq!((found.conflicts, found.unknown_samples, found.unknown_values), (1, 1, 1), "{found:#?}");
        let said = own.said(&job).await;
        let of = |line: i64| {
            said.iter().filter(|one| one.0 == line).map(|one| one.1.as_str()).collect::<Vec<_>>().join("; ")
        };
        assert!(of(1).contains("Colour"), "{said:?}");
        assert!(of(3).contains("people decided label of MONDO:0002691 before; it stays"), "{said:?}");
        assert!(of(5).contains("no sample \"S9\""), "{said:?}");
        assert!(of(6).contains("no such disease"), "{said:?}");
        assert!(of(7).contains("earlier line"), "{said:?}");
        let disease = async |sample: &str| {
            let values = own.values(sample).await;
            values.into_iter().find(|value| value.field == "disease").map(|value| (value.term, value.layer))
        };
        assert_eq!(disease("S1").await, Some(("MONDO:0002691".into(), Layer::Human)));
        assert_eq!(disease("S2").await, Some(("MONDO:0002691".into(), Layer::Human)), "it stays");
        let batch = curation::load_batch(&own.own, found.batch.unwrap()).await.unwrap();
        assert_eq!(batch.why, "last year's review");
        let listed = BatchFilter { kind: Some(BatchKind::Import), ..BatchFilter::default() };
        assert_eq!(curation::list_batches(&own.own, listed, PageRequest::default()).await.unwrap().items.len(), 1);

        let replaced = own.import("last-year.csv", sheet, |input| input.conflicts = Conflicts::Replace).await.unwrap();
        assert_eq!(own.found(&replaced).await.conflicts, 1);
        assert_eq!(disease("S2").await, Some(("MONDO:0005059".into(), Layer::Human)), "the file decides");

        // What cannot be read decides nothing, and says why.
        let broken = own.import("broken.csv", "patient,disease\n1,asthma\n", |_| {}).await.unwrap();
        assert_eq!(broken.state, JobState::Failed);
        let error = broken.error.unwrap();
        assert!(error.contains("broken.csv, line 1") && error.contains("accession"), "{error}");
        let half = "sample,disease\nS4,leukemia\n".to_owned() + "S4,\u{fffd}\n";
        own.import("half.csv", &half, |_| {}).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_that_breaks_in_the_middle_leaves_nothing() {
    for db in each_engine().await {
        let (own, other) = scenes(db).await;
        decide_a_lot(&own).await;
        let before = other.holds().await;
        let whole = own.export(ExportFormat::Json).await;
        let cut = &whole[..whole.len() - 40];
        let job = other.import("cut.json", cut, |_| {}).await.unwrap();
        assert_eq!(job.state, JobState::Failed, "{job:?}");
        assert_eq!(other.holds().await, before);
        let batches = curation::list_batches(&other.own, BatchFilter::default(), PageRequest::default()).await.unwrap();
        assert!(batches.items.is_empty());
        let (rows,): (i64,) = crate::db::sql("select count(*) from curations where organization = $1")
            .bind(other.own.scope)
            .one(&other.app.db)
            .await
            .unwrap();
        assert_eq!(rows, 0, "nothing half written stays");
        // A scientist cannot, and nobody into another's collection.
        let scientist = member_ctx(&other.app, other.own.scope.unwrap(), Role::Scientist).await;
        let file = chorale_model::sources::UploadedFile { name: "x".into(), sha256: "0".repeat(64), size_bytes: 1 };
        let input = ImportDecisions {
            collection: other.collection,
            file,
            conflicts: Conflicts::Keep,
            why: String::new(),
            look: true,
        };
        assert_eq!(start_import(&scientist, input.clone()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(start_import(&other.own, input.clone()).await.unwrap_err().fields[0].field, "files");
        let foreign = ImportDecisions { collection: own.collection, ..input };
        assert_eq!(start_import(&other.own, foreign).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn label_studio_gets_tasks_and_gives_decisions_back() {
    for db in each_engine().await {
        let (own, other) = scenes(db).await;
        own.decide(CurationAction::Set, "S1", "disease", "MONDO:0002691").await;
        let filter = TaskFilter { collection: own.collection, field: None, waiting: false };
        let tasks = text(export_tasks(&own.own, filter.clone()).await.unwrap()).await;
        let tasks: serde_json::Value = serde_json::from_str(&tasks).unwrap();
        let of = |sample: &str| {
            tasks.as_array().unwrap().iter().find(|task| task["data"]["sample"] == sample).unwrap().clone()
        };
        assert_eq!(tasks.as_array().unwrap().len(), 4);
        // Suggestions as predictions: choices that are among the task's own, and the words where they stand.
        let skin = of("S3");
        let predicted = skin["predictions"][0]["result"].as_array().unwrap();
        let disease = predicted.iter().find(|one| one["from_name"] == "disease").unwrap();
        let choice = &disease["value"]["choices"][0];
        assert_eq!((disease["type"].as_str(), choice.as_str()), (Some("choices"), Some("psoriasis (MONDO:0005083)")));
        assert!(skin["data"]["disease_options"].as_array().unwrap().iter().any(|option| option["value"] == *choice));
        let marked = predicted.iter().find(|one| one["value"]["labels"][0] == "disease").unwrap();
        let (start, end) = (marked["value"]["start"].as_u64().unwrap(), marked["value"]["end"].as_u64().unwrap());
        let words: Vec<u16> = skin["data"]["text"].as_str().unwrap().encode_utf16().collect();
        let words = String::from_utf16(&words[start as usize..end as usize]).unwrap();
        assert_eq!((words.as_str(), marked["value"]["text"].as_str()), ("psoriasis", Some("psoriasis")));
        // What people decided as annotations.
        let decided = &of("S1")["annotations"][0]["result"][0]["value"]["choices"][0];
        assert_eq!(decided, "label of MONDO:0002691 (MONDO:0002691)");
        let config = task_config(&own.own, filter).await.unwrap();
        assert!(
            config
                .contains("<Choices name=\"disease\" toName=\"text\" value=\"$disease_options\" choice=\"multiple\"/>"),
            "{config}"
        );

        // Somebody annotates them there; the export comes back, into an organization with the same samples.
        let annotated: Vec<serde_json::Value> = ["S1", "S3", "S4"]
            .into_iter()
            .map(|sample| {
                let mut task = of(sample);
                let said = if sample == "S4" { "leukemia" } else { "hepatocellular carcinoma (MONDO:0007256)" };
                let kind = if sample == "S4" { "disease_other" } else { "disease" };
                let value = if sample == "S4" {
                    serde_json::json!({"text": [said]})
                } else {
                    serde_json::json!({"choices": [said]})
                };
                let type_ = if sample == "S4" { "textarea" } else { "choices" };
                task["annotations"] = serde_json::json!([{"id": 1, "completed_by": 7, "was_cancelled": false, "result":
                [{"id": "x", "from_name": kind, "to_name": "text", "type": type_, "value": value}]}]);
                task
            })
            .collect();
        let file = serde_json::Value::Array(annotated).to_string();
        let job = other.import("project-1.json", &file, |_| {}).await.unwrap();
        let found = other.found(&job).await;
        assert_eq!((found.format.as_str(), found.decided, found.unknown_values), ("label_studio", 3, 0), "{found:#?}");
        for (sample, term) in [("S1", "MONDO:0007256"), ("S3", "MONDO:0007256"), ("S4", "MONDO:0005059")] {
            let values = other.values(sample).await;
            let disease = values.iter().find(|value| value.field == "disease").unwrap();
            assert_eq!((disease.term.as_str(), disease.layer), (term, Layer::Human), "{sample}");
        }
        // The tasks as they were exported are read, too: what people decided comes with them.
        let whole = tasks.to_string();
        curation::revert_batch(&other.own, found.batch.unwrap(), RevertBatch::default()).await.unwrap();
        let job = other.import("tasks.json", &whole, |_| {}).await.unwrap();
        assert_eq!(other.found(&job).await.decided, 1);
        let foreign = TaskFilter { collection: own.collection, field: None, waiting: true };
        assert_eq!(export_tasks(&other.own, foreign).await.err().unwrap().kind, FaultKind::Missing);
        let waiting = TaskFilter { collection: own.collection, field: Some("disease".into()), waiting: true };
        let none = text(export_tasks(&own.own, waiting).await.unwrap()).await;
        assert_eq!(none.trim(), "[\n]", "{none}");
    }
}
