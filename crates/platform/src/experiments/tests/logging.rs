//! What runs log, and what becomes of it.

use super::*;
use crate::db::tests::each_engine;
use chorale_model::FaultKind;
use chorale_model::experiments::{HistoryPage, RunStatus, UpdateRun};
use futures::future::join_all;

#[tokio::test]
async fn a_run_keeps_what_it_logs_and_the_newest_of_each_metric() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("first").await;
        let points = vec![
            point("loss", 0.5, 10, 1),
            point("loss", 0.1 + 0.2, 20, 3),
            point("loss", 0.4, 30, 2),
            point("auc", f64::NAN, 5, 0),
            point("huge", f64::INFINITY, 5, 0),
            point("deep", f64::NEG_INFINITY, 5, 0),
        ];
        log(&scene.own, run, metrics(points.clone())).await.unwrap();
        // The same once more changes nothing: clients send again when they heard no answer.
        log(&scene.own, run, metrics(points)).await.unwrap();
        log(&scene.own, run, params(&[("model", "forest"), ("note", "a\u{1f}b – ü")])).await.unwrap();
        log(&scene.own, run, tags(&[("team", "a"), ("team", "b"), ("mlflow.runName", "renamed")])).await.unwrap();
        let read = scene.load(run).await;
        let newest: Vec<_> =
            read.metrics.iter().map(|one| (&*one.key, one.value, one.timestamp_ms, one.step)).collect();
        assert_eq!(newest[1], ("deep", f64::MIN, 5, 0));
        assert_eq!(newest[2], ("huge", f64::MAX, 5, 0));
        assert_eq!(newest[3], ("loss", 0.1 + 0.2, 20, 3), "the newest is of the highest step");
        assert!(newest[0].0 == "auc" && newest[0].1.is_nan());
        assert_eq!(read.params, [KeyValue::new("model", "forest"), KeyValue::new("note", "a\u{1f}b – ü")]);
        assert_eq!(read.tags, [KeyValue::new("mlflow.runName", "renamed"), KeyValue::new("team", "b")]);
        assert_eq!((&*read.info.name, read.info.status), ("renamed", RunStatus::Running));
        let uri = format!("mlflow-artifacts:/{}/{run}/artifacts", scene.experiment);
        assert_eq!(read.info.artifact_uri, uri);

        let all = HistoryPage { limit: None, offset: 0 };
        let (loss, more) = history(&scene.own, run, "loss", &all).await.unwrap();
        assert_eq!((loss.iter().map(|one| one.step).collect::<Vec<_>>(), more), (vec![1, 3, 2], false));
        let (page, more) = history(&scene.own, run, "loss", &HistoryPage { limit: Some(2), offset: 0 }).await.unwrap();
        assert_eq!((page, more), (loss[..2].to_vec(), true));
        let (auc, _) = history(&scene.own, run, "auc", &all).await.unwrap();
        assert!(auc.len() == 1 && auc[0].value.is_nan());

        let ended = UpdateRun { status: Some(RunStatus::Finished), ended_ms: Some(9), name: Some("last".into()) };
        let info = update_run(&scene.own, run, ended).await.unwrap();
        assert_eq!((info.status, info.ended_ms, &*info.name), (RunStatus::Finished, Some(9), "last"));
        assert_eq!(scene.load(run).await.tags[0].value, "last", "the name is a tag too");
    }
}

#[tokio::test]
async fn a_refused_batch_leaves_nothing_and_takes_no_neighbour_with_it() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (run, gone) = (scene.run("kept").await, scene.run("gone").await);
        log(&scene.own, run, params(&[("model", "forest")])).await.unwrap();
        delete_run(&scene.own, gone).await.unwrap();
        let absent = RunId(scene.app.ids.uuid());
        let mut changed = params(&[("model", "line"), ("folds", "5")]);
        changed.metrics.push(point("loss", 1.0, 1, 1));
        // All at once: they are written together.
        let asked = [
            (run, changed),
            (gone, metrics(vec![point("loss", 1.0, 1, 1)])),
            (absent, metrics(vec![point("loss", 1.0, 1, 1)])),
            (run, params(&[("model", "forest"), ("seed", "1")])),
            (run, metrics(vec![point("auc", 0.9, 1, 1)])),
        ];
        let results = join_all(asked.into_iter().map(|(run, batch)| log(&scene.own, run, batch))).await;
        let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(|fault| fault.kind)).collect();
        assert_eq!(kinds, [Some(FaultKind::Invalid), Some(FaultKind::Invalid), Some(FaultKind::Missing), None, None]);
        let why = results[0].as_ref().unwrap_err();
        assert!(why.message.contains("\"model\"") && why.message.contains("\"forest\""), "{why}");
        let read = scene.load(run).await;
        assert_eq!(read.params, [KeyValue::new("model", "forest"), KeyValue::new("seed", "1")]);
        assert_eq!(read.metrics.iter().map(|one| &*one.key).collect::<Vec<_>>(), ["auc"]);
        restore_run(&scene.own, gone).await.unwrap();
        log(&scene.own, gone, metrics(vec![point("loss", 1.0, 1, 1)])).await.unwrap();
    }
}

