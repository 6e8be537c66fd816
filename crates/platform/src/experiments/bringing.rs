//! What comes from another tracking store, with the ids and times that it had there. What stands here already is added to and
//! never overwritten, so that the same once more changes nothing. Each thing leaves a mark of where it came from.

use super::artifacts::{self, Owner, Storing};
use super::sql::log::{Point, Points};
use super::{experiment, inputs, logged, millis, names, sql};
use crate::db::Value;
use crate::{Ctx, Tx, audit};
use chorale_model::experiments::{
    DatasetInput, Experiment, ExperimentId, KeyValue, LogMetric, LoggedModel, LoggedModelId, ModelOutput, RunId,
    RunInfo, RunStatus,
};
use chorale_model::{Fault, OrganizationId, Role};
use serde_json::json;
use std::collections::{HashMap, HashSet};

pub use super::sql::brought::Mark;

/// Points of one transaction, which is short.
pub const POINTS_TOGETHER: usize = 1_000;

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Experiment,
    Run,
    LoggedModel,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Experiment => "experiment",
            Kind::Run => "run",
            Kind::LoggedModel => "logged model",
        }
    }
}

/// Something of a thing that could not come, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub what: String,
    pub why: String,
}

impl LeftOut {
    fn of(what: String, fault: &Fault) -> LeftOut {
        LeftOut { what, why: fault.message.clone() }
    }
}

/// Of these things of a store, those that came.
pub async fn find_marks(ctx: &Ctx, store: &str, kind: Kind, theirs: &[String]) -> Result<HashMap<String, Mark>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let theirs = theirs.iter().map(|one| Value::from(one.as_str())).collect();
    sql::brought::marks(ctx.db(), organization, store, kind.name(), theirs).await
}

/// Marks that a thing came whole.
pub async fn put_mark(ctx: &Ctx, store: &str, kind: Kind, theirs: &str, mark: Mark) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (store, theirs, now) = (store.to_owned(), theirs.to_owned(), ctx.now());
    ctx.db()
        .write(move |tx| {
            Box::pin(
                async move { sql::brought::put_mark(tx, organization, &store, kind.name(), &theirs, &mark, now).await },
            )
        })
        .await
}

/// An experiment as it was there.
#[derive(Clone, Debug)]
pub struct BringExperiment {
    pub store: String,
    pub theirs: String,
    pub name: String,
    pub artifact_location: String,
    pub deleted: bool,
    pub created_ms: Option<i64>,
    pub updated_ms: Option<i64>,
    pub tags: Vec<KeyValue>,
}

/// What it is here.
pub struct BroughtExperiment {
    pub id: ExperimentId,
    pub name: String,
    pub left: Vec<LeftOut>,
}

/// The tags that say what an experiment was called there, where it is called otherwise here.
const THEIR_ID: &str = "chorale.imported.experiment_id";
const THEIR_NAME: &str = "chorale.imported.name";

