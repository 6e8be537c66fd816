//! Files of runs: kept whole, listed by folder, never outside of their owner.

use super::*;
use crate::db::tests::each_engine;
use chorale_model::FaultKind;

async fn put(ctx: &Ctx, owner: Owner, path: &str, bytes: &[u8]) -> Result<(), chorale_model::Fault> {
    let mut upload = start_artifact(ctx, owner, None, path).await?;
    upload.write(bytes).await?;
    upload.finish().await
}

#[tokio::test]
async fn files_are_kept_listed_replaced_and_deleted() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let owner = Owner::Run(scene.run("run").await);
        for (path, bytes) in
            [("a.txt", &b"one"[..]), ("plots/roc.png", b"two2"), ("plots/deep/ä b.json", b""), ("plots.txt", b"x")]
        {
            put(&scene.own, owner, path, bytes).await.unwrap();
        }
        let listed = async |folder: &str| -> Vec<(String, Option<i64>)> {
            let found = list_artifacts(&scene.own, owner, Some(scene.experiment), folder).await.unwrap();
            found.into_iter().map(|entry| (entry.path, entry.size_bytes)).collect()
        };
        let entry = |path: &str, size: Option<i64>| (path.to_owned(), size);
        assert_eq!(listed("").await, [entry("a.txt", Some(3)), entry("plots", None), entry("plots.txt", Some(1))]);
        assert_eq!(listed("plots/").await, [entry("plots/deep", None), entry("plots/roc.png", Some(4))]);
        assert_eq!(listed("plots/deep").await, [entry("plots/deep/ä b.json", Some(0))]);
        assert!(listed("nothing").await.is_empty());
        put(&scene.own, owner, "a.txt", b"other").await.unwrap();
        let read = artifact(&scene.own, owner, None, "a.txt").await.unwrap();
        assert_eq!(&*scene.app.objects.get(&read.object_key).await.unwrap(), b"other");
        assert_eq!(read.sha256, crate::objects::sha256_hex(b"other"));
        for (path, why) in [("plots", "a folder"), ("a.txt/below", "a folder")] {
            assert!(put(&scene.own, owner, path, b"x").await.unwrap_err().message.contains(why), "{path}");
        }
        delete_artifacts(&scene.own, owner, None, "plots").await.unwrap();
        assert_eq!(listed("").await, [entry("a.txt", Some(5)), entry("plots.txt", Some(1))]);
        delete_artifacts(&scene.own, owner, None, "plots").await.unwrap();
        put(&scene.own, owner, "100% of it.txt", b"x").await.unwrap();
    }
}

#[tokio::test]
async fn no_path_leads_out_of_its_owner_and_no_owner_into_another_organization() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("run").await;
        let owner = Owner::Run(run);
        for path in [
            "",
            ".",
            "..",
            "../x",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "a\\b",
            "C:/x",
            "a%2fb",
            "..%2f..%2fx",
            "%252e%252e%252fx",
            "%5c",
            "a%00",
            "x;",
            "a?b",
            "a#b",
            "a\0b",
            "./a",
        ] {
            assert_eq!(put(&scene.own, owner, path, b"x").await.unwrap_err().kind, FaultKind::Invalid, "{path:?}");
            assert!(artifact(&scene.own, owner, None, path).await.is_err(), "{path:?}");
            assert!(delete_artifacts(&scene.own, owner, None, path).await.is_err(), "{path:?}");
        }
        put(&scene.own, owner, "a.txt", b"own").await.unwrap();
        let wrong = Some(chorale_model::experiments::ExperimentId(0));
        assert_eq!(artifact(&scene.own, owner, wrong, "a.txt").await.err().unwrap().kind, FaultKind::Missing);
        let stranger = &scene.stranger;
        assert_eq!(artifact(stranger, owner, None, "a.txt").await.err().unwrap().kind, FaultKind::Missing);
        assert_eq!(list_artifacts(stranger, owner, None, "").await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(put(stranger, owner, "b.txt", b"x").await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(delete_artifacts(stranger, owner, None, "a.txt").await.unwrap_err().kind, FaultKind::Missing);
        // A deleted run keeps its files and takes none.
        delete_runs(&scene.own, &[run]).await.unwrap();
        assert!(artifact(&scene.own, owner, None, "a.txt").await.is_ok());
        assert_eq!(put(&scene.own, owner, "b.txt", b"x").await.unwrap_err().kind, FaultKind::Invalid);
    }
}

#[test]
fn a_path_names_its_owner_or_nothing() {
    let run = RunId(uuid::Uuid::from_u128(7));
    let model = chorale_model::experiments::LoggedModelId(uuid::Uuid::from_u128(8));
    let found = Owner::of_path(&format!("3/{run}/artifacts/a/b.txt")).unwrap();
    assert_eq!(found, (ExperimentId(3), Owner::Run(run), "a/b.txt".to_owned()));
    let found = Owner::of_path(&format!("3/models/{model}/artifacts/")).unwrap();
    assert_eq!(found, (ExperimentId(3), Owner::Model(model), String::new()));
    let (no_artifacts, no_number, no_experiment) =
        (format!("3/{run}"), format!("x/{run}/artifacts/a"), format!("{run}/artifacts/a"));
    for path in ["", "3", &no_artifacts, &no_number, &no_experiment, "../../etc/passwd"] {
        assert!(Owner::of_path(path).is_none(), "{path}");
    }
}
