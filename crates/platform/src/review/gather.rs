//! From values to questions: a job reads every dataset whose values changed and counts what its samples say. It may run
//! again at any time.

use super::question::Said;
use super::sql::{self, ValueRow};
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::{Ctx, Tx, catalog, harmonize};
use chorale_model::harmonize::Value;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
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
                let stale = stale(job, organization).await?;
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

/// Datasets whose values changed since they were gathered, with the changes until now.
async fn stale(job: &Running, organization: OrganizationId) -> Result<Vec<(DatasetId, i64)>, Fault> {
    let mut all = harmonize::changes(&job.ctx.app, organization).await?;
    let known: HashMap<DatasetId, i64> = sql::list_heads(job.ctx.db(), organization).await?.into_iter().collect();
    all.retain(|(dataset, changes)| known.get(dataset) != Some(changes));
    Ok(all)
}

async fn gather(job: &Running, organization: OrganizationId, id: DatasetId, changes: i64) -> Result<(), Fault> {
    let app = &job.ctx.app;
    let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { return Ok(()) };
    let (mut found, mut after) = (HashMap::new(), -1);
    while let Some((last, samples)) = harmonize::read_samples(app, organization, id, after, SAMPLES).await? {
        after = last;
        job.stop.check()?;
        for sample in samples {
            for value in &sample.values {
                let said = Said::of(&sample.attributes, value, &dataset.accession);
                add(&mut found, said, value, sample.id);
            }
        }
    }
    let rows = rows(found, dataset.collection, id);
    let (first, rest) = rows.split_at(rows.len().min(ROWS));
    let first = first.to_vec();
    // Between the first and the last of these, some rows are old and some are new; the head says so until the end.
    job.write(move |tx| {
        Box::pin(async move {
            sql::delete_dataset(tx, organization, id).await?;
            sql::insert_values(tx, organization, first).await
        })
    })
    .await?;
    for rows in rest.chunks(ROWS) {
        let rows = rows.to_vec();
        job.write(move |tx| Box::pin(async move { sql::insert_values(tx, organization, rows).await })).await?;
    }
    job.write(move |tx| Box::pin(async move { sql::put_head(tx, organization, id, changes).await })).await
}

struct Found {
    said: Said,
    value: Value,
    samples: i64,
    waiting: i64,
    sample: SampleId,
}

fn add(found: &mut HashMap<(String, Uuid), Found>, said: Said, value: &Value, sample: SampleId) {
    let waits = i64::from(!value.accepted);
    match found.entry((value.field.clone(), said.id(value))) {
        std::collections::hash_map::Entry::Occupied(mut of) => {
            let of = of.get_mut();
            of.samples += 1;
            // What is shown is the least sure of those that wait, if any does.
            if (!value.accepted, of.value.score) > (of.waiting > 0, value.score) {
                of.value = value.clone();
                of.sample = sample;
            }
            of.waiting += waits;
        }
        std::collections::hash_map::Entry::Vacant(of) => {
            of.insert(Found { said, value: value.clone(), samples: 1, waiting: waits, sample });
        }
    }
}

fn rows(found: HashMap<(String, Uuid), Found>, collection: CollectionId, dataset: DatasetId) -> Vec<ValueRow> {
    let mut all: Vec<((String, Uuid), Found)> = found.into_iter().collect();
    all.sort_by(|(a, m), (b, n)| (n.waiting, n.samples, a).cmp(&(m.waiting, m.samples, b)));
    all.truncate(MOST);
    let row = |((field, id), of): ((String, Uuid), Found)| {
        let sought = format!("{} {} {}", of.said.words, of.value.label, of.value.term).to_lowercase();
        ValueRow {
            collection: collection.0,
            field,
            id,
            dataset: dataset.0,
            attribute: of.said.attribute,
            words: of.said.words,
            sought,
            state: of.value.state.name().to_owned(),
            term: of.value.term,
            label: of.value.label,
            score: of.value.score,
            band: ((of.value.score * f64::from(BANDS)) as i64).clamp(0, i64::from(BANDS) - 1),
            method: of.value.method,
            runner_up: of.value.runner_up.map(|next| json!(next).to_string()),
            reason: of.value.reason,
            samples: of.samples,
            waiting: of.waiting,
            sample: of.sample.0,
        }
    };
    all.into_iter().map(row).collect()
}
