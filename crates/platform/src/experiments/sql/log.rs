//! What runs log, for many runs in few statements.

use crate::db::{Tx, Value, insert_many, sql_in};
use chorale_model::experiments::{KeyValue, RunId};
use chorale_model::{Fault, OrganizationId};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A run that something is logged for.
#[derive(sqlx_macros::FromRow)]
pub struct Target {
    pub id: Uuid,
    pub experiment: i64,
    pub deleted_ms: Option<i64>,
}

pub async fn targets(tx: &mut Tx, organization: OrganizationId, runs: Vec<Value>) -> Result<Vec<Target>, Fault> {
    let head = "select id, experiment, deleted_ms from runs where organization = $1 and id in";
    sql_in(head, vec![organization.into()], runs, "").all(tx).await
}

/// The params that these runs have already.
pub async fn params_of(
    tx: &mut Tx,
    organization: OrganizationId,
    runs: Vec<Value>,
) -> Result<HashMap<(Uuid, String), String>, Fault> {
    let head = "select run, key, value from run_params where organization = $1 and run in";
    let rows: Vec<(Uuid, String, String)> = sql_in(head, vec![organization.into()], runs, "").all(tx).await?;
    Ok(rows.into_iter().map(|(run, key, value)| ((run, key), value)).collect())
}

pub async fn insert_params(
    tx: &mut Tx,
    organization: OrganizationId,
    params: Vec<(RunId, KeyValue)>,
) -> Result<(), Fault> {
    let row = |(run, one): (RunId, KeyValue)| -> [Value; 4] {
        [organization.into(), run.into(), one.key.into(), one.value.into()]
    };
    let head = "insert into run_params (organization, run, key, value)";
    insert_many(tx, head, params.into_iter().map(row).collect(), "").await.map(drop)
}

/// By run and key: of what comes twice the last stands.
pub async fn put_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    tags: BTreeMap<(RunId, String), String>,
) -> Result<(), Fault> {
    let row = |((run, key), value): ((RunId, String), String)| -> [Value; 4] {
        [organization.into(), run.into(), key.into(), value.into()]
    };
    let head = "insert into run_tags (organization, run, key, value)";
    let tail = "on conflict (organization, run, key) do update set value = excluded.value";
    insert_many(tx, head, tags.into_iter().map(row).collect(), tail).await.map(drop)
}

/// A point as it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub timestamp_ms: i64,
    pub step: i64,
    /// Finite; 0 where it is not a number.
    pub value: f64,
    pub is_nan: bool,
}

impl Point {
    /// The infinities are the largest numbers there are: databases have no others (MLflow does the same).
    pub fn of(value: f64, timestamp_ms: i64, step: i64) -> Point {
        let is_nan = value.is_nan();
        let value = if is_nan { 0.0 } else { value.clamp(f64::MIN, f64::MAX) };
        // Two zeros would be two points.
        Point { timestamp_ms, step, value: if value == 0.0 { 0.0 } else { value }, is_nan }
    }

    /// What decides which of two points is the newest.
    pub fn newer_than(&self, other: &Point) -> bool {
        (self.step, self.timestamp_ms, self.value) > (other.step, other.timestamp_ms, other.value)
    }

    pub fn bits(&self) -> i64 {
        let value = if self.is_nan { f64::NAN } else { self.value };
        value.to_bits().cast_signed()
    }
}

/// Points to be written. With each goes its metric's newest one: that row holds on to the run.
#[derive(Default)]
pub struct Points {
    rows: Vec<(RunId, String, Point)>,
    latest: BTreeMap<(RunId, String), (i64, Point)>,
}

impl Points {
    pub fn add(&mut self, run: RunId, experiment: i64, key: String, point: Point) {
        let newest = self.latest.entry((run, key.clone())).or_insert((experiment, point));
        if point.newer_than(&newest.1) {
            newest.1 = point;
        }
        self.rows.push((run, key, point));
    }

    pub async fn write(self, tx: &mut Tx, organization: OrganizationId) -> Result<(), Fault> {
        insert_points(tx, organization, self.rows).await?;
        put_latest(tx, organization, self.latest).await
    }
}

/// What is there already stays as it is.
async fn insert_points(
    tx: &mut Tx,
    organization: OrganizationId,
    points: Vec<(RunId, String, Point)>,
) -> Result<(), Fault> {
    let row = |(run, key, point): (RunId, String, Point)| -> [Value; 7] {
        let Point { timestamp_ms, step, value, is_nan } = point;
        [organization.into(), run.into(), key.into(), timestamp_ms.into(), step.into(), value.into(), is_nan.into()]
    };
    let head = "insert into run_metrics (organization, run, key, timestamp_ms, step, value, is_nan)";
    insert_many(tx, head, points.into_iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

/// The newest of each metric; an older one than there is changes nothing.
async fn put_latest(
    tx: &mut Tx,
    organization: OrganizationId,
    latest: BTreeMap<(RunId, String), (i64, Point)>,
) -> Result<(), Fault> {
    let row = |((run, key), (experiment, point)): ((RunId, String), (i64, Point))| -> [Value; 9] {
        [
            organization.into(),
            run.into(),
            key.into(),
            experiment.into(),
            point.timestamp_ms.into(),
            point.step.into(),
            point.value.into(),
            point.bits().into(),
            point.is_nan.into(),
        ]
    };
    let head = "insert into run_latest_metrics \
        (organization, run, key, experiment, timestamp_ms, step, value, value_bits, is_nan)";
    let tail = "on conflict (organization, run, key) do update set timestamp_ms = excluded.timestamp_ms, \
        step = excluded.step, value = excluded.value, value_bits = excluded.value_bits, is_nan = excluded.is_nan \
        where (excluded.step, excluded.timestamp_ms, excluded.value) \
          > (run_latest_metrics.step, run_latest_metrics.timestamp_ms, run_latest_metrics.value)";
    insert_many(tx, head, latest.into_iter().map(row).collect(), tail).await.map(drop)
}

/// A point that measures a model.
pub struct ModelPoint {
    pub model: Uuid,
    pub run: RunId,
    pub key: String,
    pub point: Point,
    pub dataset_name: String,
    pub dataset_digest: String,
}

pub async fn insert_model_points(
    tx: &mut Tx,
    organization: OrganizationId,
    points: Vec<ModelPoint>,
) -> Result<(), Fault> {
    let row = |one: ModelPoint| -> [Value; 10] {
        [
            organization.into(),
            one.model.into(),
            one.key.into(),
            one.point.timestamp_ms.into(),
            one.point.step.into(),
            one.run.into(),
            one.dataset_name.into(),
            one.dataset_digest.into(),
            one.point.value.into(),
            one.point.is_nan.into(),
        ]
    };
    let head = "insert into logged_model_metrics (organization, model, key, timestamp_ms, step, run, dataset_name, \
        dataset_digest, value, is_nan)";
    insert_many(tx, head, points.into_iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

/// Which of these models there are.
pub async fn known_models(tx: &mut Tx, organization: OrganizationId, models: Vec<Value>) -> Result<Vec<Uuid>, Fault> {
    let head = "select id from logged_models where organization = $1 and id in";
    let rows: Vec<(Uuid,)> = sql_in(head, vec![organization.into()], models, "").all(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
