//! What was deleted long ago is removed whole, and nothing that is still used or can still be restored.

use super::*;
use crate::db::{sql, tests::each_engine};
use crate::jobs::StopSignal;
use chorale_model::experiments::{CreateLoggedModel, Life, LoggedModelId};
use chorale_model::{FaultKind, Time};

async fn removed(app: &Arc<Deployment>) -> Removed {
    remove_deleted(app, &StopSignal::default()).await.unwrap()
}

/// A run with what a run can have: points, params, tags, an input, a model that it made, and a file.
async fn full(scene: &Scene, name: &str) -> RunId {
    let run = scene.run(name).await;
    let points = (0..6_001).map(|step| point("loss", 1.0, step, step)).collect();
    for chunk in chunked(points) {
        log(&scene.own, run, metrics(chunk)).await.unwrap();
    }
    log(&scene.own, run, params(&[("lr", "0.1")])).await.unwrap();
    log(&scene.own, run, tags(&[("team", "liver")])).await.unwrap();
    let mut file = start_artifact(&scene.own, Owner::Run(run), None, "notes.txt").await.unwrap();
    file.write(b"what was tried").await.unwrap();
    file.finish().await.unwrap();
    run
}

fn chunked(points: Vec<LogMetric>) -> Vec<Vec<LogMetric>> {
    points.chunks(1_000).map(<[LogMetric]>::to_vec).collect()
}

async fn model(scene: &Scene, run: RunId) -> LoggedModelId {
    let new = CreateLoggedModel { name: "m".into(), source_run: run.to_string(), ..CreateLoggedModel::default() };
    create_logged_model(&scene.own, scene.experiment, new).await.unwrap().id
}

/// Rows of an owner in every table that may have some.
async fn rows_of(scene: &Scene, run: RunId) -> Vec<i64> {
    let mut counts = Vec::new();
    for text in [
        "select count(*) from run_metrics where run = $1",
        "select count(*) from run_latest_metrics where run = $1",
        "select count(*) from run_params where run = $1",
        "select count(*) from run_tags where run = $1",
        "select count(*) from artifacts where owner = $1",
        "select count(*) from runs where id = $1",
    ] {
        let (count,): (i64,) = sql(text).bind(run).one(scene.own.db()).await.unwrap();
        counts.push(count);
    }
    counts
}

#[tokio::test]
async fn what_was_deleted_long_ago_is_removed_whole() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (gone, recent, living) =
            (full(&scene, "gone").await, full(&scene, "recent").await, full(&scene, "living").await);
        delete_runs(&scene.own, &[gone]).await.unwrap();
        scene.app.clock.advance(29 * Time::DAY);
        delete_runs(&scene.own, &[recent]).await.unwrap();
        assert_eq!(removed(&scene.app).await, Removed::default(), "one day is left");
        scene.app.clock.advance(Time::DAY + Time::HOUR);
        assert_eq!(preview_removal(&scene.app).await.unwrap(), Removed { runs: 1, ..Removed::default() });
        assert_eq!(rows_of(&scene, gone).await, [6_001, 1, 1, 2, 1, 1], "looking removes nothing");
        assert_eq!(removed(&scene.app).await, Removed { runs: 1, ..Removed::default() });
        assert_eq!(rows_of(&scene, gone).await, [0; 6]);
        assert_eq!(load_run(&scene.own, gone).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(rows_of(&scene, recent).await, rows_of(&scene, living).await);
        restore_runs(&scene.own, &[recent]).await.unwrap();
        assert_eq!(scene.load(recent).await.metrics.len(), 1);
        assert_eq!(removed(&scene.app).await, Removed::default());
    }
}