/// Brings an experiment under the number and the name that it had. Where both are those of one that is here, it is that one;
/// where one of them is somebody else's, it gets another, and a tag says what it was.
pub async fn bring_experiment(ctx: &Ctx, new: BringExperiment) -> Result<BroughtExperiment, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::experiment_name(&new.name)?;
    names::artifact_location(&new.artifact_location)?;
    let mut left = Vec::new();
    let tags = kept(new.tags.clone(), "tag", &mut left, names::experiment_tag);
    let inner = ctx.clone();
    let (id, name) = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let found = here(tx, organization, &new).await?;
                if let Some((id, name)) = found {
                    sql::brought::add_experiment_tags(tx, organization, id, &tags).await?;
                    mark_experiment(tx, &inner, organization, &new, id).await?;
                    return Ok((id, name));
                }
                let (id, name) = place(tx, organization, &new).await?;
                let now_ms = millis(inner.now());
                let created_ms = new.created_ms.or(new.updated_ms).unwrap_or(now_ms);
                let mut tags = tags;
                if id.0.to_string() != new.theirs {
                    tags.push(KeyValue::new(THEIR_ID, &*new.theirs));
                }
                if name != new.name {
                    tags.push(KeyValue::new(THEIR_NAME, &*new.name));
                }
                let made = Experiment {
                    id,
                    name: name.clone(),
                    artifact_location: new.artifact_location.clone(),
                    deleted: new.deleted,
                    created_ms,
                    // When it was deleted, for those who clear away.
                    updated_ms: if new.deleted { now_ms } else { new.updated_ms.unwrap_or(created_ms) },
                    tags,
                };
                if !sql::experiments::insert(tx, organization, &made).await? {
                    let why = "somebody made an experiment meanwhile; start the import again, it goes on";
                    return Err(Fault::conflict(why));
                }
                sql::brought::count_beyond(tx, organization, id).await?;
                mark_experiment(tx, &inner, organization, &new, id).await?;
                let detail = json!({ "name": name, "from": new.store, "theirs": new.theirs });
                audit::record(tx, &inner, "experiment.brought", "experiment", id, detail).await?;
                Ok((id, name))
            })
        })
        .await?;
    Ok(BroughtExperiment { id, name, left })
}

/// What it is here, if it is.
async fn here(
    tx: &mut Tx,
    organization: OrganizationId,
    new: &BringExperiment,
) -> Result<Option<(ExperimentId, String)>, Fault> {
    let marked = sql::brought::find_mark(tx, organization, &new.store, Kind::Experiment.name(), &new.theirs).await?;
    let id = marked.and_then(|mark| mark.ours.parse().ok());
    if let Some(id) = id
        && let Some(row) = sql::experiments::find(&mut *tx, organization, id).await?
    {
        return Ok(Some((id, row.name)));
    }
    let Ok(id) = new.theirs.parse::<ExperimentId>() else { return Ok(None) };
    let same = sql::experiments::find(tx, organization, id).await?.filter(|row| row.name == new.name);
    Ok(same.map(|row| (id, row.name)))
}

/// A number and a name that are free: theirs, where they are.
async fn place(
    tx: &mut Tx,
    organization: OrganizationId,
    new: &BringExperiment,
) -> Result<(ExperimentId, String), Fault> {
    let wanted = new.theirs.parse::<ExperimentId>().ok().filter(|id| id.0 >= 0);
    let id = match wanted {
        Some(id) if sql::experiments::find(&mut *tx, organization, id).await?.is_none() => id,
        _ => sql::experiments::next_number(tx, organization).await?,
    };
    let mut name = new.name.clone();
    let mut number = 1;
    while sql::experiments::find_named(&mut *tx, organization, &name).await?.is_some() {
        number += 1;
        name = format!("{} ({number})", new.name);
    }
    names::experiment_name(&name)?;
    Ok((id, name))
}

async fn mark_experiment(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    new: &BringExperiment,
    id: ExperimentId,
) -> Result<(), Fault> {
    let mark = Mark { ours: id.to_string(), digest: String::new() };
    let kind = Kind::Experiment.name();
    sql::brought::put_mark(tx, organization, &new.store, kind, &new.theirs, &mark, ctx.now()).await
}

/// Those that may be kept; the others are told.
fn kept(
    pairs: Vec<KeyValue>,
    what: &str,
    left: &mut Vec<LeftOut>,
    check: impl Fn(&KeyValue) -> Result<(), Fault>,
) -> Vec<KeyValue> {
    let mut seen = HashSet::new();
    let keep = |one: &KeyValue| match check(one) {
        Ok(()) => seen.insert(one.key.clone()),
        Err(fault) => {
            left.push(LeftOut::of(format!("{what} \"{}\"", one.key), &fault));
            false
        }
    };
    pairs.into_iter().filter(keep).collect()
}

/// A run as it was there, without its points and files.
#[derive(Clone, Debug)]
pub struct BringRun {
    pub id: RunId,
    pub experiment: ExperimentId,
    pub name: String,
    pub status: RunStatus,
    pub user_id: String,
    pub started_ms: Option<i64>,
    pub ended_ms: Option<i64>,
    pub deleted_ms: Option<i64>,
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
    pub datasets: Vec<DatasetInput>,
    pub models_in: Vec<LoggedModelId>,
    pub models_out: Vec<ModelOutput>,
}

