//! Databases of MLflow's, old ones too: their tables as its migrations made them (`mlflow/store/db_migrations`).

use super::*;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

/// As of MLflow 1.0: no names of runs, no NaN, no datasets, no registry.
const OLD: &[&str] = &[
    "create table experiments (experiment_id integer primary key, name varchar(256), artifact_location varchar(256), \
     lifecycle_stage varchar(32))",
    "create table runs (run_uuid varchar(32) primary key, name varchar(250), source_type varchar(20), user_id varchar(256), \
     status varchar(20), start_time bigint, end_time bigint, lifecycle_stage varchar(20), artifact_uri varchar(200), \
     experiment_id integer)",
    "create table metrics (key varchar(250), value float, timestamp bigint, run_uuid varchar(32), step bigint)",
    "create table params (key varchar(250), value varchar(250), run_uuid varchar(32))",
    "create table tags (key varchar(250), value varchar(5000), run_uuid varchar(32))",
    "insert into experiments values (0, 'Default', './mlruns/0', 'active'), (7, 'old', './mlruns/7', 'active'), \
     (8, 'far', 's3://bucket/far', 'active')",
    "insert into runs values ('0123456789abcdef0123456789abcdef', '', 'LOCAL', 'ada', 'FINISHED', 1000, 2000, 'active', \
     './mlruns/7/0123456789abcdef0123456789abcdef/artifacts', 7), \
     ('1123456789abcdef0123456789abcdef', '', 'LOCAL', 'ada', 'FAILED', 1001, null, 'deleted', \
     './mlruns/7/1123456789abcdef0123456789abcdef/artifacts', 7), \
     ('2123456789abcdef0123456789abcdef', '', 'LOCAL', 'ada', 'RUNNING', 1002, null, 'active', \
     's3://bucket/far/2123456789abcdef0123456789abcdef/artifacts', 8)",
    "insert into metrics values ('m', 0.1, 1, '0123456789abcdef0123456789abcdef', 0), \
     ('m', 0.30000000000000004, 2, '0123456789abcdef0123456789abcdef', 1)",
    "insert into params values ('p', '1', '0123456789abcdef0123456789abcdef')",
    "insert into tags values ('mlflow.runName', 'an old one', '0123456789abcdef0123456789abcdef')",
];

async fn made(file: &Path, statements: &[&'static str]) {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    for statement in statements {
        sqlx::query(*statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

#[tokio::test]
async fn an_old_database_comes_with_what_it_has() {
    for db in db::tests::each_engine().await {
        let scene = Scene::new(db).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mlflow.db");
        made(&file, OLD).await;
        let artifacts = folder.path().join("mlruns/7/0123456789abcdef0123456789abcdef/artifacts/deep");
        std::fs::create_dir_all(&artifacts).unwrap();
        std::fs::write(artifacts.join("kept.txt"), "kept").unwrap();
        let summary = scene.brought(&file, false).await;
        assert_eq!(summary.left, []);
        assert_eq!((summary.runs.came, summary.points, summary.files.came), (3, 2, 1));
        let run = scene.named("an old one").await;
        assert_eq!(
            (run.info.experiment, run.info.user_id.as_str(), run.info.ended_ms),
            (ExperimentId(7), "ada", Some(2_000))
        );
        assert_eq!(run.find_metric("m").map(|one| one.value), Some(0.30000000000000004));
        assert_eq!(scene.bytes(Owner::Run(run.info.id), "deep/kept.txt").await, b"kept");
        // Files in an object store of the clients' own stay there.
        let far = experiments::load_experiment(&scene.ctx, ExperimentId(8)).await.unwrap();
        assert_eq!(far.artifact_location, "s3://bucket/far");
        let second = scene.brought(&file, false).await;
        assert_eq!((second.runs.came, second.runs.known, second.points), (0, 3, 0));
        let new = chorale_model::experiments::CreateExperiment { name: "next".into(), ..Default::default() };
        assert_eq!(experiments::create_experiment(&scene.ctx, new).await.unwrap().id, ExperimentId(9));
    }
}

#[tokio::test]
async fn a_database_that_moved_is_told_where_its_files_are_and_reads_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mlflow.db");
    made(&file, OLD).await;
    made(
        &file,
        &["update runs set artifact_uri = 'file:///srv/lab/files/7/' || run_uuid || '/artifacts' where experiment_id = 7"],
    )
    .await;
    let files = folder.path().join("elsewhere/files");
    let artifacts = files.join("7/0123456789abcdef0123456789abcdef/artifacts");
    std::fs::create_dir_all(&artifacts).unwrap();
    std::fs::write(artifacts.join("kept.txt"), "kept").unwrap();
    let scene = Scene::new(db::tests::each_engine().await.remove(0)).await;
    let without = scene.brought(&file, false).await;
    assert_eq!(without.left.len(), 2, "{:?}", without.left);
    assert!(without.left[0].why.contains("--artifacts"), "{:?}", without.left);
    let store = Store::open(file.to_str().unwrap(), Some(&files), Credentials::default()).await.unwrap();
    let with = bring(&scene.ctx, &store, false, &|_| ()).await.unwrap();
    assert_eq!((with.left, with.files.came), (Vec::new(), 1));
    made(&file, &["update runs set artifact_uri = 'file:///srv/files/../../../etc' where status = 'FINISHED'"]).await;
    let climbing = bring(&scene.ctx, &store, true, &|_| ()).await.unwrap();
    assert_eq!((climbing.left.len(), climbing.files.came), (1, 0), "{:?}", climbing.left);
}

#[tokio::test]
async fn a_database_of_something_else_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.db");
    made(&file, &["create table things (id integer)"]).await;
    let fault = opened(&file).await.err().unwrap();
    assert!(fault.message.contains("is no database of MLflow's: it has no table \"experiments\""), "{fault}");
}
