use super::*;
use crate::db::{sql as statement, tests::each_engine};
use crate::jobs::{self, Handler, NewJob, Running, Worker};
use crate::{Actor, Ctx, testing};
use chorale_model::metering::UsageReport;
use chorale_model::{FaultKind, Role};
use serde_json::{Value, json};

async fn each() -> Vec<(Arc<Deployment>, Ctx)> {
    let mut all = Vec::new();
    for db in each_engine().await {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "a").await;
        let admin = testing::member_ctx(&app, organization, Role::Admin).await;
        all.push((app, admin));
    }
    all
}

async fn last_day(ctx: &Ctx) -> UsageReport {
    report(ctx, ctx.now().plus(-Time::DAY), ctx.now().plus(1)).await.unwrap()
}

fn amounts(report: &UsageReport) -> Vec<(&str, &str, &str, f64)> {
    report.usage.iter().map(|u| (&*u.quantity, &*u.object, &*u.unit, u.amount)).collect()
}

#[tokio::test]
async fn requests_are_counted_in_memory_and_summed_by_the_hour() {
    for (app, admin) in each().await {
        let state = app.room::<State>();
        state.count(&admin, "rest", 100);
        state.count(&admin, "rest", 50);
        state.count(&admin, "pages", 7);
        state.count(&Ctx::anonymous(app.clone(), String::new(), String::new()), "pages", 7);
        let rows = || async { statement("select count(*) from usage_hours").one::<(i64,)>(&app.db).await.unwrap().0 };
        assert_eq!(rows().await, 0, "no request waits for the disk");
        flush(&app).await.unwrap();
        assert_eq!(rows().await, 4);
        app.clock.advance(Time::HOUR);
        state.count(&admin, "rest", 1);
        let curator = testing::member_ctx(&app, admin.scope.unwrap(), Role::Curator).await;
        state.count(&curator, "rest", 10);
        let expected = [
            ("requests", "pages", "requests", 1.0),
            ("requests", "rest", "requests", 4.0),
            ("sent_bytes", "pages", "bytes", 7.0),
            ("sent_bytes", "rest", "bytes", 161.0),
        ];
        let report = last_day(&admin).await;
        assert_eq!(amounts(&report), expected, "what still waited is in the report");
        let of = |ctx: &Ctx| {
            let (name, rows) = (ctx.actor_name(), report.by_actor.iter());
            let rest =
                rows.filter(|used| used.actor == name && (&*used.quantity, &*used.object) == ("sent_bytes", "rest"));
            rest.map(|used| used.amount).collect::<Vec<_>>()
        };
        assert_eq!((of(&admin), of(&curator)), (vec![151.0], vec![10.0]));
        assert_eq!(rows().await, 8);
    }
}

#[tokio::test]
async fn an_erased_organization_does_not_hold_up_the_others() {
    for (app, admin) in each().await {
        let state = app.room::<State>();
        state.count(&admin, "rest", 100);
        let gone = Ctx { scope: Some(OrganizationId(app.ids.uuid())), ..admin.clone() };
        state.count(&gone, "rest", 1);
        flush(&app).await.unwrap();
        flush(&app).await.unwrap();
        let expected = [("requests", "rest", "requests", 1.0), ("sent_bytes", "rest", "bytes", 100.0)];
        assert_eq!(amounts(&last_day(&admin).await), expected);
    }
}

async fn change(app: &Deployment, text: &'static str) {
    app.db.write(move |tx| Box::pin(async move { statement(text).run(tx).await })).await.unwrap();
}

#[tokio::test]
async fn counts_that_could_not_be_written_wait_for_the_next_time() {
    for (app, admin) in each().await {
        app.room::<State>().count(&admin, "rest", 100);
        change(&app, "alter table usage_hours rename to elsewhere").await;
        assert_eq!(flush(&app).await.unwrap_err().kind, FaultKind::Internal);
        app.room::<State>().count(&admin, "rest", 1);
        change(&app, "alter table elsewhere rename to usage_hours").await;
        let expected = [("requests", "rest", "requests", 2.0), ("sent_bytes", "rest", "bytes", 101.0)];
        assert_eq!(amounts(&last_day(&admin).await), expected);
    }
}

#[tokio::test]
async fn the_last_counts_are_written_at_shutdown() {
    for (app, admin) in each().await {
        let shutdown = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(run(app.clone(), shutdown.clone()));
        app.room::<State>().count(&admin, "rest", 100);
        shutdown.cancel();
        running.await.unwrap();
        let (sum,): (f64,) = statement("select sum(amount) from usage_hours").one(&app.db).await.unwrap();
        assert_eq!(sum, 101.0);
    }
}

/// Burns a measurable piece of CPU.
struct Burn;

impl Handler for Burn {
    fn kind(&self) -> &'static str {
        "burn"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let sum = job.blocking(|| (0..20_000_000_u64).fold(0, |a: u64, b| a.rotate_left(5) ^ b)).await?;
            Ok(json!({"sum": sum}))
        })
    }
}

