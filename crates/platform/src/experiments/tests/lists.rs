//! Lists: what filters find, in which order, page by page, and for whom.

use super::*;
use crate::db::tests::each_engine;
use chorale_model::FaultKind;
use chorale_model::experiments::{
    CreateLoggedModel, DatasetInput, Life, ModelOrder, ModelStatus, RunDataset, SearchLoggedModels,
};

/// Five runs: a to c have a loss, d has one that is no number, e has none.
async fn five(scene: &Scene) -> Vec<RunId> {
    let mut ids = Vec::new();
    for (name, loss, model) in [
        ("a", Some(0.3), "Forest"),
        ("b", Some(0.1), "forest_x"),
        ("c", Some(0.2), "line%"),
        ("d", Some(f64::NAN), "line"),
        ("e", None, "it's"),
    ] {
        let run = scene.run(name).await;
        let loss = loss.map(|value| point("val loss/1", value, 1, 1));
        log(&scene.own, run, metrics(loss.into_iter().collect())).await.unwrap();
        log(&scene.own, run, params(&[("model", model)])).await.unwrap();
        ids.push(run);
    }
    log(&scene.own, ids[0], tags(&[("team", "x")])).await.unwrap();
    log(&scene.own, ids[3], tags(&[("team", "y")])).await.unwrap();
    let input = |name: &str, context: &str| DatasetInput {
        dataset: RunDataset {
            name: name.into(),
            digest: format!("digest of {name}"),
            source_type: "local".into(),
            source: "{}".into(),
            schema: None,
            profile: Some("{}".into()),
        },
        tags: vec![KeyValue::new("mlflow.data.context", context)],
    };
    log_inputs(&scene.own, ids[0], vec![input("cells", "training")], vec![]).await.unwrap();
    log_inputs(&scene.own, ids[1], vec![input("cells", "evaluation"), input("genes", "x")], vec![]).await.unwrap();
    ids
}

#[tokio::test]
async fn a_filter_finds_what_it_says() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ids = five(&scene).await;
        for (filter, names) in [
            ("", "a b c d e"),
            ("metrics.`val loss/1` < 0.25", "b c"),
            ("metrics.`val loss/1` != 0.3", "b c d"),
            ("metrics.`val loss/1` is null", "e"),
            ("params.model like 'forest%'", "b"),
            ("params.model ilike 'FOREST%'", "a b"),
            ("params.model like 'line%'", "c d"),
            ("params.model like 'lin_'", "d"),
            ("params.model = 'it''s'", "e"),
            ("params.model != 'line'", "a b c e"),
            ("tags.team is not null", "a d"),
            ("tags.team is null and params.model ilike '%e%'", "b c"),
            ("not tags.team = 'x'", "b c d e"),
            ("tags.team = 'x' or (metrics.`val loss/1` > 0.15 and not params.model = 'Forest')", "a c"),
            ("run_name in ('a')", "!"),
            ("attributes.run_name = 'a' or run_name like 'b'", "a b"),
            ("datasets.name = 'cells'", "a b"),
            ("dataset.name = 'cells' and dataset.context = 'training'", "a"),
            ("datasets.digest in ('digest of genes', 'none')", "b"),
            ("start_time > 999 and end_time > 5", ""),
            ("status = 'RUNNING' and user_id = ''", "a b c d e"),
            ("artifact_uri like 'mlflow-artifacts:/%'", "a b c d e"),
        ] {
            if names == "!" {
                let asked = Asked { filter: filter.into(), ..Asked::default() };
                let asked = SearchRuns { experiments: vec![scene.experiment], asked };
                assert_eq!(search_runs(&scene.own, &asked).await.err().unwrap().kind, FaultKind::Invalid);
                continue;
            }
            let mut found = scene.found(filter, &[]).await;
            found.sort();
            assert_eq!(found.join(" "), names, "{filter}");
        }
        let by_id = format!("run_id in ('{}', '{}', 'none')", ids[1], ids[4]);
        assert_eq!(scene.found(&by_id, &["attributes.run_name desc"]).await, ["e", "b"]);
        let by_id =
            format!("run_id = '{}' or attributes.run_id like '{}%'", ids[1], ids[2].to_string().get(..32).unwrap());
        assert_eq!(scene.found(&by_id, &["run_name"]).await, ["b", "c"]);
    }
}

