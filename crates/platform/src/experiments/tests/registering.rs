//! Where a version's source may lead: into a run or a model that is named beside it, or to a place of the client's own.

use super::*;
use crate::db::tests::each_engine;
use crate::registry;
use chorale_model::FaultKind;
use chorale_model::experiments::{CreateLoggedModel, LoggedModelId};
use chorale_model::registry::CreateModel;

#[tokio::test]
async fn a_source_leads_where_it_says_and_nowhere_else() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ctx = &scene.own;
        registry::create_model(ctx, CreateModel { name: "m".into(), ..CreateModel::default() }).await.unwrap();
        let run = scene.run("run").await;
        let new = CreateLoggedModel { source_run: run.to_string(), ..CreateLoggedModel::default() };
        let model = create_logged_model(ctx, scene.experiment, new).await.unwrap();
        let root = scene.load(run).await.info.artifact_uri;
        let register = async |source: &str, run: &str, logged_model: &str| {
            let new = RegisterVersion {
                name: "m".into(),
                source: source.into(),
                run: run.into(),
                logged_model: logged_model.into(),
                ..RegisterVersion::default()
            };
            register_version(ctx, new).await
        };
        let (id, m) = (run.to_string(), model.id.to_string());
        let made = register(&format!("runs:/{id}/model"), &id, "").await.unwrap();
        assert_eq!((made.version, &*made.source.run), (1, &*id));
        let made = register(&format!("models:/{m}"), "", &m).await.unwrap();
        assert_eq!((&*made.source.location, &*made.source.run), (&*model.artifact_uri, &*id));
        let said = load_logged_model(ctx, model.id, false).await.unwrap().tags;
        assert_eq!(said[0], KeyValue::new("mlflow.modelVersions", r#"[{"name":"m","version":2}]"#));
        assert!(register(&format!("{root}/model"), &id, "").await.is_ok());
        let copy = register("models:/m/1", "", "").await.unwrap();
        assert_eq!(copy.source.location, format!("runs:/{id}/model"), "a copy lies where its original does");
        assert!(register("s3://bucket/model", "", "").await.is_ok());

        let other = scene.run("other").await.to_string();
        for (source, run, model) in [
            ("file:///etc/passwd", &*id, ""),
            ("/etc/passwd", &id, ""),
            ("ftp://host/x", "", ""),
            ("etc/passwd", "", ""),
            (&format!("runs:/{id}/model"), "", ""),
            (&format!("runs:/{id}/model"), &other, ""),
            (&format!("runs:/{id}/../{other}"), &id, ""),
            (&format!("{root}/..%2f..%2fx"), &id, ""),
            (&format!("{root}/%252e%252e/x"), &id, ""),
            (&format!("{root}\\..\\x"), &id, ""),
            (&format!("{root}x"), &id, ""),
            (&format!("{root}?x=/../.."), &id, ""),
            (&root, &other, ""),
            (&root, "", ""),
            (&format!("models:/{m}"), "", ""),
            (&format!("models://host/{m}"), "", &m),
            ("s3://bucket/../other", "", ""),
            ("http://host/api/2.0/mlflow-artifacts/artifacts/x", "", ""),
            ("models:/m/1", &other, ""),
        ] {
            let fault = register(source, run, model).await.unwrap_err();
            assert_eq!((fault.kind, &*fault.fields[0].field), (FaultKind::Invalid, "source"), "{source}: {fault}");
        }
        for source in ["models:/m/99", "models:/none/1", "models:/m@none"] {
            assert_eq!(register(source, "", "").await.unwrap_err().kind, FaultKind::Missing, "{source}");
        }
        // A model that there is not registers nothing, so that the same once more makes no second version.
        let newest = registry::load_model(ctx, "m").await.unwrap().latest_version;
        let absent = LoggedModelId(scene.app.ids.uuid()).to_string();
        for (source, run) in [(format!("runs:/{id}/model"), &*id), ("s3://bucket/model".to_owned(), &*id)] {
            assert_eq!(register(&source, run, &absent).await.unwrap_err().kind, FaultKind::Missing, "{source}");
        }
        assert_eq!(registry::load_model(ctx, "m").await.unwrap().latest_version, newest);
        // A list that grows too long loses its oldest.
        for _ in 0..300 {
            register(&format!("models:/{m}"), "", &m).await.unwrap();
        }
        let tags = load_logged_model(ctx, model.id, false).await.unwrap().tags;
        assert!(tags[0].value.len() <= 8_000 && tags[0].value.ends_with(&format!(r#""version":{}}}]"#, newest + 300)));
        // Another organization's run is none.
        let theirs =
            RegisterVersion { name: "m".into(), source: root.clone(), run: id.clone(), ..RegisterVersion::default() };
        registry::create_model(&scene.stranger, CreateModel { name: "m".into(), ..CreateModel::default() })
            .await
            .unwrap();
        assert_eq!(register_version(&scene.stranger, theirs).await.unwrap_err().kind, FaultKind::Invalid);
    }
}
