//! One run of an annotation's job. Samples are read, annotated on the blocking threads and written in small fenced batches,
//! some thousands at a time.

use super::ground::{Batch, Ground, home};
use super::recount::recount;
use super::starting::Selection;
use crate::catalog::{self, IndexSample};
use crate::harmonize::decide::Fields;
use crate::harmonize::engine::{Engine, engine};
use crate::harmonize::tally::Tally;
use crate::harmonize::{State, coverage, fields, holds, sql, stored, sums};
use crate::jobs::Running;
use crate::{Deployment, curation};
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Samples that are read and annotated together. Siblings of one study say something about each other.
const BATCH: i64 = 2_000;
/// Batches in hand: two cores at work, and one that is read or written meanwhile.
const IN_HAND: usize = 3;
/// Rows of one transaction.
const ROWS: usize = 400;
/// Changes read at once.
const CHANGES: i64 = 10_000;

/// One run of a job.
pub(super) struct Work<'a> {
    job: &'a Running,
    engines: HashMap<OrganizationId, Option<Arc<Engine>>>,
    fields: HashMap<CollectionId, (i64, Arc<Fields>)>,
    /// Collections whose counts changed.
    touched: BTreeSet<(OrganizationId, CollectionId)>,
    /// Feeds whose documents changed.
    feeds: BTreeSet<String>,
    /// Datasets that hold samples which were annotated in another one.
    siblings: BTreeSet<(OrganizationId, DatasetId)>,
    /// Datasets whose values together may be others now.
    to_sum: BTreeSet<(OrganizationId, DatasetId)>,
    /// Samples of the datasets that were looked at, of all that are to be.
    passed: i64,
    total: i64,
    annotated: i64,
    datasets: i64,
}