#[tokio::test]
async fn many_who_log_at_once_lose_nothing() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (first, second) = (scene.run("first").await, scene.run("second").await);
        let logged = (0..400).map(|n| {
            let run = if n % 2 == 0 { first } else { second };
            log(&scene.own, run, metrics(vec![point("loss", n as f64, n, n)]))
        });
        assert!(join_all(logged).await.into_iter().all(|result| result.is_ok()));
        let all = HistoryPage { limit: None, offset: 0 };
        for (run, last) in [(first, 398), (second, 399)] {
            let (points, _) = history(&scene.own, run, "loss", &all).await.unwrap();
            assert_eq!(points.len(), 200);
            assert_eq!(scene.load(run).await.metrics[0].step, last);
        }
        let both = histories(&scene.own, &[first, second], "loss", 1_000).await.unwrap();
        assert_eq!(both.len(), 400);
        let few = sampled_history(&scene.own, &[first], "loss", None, 10).await.unwrap();
        let steps: Vec<i64> = few.iter().map(|one| one.point.step).collect();
        assert_eq!((steps.len(), steps[0], steps[9]), (10, 0, 398), "{steps:?}");
        let some = sampled_history(&scene.own, &[first], "loss", Some((10, 20)), 100).await.unwrap();
        assert_eq!(some.iter().map(|one| one.point.step).collect::<Vec<_>>(), [10, 12, 14, 16, 18, 20]);
        let last = sampled_history(&scene.own, &[first], "loss", None, 1).await.unwrap();
        assert_eq!(last.iter().map(|one| one.point.step).collect::<Vec<_>>(), [398]);
    }
}

#[tokio::test]
async fn keys_values_and_batches_have_limits_that_say_themselves() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("run").await;
        let long = "x".repeat(6_001);
        let many: Vec<LogMetric> = (0..1_001).map(|n| point("loss", 1.0, n, n)).collect();
        let hundred: Vec<(String, String)> = (0..101).map(|n| (format!("p{n}"), String::new())).collect();
        let hundred: Vec<(&str, &str)> = hundred.iter().map(|(key, value)| (&**key, &**value)).collect();
        for (batch, word) in [
            (params(&[("", "x")]), "empty"),
            (params(&[("a?b", "x")]), "character"),
            (params(&[("../b", "x")]), "path"),
            (params(&[(&"k".repeat(251), "x")]), "251 characters"),
            (params(&[("a", &long)]), "6001 characters"),
            (params(&[("a", "1"), ("a", "2")]), "twice"),
            (params(&hundred), "at most 100"),
            (tags(&[("a", &"t".repeat(8_001))]), "8001 characters"),
            (metrics(many), "at most 1000"),
            (metrics(vec![point("loss", 1.0, -1, 0)]), "1970"),
        ] {
            let fault = log(&scene.own, run, batch).await.unwrap_err();
            assert!(fault.kind == FaultKind::Invalid && fault.message.contains(word), "{fault}");
        }
        let read = scene.load(run).await;
        assert!(read.params.is_empty() && read.metrics.is_empty() && read.tags.len() == 1);
    }
}

#[tokio::test]
async fn postgres_learns_at_once_how_large_what_was_logged_has_become() {
    for db in each_engine().await {
        let Db::Pg(_) = &db else { continue };
        let scene = Scene::new(db.clone()).await;
        let run = scene.run("long").await;
        for batch in 0..3_i64 {
            let points = (0..1_000).map(|n| point("loss", 0.5, n, batch * 1_000 + n)).collect();
            log(&scene.own, run, metrics(points)).await.unwrap();
        }
        let known = async {
            loop {
                let text = "select cast(reltuples as bigint) from pg_class where relname = 'run_metrics'";
                let (rows,): (i64,) = crate::db::sql(text).one(&db).await.unwrap();
                if rows >= 2_000 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), known).await;
        assert!(in_time.is_ok(), "by itself PostgreSQL looks once a minute");
    }
}