#[tokio::test]
async fn an_order_has_what_is_no_number_and_what_is_missing_last_on_every_page() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        five(&scene).await;
        let order = |key: &'static str| vec![key];
        for (order, names) in [
            (order("metrics.`val loss/1`"), "b c a d e"),
            (order("metrics.`val loss/1` desc"), "a c b d e"),
            (vec!["tags.team desc", "metrics.`val loss/1`"], "d a b c e"),
            (vec!["params.model", "run_name"], "a b e d c"),
            (vec!["end_time", "run_name desc"], "e d c b a"),
            (vec!["metrics.nothing", "run_name desc"], "e d c b a"),
        ] {
            assert_eq!(scene.found("", &order).await.join(" "), names, "{order:?}");
            let mut paged = Vec::new();
            let mut cursor = None;
            loop {
                let order_by = order.iter().map(|key| (*key).to_owned()).collect();
                let asked = Asked { order_by, limit: Some(2), cursor, ..Asked::default() };
                let asked = SearchRuns { experiments: vec![scene.experiment], asked };
                let page = search_runs(&scene.own, &asked).await.unwrap();
                paged.extend(page.runs.into_iter().map(|run| run.info.name));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(paged.join(" "), names, "{order:?}, page by page");
        }
    }
}

#[tokio::test]
async fn experiments_are_found_renamed_deleted_and_restored() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let asked = |filter: &str, life| Asked { filter: filter.into(), life, ..Asked::default() };
        let names = async |filter: &str, life| -> Vec<String> {
            let found = search_experiments(&scene.own, &asked(filter, life)).await.unwrap();
            found.items.into_iter().map(|one| one.name).collect()
        };
        let mut new = named("cells");
        new.tags = vec![KeyValue::new("team", "x"), KeyValue::new("team", "y")];
        assert_eq!(create_experiment(&scene.own, new.clone()).await.unwrap_err().kind, FaultKind::Invalid);
        new.tags.remove(0);
        let cells = create_experiment(&scene.own, new).await.unwrap();
        assert_eq!(cells.tags, [KeyValue::new("team", "y")]);
        assert_eq!(create_experiment(&scene.own, named("cells")).await.unwrap_err().kind, FaultKind::Conflict);
        assert_eq!(create_experiment(&scene.own, named("Default")).await.unwrap_err().kind, FaultKind::Conflict);
        assert_eq!(names("", Life::Active).await, ["Default", "screens", "cells"]);
        assert_eq!(names("tags.team = 'y'", Life::Active).await, ["cells"]);
        assert_eq!(names("tags.team is null and name like 's%'", Life::Active).await, ["screens"]);
        assert_eq!(names(&format!("experiment_id in ('0', '{}')", cells.id), Life::All).await, ["Default", "cells"]);

        rename_experiment(&scene.own, cells.id, "cell types").await.unwrap();
        assert_eq!(rename_experiment(&scene.own, cells.id, "screens").await.unwrap_err().kind, FaultKind::Conflict);
        let run = scene.run("run").await;
        delete_experiment(&scene.own, scene.experiment).await.unwrap();
        assert!(scene.load(run).await.info.deleted, "its runs go with it");
        let refused = create_run(&scene.own, scene.experiment, CreateRun::default()).await.unwrap_err();
        assert!(refused.kind == FaultKind::Invalid && refused.message.contains("restore"), "{refused}");
        assert_eq!(delete_experiment(&scene.own, scene.experiment).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(names("", Life::Deleted).await, ["screens"]);
        restore_experiment(&scene.own, scene.experiment).await.unwrap();
        assert!(!scene.load(run).await.info.deleted);

        for place in ["file:///etc", "/etc", "ftp://x/y", "s3://b/../c", "s3:", "mlflow-artifacts:/0", "s3://b/%2e%2e"]
        {
            let mut new = named("place");
            new.artifact_location = place.into();
            let fault = create_experiment(&scene.own, new).await.unwrap_err();
            assert_eq!(fault.fields[0].field, "artifact_location", "{place}");
        }
    }
}

