//! What nothing uses is removed after its time and no earlier; what something uses, or begins to use, stays.

use super::super::{SweepObjects, preview_sweep, sweep_objects, unused};
use crate::catalog::{self, delete_dataset};
use crate::db::{sql, tests::each_engine};
use crate::experiments::{self, Owner};
use crate::jobs::{Handler, NewJob, StopSignal, enqueue, run_until_idle};
use crate::objects::Key;
use crate::{Ctx, Deployment, sources, testing};
use chorale_model::experiments::CreateRun;
use chorale_model::jobs::Job;
use chorale_model::sources::{Import, UploadedFile};
use chorale_model::{DatasetId, Fault, FaultKind, Time};
use futures::TryStreamExt;
use std::sync::Arc;

fn handlers() -> Vec<Arc<dyn Handler>> {
    vec![Arc::new(sources::ImportHandler), Arc::new(catalog::Sweep), Arc::new(SweepObjects)]
}

fn series(accession: &str) -> String {
    format!(
        "^SERIES = {accession}\n!Series_title = One\n^SAMPLE = GSM1\n!Sample_title = Liver\n!Sample_platform_id = GPL1\n\
         #ID_REF = id\n#VALUE = v\n!sample_table_begin\nID_REF\tVALUE\na\t1.5\n!sample_table_end\n"
    )
}

const PLATFORM: &str = "^PLATFORM = GPL1\n!Platform_title = A chip\n";

async fn upload(ctx: &Ctx, text: &str) -> Result<UploadedFile, Fault> {
    let mut upload = sources::begin_upload(ctx, "a.soft")?;
    upload.write(text.as_bytes()).await?;
    upload.finish().await
}

async fn start(ctx: &Ctx, file: UploadedFile) -> Result<Job, Fault> {
    let import =
        Import { collection_name: Some("c".into()), create_collection: true, files: vec![file], ..Import::default() };
    sources::start_import(ctx, import).await
}

/// Imports a text and gives the dataset, if there is one in it.
async fn import(ctx: &Ctx, text: &str) -> Option<DatasetId> {
    let job = start(ctx, upload(ctx, text).await.unwrap()).await.unwrap();
    run_until_idle(&ctx.app, &handlers()).await.unwrap();
    let job = crate::jobs::load_job(ctx, job.id).await.unwrap();
    assert_eq!(job.files[0].state, "succeeded", "{job:?}");
    job.files[0].datasets.first().map(|dataset| dataset.id)
}

async fn two_organizations(app: &Arc<Deployment>) -> (Ctx, Ctx) {
    let (own, other) = (testing::organization(app, "own").await, testing::organization(app, "other").await);
    (Ctx::operator(app.clone(), Some(own)), Ctx::operator(app.clone(), Some(other)))
}

/// Sweeps, and gives how many were removed and how many wait.
async fn swept(app: &Deployment) -> (u64, u64) {
    let report = sweep_objects(app, &StopSignal::default()).await.unwrap();
    (report.removed, report.waiting)
}

async fn stored(ctx: &Ctx) -> Vec<String> {
    let listed = ctx.app.objects.list(&ctx.scope.unwrap().to_string()).await.unwrap();
    let mut keys: Vec<String> = listed.into_iter().map(|object| object.key).collect();
    keys.sort();
    keys
}

/// Every object that a row names is there.
async fn no_row_lacks_its_object(ctx: &Ctx) {
    let rows: Vec<(String,)> =
        sql("select key from objects union select object_key from files").all(ctx.db()).await.unwrap();
    for (key,) in rows {
        assert!(ctx.app.objects.exists(&key).await.unwrap(), "{key} is named by a row and absent");
    }
}

