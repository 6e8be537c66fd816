//! What tables and figures show: counts, keys, CSV, curves that keep their extremes, files looked at.

use super::*;
use crate::db::tests::each_engine;
use chorale_model::FaultKind;
use chorale_model::experiments::Curve;
use chorale_model::experiments::{GroupRuns, Life, Logged, NOTE, WriteNote};
use chorale_model::page::PageRequest;
use futures::TryStreamExt;

async fn curve(ctx: &Ctx, run: RunId, key: &str, most: i64) -> Result<Curve, chorale_model::Fault> {
    curves(ctx, &[run], key, most).await.map(|mut curves| curves.remove(0))
}

fn asked(filter: &str) -> Asked {
    Asked { filter: filter.into(), ..Asked::default() }
}

async fn three(scene: &Scene) -> [RunId; 3] {
    let ids = [scene.run("a").await, scene.run("b").await, scene.run("c").await];
    for (id, loss) in ids.into_iter().zip([0.3, 0.1, 0.2]) {
        log(&scene.own, id, metrics(vec![point("loss", loss, 5, 1)])).await.unwrap();
    }
    log(&scene.own, ids[0], params(&[("model", "=forest, \"big\"")])).await.unwrap();
    log(&scene.own, ids[1], tags(&[("team", "x")])).await.unwrap();
    ids
}

#[tokio::test]
async fn experiments_say_how_many_runs_they_have_and_when_something_happened() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ids = three(&scene).await;
        let ended = chorale_model::experiments::UpdateRun { ended_ms: Some(9_000), ..Default::default() };
        update_run(&scene.own, ids[0], ended).await.unwrap();
        delete_runs(&scene.own, &[ids[2]]).await.unwrap();
        let seen = async |ctx: &Ctx, life| {
            let asked = Asked { life, ..asked("name = 'screens'") };
            let page = list_experiments(ctx, &asked).await.unwrap();
            page.items.into_iter().map(|one| (one.runs, one.active_ms)).collect::<Vec<_>>()
        };
        assert_eq!(seen(&scene.own, Life::Active).await, [(2, Some(9_000))]);
        assert_eq!(seen(&scene.stranger, Life::All).await, []);
        delete_experiment(&scene.own, scene.experiment).await.unwrap();
        assert_eq!(seen(&scene.own, Life::Deleted).await, [(3, Some(9_000))], "a deleted one has its runs still");
    }
}

#[tokio::test]
async fn a_page_of_runs_says_how_many_there_are_in_words_of_ours() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        three(&scene).await;
        let sorted = Asked { order_by: vec!["metrics.loss".into()], limit: Some(1), ..asked("metrics.loss < 0.25") };
        let first = list_runs(&scene.own, scene.experiment, sorted.clone()).await.unwrap();
        assert_eq!((first.total, first.items[0].info.name.as_str()), (2, "b"));
        let next = Asked { cursor: first.next_cursor, ..sorted };
        let next = list_runs(&scene.own, scene.experiment, next).await.unwrap();
        assert_eq!((next.items[0].info.name.as_str(), next.next_cursor), ("c", None));
        let wrong = async |asked| list_runs(&scene.own, scene.experiment, asked).await.unwrap_err();
        for limit in [0, 1_001] {
            let fault = wrong(Asked { limit: Some(limit), ..asked("") }).await;
            assert_eq!(fault.fields[0].field, "limit", "{}", fault.message);
        }
        let fault = wrong(Asked { cursor: Some("x".into()), ..asked("") }).await;
        assert_eq!(fault.fields[0].field, "cursor", "{}", fault.message);
        let fault = wrong(asked("metrics.loss < 1 and params.model = forest")).await;
        assert_eq!((fault.fields[0].field.as_str(), fault.fields[0].offset), ("filter", Some(36)), "{}", fault.message);
        let other = list_runs(&scene.stranger, scene.experiment, asked("")).await;
        assert_eq!(other.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn the_keys_that_occur_are_counted() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ids = three(&scene).await;
        let keys = async |life| {
            let found = list_run_keys(&scene.own, scene.experiment, life).await.unwrap();
            let own = found.into_iter().filter(|one| !one.key.starts_with("mlflow."));
            own.map(|one| (one.of, one.key, one.runs)).collect::<Vec<_>>()
        };
        let all = [
            (Logged::Metric, "loss".to_owned(), 3),
            (Logged::Param, "model".into(), 1),
            (Logged::Tag, "team".into(), 1),
        ];
        assert_eq!(keys(Life::Active).await, all);
        delete_runs(&scene.own, &[ids[1]]).await.unwrap();
        assert_eq!(keys(Life::Deleted).await, [(Logged::Metric, "loss".into(), 1), (Logged::Tag, "team".into(), 1)]);
    }
}

