//! What runs log, and what becomes of it.

use super::*;
use crate::db::tests::each_engine;
use chorale_model::FaultKind;
use chorale_model::experiments::{RunStatus, UpdateRun};
use chorale_model::page::PageRequest;
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

        let all = PageRequest::default();
        let Page { items: loss, next_cursor: more } = history(&scene.own, run, "loss", &all).await.unwrap();
        assert_eq!((loss.iter().map(|one| one.step).collect::<Vec<_>>(), more), (vec![1, 3, 2], None));
        let two = |cursor| PageRequest { limit: Some(2), cursor };
        let page = history(&scene.own, run, "loss", &two(None)).await.unwrap();
        assert_eq!((page.items, page.next_cursor.is_some()), (loss[..2].to_vec(), true));
        let rest = history(&scene.own, run, "loss", &two(page.next_cursor)).await.unwrap();
        assert_eq!((rest.items, rest.next_cursor), (loss[2..].to_vec(), None));
        for cursor in ["o-5", "p2", "-1", "o9999999999999999999"] {
            let fault = history(&scene.own, run, "loss", &two(Some(cursor.into()))).await.unwrap_err();
            assert_eq!(fault.fields[0].field, "cursor", "{cursor}");
        }
        let auc = history(&scene.own, run, "auc", &all).await.unwrap().items;
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
        delete_runs(&scene.own, &[gone]).await.unwrap();
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
        restore_runs(&scene.own, &[gone]).await.unwrap();
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
        let all = PageRequest::default();
        for (run, last) in [(first, 398), (second, 399)] {
            let points = history(&scene.own, run, "loss", &all).await.unwrap().items;
            assert_eq!(points.len(), 200);
            assert_eq!(scene.load(run).await.metrics[0].step, last);
        }
        let both = histories(&scene.own, &[first, second], "loss", Some(1_000)).await.unwrap();
        assert_eq!(both.len(), 400);
        let few = sampled_history(&scene.own, &[first], "loss", None, Some(10)).await.unwrap();
        let steps: Vec<i64> = few.iter().map(|one| one.point.step).collect();
        assert_eq!((steps.len(), steps[0], steps[9]), (10, 0, 398), "{steps:?}");
        let some = sampled_history(&scene.own, &[first], "loss", Some((10, 20)), Some(100)).await.unwrap();
        assert_eq!(some.iter().map(|one| one.point.step).collect::<Vec<_>>(), [10, 12, 14, 16, 18, 20]);
        let last = sampled_history(&scene.own, &[first], "loss", None, Some(1)).await.unwrap();
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

#[tokio::test]
async fn what_another_process_set_meanwhile_is_refused_alone() {
    for db in each_engine().await {
        let Db::Pg(_) = &db else { continue };
        let scene = Scene::new(db.clone()).await;
        let (run, organization) = (scene.run("shared").await, scene.own.scope.unwrap());
        let (begun, has_begun) = tokio::sync::oneshot::channel::<()>();
        let (end, may_end) = tokio::sync::oneshot::channel::<()>();
        let other = tokio::spawn(async move {
            db.write(move |tx| {
                Box::pin(async move {
                    let text = "insert into run_params (organization, run, key, value) values ($1, $2, 'seed', '1')";
                    crate::db::sql(text).bind(organization).bind(run).run(&mut *tx).await?;
                    begun.send(()).unwrap();
                    may_end.await.unwrap();
                    Ok(())
                })
            })
            .await
        });
        has_begun.await.unwrap();
        let logged = join_all([
            log(&scene.own, run, metrics(vec![point("loss", 1.0, 1, 1)])),
            log(&scene.own, run, params(&[("seed", "2")])),
            log(&scene.own, run, params(&[("seed", "1"), ("folds", "5")])),
        ]);
        let later = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            end.send(()).unwrap();
        };
        let (results, ()) = tokio::join!(logged, later);
        other.await.unwrap().unwrap();
        let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(|fault| fault.kind)).collect();
        assert_eq!(kinds, [None, Some(FaultKind::Invalid), None]);
        let read = scene.load(run).await;
        assert_eq!(read.params, [KeyValue::new("folds", "5"), KeyValue::new("seed", "1")]);
    }
}

#[tokio::test]
async fn texts_that_no_database_keeps_are_refused() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("a").await;
        for batch in [params(&[("p", "a\0b")]), tags(&[("t", "a\0b")])] {
            let fault = log(&scene.own, run, batch).await.unwrap_err();
            assert_eq!((&*fault.fields[0].field, fault.fields[0].offset), ("value", Some(1)), "{fault}");
        }
    }
}
