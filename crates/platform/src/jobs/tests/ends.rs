//! Turns between organizations, ends that come in an unlucky order, and what is forgotten in the end.

use super::*;
use tokio::sync::oneshot;

/// A claimed job and its fence, and whose it is.
struct Claimed {
    id: JobId,
    fence: i64,
    organization: Option<OrganizationId>,
}

async fn claim(app: &Deployment) -> Option<Claimed> {
    let now = app.clock.now();
    let claim = app
        .db
        .write(move |tx| Box::pin(async move { sql::claim(tx, DEFAULT, &["obey"], "w", now, 4).await }))
        .await
        .unwrap()?;
    let organization = claim.organization.map(OrganizationId);
    Some(Claimed { id: JobId(claim.id), fence: claim.fence, organization })
}

async fn end(app: &Deployment, claim: &Claimed) {
    let (id, fence, now) = (claim.id, claim.fence, app.clock.now());
    let ended = app
        .db
        .write(move |tx| Box::pin(async move { sql::end(tx, id, fence, JobState::Succeeded, None, None, now).await }))
        .await
        .unwrap();
    assert!(ended);
}

/// One slot: whenever it frees, nothing runs, and only the turns tell who is next.
#[tokio::test]
async fn one_slot_is_shared_in_turns() {
    for (app, [busy, small]) in each_deployment().await {
        for _ in 0..20 {
            put(&busy, obey("succeed")).await;
        }
        let mut order = Vec::new();
        for served in 0..6 {
            if served == 2 {
                // They come late, and wait for one job of the others each.
                put(&small, obey("succeed")).await;
                put(&small, obey("succeed")).await;
            }
            let next = claim(&app).await.expect("jobs wait");
            end(&app, &next).await;
            order.push(next.organization == small.scope);
        }
        assert_eq!(order, [false, false, true, false, true, false], "{}", app.db.engine());
    }
}

#[tokio::test]
async fn the_files_of_an_abandoned_job_end_with_it() {
    for (app, [ctx, _]) in each_deployment().await {
        let given_up = put(&ctx, obey("succeed").attempts(1).with_files(vec!["a".into(), "b".into()])).await;
        claim(&app).await.expect("a job waits");
        let cancelled = put(&ctx, obey("succeed").with_files(vec!["c".into()])).await;
        claim(&app).await.expect("another waits");
        cancel_job(&ctx, cancelled).await.unwrap();
        app.clock.advance(running::LEASE + 1);
        assert_eq!(worker::recover(&app).await.unwrap(), 2);
        for (id, state) in [(given_up, JobState::Failed), (cancelled, JobState::Cancelled)] {
            let job = load_job(&ctx, id).await.unwrap();
            assert_eq!(job.state, state);
            assert!(job.files.iter().all(|file| file.state == state.name()), "{job:?}");
            assert!(!job.files.is_empty());
        }
    }
}

