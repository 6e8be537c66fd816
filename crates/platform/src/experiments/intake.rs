//! Where everything that runs log comes in. Whoever waits is written together: one task takes all that is there, writes it in
//! a few statements of one transaction, and answers after its commit, so that many small requests cost what a large one
//! does. A request that is refused (its run is deleted, it changes a param) takes nothing of its neighbours with it.

use super::sql::log::{self as rows, ModelPoint, Point, Points};
use super::{names, run, sql};
use crate::db::Value;
use crate::{Ctx, Db, Tx};
use chorale_model::experiments::{KeyValue, LogBatch, RunId};
use chorale_model::{Fault, FaultKind, OrganizationId, Role};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Requests that may wait; whoever comes then waits for room.
const WAITING: usize = 4_096;
/// Written together at most: a transaction is short.
const TOGETHER: usize = 256;
const POINTS_TOGETHER: usize = 4_000;

struct Asked {
    organization: OrganizationId,
    run: RunId,
    batch: LogBatch,
    answer: oneshot::Sender<Result<(), Fault>>,
}

/// The queue of this process; its task begins with the first request.
#[derive(Default)]
pub struct State {
    queue: OnceLock<mpsc::Sender<Asked>>,
}

impl State {
    fn queue(&self, db: &Db) -> &mpsc::Sender<Asked> {
        self.queue.get_or_init(|| {
            let (send, waiting) = mpsc::channel(WAITING);
            tokio::spawn(take(db.clone(), waiting));
            send
        })
    }
}

/// Logs metrics, params and tags of a run: all of it, or nothing. The same once more changes nothing. Durable when this
/// returns.
///
/// # Errors
/// When a key or a value is none, the run does not exist or is deleted, or a param has another value already.
pub async fn log(ctx: &Ctx, run: RunId, batch: LogBatch) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::batch(&batch)?;
    let (answer, answered) = oneshot::channel();
    let asked = Asked { organization, run, batch, answer };
    let closing = || Fault::busy("the server is stopping; try again in a moment");
    ctx.app.room::<State>().queue(ctx.db()).send(asked).await.map_err(|_| closing())?;
    answered.await.map_err(|_| closing())?
}

async fn take(db: Db, mut waiting: mpsc::Receiver<Asked>) {
    let mut grown = Grown::default();
    while let Some(first) = waiting.recv().await {
        let mut points = first.batch.metrics.len();
        let mut all = vec![first];
        while all.len() < TOGETHER && points < POINTS_TOGETHER {
            let Ok(next) = waiting.try_recv() else { break };
            points += next.batch.metrics.len();
            all.push(next);
        }
        let values =
            all.iter().map(|one| one.batch.metrics.len() + one.batch.params.len() + one.batch.tags.len()).sum();
        let (asked, answers): (Vec<_>, Vec<_>) =
            all.into_iter().map(|one| ((one.organization, one.run, one.batch), one.answer)).unzip();
        let together = asked.clone();
        let written = match db.write(move |tx| Box::pin(async move { write(tx, together).await })).await {
            Err(fault) if fault.kind != FaultKind::Busy => Ok(alone(&db, asked).await),
            written => written,
        };
        if written.is_ok() && grown.by(values) {
            let db = db.clone();
            tokio::spawn(async move {
                if let Err(fault) = db.learn_sizes().await {
                    tracing::warn!(%fault, "the database did not look how large its tables are; lists of runs may be slow");
                }
            });
        }
        let results = written.unwrap_or_else(|fault| answers.iter().map(|_| Err(fault.clone())).collect());
        for (answer, result) in answers.into_iter().zip(results) {
            // Whoever went away has it written all the same.
            let _gone = answer.send(result);
        }
    }
}

/// Each by itself, once more: one that the database refuses (another process set the same param meanwhile) must not take its
/// neighbours with it, and is told what stands there now.
async fn alone(db: &Db, asked: Vec<Request>) -> Vec<Result<(), Fault>> {
    let mut results = Vec::with_capacity(asked.len());
    for one in asked {
        let written = db.write(move |tx| Box::pin(async move { write(tx, vec![one]).await })).await;
        results.push(written.and_then(|mut results| results.pop().unwrap_or(Ok(()))));
    }
    results
}

/// What this process wrote. PostgreSQL plans for tables as they were when it last looked: at ten thousand runs that came within
/// its minute, a filter took seconds. Later it looks often enough by itself.
struct Grown {
    values: usize,
    look_at: usize,
}

impl Default for Grown {
    fn default() -> Grown {
        Grown { values: 0, look_at: 2_000 }
    }
}

impl Grown {
    /// Whether to look: all has grown four times since the last look.
    fn by(&mut self, values: usize) -> bool {
        const LAST: usize = 10_000_000;
        self.values += values;
        let look = self.values >= self.look_at && self.look_at <= LAST;
        while self.values >= self.look_at {
            self.look_at *= 4;
        }
        look
    }
}

