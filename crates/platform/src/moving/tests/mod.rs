//! A store that MLflow's client filled comes here whole. `store/` was made with mlflow 3.17.2, in an empty folder:
//! `python stores.py fill file:///lab/mlruns --small` (stores.py of `end2end/mlflow`).

mod databases;

use super::{Credentials, Store, Summary, bring};
use crate::experiments::{self, Owner};
use crate::{Ctx, Db, Deployment, db, registry, testing};
use chorale_model::experiments::{Asked, ExperimentId, KeyValue, Life, LoggedModelId, Run, RunStatus, SearchRuns};
use chorale_model::page::PageRequest;
use chorale_model::registry::Stage;
use chorale_model::{FaultKind, Role};
use futures::TryStreamExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MODEL: &str = "Klasse ä 'x'";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/moving/tests/store")
}

struct Scene {
    app: Arc<Deployment>,
    ctx: Ctx,
}

impl Scene {
    async fn new(db: Db) -> Scene {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "lab").await;
        let ctx = testing::member_ctx(&app, organization, Role::Scientist).await;
        Scene { app, ctx }
    }

    async fn brought(&self, place: &Path, again: bool) -> Summary {
        let store = opened(place).await.unwrap();
        bring(&self.ctx, &store, again, &|_| ()).await.unwrap()
    }

    async fn runs(&self) -> Vec<Run> {
        let asked = Asked { life: Life::All, ..Asked::default() };
        let experiments = experiments::search_experiments(&self.ctx, &asked).await.unwrap().items;
        let experiments = experiments.into_iter().map(|one| one.id).collect();
        experiments::search_runs(&self.ctx, &SearchRuns { experiments, asked }).await.unwrap().runs
    }

    async fn named(&self, name: &str) -> Run {
        self.runs().await.into_iter().find(|run| run.info.name == name).unwrap()
    }

    async fn bytes(&self, owner: Owner, path: &str) -> Vec<u8> {
        let file = experiments::artifact(&self.ctx, owner, None, path).await.unwrap();
        let chunks: Vec<bytes::Bytes> = file.open(&self.ctx, None).await.unwrap().try_collect().await.unwrap();
        chunks.concat()
    }
}