#[tokio::test]
async fn the_csv_file_has_a_column_for_each_key_and_runs_no_formula() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ids = three(&scene).await;
        let export = async |ctx: &Ctx, asked| {
            let lines: Vec<bytes::Bytes> = export_runs(ctx, scene.experiment, asked).await?.try_collect().await?;
            Ok::<_, chorale_model::Fault>(String::from_utf8(lines.concat()).unwrap())
        };
        let sorted = Asked { order_by: vec!["metrics.loss".into()], ..asked("run_name != 'c'") };
        let text = export(&scene.own, sorted).await.unwrap();
        let rows: Vec<&str> = text.split_terminator("\r\n").collect();
        assert!(
            rows[0].starts_with(
                "run_id,run_name,status,user_id,start_time,end_time,artifact_uri,metrics.loss,params.model,"
            )
        );
        assert!(rows[1].starts_with(&format!("{},b,RUNNING,,1970-01-01T00:00:01.000000Z,,", ids[1])), "{}", rows[1]);
        assert!(rows[2].contains(",0.3,\"'=forest, \"\"big\"\"\","), "{}", rows[2]);
        assert_eq!(rows.len(), 3);
        assert_eq!(export(&scene.own, asked("no")).await.unwrap_err().kind, FaultKind::Invalid, "before any line");
        assert_eq!(export(&scene.stranger, asked("")).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn a_thinned_curve_keeps_its_extremes_and_its_ends() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = scene.run("a").await;
        let value = |n: i64| match n {
            333 => 50.0,
            777 => -50.0,
            500 => f64::NAN,
            n => (n as f64 / 20.0).sin(),
        };
        log(&scene.own, run, metrics((0..1_000).map(|n| point("wave", value(n), n, n)).collect())).await.unwrap();
        let thin = curve(&scene.own, run, "wave", 40).await.unwrap();
        assert_eq!(thin.logged, 1_000);
        assert!((20..=40).contains(&thin.points.len()), "{} points", thin.points.len());
        let steps: Vec<i64> = thin.points.iter().map(|point| point.step).collect();
        assert!(steps.is_sorted() && steps.starts_with(&[0]) && steps.ends_with(&[999]), "{steps:?}");
        assert!(steps.contains(&333) && steps.contains(&777), "{steps:?}");
        let whole = curve(&scene.own, run, "wave", 1_000).await.unwrap();
        assert_eq!(whole.points.len(), 1_000);
        assert!(whole.points[500].value.is_nan());
        assert_eq!(curve(&scene.own, run, "no such", 100).await.unwrap().points, []);
        assert_eq!(curve(&scene.own, run, "wave", 3).await.unwrap_err().fields[0].field, "most");
        let other = scene.run("b").await;
        log(&scene.own, other, metrics(vec![point("wave", 7.0, 0, 0)])).await.unwrap();
        let both = curves(&scene.own, &[other, run], "wave", 40).await.unwrap();
        assert_eq!((both[0].logged, both[0].points[0].value, &both[1]), (1, 7.0, &thin), "each thinned by itself");
        assert_eq!(curve(&scene.stranger, run, "wave", 40).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn files_are_listed_whole_and_looked_at_as_texts() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let owner = Owner::Run(scene.run("a").await);
        let long = "é".repeat(40_000);
        for (path, bytes) in [
            ("notes.md", b"<script>alert(1)</script>".as_slice()),
            ("model/empty", b"".as_slice()),
            ("model/long.txt", long.as_bytes()),
            ("model/long.py", long.as_bytes()),
            ("rows.tsv", b"a\tb\n1\t2\n".as_slice()),
            ("report.html", b"<p>".as_slice()),
            ("model/weights.bin", b"\x00\x01\xff".as_slice()),
            ("plot.png", b"\x89PNG".as_slice()),
        ] {
            let mut upload = start_artifact(&scene.own, owner, None, path).await.unwrap();
            upload.write(bytes).await.unwrap();
            upload.finish().await.unwrap();
        }
        let page = |cursor: Option<String>| PageRequest { limit: Some(2), cursor };
        let files = list_all_artifacts(&scene.own, owner, page(None)).await.unwrap();
        assert_eq!((files.items.len(), files.items[1].path.as_str()), (2, "model/long.py"));
        assert!(files.next_cursor.is_some());
        let next = list_all_artifacts(&scene.own, owner, page(files.next_cursor)).await.unwrap();
        assert_eq!(next.items[0].path, "model/long.txt");
        let look = async |path: &str| preview_artifact(&scene.own, owner, path).await.unwrap().1;
        let part = Part::Whole;
        assert_eq!(look("notes.md").await, Preview::Markdown { text: "<script>alert(1)</script>".into(), part });
        assert_eq!(look("model/empty").await, Preview::Text { text: String::new(), part });
        let (end, beginning) = (look("model/long.txt").await, look("model/long.py").await);
        assert!(matches!(end, Preview::Text { text, part: Part::End } if text.len() == 65_536));
        assert!(matches!(beginning, Preview::Text { text, part: Part::Beginning } if text.len() == 65_536));
        assert!(matches!(look("rows.tsv").await, Preview::Table { rows, more: false, .. } if rows == [["1", "2"]]));
        assert_eq!(look("report.html").await, Preview::Page);
        assert!(matches!(look("model/weights.bin").await, Preview::Nothing(_)));
        assert_eq!(look("plot.png").await, Preview::Image);
        for (ctx, path) in [(&scene.own, "no.txt"), (&scene.stranger, "notes.md")] {
            assert_eq!(preview_artifact(ctx, owner, path).await.unwrap_err().kind, FaultKind::Missing, "{path}");
        }
        assert_eq!(list_all_artifacts(&scene.stranger, owner, page(None)).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn a_note_is_kept_and_nobody_writes_over_one_they_never_saw() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let id = scene.run("a").await;
        let write =
            |text: &str, before: Option<&str>| WriteNote { text: text.into(), before: before.map(str::to_owned) };
        let note = async || {
            let run = load_run(&scene.own, id).await.unwrap();
            KeyValue::find(&run.tags, NOTE).map(str::to_owned)
        };
        write_note(&scene.own, id, write("  one\r\ntwo ", Some(""))).await.unwrap();
        assert_eq!(note().await.as_deref(), Some("one\ntwo"));
        write_note(&scene.own, id, write("three", Some("one\r\ntwo"))).await.unwrap();
        let fault = write_note(&scene.own, id, write("four", Some("one\ntwo"))).await.unwrap_err();
        assert_eq!((fault.kind, note().await.as_deref()), (FaultKind::Conflict, Some("three")));
        let long = "x".repeat(LONGEST_TAG + 1);
        assert_eq!(write_note(&scene.own, id, write(&long, None)).await.unwrap_err().fields[0].field, "text");
        assert_eq!(write_note(&scene.stranger, id, write("x", None)).await.unwrap_err().kind, FaultKind::Missing);
        write_note(&scene.own, id, write(" ", Some("three"))).await.unwrap();
        assert_eq!(note().await, None);
        delete_runs(&scene.own, &[id]).await.unwrap();
        assert_eq!(write_note(&scene.own, id, write("x", None)).await.unwrap_err().kind, FaultKind::Invalid);
    }
}

#[tokio::test]
async fn groups_have_the_mean_and_the_deviation_of_their_runs() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let log = async |name: &str, model: Option<&str>, loss: Option<f64>| {
            let id = scene.run(name).await;
            let params = model.map(|value| KeyValue::new("model", value)).into_iter().collect();
            let metrics = loss.map(|value| point("loss", value, 1, 0)).into_iter().collect();
            log(&scene.own, id, LogBatch { metrics, params, tags: vec![] }).await.unwrap();
        };
        // Large and close together: sums of squares would lose all of what they differ by.
        for (n, loss) in [1e9 + 2.0, 1e9 + 4.0, 1e9 + 9.0].into_iter().enumerate() {
            log(&format!("forest-{n}"), Some("forest"), Some(loss)).await;
        }
        log("forest-nan", Some("forest"), Some(f64::NAN)).await;
        log("forest-none", Some("forest"), None).await;
        log("tree", Some("it's a tree"), Some(0.5)).await;
        log("nothing", None, Some(f64::INFINITY)).await;
        let asked = |filter: &str| GroupRuns {
            filter: filter.into(),
            by: "model".into(),
            metrics: vec!["loss".into(), "absent".into()],
            ..GroupRuns::default()
        };
        let found = group_runs(&scene.own, scene.experiment, &asked("")).await.unwrap();
        let said: Vec<(Option<&str>, i64)> =
            found.groups.iter().map(|group| (group.value.as_deref(), group.runs)).collect();
        assert_eq!(said, [(Some("forest"), 5), (Some("it's a tree"), 1), (None, 1)]);
        assert_eq!(found.total, 3);
        // statistics.mean and statistics.stdev of Python
        let forest = &found.groups[0].metrics;
        assert_eq!((forest.len(), forest[0].runs, forest[0].mean), (1, 3, 1_000_000_005.0));
        assert!((forest[0].sd.unwrap() - 3.605_551_275_463_989).abs() < 1e-6, "{forest:?}");
        assert_eq!(found.groups[1].metrics[0].sd, None, "one run differs from nothing");
        assert!(found.groups[2].metrics.is_empty(), "what is beyond all numbers has no mean");
        let few = group_runs(&scene.own, scene.experiment, &asked("metrics.loss < 1")).await.unwrap();
        assert_eq!((few.total, few.groups[0].value.as_deref()), (1, Some("it's a tree")));
        let fault = group_runs(&scene.own, scene.experiment, &asked("metrics.loss <")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid);
        let fault = group_runs(&scene.own, scene.experiment, &GroupRuns::default()).await.unwrap_err();
        assert_eq!(fault.fields[0].field, "by");
        let fault = group_runs(&scene.stranger, scene.experiment, &asked("")).await;
        assert!(fault.is_err() || fault.unwrap().groups.is_empty(), "nothing of another organization's");
    }
}

