//! Jobs on both engines, with handlers that do as they are told.

mod ends;
mod rights;
mod watching;

use super::*;
use crate::ctx::Settings;
use crate::db::{sql as statement, tests::each_engine};
use crate::objects::Objects;
use crate::{Clock, Db, Deployment, Ids};
use chorale_model::jobs::{JobFilter, JobState};
use chorale_model::page::PageRequest;
use chorale_model::{FaultKind, OrganizationId};
use futures::StreamExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Two organizations on a clock that stands still until it is moved.
async fn each_deployment() -> Vec<(Arc<Deployment>, [Ctx; 2])> {
    let mut all = Vec::new();
    for db in each_engine().await {
        let clock = Clock::manual(Time(1_772_615_520_000_000));
        let folder = tempfile::tempdir().unwrap().keep();
        let objects = Objects::open(&format!("file://{}", folder.join("objects").display())).unwrap();
        let settings = Settings { cache_dir: folder.join("cache"), ..Settings::default() };
        let app = Deployment::new(db, objects, clock.clone(), Ids::new(clock), settings);
        let app = Arc::new(app.with_room(State::default()));
        let mut contexts = Vec::new();
        for name in ["a", "b"] {
            let id = OrganizationId(app.ids.uuid());
            insert_organization(&app.db, id, name).await;
            contexts.push(Ctx::operator(app.clone(), Some(id)));
        }
        all.push((app, contexts.try_into().ok().unwrap()));
    }
    all
}

async fn insert_organization(db: &Db, id: OrganizationId, name: &'static str) {
    db.write(move |tx| {
        Box::pin(async move {
            statement("insert into organizations (id, name, synthetic, created_at) values ($1, $2, false, 0)")
                .bind(id)
                .bind(name)
                .run(tx)
                .await
        })
    })
    .await
    .unwrap();
}

async fn put(ctx: &Ctx, job: NewJob) -> JobId {
    let inner = ctx.clone();
    ctx.db().write(move |tx| Box::pin(async move { enqueue(tx, &inner, inner.scope, job).await })).await.unwrap()
}

/// Does what its payload says: succeed, break (worth another try) or refuse (not worth one).
#[derive(Default)]
struct Obedient {
    runs: AtomicUsize,
}

impl Handler for Obedient {
    fn kind(&self) -> &'static str {
        "obey"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            self.runs.fetch_add(1, Ordering::SeqCst);
            job.progress(1, 1, "steps", "stepping").await?;
            match job.payload["do"].as_str() {
                Some("break") => Err(Fault::internal("the step", "broken on purpose")),
                Some("refuse") => Err(Fault::invalid("the step is not valid")),
                Some("panic") => panic!("on purpose"),
                _ => Ok(json!({"attempt": job.attempt})),
            }
        })
    }
}

fn only(handler: &Arc<Obedient>) -> Vec<Arc<dyn Handler>> {
    vec![handler.clone()]
}

fn obey(what: &str) -> NewJob {
    NewJob::new("obey", what, json!({"do": what}))
}

