//! From values to questions: a job reads every dataset whose values changed and counts what its samples say. It may run
//! again at any time.

use super::question::Said;
use super::sql::{self, ValueRow};
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::{Ctx, Tx, catalog, harmonize};
use chorale_model::harmonize::{Value, ValueState};
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Samples that are read at once.
const SAMPLES: i64 = 2_000;
/// Rows of one transaction.
const ROWS: usize = 500;
/// Parts into which scores are counted.
pub const BANDS: i32 = 20;
/// Values of a dataset that are kept: those that settle most. More is no review, and no table can be looked at.
const MOST: usize = 50_000;

/// Values of a feed's samples changed. Given to `harmonize::State`.
pub fn annotated<'t>(tx: &'t mut Tx, ctx: &'t Ctx, _: &'t str) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let whose = ctx.scope.map_or_else(|| "all".to_owned(), |organization| organization.to_string());
        let job = NewJob::new(GatherJob::KIND, "Gather what waits for review", json!({})).attempts(10);
        let job = job.once_until_started(format!("{}:{whose}", GatherJob::KIND));
        enqueue(tx, ctx, ctx.scope, job).await.map(drop)
    })
}

/// Jobs of kind `gather`: of the job's organization, or of all, where what everybody sees changed.
pub struct GatherJob;

impl GatherJob {
    pub const KIND: &'static str = "gather";
}

impl Handler for GatherJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let organizations = match job.ctx.scope {
                Some(organization) => vec![organization],
                None => harmonize::organizations(&job.ctx.app).await?,
            };
            let mut all = 0;
            for organization in organizations {
                let (stale, gone) = stale(job, organization).await?;
                for dataset in gone {
                    job.write(move |tx| Box::pin(async move { sql::forget_dataset(tx, organization, dataset).await }))
                        .await?;
                }
                let total = stale.len() as i64;
                for (done, (dataset, changes)) in (0..).zip(stale) {
                    job.progress(done, total, "datasets", "gathering").await?;
                    gather(job, organization, dataset, changes).await?;
                }
                all += total;
            }
            Ok(json!({ "datasets": all }))
        })
    }
}

/// Datasets whose values changed since they were gathered, with the changes until now; and those that are there no more.
async fn stale(job: &Running, organization: OrganizationId) -> Result<(Vec<(DatasetId, i64)>, Vec<DatasetId>), Fault> {
    let mut all = harmonize::changes(&job.ctx.app, organization).await?;
    let mut known: HashMap<DatasetId, i64> = sql::list_heads(job.ctx.db(), organization).await?.into_iter().collect();
    all.retain(|(dataset, changes)| known.remove(dataset) != Some(*changes));
    Ok((all, known.into_keys().collect()))
}

async fn gather(job: &Running, organization: OrganizationId, id: DatasetId, changes: i64) -> Result<(), Fault> {
    let app = &job.ctx.app;
    let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { return Ok(()) };
    let (mut gathered, mut after) = (Gathered::default(), -1);
    while let Some((last, samples)) = harmonize::read_samples(app, organization, id, after, SAMPLES).await? {
        after = last;
        job.stop.check()?;
        for sample in samples {
            for value in &sample.values {
                let said = Said::of(&sample.attributes, value, &dataset.accession);
                gathered.add(said, value, sample.id);
            }
        }
    }
    let rows = gathered.rows(dataset.collection, id);
    // Most questions are what they were: a decision changes a few, and the list stays whole meanwhile.
    let known = sql::list_of_dataset(&app.db, organization, id).await?;
    let mut gone: HashMap<(String, Uuid), ValueRow> =
        known.into_iter().map(|row| ((row.field.clone(), row.id), row)).collect();
    let mut changed = rows;
    changed.retain(|row| gone.remove(&(row.field.clone(), row.id)).as_ref() != Some(row));
    for rows in changed.chunks(ROWS) {
        let rows = rows.to_vec();
        job.write(move |tx| Box::pin(async move { sql::put_values(tx, organization, rows).await })).await?;
    }
    let mut gone: Vec<(String, Uuid)> = gone.into_keys().collect();
    gone.sort();
    for of_field in gone.chunk_by(|a, b| a.0 == b.0) {
        for ids in of_field.chunks(ROWS) {
            let (field, ids) = (ids[0].0.clone(), ids.iter().map(|(_, id)| *id).collect());
            job.write(move |tx| {
                Box::pin(async move { sql::delete_values(tx, organization, dataset.collection, &field, id, ids).await })
            })
            .await?;
        }
    }
    job.write(move |tx| Box::pin(async move { sql::put_head(tx, organization, id, changes).await })).await
}