/// Brings a run under its id. One that is here gets what it lacks.
pub async fn bring_run(ctx: &Ctx, mut new: BringRun) -> Result<Vec<LeftOut>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let mut left = Vec::new();
    let params = kept(std::mem::take(&mut new.params), "param", &mut left, |one| names::param("", one));
    let mut tags = kept(std::mem::take(&mut new.tags), "tag", &mut left, |one| names::tag("", one));
    let named = tags.iter().find(|tag| tag.key == names::RUN_NAME).map(|tag| tag.value.clone());
    if new.name.is_empty() {
        new.name = named.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| names::chosen(new.id.0));
    }
    names::run_name(&new.name)?;
    if named.is_none() {
        tags.push(KeyValue::new(names::RUN_NAME, &*new.name));
    }
    new.user_id = new.user_id.chars().filter(|sign| *sign != '\0').take(256).collect();
    let mut datasets = Vec::new();
    for input in std::mem::take(&mut new.datasets) {
        match inputs::check(0, &input) {
            Ok(()) => datasets.push(input),
            Err(fault) => left.push(LeftOut::of(format!("dataset \"{}\"", input.dataset.name), &fault)),
        }
    }
    datasets.sort_by_cached_key(|input| (input.dataset.name.clone(), input.dataset.digest.clone()));
    let inner = ctx.clone();
    let differing = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let differing = put_run(tx, &inner, organization, &new, params).await?;
                sql::brought::add_run_tags(tx, organization, new.id, &tags).await?;
                for input in datasets {
                    inputs::put(tx, &inner, organization, new.id, new.experiment.0, input).await?;
                }
                let models: Vec<_> = new.models_in.iter().map(|model| ModelOutput { model: *model, step: 0 }).collect();
                sql::inputs::insert_models(tx, organization, new.id, "input", &models).await?;
                sql::inputs::insert_models(tx, organization, new.id, "output", &new.models_out).await?;
                Ok(differing)
            })
        })
        .await?;
    left.extend(differing);
    Ok(left)
}

/// The run's row and its params; params that stand here with another value.
async fn put_run(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    new: &BringRun,
    params: Vec<KeyValue>,
) -> Result<Vec<LeftOut>, Fault> {
    let mut before = HashMap::new();
    match sql::runs::find(&mut *tx, organization, new.id).await? {
        Some(_) => {
            if !matches!(new.status, RunStatus::Running | RunStatus::Scheduled) {
                sql::brought::end_run(tx, organization, new.id, new.status, new.ended_ms).await?;
            }
            before = sql::log::params_of(tx, organization, vec![new.id.into()]).await?;
        }
        None => {
            let started_ms = new.started_ms.or(new.ended_ms).unwrap_or_else(|| millis(ctx.now()));
            let info = RunInfo {
                id: new.id,
                experiment: new.experiment,
                name: new.name.clone(),
                status: new.status,
                user_id: new.user_id.clone(),
                started_ms,
                ended_ms: new.ended_ms,
                deleted: new.deleted_ms.is_some(),
                artifact_uri: String::new(),
            };
            sql::runs::insert(tx, organization, &info).await?;
            if new.deleted_ms.is_some() {
                let deleted_ms = new.deleted_ms.map(|ms| ms.max(0));
                sql::runs::set_deleted(tx, organization, new.id, deleted_ms).await?;
            }
            let detail = json!({ "experiment": new.experiment, "name": new.name });
            audit::record(tx, ctx, "run.brought", "run", new.id, detail).await?;
        }
    }
    let (mut fresh, mut differing) = (Vec::new(), Vec::new());
    for param in params {
        match before.get(&(new.id.0, param.key.clone())) {
            None => fresh.push((new.id, param)),
            Some(value) if *value == param.value => {}
            Some(value) => differing.push(LeftOut {
                what: format!("param \"{}\"", param.key),
                why: format!("it is \"{value}\" here and \"{}\" there; a run keeps its params", param.value),
            }),
        }
    }
    sql::log::insert_params(tx, organization, fresh).await?;
    Ok(differing)
}