#[tokio::test]
async fn what_all_runs_have_under_a_few_keys_is_read_without_the_rest() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let long = "x".repeat(300);
        for (name, loss, kind) in [("a", 0.25, "short"), ("b", f64::NAN, long.as_str())] {
            let run = scene.run(name).await;
            log(&scene.own, run, metrics(vec![point("loss", loss, 1, 1)])).await.unwrap();
            log(&scene.own, run, params(&[("kind", kind)])).await.unwrap();
        }
        scene.run("c").await;
        let keys = [(Logged::Param, "kind".to_owned()), (Logged::Metric, "loss".to_owned())];
        let all = list_values(&scene.own, scene.experiment, "", Life::Active, &keys).await.unwrap();
        let mut rows: Vec<_> = all[0].iter().cloned().zip(all[1].iter().cloned()).collect();
        rows.sort();
        let (short, cut) = (Some("short".to_owned()), Some(cut_value(&long)));
        assert_eq!(rows, [(None, None), (short.clone(), Some("0.25".to_owned())), (cut, None)]);
        let some =
            list_values(&scene.own, scene.experiment, "params.kind = 'short'", Life::Active, &keys[..1]).await.unwrap();
        assert_eq!(some, [[short]]);
        let four = [&keys[..], &keys[..]].concat();
        assert!(list_values(&scene.own, scene.experiment, "", Life::Active, &four).await.is_err(), "three at most");
        let stranger = list_values(&scene.stranger, scene.experiment, "", Life::Active, &keys).await.unwrap_err();
        assert_eq!(stranger.kind, FaultKind::Missing);
    }
}
