//! Attempts that break off, and imports at once: the result is there once, or not at all.

use super::*;
use crate::catalog::{
    Listeners, Mode, NewSample, NewSource, NewVersion, SampleEntry, SampleSource, Series, Span, count_unpublished,
};
use crate::jobs::Running;
use chorale_model::Time;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

const SAMPLES: usize = 1_000;

/// A thousand samples; reading one of the second batch breaks while `broken` says so.
struct Thousand {
    entries: Vec<SampleEntry>,
    broken: Arc<AtomicBool>,
}

fn sample(number: usize) -> NewSample {
    NewSample {
        accession: format!("GSM{}", number + 1),
        title: format!("Sample {number}"),
        platform: "GPL1".into(),
        attributes: vec![("title".into(), format!("Sample {number}"))],
        ..Default::default()
    }
}

impl SampleSource for Thousand {
    fn entries(&self) -> &[SampleEntry] {
        &self.entries
    }

    fn read(&mut self, entry: usize) -> Result<NewSample, Fault> {
        if entry == 700 && self.broken.load(Ordering::SeqCst) {
            return Err(Fault::internal("the disk", "broken on purpose"));
        }
        Ok(sample(entry))
    }
}

/// Publishes the thousand into the collection of its payload.
struct Publisher {
    broken: Arc<AtomicBool>,
}

impl Handler for Publisher {
    fn kind(&self) -> &'static str {
        "publish"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            catalog::discard_unfinished(job, job.ctx.scope.unwrap()).await?;
            let entries = (0..SAMPLES)
                .map(sample)
                .map(|sample| SampleEntry { content_sha256: sample.content_sha256(), accession: sample.accession });
            let samples = Thousand { entries: entries.collect(), broken: self.broken.clone() };
            let version = NewVersion {
                collection: serde_json::from_value(job.payload["collection"].clone()).unwrap(),
                accession: "GSE1".into(),
                platform: "GPL1".into(),
                platform_title: String::new(),
                series: Some(Series { title: "One".into(), ..Default::default() }),
                organisms: Vec::new(),
                mode: Mode::Replace,
                source: NewSource {
                    source: "test".into(),
                    source_url: None,
                    licence: String::new(),
                    retrieved_at: job.ctx.now(),
                    file_name: "thousand".into(),
                    raw_sha256: "0".repeat(64),
                    raw_size_bytes: 1,
                    parser: "test".into(),
                    lines: 1,
                    warnings: 0,
                },
                samples: Box::new(samples),
                values: None,
                span: Span::default(),
            };
            let done = catalog::publish(job, version).await?;
            Ok(json!({ "number": done.number, "changed": done.changed }))
        })
    }
}

async fn put(ctx: &Ctx) -> chorale_model::JobId {
    let found = catalog::find_collection_by_name(ctx, "test").await.unwrap();
    let collection = match found {
        Some(found) => found,
        None => {
            let input = CreateCollection { name: "test".into(), description: String::new() };
            catalog::create_collection(ctx, input).await.unwrap()
        }
    };
    let inner = ctx.clone();
    let job = NewJob::new("publish", "Publish", json!({ "collection": collection.id }));
    ctx.db().write(move |tx| Box::pin(async move { enqueue(tx, &inner, inner.scope, job).await })).await.unwrap()
}

#[tokio::test]
async fn an_attempt_that_breaks_between_batches_shows_nothing_and_the_next_one_all() {
    for [ctx, _] in each_deployment().await {
        let broken = Arc::new(AtomicBool::new(true));
        let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(Publisher { broken: broken.clone() })];
        let id = put(&ctx).await;
        run_until_idle(&ctx.app, &handlers).await.unwrap();
        assert_eq!(load_job(&ctx, id).await.unwrap().state, JobState::Queued, "it is tried again later");
        assert_eq!(count_unpublished(&ctx.app).await, 1);
        assert!(datasets(&ctx).await.is_empty());
        assert_eq!(catalog::find_dataset_by_accession(&ctx, "GSE1", None).await.unwrap(), None);

        broken.store(false, Ordering::SeqCst);
        ctx.app.clock.advance(Time::MINUTE);
        run_until_idle(&ctx.app, &handlers).await.unwrap();
        let job = load_job(&ctx, id).await.unwrap();
        assert_eq!((job.state, job.result.unwrap()["number"].clone()), (JobState::Succeeded, json!(1)));
        assert_eq!(count_unpublished(&ctx.app).await, 0);
        assert_eq!(datasets(&ctx).await[0].samples, i64::try_from(SAMPLES).unwrap());
        let (rows,): (i64,) = db::sql("select count(*) from version_samples").one(ctx.db()).await.unwrap();
        assert_eq!(rows, i64::try_from(SAMPLES).unwrap());
    }
}

#[tokio::test]
async fn the_same_series_imported_by_many_at_once_is_there_once() {
    for [ctx, _] in each_deployment().await {
        let broken = Arc::new(AtomicBool::new(false));
        let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(Publisher { broken })];
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(put(&ctx).await);
        }
        let workers = (0..4).map(|_| run_until_idle(&ctx.app, &handlers));
        futures::future::try_join_all(workers).await.unwrap();
        let mut changed = 0;
        for id in ids {
            let job = load_job(&ctx, id).await.unwrap();
            let result = job.result.unwrap_or_else(|| panic!("{:?}", job.error));
            assert_eq!(result["number"], json!(1));
            changed += usize::from(result["changed"] == json!(true));
        }
        assert_eq!(changed, 1);
        assert_eq!(count_unpublished(&ctx.app).await, 0);
        assert_eq!(catalog::last_change(&ctx.app, &ctx.scope.unwrap().to_string()).await.unwrap(), 1);
        let (rows,): (i64,) = db::sql("select count(*) from version_samples").one(ctx.db()).await.unwrap();
        assert_eq!(rows, i64::try_from(SAMPLES).unwrap());
    }
}

#[tokio::test]
async fn a_cancelled_import_keeps_what_was_published_and_marks_the_rest() {
    for db in each_engine().await {
        // Cancelled at the moment when the first file is published.
        let listeners = Listeners::default().with(|tx, ctx, _| {
            ctx.app.clock.advance(Time::MINUTE);
            Box::pin(async move {
                db::sql("update jobs set cancelling = true where state = 'running'").run(tx).await.map(|_| ())
            })
        });
        let app = Arc::try_unwrap(testing::deployment(db)).ok().unwrap().with_room(listeners);
        let [ctx, _] = two_organizations(Arc::new(app)).await;
        let job = import_paths(&ctx, &[family("GSE12135"), family("GSE30521"), family("GSE2122")]).await;
        assert_eq!(job.state, JobState::Cancelled);
        let states: Vec<_> = job.files.iter().map(|f| f.state.as_str()).collect();
        assert_eq!(states, ["succeeded", "cancelled", "cancelled"]);
        let found = datasets(&ctx).await;
        assert_eq!(found.iter().map(|d| d.accession.as_str()).collect::<Vec<_>>(), ["GSE12135"]);
    }
}