/// A cancel and a claim that goes back to the queue meet: whichever is first, the job is cancelled.
#[tokio::test]
async fn a_cancel_is_not_lost_while_the_job_goes_back_to_the_queue() {
    for (app, [ctx, _]) in each_deployment().await {
        let back = || sql::GivenBack { run_at: Time(0), counts: true, error: None };
        let now = app.clock.now();

        // The cancel comes while the give-back is not committed yet.
        let id = put(&ctx, obey("succeed").with_files(vec!["a".into()])).await;
        let fence = claim(&app).await.expect("a job waits").fence;
        let ((given, is_given), (go, may_commit)) = (oneshot::channel(), oneshot::channel());
        let (db, given_back) = (app.db.clone(), back());
        let giving = tokio::spawn(async move {
            db.write(move |tx| {
                Box::pin(async move {
                    let state = sql::give_back(tx, id, fence, given_back, now).await?;
                    given.send(()).expect("the test waits for it");
                    may_commit.await.expect("the test answers");
                    Ok(state)
                })
            })
            .await
        });
        is_given.await.unwrap();
        let inner = ctx.clone();
        let cancelling = tokio::spawn(async move { cancel_job(&inner, id).await });
        while app.db.engine() == "postgres" && !cancelling.is_finished() && waiting(&app.db).await == 0 {
            tokio::task::yield_now().await;
        }
        go.send(()).expect("the transaction waits for it");
        assert_eq!(giving.await.unwrap().unwrap(), Some(JobState::Queued));
        let job = cancelling.await.unwrap().unwrap();
        assert_eq!((job.state, job.files[0].state.as_str()), (JobState::Cancelled, "cancelled"), "{}", app.db.engine());

        // The cancel is there before the give-back.
        let id = put(&ctx, obey("succeed").with_files(vec!["a".into()]).once_for("key")).await;
        let fence = claim(&app).await.expect("a job waits").fence;
        cancel_job(&ctx, id).await.unwrap();
        let given_back = back();
        let state = app
            .db
            .write(move |tx| Box::pin(async move { sql::give_back(tx, id, fence, given_back, now).await }))
            .await
            .unwrap();
        assert_eq!(state, Some(JobState::Cancelled));
        let job = load_job(&ctx, id).await.unwrap();
        assert_eq!((job.state, job.ended_at), (JobState::Cancelled, Some(now)));
        assert_eq!(job.files[0].state, "cancelled");
        assert_ne!(put(&ctx, obey("succeed").once_for("key")).await, id, "its key is free");
    }
}

/// Sessions of this database that wait for another's lock.
async fn waiting(db: &Db) -> i64 {
    let text = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let (count,): (i64,) = statement(text).one(db).await.unwrap();
    count
}

#[tokio::test]
async fn ended_jobs_are_forgotten_but_those_that_brought_files() {
    for (app, [ctx, _]) in each_deployment().await {
        let system = Ctx::operator(app.clone(), None);
        let own = put(&system, obey("succeed")).await;
        let members = put(&ctx, obey("refuse").with_files(vec!["gone".into()])).await;
        let bringing = put(&ctx, obey("succeed").with_files(vec!["kept".into()])).await;
        let kept = chorale_model::jobs::JobFile {
            name: "kept".into(),
            state: "succeeded".into(),
            message: String::new(),
            sha256: None,
            size_bytes: None,
            datasets: Vec::new(),
            samples: 0,
        };
        app.db.write(move |tx| Box::pin(async move { sql::put_file(tx, bringing, 0, &kept).await })).await.unwrap();
        assert_eq!(run_until_idle(&app, &only(&Arc::new(Obedient::default()))).await.unwrap(), 3);
        let warning = chorale_model::jobs::Warning {
            file: "gone".into(),
            line: 1,
            severity: "note".into(),
            message: String::new(),
            what: String::new(),
            expected: String::new(),
            done: String::new(),
        };
        app.db
            .write(move |tx| Box::pin(async move { sql::add_warnings(tx, members, vec![warning], 1).await }))
            .await
            .unwrap();
        let waiting = put(&system, obey("succeed").at(app.clock.now().plus(400 * Time::DAY))).await;
        let left = || async {
            let rows: Vec<(uuid::Uuid,)> = statement("select id from jobs order by id").all(&app.db).await.unwrap();
            rows.into_iter().map(|(id,)| JobId(id)).collect::<Vec<_>>()
        };
        assert_eq!(forget_ended(&system).await.unwrap(), 0);
        app.clock.advance(Time::DAY + 1);
        assert_eq!(forget_ended(&system).await.unwrap(), 1);
        // Ids of one moment have no order among them.
        let sorted = |mut ids: Vec<JobId>| {
            ids.sort_unstable();
            ids
        };
        assert_eq!(left().await, sorted(vec![members, bringing, waiting]), "{own} is the deployment's own");
        app.clock.advance(90 * Time::DAY);
        assert_eq!(forget_ended(&system).await.unwrap(), 1);
        assert_eq!(left().await, sorted(vec![bringing, waiting]));
        let (files,): (i64,) = statement("select count(*) from job_files").one(&app.db).await.unwrap();
        assert_eq!(files, 1);
    }
}
