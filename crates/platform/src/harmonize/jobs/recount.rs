//! What follows from a batch of decisions: the counts of the datasets that hold its samples, and their documents in
//! search. Pages show a decision at once; this catches up in the background, and may run again at any time.

use super::ground::home;
use crate::harmonize::tally::Tally;
use crate::harmonize::{State, coverage, layers, sql, sums};
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::{Ctx, Tx, catalog, curation};
use chorale_model::{BatchId, DatasetId, Fault, OrganizationId, SampleId};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

/// Samples that are read at once.
const BATCH: i64 = 2_000;
/// How often a dataset is counted again because it was annotated meanwhile.
const TRIES: usize = 5;

/// A batch was applied or taken back. Given to `curation::Listeners`.
pub fn curated<'t>(tx: &'t mut Tx, ctx: &'t Ctx, changed: &'t curation::Changed) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let batch = changed.batch;
        let datasets = curation::datasets_of(&mut *tx, changed.organization, batch).await?;
        sql::count_change(tx, changed.organization, datasets).await?;
        let title = "Bring counts and search up to what was decided";
        let job = NewJob::new(RecountJob::KIND, title, json!({ "batch": batch })).priority(10).attempts(10);
        let job = job.once_until_started(format!("{}:{batch}", RecountJob::KIND));
        enqueue(tx, ctx, Some(changed.organization), job).await.map(drop)
    })
}

/// Jobs of kind `recount`: `{batch}` of the job's organization.
pub struct RecountJob;

impl RecountJob {
    pub const KIND: &'static str = "recount";
}

impl Handler for RecountJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(follow(job))
    }
}

async fn follow(job: &Running) -> Result<Value, Fault> {
    let organization = job.ctx.scope.ok_or_else(|| Fault::internal("counting", "the job has no organization"))?;
    let batch: BatchId = serde_json::from_value(job.payload["batch"].clone())
        .map_err(|e| Fault::internal("reading the payload of a count", e))?;
    let datasets = curation::datasets_of(job.ctx.db(), organization, batch).await?;
    let total = i64::try_from(datasets.len()).unwrap_or(i64::MAX);
    let (mut collections, mut feeds) = (BTreeSet::new(), BTreeSet::new());
    for (done, id) in (0..).zip(datasets) {
        job.progress(done, total, "datasets", "counting").await?;
        let Some(dataset) = catalog::dataset_for_index(&job.ctx.app, organization, id).await? else { continue };
        feeds.insert(dataset.feed());
        let is_annotated = sql::find_dataset(job.ctx.db(), organization, id).await?.is_some();
        collections.extend(is_annotated.then_some(dataset.collection));
        // Another batch's job came later than this one's decisions, and has counted them.
        let Some(changes) = sums::behind(job, organization, id).await? else { continue };
        recount(job, organization, id).await?;
        let (ctx, feed) = (job.ctx.clone(), dataset.feed());
        job.write(move |tx| {
            Box::pin(async move { catalog::number_change(tx, &ctx, organization, &feed, "dataset", id.0).await })
        })
        .await?;
        // Last, and as of before: what is kept says that all of this was done for all that was decided until then.
        sums::keep_of(job, organization, id, changes).await?;
    }
    learn_sizes(&job.ctx).await?;
    for collection in collections {
        coverage::record(job, organization, collection).await?;
    }
    let ctx = job.ctx.clone();
    job.write(move |tx| {
        Box::pin(async move {
            for feed in feeds {
                ctx.app.room::<State>().tell(tx, &ctx, &feed).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(json!({ "datasets": total }))
}

/// PostgreSQL keeps the plans that it made for tables while they were small, until it learns that they are not. By itself it
/// looks once a minute, which fifty curators fill with a thousand decisions.
async fn learn_sizes(ctx: &Ctx) -> Result<(), Fault> {
    /// Batches of this process, after which all has grown several times; later it looks often enough by itself.
    const AT: [u64; 5] = [8, 32, 128, 512, 2_048];
    let counted = ctx.app.room::<State>().recounts.fetch_add(1, Ordering::Relaxed) + 1;
    match AT.contains(&counted) {
        true => ctx.db().learn_sizes().await,
        false => Ok(()),
    }
}

/// Counts a dataset's values as they hold now, if it was annotated. Another annotation that ends meanwhile has counted what
/// it wrote, so it is counted again.
pub(super) async fn recount(job: &Running, organization: OrganizationId, id: DatasetId) -> Result<(), Fault> {
    let app = &job.ctx.app;
    for _ in 0..TRIES {
        let Some(known) = sql::find_dataset(&app.db, organization, id).await? else { return Ok(()) };
        let counts = count(job, organization, id).await?.write()?;
        let put = job
            .write(move |tx| {
                Box::pin(async move { sql::put_counts(tx, organization, id, known.annotated_at, &counts).await })
            })
            .await?;
        if put {
            return Ok(());
        }
    }
    Err(Fault::busy("the dataset is annotated over and over; its values are counted later"))
}

async fn count(job: &Running, organization: OrganizationId, id: DatasetId) -> Result<Tally, Fault> {
    let app = &job.ctx.app;
    let (mut tally, mut after) = (Tally::default(), -1);
    loop {
        job.stop.check()?;
        let samples = catalog::samples_for_index(app, organization, id, after, BATCH).await?;
        let Some(last) = samples.last() else { return Ok(tally) };
        after = last.position;
        let at_home = |datasets| home(datasets).is_none_or(|home| home.id == id);
        let ids: Vec<SampleId> =
            samples.iter().filter(|sample| at_home(&sample.datasets)).map(|sample| sample.id).collect();
        let known = layers::known(&app.db, organization, &ids).await?;
        for sample in &ids {
            tally.count(known.get(sample).map_or(&[], |known| known.values.as_slice()));
        }
    }
}