/// Brings points of a run that is here; those that are here stay. At most [`POINTS_TOGETHER`].
pub async fn bring_points(ctx: &Ctx, id: RunId, points: Vec<LogMetric>) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::few("metrics", points.len(), POINTS_TOGETHER)?;
    points.iter().try_for_each(|point| names::metric("", point))?;
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let run = sql::runs::find(&mut *tx, organization, id).await?;
                let experiment = run.ok_or_else(|| super::run::missing(id))?.experiment;
                let mut rows = Points::default();
                for one in points {
                    rows.add(id, experiment, one.key, Point::of(one.value, one.timestamp_ms, one.step));
                }
                rows.write(tx, organization).await
            })
        })
        .await
}

/// Whether a point may be kept.
pub fn check_point(point: &LogMetric) -> Result<(), Fault> {
    names::metric("", point)
}

/// A point that measures a logged model, and the run that measured.
pub type Measured = (RunId, LogMetric);

/// Brings a logged model under its id; one that is here gets what it lacks. What it measures was brought before.
pub async fn bring_logged_model(
    ctx: &Ctx,
    mut new: LoggedModel,
    measured: Vec<Measured>,
) -> Result<Vec<LeftOut>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    logged::name(&new.name)?;
    let mut left = Vec::new();
    new.params = kept(std::mem::take(&mut new.params), "param", &mut left, |one| names::param("", one));
    new.tags = kept(std::mem::take(&mut new.tags), "tag", &mut left, |one| names::tag("", one));
    let mut points = Vec::new();
    for (run, point) in measured {
        let good = names::metric("", &point);
        let here = sql::runs::find(ctx.db(), organization, run).await?.is_some();
        match (good, here) {
            (Ok(()), true) => points.push((run, point)),
            (Err(fault), _) => left.push(LeftOut::of(format!("metric \"{}\"", point.key), &fault)),
            (_, false) => left.push(LeftOut {
                what: format!("metric \"{}\"", point.key),
                why: format!("run {run}, which measured it, did not come"),
            }),
        }
    }
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let id = new.id;
                match sql::models::find(&mut *tx, organization, id).await? {
                    Some(_) => {
                        sql::models::put_params(tx, organization, id, &new.params).await?;
                        sql::brought::add_model_tags(tx, organization, id, &new.tags).await?;
                    }
                    None => {
                        sql::models::insert(tx, organization, &new).await?;
                        let detail = json!({ "experiment": new.experiment, "name": new.name });
                        audit::record(tx, &inner, "logged_model.brought", "logged model", id, detail).await?;
                    }
                }
                let row = |(run, one): Measured| sql::log::ModelPoint {
                    model: id.0,
                    run,
                    key: one.key,
                    point: Point::of(one.value, one.timestamp_ms, one.step),
                    dataset_name: one.dataset_name,
                    dataset_digest: one.dataset_digest,
                };
                sql::log::insert_model_points(tx, organization, points.into_iter().map(row).collect()).await
            })
        })
        .await?;
    Ok(left)
}

/// Begins to take in a file of something that was brought, deleted or not; none where one lies there already.
///
/// # Errors
/// Also when what lies there is of another size: it stays.
pub async fn bring_artifact(
    ctx: &Ctx,
    owner: Owner,
    path: &str,
    size_bytes: Option<u64>,
) -> Result<Option<Storing>, Fault> {
    artifacts::bring(ctx, owner, path, size_bytes.and_then(|size| i64::try_from(size).ok())).await
}

/// Whether the experiment's artifacts lie here, and not at a place of the client's own.
pub async fn keeps_artifacts(ctx: &Ctx, id: ExperimentId) -> Result<bool, Fault> {
    Ok(experiment::load_experiment(ctx, id).await?.artifact_location.is_empty())
}