#[tokio::test]
async fn what_nothing_uses_is_removed_after_its_time_and_no_earlier() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, other) = two_organizations(&app).await;
        let dataset = import(&own, &series("GSE1")).await.unwrap();
        import(&own, &series("GSE2")).await.unwrap();
        assert_eq!(import(&own, PLATFORM).await, None, "it is kept as a raw file");
        import(&other, &series("GSE1")).await.unwrap();
        upload(&own, "uploaded and never imported").await.unwrap();
        start(&own, upload(&own, &series("GSE3")).await.unwrap()).await.unwrap();
        let all = stored(&own).await;
        assert_eq!(all.len(), 7, "five raw files and two value tables");

        assert_eq!(swept(&app).await, (0, 1));
        delete_dataset(&own, dataset).await.unwrap();
        app.clock.advance(2 * Time::DAY);
        let system = Ctx::system(app.clone(), None);
        own.db()
            .write(move |tx| {
                Box::pin(async move {
                    enqueue(tx, &system, None, NewJob::new(catalog::SWEEP, "Sweep", serde_json::json!({}))).await
                })
            })
            .await
            .unwrap();
        run_until_idle(&app, &[Arc::new(catalog::Sweep)]).await.unwrap();
        assert_eq!(swept(&app).await, (0, 3), "the upload, the deleted dataset's file and its values");
        app.clock.advance(28 * Time::DAY + Time::HOUR);
        assert_eq!(swept(&app).await, (1, 2), "the upload has waited for thirty days, the others for two less");
        assert_eq!(swept(&app).await, (0, 2), "once is enough");
        app.clock.advance(2 * Time::DAY);
        assert_eq!(swept(&app).await, (2, 0));

        let left = stored(&own).await;
        assert_eq!(left.len(), 4, "{left:?}");
        assert_eq!(stored(&other).await.len(), 2, "the same bytes of another organization stay");
        no_row_lacks_its_object(&own).await;
        let (rows,): (i64,) =
            sql("select count(*) from objects where organization = $1").bind(own.scope).one(own.db()).await.unwrap();
        assert_eq!(rows, 4, "the quota no longer counts what was removed");
        app.clock.advance(11 * Time::MINUTE);
        // What waited in the queue has its bytes, and the deleted dataset comes back with its own.
        import(&own, &series("GSE1")).await.unwrap();
        no_row_lacks_its_object(&own).await;
    }
}

#[tokio::test]
async fn files_of_runs_that_were_replaced_or_deleted_are_removed_and_the_others_stay() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = testing::organization(&app, "own").await;
        let own = testing::member_ctx(&app, own, chorale_model::Role::Scientist).await;
        let experiment = experiments::load_experiment(&own, "0".parse().unwrap()).await.unwrap().id;
        let run = experiments::create_run(&own, experiment, CreateRun::default()).await.unwrap().info.id;
        let owner = Owner::Run(run);
        for (path, text) in [("a.txt", "first"), ("a.txt", "second"), ("b.txt", "gone"), ("c.txt", "stays")] {
            let mut upload = experiments::start_artifact(&own, owner, None, path).await.unwrap();
            upload.write(text.as_bytes()).await.unwrap();
            upload.finish().await.unwrap();
        }
        experiments::delete_artifacts(&own, owner, None, "b.txt").await.unwrap();
        assert_eq!(swept(&app).await, (0, 2));
        app.clock.advance(31 * Time::DAY);
        assert_eq!(swept(&app).await, (2, 0));
        assert_eq!(stored(&own).await.len(), 2);
        let file = experiments::artifact(&own, owner, None, "a.txt").await.unwrap();
        let bytes: Vec<_> = file.open(&own, None).await.unwrap().try_collect().await.unwrap();
        assert_eq!(bytes.concat(), b"second");
        let (uploaded,): (f64,) =
            sql("select cast(sum(amount) as double precision) from usage_hours where quantity = 'uploaded_bytes'")
                .one(own.db())
                .await
                .unwrap();
        assert_eq!(uploaded, 20.0, "what came in is metered");
    }
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_removed_and_changes_nothing() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        let first = upload(&own, "uploaded and never imported").await.unwrap();
        let unseen = preview_sweep(&app).await.unwrap();
        assert_eq!((unseen.removed, unseen.waiting, unseen.waiting_bytes), (0, 1, first.size_bytes));
        let (rows,): (i64,) = sql("select count(*) from unused_objects").one(own.db()).await.unwrap();
        assert_eq!(rows, 0);

        swept(&app).await;
        app.clock.advance(31 * Time::DAY);
        upload(&own, "another").await.unwrap();
        import(&own, &series("GSE1")).await.unwrap();
        let due = preview_sweep(&app).await.unwrap();
        assert_eq!((due.removed, due.removed_bytes, due.waiting), (1, first.size_bytes, 1));
        assert_eq!(due.objects[0].key, Key::raw(own.scope.unwrap(), &first.sha256).as_str());
        assert_eq!(due.objects[0].since, testing::START.0);
        assert_eq!(preview_sweep(&app).await.unwrap(), due, "nothing was changed");
        assert_eq!(swept(&app).await, (1, 1), "and the sweep does what it said");
    }
}