#[tokio::test]
async fn a_job_is_metered_for_whoever_started_it() {
    for (app, admin) in each().await {
        let inside = admin.clone();
        let job = NewJob::new("burn", "burn", json!({}));
        admin
            .db()
            .write(move |tx| Box::pin(async move { jobs::enqueue(tx, &inside, inside.scope, job).await }))
            .await
            .unwrap();
        let shutdown = tokio_util::sync::CancellationToken::new();
        let stop = shutdown.clone();
        let worker = Worker::new(app.clone(), vec![Arc::new(Burn)]).on_end(move |app, ended| {
            let stop = stop.clone();
            Box::pin(async move {
                job_ended(app, ended).await;
                stop.cancel();
            })
        });
        worker.run(vec![("default".into(), 1)], shutdown).await;
        let report = last_day(&admin).await;
        let [(cpu, burn, "s", seconds), (memory, _, "bytes", bytes)] = amounts(&report)[..] else {
            panic!("{report:?}")
        };
        assert_eq!((cpu, burn, memory), ("cpu_seconds", "burn", "peak_memory_bytes"));
        assert!(seconds > 0.0 && bytes > 1e6, "{report:?}");
        let (actor,): (String,) =
            statement("select actor from usage_hours where quantity = 'cpu_seconds'").one(&app.db).await.unwrap();
        assert_eq!(actor, admin.actor_name());
    }
}

#[tokio::test]
async fn sums_add_up_and_levels_keep_their_highest() {
    for (app, admin) in each().await {
        for (uploaded, peak) in [(10.0, 500.0), (5.0, 900.0), (1.0, 700.0)] {
            let organization = admin.scope.unwrap();
            let of = move |quantity| Use { organization, quantity, object: "import".into(), actor: "ada".into() };
            app.db
                .write(move |tx| {
                    Box::pin(async move {
                        record(tx, of(Quantity::UploadedBytes), testing::START, uploaded).await?;
                        record(tx, of(Quantity::PeakMemoryBytes), testing::START, peak).await
                    })
                })
                .await
                .unwrap();
        }
        let expected = [("peak_memory_bytes", "import", "bytes", 900.0), ("uploaded_bytes", "import", "bytes", 16.0)];
        assert_eq!(amounts(&last_day(&admin).await), expected);
    }
}

#[tokio::test]
async fn a_report_is_the_admins_own_and_its_span_is_checked() {
    for (app, admin) in each().await {
        let other = testing::organization(&app, "b").await;
        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        app.room::<State>().count(&admin, "rest", 100);
        assert_eq!(last_day(&stranger).await.usage, vec![]);
        let scientist = testing::member_ctx(&app, other, Role::Scientist).await;
        let now = admin.now();
        assert_eq!(report(&scientist, now.plus(-1), now).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(report(&admin, now, now).await.unwrap_err().fields[0].field, "from");
        let fault = report(&admin, now.plus(-401 * Time::DAY), now).await.unwrap_err();
        assert_eq!(fault.fields[0].field, "from");
    }
}

/// Breaks once, then succeeds.
struct Broken;

impl Handler for Broken {
    fn kind(&self) -> &'static str {
        "broken"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            match job.attempt {
                1 => Err(Fault::internal("the step", "broken on purpose")),
                _ => Ok(json!({})),
            }
        })
    }
}

#[tokio::test]
async fn an_attempt_that_failed_is_metered_too() {
    for (app, admin) in each().await {
        let inside = admin.clone();
        let job = NewJob::new("broken", "broken", json!({}));
        admin
            .db()
            .write(move |tx| Box::pin(async move { jobs::enqueue(tx, &inside, inside.scope, job).await }))
            .await
            .unwrap();
        let shutdown = tokio_util::sync::CancellationToken::new();
        let (stop, ends) = (shutdown.clone(), Arc::new(std::sync::Mutex::new(Vec::new())));
        let heard = ends.clone();
        let worker = Worker::new(app.clone(), vec![Arc::new(Broken)]).on_end(move |app, ended| {
            let stop = stop.clone();
            heard.lock().unwrap().push(ended.state);
            Box::pin(async move {
                app.clock.advance(Time::MINUTE);
                let last = ended.state.is_some();
                job_ended(app, ended).await;
                if last {
                    stop.cancel();
                }
            })
        });
        worker.run(vec![("default".into(), 1)], shutdown).await;
        assert_eq!(*ends.lock().unwrap(), [None, Some(chorale_model::jobs::JobState::Succeeded)]);
        let (rows,): (i64,) =
            statement("select count(*) from usage_hours where quantity = 'cpu_seconds'").one(&app.db).await.unwrap();
        assert_eq!(rows, 1, "both attempts lie in one hour");
    }
}

async fn put_object(ctx: &Ctx, key: &'static str, size_bytes: i64) {
    let organization = ctx.scope.unwrap();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                statement("insert into objects (organization, key, sha256, size_bytes, created_at) values ($1, $2, $2, $3, 0)")
                    .bind(organization)
                    .bind(key)
                    .bind(size_bytes)
                    .run(tx)
                    .await
            })
        })
        .await
        .unwrap();
}