#[tokio::test]
async fn a_job_ends_once_with_its_result() {
    for (app, [ctx, other]) in each_deployment().await {
        let handler = Arc::new(Obedient::default());
        let id = put(&ctx, obey("succeed").once_for("key")).await;
        assert_eq!(put(&ctx, obey("succeed").once_for("key")).await, id, "the same key is the same job");
        assert_eq!(run_until_idle(&app, &only(&handler)).await.unwrap(), 1);
        let job = load_job(&ctx, id).await.unwrap();
        assert_eq!((job.state, job.result), (JobState::Succeeded, Some(json!({"attempt": 1}))));
        assert_ne!(put(&ctx, obey("succeed").once_for("key")).await, id, "an ended job frees its key");
        assert_eq!(load_job(&other, id).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(cancel_job(&other, id).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(handler.runs.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_broken_attempt_is_tried_again_later_and_a_refused_one_is_not() {
    for (app, [ctx, _]) in each_deployment().await {
        let handler = Arc::new(Obedient::default());
        let (broken, refused) = (put(&ctx, obey("break")).await, put(&ctx, obey("refuse")).await);
        let handlers: Vec<Arc<dyn Handler>> = vec![handler.clone()];
        assert_eq!(run_until_idle(&app, &handlers).await.unwrap(), 2);
        assert_eq!(load_job(&ctx, refused).await.unwrap().error.as_deref(), Some("the step is not valid"));
        assert_eq!(load_job(&ctx, broken).await.unwrap().state, JobState::Queued);
        assert_eq!(run_until_idle(&app, &handlers).await.unwrap(), 0, "not before its back-off");
        app.clock.advance(2 * Time::SECOND);
        assert_eq!(run_until_idle(&app, &handlers).await.unwrap(), 1);
        app.clock.advance(4 * Time::SECOND);
        assert_eq!(run_until_idle(&app, &handlers).await.unwrap(), 1);
        let job = load_job(&ctx, broken).await.unwrap();
        assert_eq!((job.state, job.attempts), (JobState::Failed, 3));

        retry_job(&ctx, broken).await.unwrap();
        assert_eq!(load_job(&ctx, broken).await.unwrap().state, JobState::Queued);
        assert_eq!(retry_job(&ctx, broken).await.unwrap_err().kind, FaultKind::Conflict);
    }
}

#[tokio::test]
async fn a_panicking_handler_is_a_failed_attempt() {
    for (app, [ctx, _]) in each_deployment().await {
        let id = put(&ctx, obey("panic").attempts(1)).await;
        run_until_idle(&app, &[Arc::new(Obedient::default())]).await.unwrap();
        assert_eq!(load_job(&ctx, id).await.unwrap().state, JobState::Failed);
    }
}

/// Lets another worker take the job over in the middle, as after a long pause of its machine.
struct Overtaken;

impl Handler for Overtaken {
    fn kind(&self) -> &'static str {
        "obey"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            if job.attempt == 1 {
                job.ctx.app.clock.advance(running::LEASE + 1);
                let second = run_until_idle(&job.ctx.app, &[Arc::new(Obedient::default())]).await?;
                assert_eq!(second, 1, "the abandoned job was claimed again");
            }
            job.write(|_| Box::pin(async { panic!("a stale worker must not write") })).await?;
            Ok(json!("stale"))
        })
    }
}

#[tokio::test]
async fn jobs_of_a_process_that_ended_are_taken_up_at_once() {
    for (app, [ctx, _]) in each_deployment().await {
        put(&ctx, obey("succeed")).await;
        let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(Obedient::default())];
        let first = Worker::new(app.clone(), handlers.clone());
        let claimed = first.claim(DEFAULT).await.unwrap().expect("a job is ready");
        assert_eq!(worker::recover(&app).await.unwrap(), 0, "its worker lives");
        // what a crash leaves: the file, and no lock on it
        let sign = app.settings.cache_dir.join("workers").join(&first.name);
        drop(first);
        std::fs::write(&sign, "").unwrap();
        assert_eq!(worker::recover(&app).await.unwrap(), 1, "the clock stands still: no lease ran out");
        assert!(!sign.exists());
        assert_eq!(run_until_idle(&app, &handlers).await.unwrap(), 1);
        let late = claimed.progress(1, 1, "steps", "").await;
        assert!(late.is_err(), "the ended process's claim is worth nothing");
    }
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_does_no_harm() {
    for (app, [ctx, _]) in each_deployment().await {
        let id = put(&ctx, obey("succeed")).await;
        run_until_idle(&app, &[Arc::new(Overtaken)]).await.unwrap();
        let job = load_job(&ctx, id).await.unwrap();
        assert_eq!((job.state, job.result), (JobState::Succeeded, Some(json!({"attempt": 2}))));
    }
}

/// Is cancelled by somebody while it runs.
struct Cancelled;

impl Handler for Cancelled {
    fn kind(&self) -> &'static str {
        "obey"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            cancel_job(&Ctx::operator(job.ctx.app.clone(), job.ctx.scope), job.id).await?;
            job.progress(1, 1, "steps", "after the cancel").await?;
            panic!("progress must fail after a cancel");
        })
    }
}

#[tokio::test]
async fn a_cancel_ends_a_queued_job_at_once_and_a_running_one_at_its_next_step() {
    for (app, [ctx, _]) in each_deployment().await {
        let queued = put(&ctx, obey("succeed")).await;
        assert_eq!(cancel_job(&ctx, queued).await.unwrap().state, JobState::Cancelled);
        let running = put(&ctx, obey("succeed")).await;
        run_until_idle(&app, &[Arc::new(Cancelled)]).await.unwrap();
        let job = load_job(&ctx, running).await.unwrap();
        assert_eq!((job.state, job.result), (JobState::Cancelled, None));
    }
}

#[tokio::test]
async fn one_organization_does_not_starve_another() {
    for (app, [busy, small]) in each_deployment().await {
        for _ in 0..20 {
            put(&busy, obey("succeed")).await;
        }
        let late = put(&small, obey("succeed")).await;
        let claim = |app: Arc<Deployment>| async move {
            let now = app.clock.now();
            app.db
                .write(move |tx| Box::pin(async move { sql::claim(tx, DEFAULT, &["obey"], "w", now, 4).await }))
                .await
                .unwrap()
        };
        let first = claim(app.clone()).await.unwrap();
        let second = claim(app.clone()).await.unwrap();
        assert_ne!(first.organization, second.organization, "{}", app.db.engine());
        assert!([first.id, second.id].contains(&late.0), "the late job does not wait for twenty others");
        let mut more = 0;
        while claim(app.clone()).await.is_some() {
            more += 1;
        }
        assert_eq!(more, 3, "four running jobs of an organization at most");
    }
}

