//! Applying rules: a job reads every dataset whose values changed, counts its keys, and writes one batch of curations for
//! each rule that finds something new. It may run again at any time: what a rule was applied to once is left alone.

use super::count::Keys;
use super::key::submitter_of;
use super::matching::{Active, Becomes, Place, in_order, of_sample};
use super::sql::{self, KeyRow};
use crate::catalog::{self, IndexDataset};
use crate::curation::{self, Decision, Draft};
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::{Ctx, Deployment, Tx, harmonize};
use chorale_model::curation::{BatchKind, Curation};
use chorale_model::{CollectionId, DatasetId, Fault, JobId, OrganizationId, SampleId};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Samples that are read at once.
const SAMPLES: i64 = 2_000;

/// Values of a feed's samples changed. Given to `harmonize::State`.
pub fn annotated<'t>(tx: &'t mut Tx, ctx: &'t Ctx, _: &'t str) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(harmonize::follow(tx, ctx, RulesJob::FOLLOWER))
}

/// Begins to count what was never counted, such as the keys of an older program's samples; for how many organizations.
pub async fn catch_up(app: &Arc<Deployment>) -> Result<usize, Fault> {
    harmonize::catch_up(app, RulesJob::FOLLOWER, |app, organization| {
        Box::pin(async move { Ok(!unseen(app, organization).await?.is_empty()) })
    })
    .await
}

/// Rules of a collection are applied to all of it: one of them changed.
pub async fn begin(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    collection: CollectionId,
    title: &str,
) -> Result<JobId, Fault> {
    let job = NewJob::new(RulesJob::KIND, title, json!({ "collection": collection })).priority(10).attempts(10);
    enqueue(tx, ctx, Some(organization), job).await
}

/// Jobs of kind `rules`: `{collection}` of the job's organization; or all that changed, of the organization or of all.
pub struct RulesJob;

impl RulesJob {
    pub const KIND: &'static str = "rules";
    const FOLLOWER: harmonize::Follower = (Self::KIND, "Apply rules to what changed");
}

impl Handler for RulesJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let mut all = Told::default();
            for organization in harmonize::followed(job).await? {
                all.add(Work::new(job, organization).await?.run().await?);
            }
            Ok(json!({ "datasets": all.datasets, "samples": all.samples, "decided_by_people": all.decided }))
        })
    }
}

#[derive(Clone, Copy, Default)]
struct Told {
    datasets: i64,
    samples: i64,
    decided: i64,
}

impl Told {
    fn add(&mut self, other: Told) {
        self.datasets += other.datasets;
        self.samples += other.samples;
        self.decided += other.decided;
    }
}

/// One organization's part of a run.
struct Work<'a> {
    job: &'a Running,
    ctx: Ctx,
    organization: OrganizationId,
    rules: HashMap<CollectionId, Arc<Vec<Active>>>,
    drafts: BTreeMap<chorale_model::RuleId, (Draft<'a>, (i64, i64))>,
    told: Told,
}