impl<'a> Work<'a> {
    pub fn new(job: &'a Running) -> Work<'a> {
        Work {
            job,
            engines: HashMap::new(),
            fields: HashMap::new(),
            touched: BTreeSet::new(),
            feeds: BTreeSet::new(),
            siblings: BTreeSet::new(),
            to_sum: BTreeSet::new(),
            passed: 0,
            total: 0,
            annotated: 0,
            datasets: 0,
        }
    }

    /// What changed in a feed since it was annotated.
    pub async fn feed(&mut self, feed: &str) -> Result<Value, Fault> {
        let app = &self.job.ctx.app;
        let (mut after, mut newest) = (sql::find_head(&app.db, feed).await?, BTreeMap::new());
        loop {
            let changes = catalog::changes_after(app, feed, after, CHANGES).await?;
            let Some(last) = changes.last() else { break };
            after = last.seq;
            newest.extend(changes.into_iter().map(|change| ((change.organization, change.id), change)));
        }
        let mut datasets: BTreeMap<(OrganizationId, DatasetId), bool> = BTreeMap::new();
        for change in newest.into_values() {
            if change.kind == "dataset" {
                datasets.entry((change.organization, DatasetId(change.id))).or_default();
                for heir in self.heirs(change.organization, DatasetId(change.id)).await? {
                    datasets.insert((change.organization, heir), true);
                }
            } else if let Some(collection) =
                catalog::collection_for_index(app, change.organization, CollectionId(change.id)).await?
            {
                for dataset in collection.datasets {
                    datasets.entry((change.organization, dataset)).or_default();
                }
            }
        }
        self.all(datasets).await?;
        self.feeds.insert(feed.to_owned());
        self.finish(Some((feed.to_owned(), after))).await
    }

    /// Datasets that hold samples which a dataset gave up: one of them is their home now.
    async fn heirs(&self, organization: OrganizationId, dataset: DatasetId) -> Result<BTreeSet<DatasetId>, Fault> {
        let (mut heirs, mut after) = (BTreeSet::new(), None);
        loop {
            let left = catalog::samples_left(&self.job.ctx.app, organization, dataset, after, 1_000).await?;
            let Some(last) = left.last() else { return Ok(heirs) };
            after = Some(last.id);
            let homes = left.iter().filter_map(|sample| home(&sample.still.as_ref()?.datasets).map(|home| home.id));
            heirs.extend(homes);
            self.job.stop.check()?;
        }
    }

    /// A dataset, a collection, or everything.
    pub async fn selection(&mut self) -> Result<Value, Fault> {
        let asked: Selection = serde_json::from_value(self.job.payload.clone())
            .map_err(|e| Fault::internal("reading an annotation's payload", e))?;
        let organization =
            self.job.ctx.scope.ok_or_else(|| Fault::internal("annotating", "the job has no organization"))?;
        let ids = match asked.dataset {
            Some(dataset) => vec![dataset],
            None => sql::list_datasets(self.job.ctx.db(), organization, asked.collection).await?,
        };
        self.all(ids.into_iter().map(|id| ((organization, id), asked.anew)).collect()).await?;
        self.finish(None).await
    }

    /// With whether it is annotated although it was before.
    async fn all(&mut self, datasets: BTreeMap<(OrganizationId, DatasetId), bool>) -> Result<(), Fault> {
        let mut found = Vec::with_capacity(datasets.len());
        for ((organization, id), anew) in datasets {
            if self.engine(organization).await?.is_none() {
                continue;
            }
            if let Some(dataset) = catalog::dataset_for_index(&self.job.ctx.app, organization, id).await? {
                self.total += dataset.samples;
                found.push((organization, id, anew));
            }
        }
        for (organization, id, anew) in found {
            self.dataset(organization, id, anew).await?;
        }
        for (organization, id) in std::mem::take(&mut self.siblings) {
            if self.moved(organization, id).await? {
                self.dataset(organization, id, true).await?;
            }
        }
        Ok(())
    }

    /// Whether a dataset that was annotated before is the home of more or fewer samples than it counted: they move when
    /// another dataset that holds them comes, or holds others besides.
    async fn moved(&self, organization: OrganizationId, id: DatasetId) -> Result<bool, Fault> {
        let app = &self.job.ctx.app;
        let Some(known) = sql::find_dataset(&app.db, organization, id).await? else { return Ok(false) };
        let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { return Ok(false) };
        let shared = catalog::shared_samples(app, organization, &dataset).await?;
        let elsewhere = shared.iter().filter(|datasets| home(datasets).is_some_and(|home| home.id != id)).count();
        Ok(dataset.samples - elsewhere as i64 != known.samples)
    }

    async fn engine(&mut self, organization: OrganizationId) -> Result<Option<Arc<Engine>>, Fault> {
        if let Some(known) = self.engines.get(&organization) {
            return Ok(known.clone());
        }
        let found = engine(&self.job.ctx.app, organization).await?;
        self.engines.insert(organization, found.clone());
        Ok(found)
    }

    async fn fields(
        &mut self,
        organization: OrganizationId,
        collection: CollectionId,
        engine: &Engine,
    ) -> Result<(i64, Arc<Fields>), Fault> {
        if let Some(known) = self.fields.get(&collection) {
            return Ok(known.clone());
        }
        let found = fields::load(self.job.ctx.db(), organization, collection).await?;
        let held = holds::held(self.job.ctx.db(), organization, collection, &engine.version).await?;
        let made = (found.version, Arc::new(Fields::new(found.fields, engine).with_held(held)));
        self.fields.insert(collection, made.clone());
        Ok(made)
    }

    async fn dataset(&mut self, organization: OrganizationId, id: DatasetId, anew: bool) -> Result<(), Fault> {
        let (job, app) = (self.job, &self.job.ctx.app);
        let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { return Ok(()) };
        let Some(engine) = self.engine(organization).await? else { return Ok(()) };
        let (fields_version, fields) = self.fields(organization, dataset.collection, &engine).await?;
        let version = format!("{}/{fields_version}", engine.version);
        let known = sql::find_dataset(&app.db, organization, id).await?;
        let same = |row: &sql::DatasetRow| row.version == dataset.version.0 && row.annotator_version == version;
        self.to_sum.insert((organization, id));
        if known.as_ref().is_some_and(same) && !anew {
            self.passed += dataset.samples;
            return job.progress(self.passed, self.total, "samples", "annotating").await;
        }
        let ground = Arc::new(Ground { dataset, engine, fields });
        let stated = {
            let ground = ground.clone();
            job.blocking(move || ground.stated()).await??
        };
        let begun = job.ctx.now();
        let mut annotated = batches(app, organization, id)
            .map_ok(|samples| annotation(job, ground.clone(), samples))
            .try_buffered(IN_HAND);
        let mut tally = Tally::default();
        while let Some(batch) = annotated.try_next().await? {
            tally.add(batch.tally);
            let holders: Vec<DatasetId> = batch.siblings.into_iter().chain([id]).collect();
            for rows in batch.rows.chunks(ROWS) {
                self.write(organization, &version, rows.to_vec(), holders.clone()).await?;
            }
            let siblings = holders.into_iter().filter(|holder| *holder != id);
            let siblings: Vec<_> = siblings.map(|sibling| (organization, sibling)).collect();
            self.to_sum.extend(&siblings);
            self.siblings.extend(siblings);
            self.passed += batch.read;
            job.progress(self.passed.min(self.total), self.total, "samples", "annotating").await?;
        }
        self.annotated += tally.samples;
        self.datasets += 1;
        let dataset = &ground.dataset;
        self.touched.insert((organization, dataset.collection));
        let feed = dataset.feed();
        self.feeds.insert(feed.clone());
        let (ctx, now) = (job.ctx.clone(), job.ctx.now());
        let row = sql::DatasetRow {
            version: dataset.version.0,
            annotator_version: version,
            stated,
            samples: tally.samples,
            counts: tally.write()?,
            annotated_at: now.0,
        };
        let decided_meanwhile = job
            .write(move |tx| {
                Box::pin(async move {
                    sql::put_dataset(tx, organization, id, &row).await?;
                    sql::count_change(tx, organization, [id]).await?;
                    // The index may have passed this dataset since it changed.
                    catalog::number_change(tx, &ctx, organization, &feed, "dataset", id.0).await?;
                    curation::is_changed_since(tx, organization, begun).await
                })
            })
            .await?;
        if decided_meanwhile { recount(job, organization, id).await } else { Ok(()) }
    }

    /// Rows of samples that these datasets hold.
    async fn write(
        &self,
        organization: OrganizationId,
        version: &str,
        rows: Vec<(SampleId, Uuid, String)>,
        holders: Vec<DatasetId>,
    ) -> Result<(), Fault> {
        let (version, now) = (version.to_owned(), self.job.ctx.now().0);
        self.job
            .write(move |tx| {
                Box::pin(async move {
                    sql::put_annotations(tx, organization, &version, now, rows).await?;
                    sql::count_change(tx, organization, holders).await
                })
            })
            .await
    }

    /// Counts and adds up what changed, moves the head, and tells the listeners.
    async fn finish(&mut self, head: Option<(String, i64)>) -> Result<Value, Fault> {
        for (organization, collection) in &self.touched {
            coverage::record(self.job, *organization, *collection).await?;
        }
        for (organization, dataset) in &self.to_sum {
            sums::keep(self.job, *organization, *dataset).await?;
        }
        let (ctx, feeds) = (self.job.ctx.clone(), std::mem::take(&mut self.feeds));
        self.job
            .write(move |tx| {
                Box::pin(async move {
                    if let Some((feed, changes)) = head {
                        sql::put_head(tx, &feed, changes).await?;
                    }
                    for feed in feeds {
                        ctx.app.room::<State>().tell(tx, &ctx, &feed).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        let mut result = json!({ "datasets": self.datasets, "samples": self.annotated });
        if !self.engines.is_empty() && self.engines.values().all(Option::is_none) {
            result["note"] =
                json!("no ontology is in use; an operator installs some with \"chorale ontology install\"");
        }
        Ok(result)
    }
}

/// The samples of a dataset, some thousands at a time.
fn batches<'a>(
    app: &'a Arc<Deployment>,
    organization: OrganizationId,
    id: DatasetId,
) -> BoxStream<'a, Result<Vec<IndexSample>, Fault>> {
    let read = move |after| async move {
        let samples = catalog::samples_for_index(app, organization, id, after, BATCH).await?;
        let Some(next) = samples.last().map(|last| last.position) else { return Ok(None) };
        Ok(Some((samples, next)))
    };
    stream::try_unfold(-1, read).boxed()
}

fn annotation<'a>(
    job: &'a Running,
    ground: Arc<Ground>,
    samples: Vec<IndexSample>,
) -> BoxFuture<'a, Result<Batch, Fault>> {
    let stop = job.stop.clone();
    Box::pin(async move {
        let ids: Vec<SampleId> = samples.iter().map(|sample| sample.id).collect();
        let (db, organization) = (job.ctx.db(), ground.dataset.organization);
        let curations = curation::of_samples(db, organization, &ids).await?;
        let mut before = HashMap::new();
        if ground.fields.is_any_held() {
            for row in sql::list_annotations(db, organization, &ids).await? {
                before.insert(SampleId(row.sample), stored::read(&row.found)?);
            }
        }
        job.blocking(move || {
            stop.check()?;
            ground.annotate(&samples, &curations, &before)
        })
        .await?
    })
}