#[tokio::test]
async fn two_workers_never_claim_the_same_job() {
    for (app, [ctx, _]) in each_deployment().await {
        for _ in 0..4 {
            put(&ctx, obey("succeed")).await;
        }
        let claims = (0..16).map(|_| {
            let app = app.clone();
            async move {
                let now = app.clock.now();
                app.db
                    .write(move |tx| Box::pin(async move { sql::claim(tx, DEFAULT, &["obey"], "w", now, 99).await }))
                    .await
                    .unwrap()
            }
        });
        let mut ids: Vec<_> =
            futures::future::join_all(claims).await.into_iter().flatten().map(|claim| claim.id).collect();
        let claimed = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), claimed, "{}", app.db.engine());
    }
}

#[tokio::test]
async fn a_worker_leaves_kinds_that_it_does_not_know_to_others() {
    for (app, [ctx, _]) in each_deployment().await {
        let id = put(&ctx, NewJob::new("of a newer chorale", "later", json!({}))).await;
        assert_eq!(run_until_idle(&app, &[Arc::new(Obedient::default())]).await.unwrap(), 0);
        assert_eq!(load_job(&ctx, id).await.unwrap().state, JobState::Queued);
    }
}

#[tokio::test]
async fn a_schedule_starts_one_job_each_time_it_is_due() {
    for (app, [ctx, _]) in each_deployment().await {
        let handler = Arc::new(Obedient::default());
        ensure_schedule(&ctx, "tidy", "obey", json!({}), 60).await.unwrap();
        ensure_schedule(&ctx, "tidy", "obey", json!({}), 60).await.unwrap();
        assert_eq!(run_until_idle(&app, &only(&handler)).await.unwrap(), 0);
        app.clock.advance(60 * Time::SECOND);
        assert_eq!(run_until_idle(&app, &only(&handler)).await.unwrap(), 1);
        app.clock.advance(600 * Time::SECOND);
        assert_eq!(run_until_idle(&app, &only(&handler)).await.unwrap(), 1, "missed times are not made up for");
    }
}

#[tokio::test]
async fn a_schedule_stays_due_where_nobody_can_do_it() {
    for (app, [ctx, _]) in each_deployment().await {
        ensure_schedule(&ctx, "strange", "of a newer chorale", json!({}), 60).await.unwrap();
        ensure_schedule(&ctx, "tidy", "obey", json!({}), 60).await.unwrap();
        app.clock.advance(61 * Time::SECOND);
        let handler = Arc::new(Obedient::default());
        assert_eq!(run_until_idle(&app, &only(&handler)).await.unwrap(), 1, "the other one does not stand in its way");
        let of = |kind| JobFilter { state: None, kind: Some(kind) };
        let strange = || list_jobs(&ctx, of("of a newer chorale".to_owned()), PageRequest::default());
        assert!(strange().await.unwrap().items.is_empty());
        assert_eq!(super::schedule::run_due(&ctx, &["of a newer chorale"]).await.unwrap(), 1);
        assert_eq!(strange().await.unwrap().items.len(), 1);
    }
}

#[tokio::test]
async fn a_watcher_sees_the_job_change_until_it_ends() {
    for (app, [ctx, _]) in each_deployment().await {
        let id = put(&ctx, obey("succeed")).await;
        let mut seen = watch(&ctx, id).await.unwrap();
        assert_eq!(seen.next().await.unwrap().unwrap().state, JobState::Queued);
        run_until_idle(&app, &[Arc::new(Obedient::default())]).await.unwrap();
        assert_eq!(seen.next().await.unwrap().unwrap().state, JobState::Succeeded);
        assert!(seen.next().await.is_none());
    }
}

#[tokio::test]
async fn lists_are_paged_newest_first() {
    for (_, [ctx, other]) in each_deployment().await {
        for _ in 0..5 {
            put(&ctx, obey("succeed")).await;
        }
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = list_jobs(&ctx, JobFilter::default(), PageRequest { cursor, limit: Some(2) }).await.unwrap();
            seen.extend(page.items.into_iter().map(|job| job.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a > b));
        assert!(list_jobs(&other, JobFilter::default(), PageRequest::default()).await.unwrap().items.is_empty());
        let failed = JobFilter { state: Some(JobState::Failed), kind: None };
        assert!(list_jobs(&ctx, failed, PageRequest::default()).await.unwrap().items.is_empty());
    }
}

mod warnings;