impl<'a> Work<'a> {
    async fn new(job: &'a Running, organization: OrganizationId) -> Result<Work<'a>, Fault> {
        // What an earlier attempt did not apply counts for nothing.
        curation::discard_unfinished(job, organization).await?;
        let ctx = Ctx::system(job.ctx.app.clone(), Some(organization));
        Ok(Work { job, ctx, organization, rules: HashMap::new(), drafts: BTreeMap::new(), told: Told::default() })
    }

    async fn run(mut self) -> Result<Told, Fault> {
        let (app, organization) = (&self.job.ctx.app.clone(), self.organization);
        let (stale, gone) = match self.job.payload.get("collection").filter(|id| !id.is_null()) {
            Some(id) => (self.of_collection(id).await?, Vec::new()),
            None => {
                let harmonize::Unseen { changed, gone } = unseen(app, organization).await?;
                (changed.into_iter().map(|(id, changes)| (id, Some(changes))).collect(), gone)
            }
        };
        for dataset in gone {
            self.job
                .write(move |tx| {
                    Box::pin(async move {
                        sql::forget_dataset(tx, organization, dataset).await?;
                        harmonize::unfollow(tx, organization, RulesJob::FOLLOWER, dataset).await
                    })
                })
                .await?;
        }
        let total = stale.len() as i64;
        let mut passed = Vec::with_capacity(stale.len());
        for (done, (id, changes)) in (0..).zip(stale) {
            self.job.progress(done, total, "datasets", "applying rules").await?;
            let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { continue };
            let keys = self.dataset(&dataset).await?;
            let (collection, has_changes) = (dataset.collection, changes.is_some());
            if has_changes {
                self.job
                    .write(move |tx| {
                        Box::pin(async move { sql::put_keys(tx, organization, collection, id, keys).await })
                    })
                    .await?;
            }
            passed.extend(changes.map(|changes| (id, changes)));
            self.told.datasets += 1;
        }
        self.apply().await?;
        // Behind the batches: a run that ends before them reads these datasets again.
        for heads in passed.chunks(500) {
            let heads = heads.to_vec();
            self.job
                .write(move |tx| {
                    Box::pin(async move {
                        for (id, changes) in heads {
                            harmonize::seen(tx, organization, RulesJob::FOLLOWER, id, changes).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(self.told)
    }

    /// Every dataset of a collection, whatever was done before.
    async fn of_collection(&self, id: &Json) -> Result<Vec<(DatasetId, Option<i64>)>, Fault> {
        let collection: CollectionId =
            serde_json::from_value(id.clone()).map_err(|e| Fault::internal("reading the payload of rules", e))?;
        let found = catalog::collection_for_index(&self.job.ctx.app, self.organization, collection).await?;
        Ok(found.map_or_else(Vec::new, |found| found.datasets.into_iter().map(|id| (id, None)).collect()))
    }

    async fn rules(&mut self, collection: CollectionId) -> Result<Arc<Vec<Active>>, Fault> {
        if let Some(known) = self.rules.get(&collection) {
            return Ok(known.clone());
        }
        let made = Arc::new(active(&self.ctx, self.organization, collection).await?);
        self.rules.insert(collection, made.clone());
        Ok(made)
    }

    async fn dataset(&mut self, dataset: &IndexDataset) -> Result<Vec<KeyRow>, Fault> {
        let rules = self.rules(dataset.collection).await?;
        let place = Arc::new(place_of(dataset));
        let (mut keys, mut after) = (Keys::default(), -1);
        loop {
            let app = &self.job.ctx.app;
            let read = harmonize::read_samples(app, self.organization, dataset.id, after, SAMPLES).await?;
            let Some((last, samples)) = read else { return keys.rows() };
            (after, self.told.samples) = (last, self.told.samples + samples.len() as i64);
            let ids: Vec<SampleId> = samples.iter().map(|sample| sample.id).collect();
            let settled = match rules.is_empty() {
                true => Settled::default(),
                false => settled(&self.ctx, self.organization, &ids).await?,
            };
            let (inner, at) = (rules.clone(), place.clone());
            let (counted, found, decided) = self
                .job
                .blocking(move || {
                    for sample in &samples {
                        keys.add(sample, &at);
                    }
                    let (mut found, mut decided) = (BTreeMap::<usize, Vec<Decision>>::new(), 0);
                    for sample in &samples {
                        for (rule, one, is_narrower) in of_sample(&inner, sample, &at) {
                            let Becomes::This(decision) = one.becomes else { continue };
                            if is_narrower || settled.is_done(&inner[rule], sample.id) {
                                continue;
                            }
                            match settled.is_decided(sample.id, &decision.field) {
                                true => decided += 1,
                                false => found.entry(rule).or_default().push(*decision),
                            }
                        }
                    }
                    (keys, found, decided)
                })
                .await?;
            keys = counted;
            self.told.decided += decided;
            for (rule, decisions) in found {
                let rule = &rules[rule];
                let (job, organization) = (self.job, self.organization);
                let (draft, _) = self.drafts.entry(rule.id).or_insert_with(|| {
                    let title = format!("Rule: {}", rule.title);
                    let draft = Draft::new(job, organization, BatchKind::Rule, title, rule.why.clone());
                    (draft.said_by(&rule.by), (rule.turn, rule.batches))
                });
                draft.add(&decisions).await?;
            }
        }
    }

    /// Each rule's batch counts from now on, in a transaction of its own.
    async fn apply(&mut self) -> Result<(), Fault> {
        for (rule, (draft, read)) in std::mem::take(&mut self.drafts) {
            let (Some(batch), organization) = (draft.batch(), self.organization) else { continue };
            draft
                .apply(move |tx| {
                    Box::pin(async move {
                        match sql::note_batch(tx, organization, rule, read, batch).await? {
                            true => Ok(()),
                            // The job runs again, and finds what is left to do.
                            false => Err(Fault::busy("the rule was applied or switched meanwhile; it is read again")),
                        }
                    })
                })
                .await?;
        }
        Ok(())
    }
}

/// Rules of a collection in the order in which they decide.
pub async fn active(ctx: &Ctx, organization: OrganizationId, collection: CollectionId) -> Result<Vec<Active>, Fault> {
    let rows = sql::list_on(ctx.db(), organization, collection).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let fields = harmonize::fields_of(ctx, collection).await?.fields;
    let mut rules = Vec::with_capacity(rows.len());
    for row in &rows {
        rules.extend(Active::new(ctx, row, &fields).await?);
    }
    Ok(in_order(rules))
}

pub fn place_of(dataset: &IndexDataset) -> Place {
    Place { accession: dataset.accession.clone(), submitter: submitter_of(&dataset.attributes) }
}

/// What is settled of samples already.
#[derive(Default)]
pub struct Settled {
    done: HashSet<(chorale_model::RuleId, i64, SampleId)>,
    curations: HashMap<SampleId, Vec<Curation>>,
}

impl Settled {
    pub fn is_done(&self, rule: &Active, sample: SampleId) -> bool {
        self.done.contains(&(rule.id, rule.turn, sample))
    }

    /// A person decided about the field: their own stays.
    pub fn is_decided(&self, sample: SampleId, field: &str) -> bool {
        let by_people =
            |one: &Curation| one.field == field && !matches!(one.kind, BatchKind::Rule | BatchKind::Upgrade);
        self.curations.get(&sample).is_some_and(|all| all.iter().any(by_people))
    }
}

pub async fn settled(ctx: &Ctx, organization: OrganizationId, samples: &[SampleId]) -> Result<Settled, Fault> {
    let (done, curations) = futures::try_join!(
        sql::list_done(ctx.db(), organization, samples),
        curation::of_samples(ctx.db(), organization, samples)
    )?;
    Ok(Settled { done, curations })
}

/// What changed since rules were applied to it.
async fn unseen(app: &Deployment, organization: OrganizationId) -> Result<harmonize::Unseen, Fault> {
    harmonize::unseen(app, organization, RulesJob::FOLLOWER).await
}

/// Whether values changed that are not counted yet.
pub async fn is_counting(ctx: &Ctx, organization: OrganizationId) -> Result<bool, Fault> {
    Ok(!unseen(&ctx.app, organization).await?.changed.is_empty())
}