async fn opened(place: &Path) -> Result<Store, chorale_model::Fault> {
    Store::open(place.to_str().unwrap(), None, Credentials::default()).await
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[tokio::test]
async fn a_folder_comes_whole_and_once() {
    for db in db::tests::each_engine().await {
        let scene = Scene::new(db).await;
        let first = scene.brought(&golden(), false).await;
        assert_eq!(first.left, [], "everything came");
        assert_eq!(first.renamed, []);
        let came = [first.experiments, first.runs, first.logged_models, first.files, first.models, first.versions];
        assert_eq!(came.map(|one| (one.came, one.known)), [(3, 0), (8, 0), (1, 0), (8, 0), (2, 0), (2, 0)]);
        assert_eq!((first.points, first.aliases.came), (11, 2));
        whole(&scene).await;
        let before = scene.runs().await;

        let second = scene.brought(&golden(), false).await;
        let came = [second.experiments, second.runs, second.logged_models, second.models, second.versions];
        assert_eq!(came.map(|one| (one.came, one.known)), [(0, 3), (0, 8), (0, 1), (0, 2), (0, 2)]);
        assert_eq!((second.points, second.files.came, second.left), (0, 0, Vec::new()));
        let again = scene.brought(&golden(), true).await;
        assert_eq!(
            (again.runs.came, again.files.came, again.files.known),
            (8, 0, 8),
            "looked at again, nothing comes twice"
        );
        assert_eq!(scene.runs().await, before);
        whole(&scene).await;
    }
}

/// Everything of the golden store is here as it was.
async fn whole(scene: &Scene) {
    let ctx = &scene.ctx;
    let parent = scene.named("ünï: yes").await;
    let value =
        |of: &[KeyValue], key: &str| KeyValue::find(of, key).map(str::to_owned).unwrap_or_else(|| panic!("{key}"));
    assert_eq!(parent.info.status, RunStatus::Finished);
    assert!(parent.info.started_ms > 1_795_000_000_000 && parent.info.ended_ms >= Some(parent.info.started_ms));
    assert_eq!(value(&parent.params, "q/sub"), "ä\nzwei");
    assert_eq!((value(&parent.params, "empty"), value(&parent.params, "yes")), (String::new(), "true".into()));
    assert_eq!(value(&parent.params, "long").len(), 3_000);
    assert_eq!((value(&parent.tags, "a"), value(&parent.tags, "b")), ("x\ny".into(), "null".into()));
    let page = PageRequest::default();
    let points = experiments::history(ctx, parent.info.id, "odd values", &page).await.unwrap().items;
    let mut points: Vec<(i64, String)> = points.iter().map(|one| (one.step, one.value.to_string())).collect();
    points.sort();
    let largest = f64::MAX.to_string();
    let wanted = ["1.5", "NaN", &largest, &format!("-{largest}"), &1e-320_f64.to_string(), "0.30000000000000004", "0"];
    assert_eq!(points, (0..).zip(wanted.map(str::to_owned)).collect::<Vec<_>>());
    assert_eq!(parent.find_metric("deep/er metric").map(|one| (one.value, one.step)), Some((2.0, -3)));
    let [input] = parent.datasets.as_slice() else { panic!("{:?}", parent.datasets) };
    assert_eq!((&*input.dataset.name, &*input.dataset.digest), ("tiny set", "91ebaacb"));
    assert_eq!(input.dataset.source, format!("{{\"tags\": {{\"mlflow.user\": \"{}\"}}}}", "u".repeat(90)));
    assert_eq!((input.dataset.schema.as_deref(), input.dataset.profile.as_deref()), (Some("[1, 2]"), None));
    assert_eq!(value(&input.tags, "yes"), "no: 'x'");

    let experiment = experiments::load_experiment(ctx, parent.info.experiment).await.unwrap();
    assert_eq!(experiment.name, format!("Études: \"weird\" #1 - {{x}}: {}name", "long ".repeat(30)));
    assert_eq!(value(&experiment.tags, "mlflow.note.content"), "a\n\nb: 'c'");
    let child = scene.named("child").await;
    assert_eq!(value(&child.tags, "mlflow.parentRunId"), parent.info.id.to_string());

    assert_eq!(scene.bytes(Owner::Run(parent.info.id), "notes/ä text.txt").await, b"hello");
    assert_eq!(scene.bytes(Owner::Run(parent.info.id), "empty.txt").await, b"");
    let model = &parent.models_out[0];
    assert_eq!(model.step, 4);
    let weights = scene.bytes(Owner::Model(model.model), "weights.bin").await;
    assert_eq!(weights, (0..=255).cycle().take(1_024).collect::<Vec<u8>>());
    let model = experiments::load_logged_model(ctx, model.model, false).await.unwrap();
    assert_eq!((&*model.name, &*model.model_type, value(&model.params, "depth")), ("classifier", "Agent", "3".into()));
    let [measured] = model.metrics.as_slice() else { panic!("{:?}", model.metrics) };
    assert_eq!((measured.run, measured.point.value), (child.info.id, 0.75));

    let deleted = scene.named("deleted").await;
    assert!(deleted.info.deleted);
    assert_eq!(scene.bytes(Owner::Run(deleted.info.id), "kept.txt").await, b"kept");
    let mut ends: Vec<&str> = Vec::new();
    let runs = scene.runs().await;
    ends.extend(runs.iter().filter(|run| !run.info.deleted).map(|run| run.info.status.name()));
    ends.sort_unstable();
    assert_eq!(ends, ["FAILED", "FINISHED", "FINISHED", "KILLED", "RUNNING", "SCHEDULED"]);
    let asked = Asked { life: Life::Deleted, ..Asked::default() };
    let gone = experiments::search_experiments(ctx, &asked).await.unwrap().items;
    assert_eq!(gone.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["gone"]);

    registered(scene, &parent, model.id).await;
}

async fn registered(scene: &Scene, run: &Run, logged: LoggedModelId) {
    let model = registry::load_model(&scene.ctx, MODEL).await.unwrap();
    assert_eq!(model.description, "Line one.\n\nLine two: \"quoted\"");
    assert_eq!(KeyValue::find(&model.tags, "multi"), Some("a\nb"));
    let mut aliases: Vec<_> = model.aliases.iter().map(|one| (one.alias.as_str(), one.version)).collect();
    aliases.sort_unstable();
    assert_eq!(aliases, [("champion", 2), ("next-one", 1)]);
    let first = registry::load_version(&scene.ctx, MODEL, 1).await.unwrap();
    assert_eq!((first.source.uri, first.source.logged_model), (format!("models:/{logged}"), logged.to_string()));
    assert_eq!(KeyValue::find(&first.tags, "vk"), Some("vv"));
    let second = registry::load_version(&scene.ctx, MODEL, 2).await.unwrap();
    assert_eq!((second.stage, &*second.description), (Stage::Production, "the second"));
    assert_eq!(second.source.location, format!("{}/model", run.info.artifact_uri));
    let file = experiments::version_artifact(&scene.ctx, &second, "weights.bin").await.unwrap();
    assert_eq!(file.size_bytes, 1_024);
    // The number of the deleted third is given by nobody.
    assert_eq!(model.latest_version, 2);
}

#[tokio::test]
async fn an_id_that_is_taken_is_told_and_kept_as_a_tag() {
    for db in db::tests::each_engine().await {
        let scene = Scene::new(db).await;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("mlruns");
        copied(&golden(), &place);
        // One whose number is another's here, and one whose name is.
        let numbered = place.join("1");
        std::fs::create_dir_all(&numbered).unwrap();
        std::fs::write(numbered.join("meta.yaml"), "experiment_id: '1'\nname: theirs\nlifecycle_stage: active\n")
            .unwrap();
        for name in ["ours", "gone"] {
            let new = chorale_model::experiments::CreateExperiment { name: name.into(), ..Default::default() };
            experiments::create_experiment(&scene.ctx, new).await.unwrap();
        }
        let summary = scene.brought(&place, false).await;
        let mut renamed: Vec<_> =
            summary.renamed.iter().map(|one| (one.theirs.as_str(), one.ours.as_str(), one.name.as_str())).collect();
        renamed.sort_unstable();
        let [(theirs, ours, name), (other, same, second)] = renamed[..] else { panic!("{renamed:?}") };
        assert_eq!((theirs, ours, name), ("1", "3", "theirs"));
        assert_eq!((other, second), (same, "gone (2)"));
        let tags = experiments::load_experiment(&scene.ctx, ExperimentId(3)).await.unwrap().tags;
        assert_eq!(KeyValue::find(&tags, "chorale.imported.experiment_id"), Some("1"));
        let again = scene.brought(&place, false).await;
        assert_eq!((again.experiments.came, again.renamed.len()), (0, 2), "the second import finds them again");
        let new = chorale_model::experiments::CreateExperiment { name: "next".into(), ..Default::default() };
        assert_eq!(experiments::create_experiment(&scene.ctx, new).await.unwrap().id, ExperimentId(4));
    }
}

#[tokio::test]
async fn what_cannot_come_is_told_by_name_and_tried_again() {
    for db in db::tests::each_engine().await {
        let scene = Scene::new(db).await;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("mlruns");
        copied(&golden(), &place);
        let run = scene_run(&place);
        std::fs::write(run.join("params/too long"), "x".repeat(6_001)).unwrap();
        std::fs::write(run.join("metrics/broken"), "1 2 3\nno point\n").unwrap();
        std::fs::write(run.join("artifacts/a#b.txt"), "odd").unwrap();
        let secret = folder.path().join("secret.txt");
        std::fs::write(&secret, "nobody's").unwrap();
        std::os::unix::fs::symlink(&secret, run.join("artifacts/link.txt")).unwrap();
        let summary = scene.brought(&place, false).await;
        let left: Vec<&str> = summary.left.iter().map(|one| one.what.as_str()).collect();
        let id = run.file_name().unwrap().to_str().unwrap();
        let wanted = [
            format!("run {id}: param \"too long\""),
            format!("run {id}: metric \"broken\""),
            format!("run {id}: file \"a#b.txt\""),
        ];
        assert_eq!(left, wanted);
        let run_id = id.parse().unwrap();
        let files = experiments::list_artifacts(&scene.ctx, Owner::Run(run_id), None, "").await.unwrap();
        assert!(files.iter().all(|file| file.path != "link.txt"), "a link that leads out is not followed: {files:?}");
        for path in ["params/too long", "metrics/broken", "artifacts/a#b.txt"] {
            std::fs::remove_file(run.join(path)).unwrap();
        }
        let second = scene.brought(&place, false).await;
        assert_eq!((second.left, second.runs.came, second.runs.known), (Vec::new(), 1, 7), "it alone is tried again");
        // What was changed here stays, and what came there comes.
        std::fs::write(run.join("metrics/later"), "5 0.5 1\n").unwrap();
        std::fs::write(run.join("tags/a"), "changed there").unwrap();
        let third = scene.brought(&place, false).await;
        assert_eq!((third.left, third.runs.came), (Vec::new(), 1));
        let parent = scene.named("ünï: yes").await;
        assert_eq!(KeyValue::find(&parent.tags, "a"), Some("x\ny"));
        assert_eq!(parent.find_metric("later").map(|one| one.value), Some(0.5));
    }
}

/// The folder of the run that has most.
fn scene_run(place: &Path) -> PathBuf {
    let mut found = Vec::new();
    for experiment in std::fs::read_dir(place).unwrap() {
        for run in std::fs::read_dir(experiment.unwrap().path()).into_iter().flatten() {
            let run = run.unwrap().path();
            if run.join("params/q/sub").is_file() && run.join("inputs").is_dir() {
                found.push(run);
            }
        }
    }
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[tokio::test]
async fn nobody_else_sees_what_came_and_visitors_bring_nothing() {
    for db in db::tests::each_engine().await {
        let scene = Scene::new(db).await;
        scene.brought(&golden(), false).await;
        let other = testing::organization(&scene.app, "other").await;
        let stranger = testing::member_ctx(&scene.app, other, Role::Scientist).await;
        let run = scene.named("child").await.info.id;
        assert_eq!(experiments::load_run(&stranger, run).await.unwrap_err().kind, FaultKind::Missing);
        // The same store in another organization is another's.
        let store = opened(&golden()).await.unwrap();
        let summary = bring(&stranger, &store, false, &|_| ()).await.unwrap();
        assert_eq!((summary.runs.came, summary.left), (8, Vec::new()));
        let nobody = Ctx::anonymous(scene.app.clone(), "request".into(), "address".into());
        assert!(bring(&nobody, &store, false, &|_| ()).await.is_err());
    }
}

#[tokio::test]
async fn what_is_no_store_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.db");
    std::fs::write(&text, "no database\n".repeat(200)).unwrap();
    for (place, words) in [
        (folder.path().join("nowhere"), "does not exist"),
        (folder.path().to_path_buf(), "is no folder of MLflow's"),
        (text, "is no SQLite database"),
    ] {
        let fault = opened(&place).await.err().unwrap();
        assert!(fault.message.contains(words), "{fault}");
    }
    let open = |place: &'static str| Store::open(place, None, Credentials::default());
    assert!(open("postgresql://host/db").await.err().unwrap().message.contains("start \"mlflow server\" on it"));
    assert!(open("http://me:secret@host").await.err().unwrap().message.contains("MLFLOW_TRACKING_USERNAME"));
}