async fn check(ctx: &Ctx, name: &'static str, additional: i64) -> Result<(), Fault> {
    let inside = ctx.clone();
    ctx.db().write(move |tx| Box::pin(async move { check_quota(&inside, tx, name, additional).await })).await
}

#[tokio::test]
async fn a_quota_names_itself_what_is_used_and_the_remedy() {
    for (app, admin) in each().await {
        let operator = Ctx::operator(app.clone(), None);
        let organization = admin.scope.unwrap();
        put_object(&admin, "a", 900).await;
        check(&admin, "stored_bytes", 1 << 39).await.unwrap();
        let quota = set_quota(&operator, organization, "stored_bytes", Some(1_000)).await.unwrap();
        assert_eq!((quota.limit, quota.used), (1_000, 900));
        check(&admin, "stored_bytes", 100).await.unwrap();
        let fault = check(&admin, "stored_bytes", 101).await.unwrap_err();
        assert_eq!(
            (fault.kind, &*fault.message),
            (
                FaultKind::Limited,
                "the quota \"stored_bytes\" of this organization is 1000, 900 are used and 101 more do not fit; delete \
                 what is no longer needed, or ask the operator for a higher one"
            )
        );
        let stranger = testing::organization(&app, "b").await;
        check(&testing::member_ctx(&app, stranger, Role::Curator).await, "stored_bytes", 101).await.unwrap();
        set_quota(&operator, organization, "stored_bytes", None).await.unwrap();
        check(&admin, "stored_bytes", 101).await.unwrap();
    }
}

#[tokio::test]
async fn jobs_and_samples_are_counted_from_their_tables() {
    for (app, admin) in each().await {
        let operator = Ctx::operator(app.clone(), None);
        let organization = admin.scope.unwrap();
        for name in QUOTAS {
            set_quota(&operator, organization, name, Some(1)).await.unwrap();
        }
        check(&admin, "queued_jobs", 1).await.unwrap();
        let inside = admin.clone();
        let job = NewJob::new("burn", "burn", json!({}));
        admin
            .db()
            .write(move |tx| Box::pin(async move { jobs::enqueue(tx, &inside, inside.scope, job).await }))
            .await
            .unwrap();
        assert_eq!(check(&admin, "queued_jobs", 1).await.unwrap_err().kind, FaultKind::Limited);
        check(&admin, "running_jobs", 1).await.unwrap();
        check(&admin, "samples", 1).await.unwrap();
        assert_eq!(check(&admin, "samples", 2).await.unwrap_err().kind, FaultKind::Limited);
        assert_eq!(check(&admin, "sample", 1).await.unwrap_err().fields[0].field, "quota");
        let used: Vec<_> = list_quotas(&admin).await.unwrap().into_iter().map(|q| (q.name, q.used)).collect();
        assert_eq!(used, QUOTAS.map(|name| (name.to_owned(), i64::from(name == "queued_jobs"))));
    }
}

/// A million samples are not counted again for each question: their table may be away.
#[tokio::test]
async fn samples_have_a_counter_that_their_writers_keep() {
    for (app, admin) in each().await {
        let organization = admin.scope.unwrap();
        for change in [1_000_000, -1, 0] {
            app.db
                .write(move |tx| Box::pin(async move { samples_changed(tx, organization, change).await }))
                .await
                .unwrap();
        }
        change(&app, "alter table samples rename to elsewhere").await;
        let quotas = list_quotas(&admin).await.unwrap();
        change(&app, "alter table elsewhere rename to samples").await;
        let used = quotas.iter().find(|quota| quota.name == "samples").map(|quota| quota.used);
        assert_eq!(used, Some(999_999));
    }
}

#[tokio::test]
async fn only_an_operator_sets_quotas() {
    for (app, admin) in each().await {
        let organization = admin.scope.unwrap();
        let fault = set_quota(&admin, organization, "samples", Some(1)).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden);
        let operator = Ctx::operator(app.clone(), None);
        assert_eq!(set_quota(&operator, organization, "samples", Some(-1)).await.unwrap_err().fields[0].field, "limit");
        let nowhere = OrganizationId(app.ids.uuid());
        assert_eq!(set_quota(&operator, nowhere, "samples", None).await.unwrap_err().kind, FaultKind::Missing);
        let mut person = admin.clone();
        if let Actor::User { operator, .. } = &mut person.actor {
            *operator = true;
        }
        set_quota(&person, organization, "samples", Some(1)).await.unwrap();
    }
}

#[tokio::test]
async fn storage_is_looked_at_once_an_hour() {
    for (app, admin) in each().await {
        put_object(&admin, "a", 900).await;
        put_object(&admin, "b", 100).await;
        let ctx = Ctx::system(app.clone(), None);
        jobs::ensure_schedule(&ctx, "storage", SampleStorage::KIND, json!({}), 3600).await.unwrap();
        for _ in 0..2 {
            app.clock.advance(Time::HOUR);
            assert_eq!(jobs::run_until_idle(&app, &[Arc::new(SampleStorage)]).await.unwrap(), 1);
        }
        assert_eq!(amounts(&last_day(&admin).await), [("stored_bytes", "objects", "bytes", 1_000.0)]);
    }
}
