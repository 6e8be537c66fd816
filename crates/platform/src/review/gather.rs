//! From values to questions: a job reads every dataset whose values changed and counts what its samples say. It may run
//! again at any time.

use super::places::Places;
use super::question::Said;
use super::sql::{self, ValueRow};
use crate::catalog::{self, IndexDataset};
use crate::harmonize::{self, ReadSample};
use crate::jobs::{Handler, Running};
use crate::{Ctx, Deployment, Tx};
use chorale_model::harmonize::Value;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
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
    Box::pin(harmonize::follow(tx, ctx, GatherJob::FOLLOWER))
}

/// Begins to gather what was never gathered; for how many organizations.
pub async fn catch_up(app: &Arc<Deployment>) -> Result<usize, Fault> {
    harmonize::catch_up(app, GatherJob::FOLLOWER, |app, organization| {
        Box::pin(async move { Ok(!unseen(app, organization).await?.is_empty()) })
    })
    .await
}

/// Jobs of kind `gather`: of the job's organization, or of all, where what everybody sees changed.
pub struct GatherJob;

impl GatherJob {
    pub const KIND: &'static str = "gather";
    const FOLLOWER: harmonize::Follower = (Self::KIND, "Gather what waits for review");
}

impl Handler for GatherJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let mut all = 0;
            for organization in harmonize::followed(job).await? {
                let unseen = unseen(&job.ctx.app, organization).await?;
                for dataset in unseen.gone {
                    job.write(move |tx| {
                        Box::pin(async move {
                            sql::forget_dataset(tx, organization, dataset).await?;
                            harmonize::unfollow(tx, organization, GatherJob::FOLLOWER, dataset).await
                        })
                    })
                    .await?;
                }
                let total = unseen.changed.len() as i64;
                for (done, (dataset, changes)) in (0..).zip(unseen.changed) {
                    job.progress(done, total, "datasets", "gathering").await?;
                    gather(job, organization, dataset, changes).await?;
                }
                all += total;
            }
            Ok(json!({ "datasets": all }))
        })
    }
}

/// What changed since it was gathered.
pub async fn unseen(app: &Deployment, organization: OrganizationId) -> Result<harmonize::Unseen, Fault> {
    harmonize::unseen(app, organization, GatherJob::FOLLOWER).await
}

async fn gather(job: &Running, organization: OrganizationId, id: DatasetId, changes: i64) -> Result<(), Fault> {
    let app = &job.ctx.app;
    let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { return Ok(()) };
    // Twice over the samples: a table of 100,000 of them has several hundred thousand questions, and counting them takes a
    // tenth of what holding them does.
    let mut samples = Samples { organization, dataset: &dataset, all: None };
    let mut counts = Counts::default();
    samples.each_value(job, |said, value, sample| counts.add(&said, value, sample.id)).await?;
    let mut chosen = counts.most();
    samples.each_value(job, |said, value, sample| chosen.add(said, value, sample, (dataset.collection, id))).await?;
    let rows = chosen.rows();
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
    job.write(move |tx| {
        Box::pin(async move { harmonize::seen(tx, organization, GatherJob::FOLLOWER, id, changes).await })
    })
    .await
}

/// A dataset's samples, which may be gone through several times.
struct Samples<'a> {
    organization: OrganizationId,
    dataset: &'a IndexDataset,
    /// They are few and were read.
    all: Option<Vec<ReadSample>>,
}

impl Samples<'_> {
    /// Every value, with what the source says.
    async fn each_value(
        &mut self,
        job: &Running,
        mut each: impl FnMut(Said, &Value, &ReadSample),
    ) -> Result<(), Fault> {
        let study = &self.dataset.accession;
        let mut all_of = |samples: &[ReadSample]| {
            for sample in samples {
                for value in &sample.values {
                    each(Said::of(&sample.attributes, value, study), value, sample);
                }
            }
        };
        if let Some(samples) = &self.all {
            all_of(samples);
            return Ok(());
        }
        let (app, mut after) = (&job.ctx.app, -1);
        while let Some((last, samples)) =
            harmonize::read_samples(app, self.organization, self.dataset.id, after, SAMPLES).await?
        {
            job.stop.check()?;
            all_of(&samples);
            if after < 0 && self.dataset.samples <= SAMPLES {
                self.all = Some(samples);
            }
            after = last;
        }
        Ok(())
    }
}