#[tokio::test]
async fn what_a_version_was_made_from_stays_with_its_run() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let mut all = Vec::new();
        for name in ["by its run", "by its model", "by nothing"] {
            let run = scene.run(name).await;
            all.push((run, model(&scene, run).await));
        }
        let [(by_run, _), (by_model, used), _] = all[..] else { panic!("three") };
        let version = |source: String, run: String, logged_model: String| RegisterVersion {
            name: "tissues".into(),
            source,
            run,
            logged_model,
            ..RegisterVersion::default()
        };
        let new = chorale_model::registry::CreateModel { name: "tissues".into(), ..Default::default() };
        crate::registry::create_model(&scene.own, new).await.unwrap();
        let made = version(format!("runs:/{by_run}/model"), by_run.to_string(), String::new());
        register_version(&scene.own, made).await.unwrap();
        let made = version(format!("models:/{used}"), String::new(), used.to_string());
        register_version(&scene.own, made).await.unwrap();
        for (run, model) in &all {
            delete_logged_model(&scene.own, *model).await.unwrap();
            delete_runs(&scene.own, &[*run]).await.unwrap();
        }
        scene.app.clock.advance(31 * Time::DAY);
        let wanted = Removed { runs: 1, models: 2, experiments: 0, in_use: 3 };
        assert_eq!(preview_removal(&scene.app).await.unwrap(), wanted);
        assert_eq!(removed(&scene.app).await, wanted);
        for run in [by_run, by_model] {
            restore_runs(&scene.own, &[run]).await.unwrap();
        }
        load_logged_model(&scene.own, used, true).await.unwrap();
    }
}

#[tokio::test]
async fn an_experiment_goes_when_nothing_is_left_in_it_and_its_name_is_free() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = full(&scene, "one").await;
        model(&scene, run).await;
        delete_experiment(&scene.own, scene.experiment).await.unwrap();
        let taken = create_experiment(&scene.own, named("screens")).await.unwrap_err();
        assert_eq!(taken.kind, FaultKind::Conflict, "{taken}");
        scene.app.clock.advance(31 * Time::DAY);
        assert_eq!(removed(&scene.app).await, Removed { runs: 1, models: 1, experiments: 1, in_use: 0 });
        let again = create_experiment(&scene.own, named("screens")).await.unwrap();
        assert!(again.id > scene.experiment, "a number is given once");
    }
}

#[tokio::test]
async fn a_run_whose_removal_began_is_not_restored_and_the_next_removal_goes_on() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let run = full(&scene, "one").await;
        delete_runs(&scene.own, &[run]).await.unwrap();
        scene.app.clock.advance(31 * Time::DAY);
        let (organization, before_ms) = (scene.own.scope.unwrap(), millis(scene.app.clock.now()));
        scene
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    super::super::sql::removing::begin(tx, organization, before_ms, &[run]).await?;
                    super::super::sql::removing::remove_points(tx, organization, run, 5_000).await
                })
            })
            .await
            .unwrap();
        let refused = restore_runs(&scene.own, &[run]).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Conflict, "{refused}");
        delete_experiment(&scene.own, scene.experiment).await.unwrap();
        restore_experiment(&scene.own, scene.experiment).await.unwrap();
        assert_eq!(
            restore_runs(&scene.own, &[run]).await.unwrap_err().kind,
            FaultKind::Conflict,
            "not with its experiment"
        );
        assert_eq!(removed(&scene.app).await, Removed { runs: 1, ..Removed::default() });
        assert_eq!(rows_of(&scene, run).await, [0; 6]);
    }
}

