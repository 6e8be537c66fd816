//! The card of a version: what its run measured and read, and what its files say, found where the source leads.

use super::*;
use crate::db::tests::each_engine;
use crate::registry;
use chorale_model::FaultKind;
use chorale_model::experiments::{DatasetInput, RunDataset};
use chorale_model::registry::{CreateModel, VersionCard};

const MLMODEL: &str = "flavors:\n  python_function:\n    python_version: 3.11.7\n  sklearn:\n    sklearn_version: 1.9.1\n\
    mlflow_version: 3.17.2\nsignature:\n  inputs: '[{\"type\": \"string\", \"name\": \"text\", \"required\": true}]'\n";

async fn put(ctx: &Ctx, owner: Owner, path: &str, text: &str) {
    let mut upload = start_artifact(ctx, owner, None, path).await.unwrap();
    upload.write(text.as_bytes()).await.unwrap();
    upload.finish().await.unwrap();
}

fn paths(card: &VersionCard) -> Vec<&str> {
    card.files.iter().map(|file| &*file.path).collect()
}

#[tokio::test]
async fn a_card_says_what_a_version_is_and_where_it_came_from() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ctx = &scene.own;
        registry::create_model(ctx, CreateModel { name: "m".into(), ..CreateModel::default() }).await.unwrap();
        let run = scene.run("best").await;
        log(ctx, run, metrics(vec![point("f1", 0.5, 1, 1), point("f1", 0.8, 2, 2)])).await.unwrap();
        log(ctx, run, params(&[("c", "0.5")])).await.unwrap();
        let dataset = RunDataset {
            name: "gold".into(),
            digest: "6d1ea0f2".into(),
            source_type: "local".into(),
            source: "{}".into(),
            schema: None,
            profile: None,
        };
        log_inputs(ctx, run, vec![DatasetInput { dataset, tags: Vec::new() }], Vec::new()).await.unwrap();
        let owner = Owner::Run(run);
        for (path, text) in [
            ("model/MLmodel", MLMODEL),
            ("model/requirements.txt", "pandas\n"),
            ("model/data/weights.bin", "abc"),
            ("model-of-another/MLmodel", "flavors: {}\n"),
            ("plot.txt", "x"),
        ] {
            put(ctx, owner, path, text).await;
        }
        let register = async |source: String, run: &str| {
            let new = RegisterVersion { name: "m".into(), source, run: run.into(), ..RegisterVersion::default() };
            register_version(ctx, new).await.unwrap().version
        };
        let id = run.to_string();
        let version = register(format!("runs:/{id}/model"), &id).await;
        let card = load_version_card(ctx, "m", version).await.unwrap();
        assert_eq!(
            paths(&card),
            ["MLmodel", "data/weights.bin", "requirements.txt"],
            "what lies below the source alone"
        );
        assert_eq!(card.size_bytes(), 3 + 7 + i64::try_from(MLMODEL.len()).unwrap());
        let format = card.format.as_ref().unwrap();
        assert_eq!((format.python_version.as_deref(), &*format.flavors[1].name), (Some("3.11.7"), "sklearn"));
        assert_eq!(format.requirements, ["pandas"]);
        assert_eq!(format.signature.as_ref().unwrap().inputs[0].name, "text");
        let of = card.run.as_ref().unwrap();
        assert_eq!(
            (of.metrics[0].value, &*of.params[0].value, &*of.datasets[0].dataset.digest),
            (0.8, "0.5", "6d1ea0f2")
        );
        assert_eq!(card.experiment.as_deref(), Some("screens"));

        // The whole of a run's files, a place of the client's own, and a file that is no MLmodel.
        let whole = load_version_card(ctx, "m", register(format!("runs:/{id}"), &id).await).await.unwrap();
        assert_eq!((whole.files.len(), whole.format.is_none()), (5, true));
        let elsewhere = load_version_card(ctx, "m", register("s3://bucket/m".into(), "").await).await.unwrap();
        assert!(elsewhere.files.is_empty() && elsewhere.run.is_none() && elsewhere.format.is_none());
        put(ctx, owner, "broken/MLmodel", "flavors: 'never closed").await;
        let broken = load_version_card(ctx, "m", register(format!("runs:/{id}/broken"), &id).await).await.unwrap();
        assert_eq!((paths(&broken), &broken.format), (vec!["MLmodel"], &None));

        // A deleted run is still what it came from; nobody else sees any of it.
        delete_runs(ctx, &[run]).await.unwrap();
        assert!(load_version_card(ctx, "m", version).await.unwrap().run.unwrap().info.deleted);
        for (who, number) in [(&scene.stranger, version), (ctx, 99)] {
            assert_eq!(load_version_card(who, "m", number).await.unwrap_err().kind, FaultKind::Missing);
        }
    }
}