type Request = (OrganizationId, RunId, LogBatch);

/// Writes what can be written; one result for each request, in their order.
async fn write(tx: &mut Tx, asked: Vec<Request>) -> Result<Vec<Result<(), Fault>>, Fault> {
    let mut results: Vec<Result<(), Fault>> = asked.iter().map(|_| Ok(())).collect();
    let mut of_each: BTreeMap<OrganizationId, Vec<(usize, RunId, LogBatch)>> = BTreeMap::new();
    for (at, (organization, run, batch)) in asked.into_iter().enumerate() {
        of_each.entry(organization).or_default().push((at, run, batch));
    }
    for (organization, asked) in of_each {
        let known = Known::read(tx, organization, &asked).await?;
        let mut pages = Pages { known, ..Pages::default() };
        for (at, run, batch) in asked {
            results[at] = pages.take(run, batch);
        }
        pages.write(tx, organization).await?;
    }
    Ok(results)
}

/// What the database knows of the runs that log.
#[derive(Default)]
struct Known {
    runs: HashMap<Uuid, rows::Target>,
    params: HashMap<(Uuid, String), String>,
    models: HashSet<Uuid>,
}

impl Known {
    async fn read(
        tx: &mut Tx,
        organization: OrganizationId,
        asked: &[(usize, RunId, LogBatch)],
    ) -> Result<Known, Fault> {
        let distinct = |ids: &mut dyn Iterator<Item = Uuid>| -> Vec<Value> {
            ids.collect::<HashSet<_>>().into_iter().map(Value::from).collect()
        };
        let runs = distinct(&mut asked.iter().map(|(_, run, _)| run.0));
        let runs = rows::targets(tx, organization, runs).await?;
        let with_params =
            distinct(&mut asked.iter().filter(|(_, _, batch)| !batch.params.is_empty()).map(|(_, run, _)| run.0));
        let params = match with_params.is_empty() {
            true => HashMap::new(),
            false => rows::params_of(tx, organization, with_params).await?,
        };
        let measured = distinct(
            &mut asked.iter().flat_map(|(_, _, batch)| &batch.metrics).filter_map(|one| one.model).map(|model| model.0),
        );
        let models = match measured.is_empty() {
            true => HashSet::new(),
            false => rows::known_models(tx, organization, measured).await?.into_iter().collect(),
        };
        Ok(Known { runs: runs.into_iter().map(|run| (run.id, run)).collect(), params, models })
    }
}

/// Rows to be written.
#[derive(Default)]
struct Pages {
    known: Known,
    params: Vec<(RunId, KeyValue)>,
    tags: BTreeMap<(RunId, String), String>,
    points: Points,
    model_points: Vec<ModelPoint>,
}

impl Pages {
    /// Takes a request in whole, or refuses it and takes nothing of it.
    fn take(&mut self, run: RunId, batch: LogBatch) -> Result<(), Fault> {
        let target = self.known.runs.get(&run.0).ok_or_else(|| run::missing(run))?;
        if target.deleted_ms.is_some() {
            return Err(run::deleted(run));
        }
        let experiment = target.experiment;
        for param in &batch.params {
            let before = self.known.params.get(&(run.0, param.key.clone()));
            if let Some(before) = before.filter(|before| **before != param.value) {
                return Err(Fault::invalid(format!(
                    "param \"{}\" of run {run} is \"{before}\" and cannot become \"{}\": a run keeps its params. Log it \
                     under another name, or in a run of its own",
                    param.key, param.value
                )));
            }
        }
        for measured in batch.metrics.iter().filter_map(|metric| metric.model) {
            if !self.known.models.contains(&measured.0) {
                return Err(Fault::missing("logged model", measured));
            }
        }
        for param in batch.params {
            let kept = self.known.params.insert((run.0, param.key.clone()), param.value.clone());
            if kept.is_none() {
                self.params.push((run, param));
            }
        }
        for metric in batch.metrics {
            let point = Point::of(metric.value, metric.timestamp_ms, metric.step);
            if let Some(model) = metric.model {
                self.model_points.push(ModelPoint {
                    model: model.0,
                    run,
                    key: metric.key.clone(),
                    point,
                    dataset_name: metric.dataset_name,
                    dataset_digest: metric.dataset_digest,
                });
            }
            self.points.add(run, experiment, metric.key, point);
        }
        self.tags.extend(batch.tags.into_iter().map(|tag| ((run, tag.key), tag.value)));
        Ok(())
    }

    async fn write(self, tx: &mut Tx, organization: OrganizationId) -> Result<(), Fault> {
        rows::insert_params(tx, organization, self.params).await?;
        self.points.write(tx, organization).await?;
        rows::insert_model_points(tx, organization, self.model_points).await?;
        for ((run, key), value) in &self.tags {
            if key == names::RUN_NAME {
                sql::runs::update(tx, organization, *run, Some(value), None, None).await?;
            }
        }
        rows::put_tags(tx, organization, self.tags).await
    }
}