#[tokio::test]
async fn bytes_that_come_again_start_their_time_again() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        upload(&own, "comes twice").await.unwrap();
        swept(&app).await;
        app.clock.advance(29 * Time::DAY);
        let file = upload(&own, "comes twice").await.unwrap();
        app.clock.advance(2 * Time::DAY);
        assert_eq!(swept(&app).await, (0, 1));
        assert!(app.objects.exists(Key::raw(own.scope.unwrap(), &file.sha256).as_str()).await.unwrap());
    }
}

#[tokio::test]
async fn nothing_can_begin_to_use_an_object_that_is_being_removed() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        let organization = own.scope.unwrap();
        let file = upload(&own, &series("GSE1")).await.unwrap();
        swept(&app).await;
        app.clock.advance(31 * Time::DAY);
        // A sweep that was killed between closing the name and removing the object.
        let (now, before) = (app.clock.now(), app.clock.now().plus(-30 * Time::DAY));
        app.db
            .write(move |tx| Box::pin(async move { unused::doom(tx, organization, before, now).await }))
            .await
            .unwrap();
        let refused = start(&own, file.clone()).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Busy, "{refused}");
        assert!(refused.message.contains("upload its file again"), "{refused}");
        assert_eq!(upload(&own, &series("GSE1")).await.unwrap_err().kind, FaultKind::Busy);
        no_row_lacks_its_object(&own).await;

        assert_eq!(swept(&app).await, (1, 0), "the next sweep ends what the killed one began");
        let refused = start(&own, file).await.unwrap_err();
        assert!(refused.message.contains("upload the file again"), "{refused}");
        assert_eq!(upload(&own, &series("GSE1")).await.unwrap_err().kind, FaultKind::Busy, "a removal may be late");
        app.clock.advance(11 * Time::MINUTE);
        import(&own, &series("GSE1")).await.unwrap();
        no_row_lacks_its_object(&own).await;
    }
}

/// Imports and sweeps at the same moment: whichever wins, no row names an object that is gone.
#[tokio::test]
async fn an_import_and_a_sweep_at_once_never_lose_an_object() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        for round in 0..12 {
            let text = series(&format!("GSE{}", 100 + round));
            let file = upload(&own, &text).await.unwrap();
            swept(&app).await;
            app.clock.advance(31 * Time::DAY);
            let (ctx, sweeping) = (own.clone(), app.clone());
            let starting = tokio::spawn(async move { start(&ctx, file).await });
            let sweep = tokio::spawn(async move { swept(&sweeping).await });
            match starting.await.unwrap() {
                Ok(job) => {
                    run_until_idle(&app, &handlers()).await.unwrap();
                    let job = crate::jobs::load_job(&own, job.id).await.unwrap();
                    assert_eq!(job.files[0].state, "succeeded", "{job:?}");
                }
                Err(fault) => {
                    assert!(matches!(fault.kind, FaultKind::Busy | FaultKind::Invalid), "{fault}");
                }
            }
            sweep.await.unwrap();
            no_row_lacks_its_object(&own).await;
        }
    }
}

#[tokio::test]
async fn what_was_written_for_an_erased_organization_goes_too() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        let erased = chorale_model::OrganizationId(app.ids.uuid());
        app.objects.put(&Key::raw(erased, "late"), "late").await.unwrap();
        app.objects.put(&Key::search("shared", app.ids.uuid()), "an index").await.unwrap();
        import(&own, &series("GSE1")).await.unwrap();
        assert_eq!(swept(&app).await, (0, 0), "it may be an organization of a newer backup");
        // Objects carry the file system's times, so the clock has to pass today by far.
        app.clock.advance(400 * 365 * Time::DAY);
        assert_eq!(swept(&app).await, (1, 0));
        assert!(app.objects.list(&erased.to_string()).await.unwrap().is_empty());
        assert_eq!(app.objects.list("shared").await.unwrap().len(), 1);
        assert_eq!(stored(&own).await.len(), 2);
    }
}