#[tokio::test]
async fn nothing_of_another_organization_is_found_or_changed() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("own").await;
        let (stranger, experiment) = (&scene.stranger, scene.experiment);
        let absent = RunId(scene.app.ids.uuid());
        let fault = |id: RunId, text: String| text.replace(&id.to_string(), "…");
        let (theirs, none) =
            (load_run(stranger, run).await.unwrap_err(), load_run(stranger, absent).await.unwrap_err());
        assert_eq!(fault(run, theirs.message), fault(absent, none.message));
        assert_eq!(log(stranger, run, tags(&[("a", "b")])).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(delete_runs(stranger, &[run]).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(load_experiment(stranger, experiment).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(create_run(stranger, experiment, CreateRun::default()).await.unwrap_err().kind, FaultKind::Missing);
        let asked = SearchRuns { experiments: vec![experiment], asked: Asked::default() };
        assert!(search_runs(stranger, &asked).await.unwrap().runs.is_empty());
        assert_eq!(count_runs(stranger, &asked).await.unwrap(), 0);
        let all = chorale_model::page::PageRequest::default();
        log(&scene.own, run, metrics(vec![point("loss", 1.0, 1, 1)])).await.unwrap();
        assert!(history(stranger, run, "loss", &all).await.unwrap().items.is_empty());
        assert!(histories(stranger, &[run], "loss", Some(10)).await.unwrap().is_empty());
        assert!(sampled_history(stranger, &[run], "loss", None, Some(10)).await.is_err());
        // The same number is another experiment there.
        let other = create_experiment(stranger, named("screens")).await.unwrap();
        assert_eq!(other.id, experiment);
    }
}

#[tokio::test]
async fn a_logged_model_lives_and_is_found_by_what_measures_it() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("run").await;
        let mut models = Vec::new();
        for (name, auc) in [("low", 0.6), ("high", 0.9)] {
            let new = CreateLoggedModel {
                name: name.into(),
                source_run: run.to_string(),
                params: vec![KeyValue::new("depth", "3")],
                tags: vec![KeyValue::new("team", name)],
                ..CreateLoggedModel::default()
            };
            let model = create_logged_model(&scene.own, scene.experiment, new).await.unwrap();
            assert_eq!(model.status, ModelStatus::Pending);
            assert_eq!(
                model.artifact_uri,
                format!("mlflow-artifacts:/{}/models/{}/artifacts", scene.experiment, model.id)
            );
            let mut measured = point("auc", auc, 1, 1);
            (measured.model, measured.dataset_name) = (Some(model.id), "cells".into());
            log(&scene.own, run, metrics(vec![measured])).await.unwrap();
            models.push(model.id);
        }
        let high = finalize_logged_model(&scene.own, models[1], ModelStatus::Ready).await.unwrap();
        assert_eq!(
            (high.status, high.metrics[0].point.value, &*high.metrics[0].dataset_name),
            (ModelStatus::Ready, 0.9, "cells")
        );
        let names = async |filter: &str, order: Option<&str>| -> Vec<String> {
            let order_by =
                order.map(|field| ModelOrder { field: field.into(), descending: true, ..ModelOrder::default() });
            let asked = SearchLoggedModels {
                experiments: vec![scene.experiment],
                filter: filter.into(),
                order_by: order_by.into_iter().collect(),
                ..SearchLoggedModels::default()
            };
            search_logged_models(&scene.own, &asked).await.unwrap().items.into_iter().map(|one| one.name).collect()
        };
        assert_eq!(names("metrics.auc > 0.7", None).await, ["high"]);
        assert_eq!(names("params.depth = '3'", Some("metrics.auc")).await, ["high", "low"]);
        assert_eq!(names("name != 'high' and tags.team is not null", None).await, ["low"]);
        assert_eq!(names("status = 'READY'", Some("creation_time")).await, ["high"]);
        let changed =
            log_logged_model_params(&scene.own, models[0], vec![KeyValue::new("depth", "4")]).await.unwrap_err();
        assert!(changed.message.contains("keeps its value"));
        assert_eq!(load_logged_model(&scene.stranger, models[0], true).await.unwrap_err().kind, FaultKind::Missing);
        delete_logged_model(&scene.own, models[0]).await.unwrap();
        assert_eq!(load_logged_model(&scene.own, models[0], false).await.unwrap_err().kind, FaultKind::Missing);
        assert!(load_logged_model(&scene.own, models[0], true).await.unwrap().deleted);
        assert_eq!(names("", None).await, ["high"]);
    }
}

#[tokio::test]
async fn a_page_may_be_larger_than_a_statement() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (organization, experiment) = (scene.own.scope.unwrap(), scene.experiment);
        let ids: Vec<RunId> = (0..5_001).map(|_| RunId(scene.app.ids.uuid())).collect();
        let rows = ids.iter().enumerate().map(|(n, id)| -> [crate::db::Value; 7] {
            let started = i64::try_from(n).unwrap();
            [
                organization.into(),
                (*id).into(),
                experiment.into(),
                "r".into(),
                "RUNNING".into(),
                "".into(),
                started.into(),
            ]
        });
        let (rows, last) = (rows.collect::<Vec<_>>(), ids[0]);
        let insert = "insert into runs (organization, id, experiment, name, status, user_id, started_ms)";
        let made =
            scene.own.db().write(move |tx| Box::pin(async move { crate::db::insert_many(tx, insert, rows, "").await }));
        assert_eq!(made.await.unwrap(), 5_001);
        log(&scene.own, last, params(&[("p", "of the oldest")])).await.unwrap();
        let asked = Asked { limit: Some(50_000), ..Asked::default() };
        let found = search_runs(&scene.own, &SearchRuns { experiments: vec![experiment], asked }).await.unwrap();
        assert_eq!((found.runs.len(), &*found.runs[5_000].params[0].value), (5_001, "of the oldest"));
        let many = SearchRuns { experiments: vec![experiment; 10_001], asked: Asked::default() };
        assert_eq!(search_runs(&scene.own, &many).await.err().unwrap().fields[0].field, "experiments");
    }
}