/// What many values say, once.
#[derive(Default)]
struct Words(HashSet<Arc<str>>);

impl Words {
    fn keep(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = text.into();
        self.0.insert(new.clone());
        new
    }
}

/// A question of a dataset. A table of 100,000 samples has some hundred thousand of them: what they share is kept once.
struct Found {
    attribute: Arc<str>,
    words: Box<str>,
    state: ValueState,
    term: Arc<str>,
    label: Arc<str>,
    score: f64,
    method: Arc<str>,
    runner_up: Option<Arc<str>>,
    reason: Option<Arc<str>>,
    samples: u32,
    waiting: u32,
    sample: SampleId,
}

#[derive(Default)]
struct Gathered {
    words: Words,
    found: HashMap<(Arc<str>, Uuid), Found>,
}

impl Gathered {
    fn add(&mut self, said: Said, value: &Value, sample: SampleId) {
        let (waits, words) = (u32::from(!value.accepted), &mut self.words);
        let runner_up = value.runner_up.as_ref().map(|next| words.keep(&json!(next).to_string()));
        let reason = value.reason.as_deref().map(|reason| words.keep(reason));
        match self.found.entry((words.keep(&value.field), said.id(value))) {
            Entry::Occupied(mut of) => {
                let of = of.get_mut();
                // What is shown is the least sure of those that wait, if any does.
                if (!value.accepted, of.score) > (of.waiting > 0, value.score) {
                    (of.score, of.runner_up, of.reason, of.sample) = (value.score, runner_up, reason, sample);
                    of.method = words.keep(&value.method);
                }
                of.samples += 1;
                of.waiting += waits;
            }
            Entry::Vacant(of) => {
                of.insert(Found {
                    attribute: words.keep(&said.attribute),
                    words: said.words.into(),
                    state: value.state,
                    term: words.keep(&value.term),
                    label: words.keep(&value.label),
                    score: value.score,
                    method: words.keep(&value.method),
                    runner_up,
                    reason,
                    samples: 1,
                    waiting: waits,
                    sample,
                });
            }
        }
    }

    fn rows(self, collection: CollectionId, dataset: DatasetId) -> Vec<ValueRow> {
        let mut all: Vec<((Arc<str>, Uuid), Found)> = self.found.into_iter().collect();
        all.sort_by(|(a, m), (b, n)| (n.waiting, n.samples, a).cmp(&(m.waiting, m.samples, b)));
        all.truncate(MOST);
        let row = |((field, id), of): ((Arc<str>, Uuid), Found)| ValueRow {
            collection: collection.0,
            field: field.to_string(),
            id,
            dataset: dataset.0,
            attribute: of.attribute.to_string(),
            sought: format!("{} {} {}", of.words, of.label, of.term).to_lowercase(),
            words: of.words.into(),
            state: of.state.name().to_owned(),
            term: of.term.to_string(),
            label: of.label.to_string(),
            score: of.score,
            band: ((of.score * f64::from(BANDS)) as i64).clamp(0, i64::from(BANDS) - 1),
            method: of.method.to_string(),
            runner_up: of.runner_up.map(|next| next.to_string()),
            reason: of.reason.map(|reason| reason.to_string()),
            samples: of.samples.into(),
            waiting: of.waiting.into(),
            sample: of.sample.0,
        };
        all.into_iter().map(row).collect()
    }
}