#[tokio::test]
async fn an_admin_removes_deleted_runs_at_once_and_all_or_none() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let own = scene.own.scope.unwrap();
        let admin = testing::member_ctx(&scene.app, own, Role::Admin).await;
        let (gone, kept, living) =
            (full(&scene, "gone").await, full(&scene, "kept").await, full(&scene, "living").await);
        delete_runs(&scene.own, &[gone, kept]).await.unwrap();
        assert_eq!(remove_runs(&scene.own, &[gone]).await.unwrap_err().kind, FaultKind::Forbidden, "a scientist");
        assert_eq!(remove_runs(&scene.stranger, &[gone]).await.unwrap_err().kind, FaultKind::Missing);
        let refused = remove_runs(&admin, &[gone, living]).await.unwrap_err();
        assert!(refused.message.contains("delete it first"), "{refused}");
        assert_eq!(
            restore_runs(&scene.own, &[gone, gone, living]).await.unwrap(),
            1,
            "each once, and what was deleted"
        );
        assert_eq!(delete_runs(&scene.own, &[gone, kept]).await.unwrap(), 1);

        let job = remove_runs(&admin, &[gone]).await.unwrap();
        assert_eq!(job.title, format!("Removing run {gone} for good"));
        for (life, mut wanted) in [(Life::Deleted, vec![kept]), (Life::All, vec![kept, living])] {
            let asked = Asked { life, ..Asked::default() };
            let listed = list_runs(&scene.own, scene.experiment, asked).await.unwrap();
            let mut ids: Vec<RunId> = listed.items.iter().map(|run| run.info.id).collect();
            // Two of one moment have ids in any order.
            ids.sort();
            wanted.sort();
            assert_eq!(ids, wanted, "what goes is not offered");
        }
        assert_eq!(load_run(&scene.own, gone).await.unwrap_err().kind, FaultKind::Missing);
        for again in [remove_runs(&admin, &[gone]).await.map(drop), delete_runs(&scene.own, &[gone]).await.map(drop)] {
            assert_eq!(again.unwrap_err().kind, FaultKind::Conflict);
        }
        let curator = testing::member_ctx(&scene.app, own, Role::Curator).await;
        assert_eq!(crate::jobs::cancel_job(&curator, job.id).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(restore_runs(&scene.own, &[kept, gone]).await.unwrap_err().kind, FaultKind::Conflict);
        assert!(scene.load(kept).await.info.deleted, "all are restored, or none");
        let handlers: Vec<Arc<dyn crate::jobs::Handler>> = vec![Arc::new(RemoveDeleted)];
        assert_eq!(crate::jobs::run_until_idle(&scene.app, &handlers).await.unwrap(), 1);
        assert_eq!(rows_of(&scene, gone).await, [0; 6]);
        assert_eq!(rows_of(&scene, kept).await, rows_of(&scene, living).await, "deleted as lately, and not asked for");
        assert_eq!(remove_runs(&admin, &[gone]).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn what_a_version_is_registered_from_while_its_removal_waits_is_kept_with_it() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let admin = testing::member_ctx(&scene.app, scene.own.scope.unwrap(), Role::Admin).await;
        let (run, by) = (full(&scene, "one").await, full(&scene, "two").await);
        let new = chorale_model::registry::CreateModel { name: "tissues".into(), ..Default::default() };
        crate::registry::create_model(&scene.own, new).await.unwrap();
        let version = |run: RunId| RegisterVersion {
            name: "tissues".into(),
            source: format!("runs:/{run}/model"),
            run: run.to_string(),
            ..RegisterVersion::default()
        };
        register_version(&scene.own, version(by)).await.unwrap();
        delete_runs(&scene.own, &[run, by]).await.unwrap();
        let refused = remove_runs(&admin, &[run, by]).await.unwrap_err();
        assert!(refused.message.contains("a registered version was made from"), "{refused}");
        remove_runs(&admin, &[run]).await.unwrap();
        let refused = register_version(&scene.own, version(run)).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Conflict, "{refused}");
        // One that came between the look and the mark.
        let source = chorale_model::registry::Source {
            uri: format!("runs:/{run}/model"),
            run: run.to_string(),
            ..chorale_model::registry::Source::default()
        };
        let late =
            crate::registry::NewSource { name: "tissues".into(), description: String::new(), tags: vec![], source };
        crate::registry::register_source(&scene.own, late).await.unwrap();
        let handlers: Vec<Arc<dyn crate::jobs::Handler>> = vec![Arc::new(RemoveDeleted)];
        crate::jobs::run_until_idle(&scene.app, &handlers).await.unwrap();
        assert_eq!(rows_of(&scene, run).await, rows_of(&scene, by).await, "nothing of it was taken");
        assert_eq!(restore_runs(&scene.own, &[run]).await.unwrap(), 1);
    }
}