/// How many samples ask a question, and the one by which it is shown: the least sure of those that wait, if any does.
struct Count {
    samples: u32,
    waiting: u32,
    score: f64,
    shown: SampleId,
}

/// By field and question.
#[derive(Default)]
struct Counts {
    fields: Vec<String>,
    found: HashMap<(usize, Uuid), Count>,
}

impl Counts {
    fn add(&mut self, said: &Said, value: &Value, sample: SampleId) {
        let field = self.fields.iter().position(|field| *field == value.field).unwrap_or_else(|| {
            self.fields.push(value.field.clone());
            self.fields.len() - 1
        });
        let new = Count { samples: 0, waiting: 0, score: value.score, shown: sample };
        let count = self.found.entry((field, said.id(value))).or_insert(new);
        let waits = !value.accepted;
        if (waits && count.waiting == 0) || (waits == (count.waiting > 0) && value.score < count.score) {
            (count.score, count.shown) = (value.score, sample);
        }
        count.samples += 1;
        count.waiting += u32::from(waits);
    }

    /// Those that are kept.
    fn most(mut self) -> Chosen {
        if self.found.len() > MOST {
            let mut all: Vec<((usize, Uuid), Count)> = self.found.into_iter().collect();
            all.sort_unstable_by(|(a, m), (b, n)| (n.waiting, n.samples, a).cmp(&(m.waiting, m.samples, b)));
            all.truncate(MOST);
            self.found = all.into_iter().collect();
        }
        let found =
            self.found.into_iter().map(|(key, count)| (key, Kept { count, places: Places::default(), row: None }));
        Chosen { found: found.collect(), fields: self.fields }
    }
}

/// The questions that are kept, by field and question.
struct Chosen {
    fields: Vec<String>,
    found: HashMap<(usize, Uuid), Kept>,
}

struct Kept {
    count: Count,
    places: Places,
    /// As the sample says it that shows the question.
    row: Option<ValueRow>,
}

impl Chosen {
    fn add(&mut self, said: Said, value: &Value, sample: &ReadSample, of: (CollectionId, DatasetId)) {
        let Some(field) = self.fields.iter().position(|field| *field == value.field) else { return };
        let Some(kept) = self.found.get_mut(&(field, said.id(value))) else { return };
        kept.places.push(sample.position);
        if kept.row.is_none() && kept.count.shown == sample.id {
            kept.row = Some(row(said, value, &kept.count, of));
        }
    }

    fn rows(self) -> Vec<ValueRow> {
        let made = self.found.into_values().filter_map(|kept| {
            let places = Some(kept.places.into_text());
            kept.row.map(|row| ValueRow { places, ..row })
        });
        let mut rows: Vec<ValueRow> = made.collect();
        rows.sort_unstable_by(|a, b| (&a.field, a.id).cmp(&(&b.field, b.id)));
        rows
    }
}

fn row(said: Said, value: &Value, count: &Count, (collection, dataset): (CollectionId, DatasetId)) -> ValueRow {
    ValueRow {
        collection: collection.0,
        field: value.field.clone(),
        id: said.id(value),
        dataset: dataset.0,
        attribute: said.attribute,
        sought: format!("{} {} {}", said.words, value.label, value.term).to_lowercase(),
        words: said.words,
        state: value.state.name().to_owned(),
        term: value.term.clone(),
        label: value.label.clone(),
        score: value.score,
        band: ((value.score * f64::from(BANDS)) as i64).clamp(0, i64::from(BANDS) - 1),
        method: value.method.clone(),
        runner_up: value.runner_up.as_ref().map(|next| json!(next).to_string()),
        reason: value.reason.clone(),
        samples: count.samples.into(),
        waiting: count.waiting.into(),
        sample: count.shown.0,
        places: None,
    }
}
