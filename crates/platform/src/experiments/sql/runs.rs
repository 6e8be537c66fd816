//! Runs with what they logged, read many at once.

use super::packed::{self, END, ROW};
use crate::db::{Target, Tx, Value, sql, sql_in};
use chorale_model::experiments::{ExperimentId, KeyValue, Metric, RunId, RunInfo, RunStatus, artifact_root};
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

/// In place of the time when a run was deleted: its rows are being removed for good, and it can't be restored.
pub const REMOVING: i64 = -1;

#[derive(Clone, sqlx_macros::FromRow)]
pub struct RunRow {
    pub id: Uuid,
    pub experiment: i64,
    pub name: String,
    pub status: String,
    pub user_id: String,
    pub started_ms: i64,
    pub ended_ms: Option<i64>,
    pub deleted_ms: Option<i64>,
    pub artifact_location: String,
}

impl RunRow {
    pub fn info(self) -> Result<RunInfo, Fault> {
        let (id, experiment) = (RunId(self.id), ExperimentId(self.experiment));
        Ok(RunInfo {
            id,
            experiment,
            name: self.name,
            status: self.status.parse::<RunStatus>().map_err(|e| Fault::internal("reading a run", e))?,
            user_id: self.user_id,
            started_ms: self.started_ms,
            ended_ms: self.ended_ms,
            deleted: self.deleted_ms.is_some(),
            artifact_uri: artifact_root(experiment, &self.artifact_location, &format!("{id}/artifacts")),
        })
    }
}

pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: RunId,
) -> Result<Option<RunRow>, Fault> {
    sql("select r.id, r.experiment, r.name, r.status, r.user_id, r.started_ms, r.ended_ms, r.deleted_ms, \
           e.artifact_location \
         from runs r join experiments e on e.organization = r.organization and e.id = r.experiment \
         where r.organization = $1 and r.id = $2")
    .bind(organization)
    .bind(id)
    .optional(on)
    .await
}

pub async fn insert(tx: &mut Tx, organization: OrganizationId, info: &RunInfo) -> Result<(), Fault> {
    sql("insert into runs (organization, id, experiment, name, status, user_id, started_ms, ended_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(organization)
    .bind(info.id)
    .bind(info.experiment)
    .bind(&info.name)
    .bind(info.status.name())
    .bind(&info.user_id)
    .bind(info.started_ms)
    .bind(info.ended_ms)
    .run(tx)
    .await
    .map(drop)
}

/// What is absent stays.
pub async fn update(
    tx: &mut Tx,
    organization: OrganizationId,
    id: RunId,
    name: Option<&str>,
    status: Option<RunStatus>,
    ended_ms: Option<i64>,
) -> Result<(), Fault> {
    sql("update runs set name = coalesce($3, name), status = coalesce($4, status), ended_ms = coalesce($5, ended_ms) \
         where organization = $1 and id = $2")
    .bind(organization)
    .bind(id)
    .bind(name)
    .bind(status.map(RunStatus::name))
    .bind(ended_ms)
    .run(tx)
    .await
    .map(drop)
}

/// Whether it could still be changed: not once its removal for good has begun.
pub async fn set_deleted(
    tx: &mut Tx,
    organization: OrganizationId,
    id: RunId,
    deleted_ms: Option<i64>,
) -> Result<bool, Fault> {
    let set = sql("update runs set deleted_ms = $3 where organization = $1 and id = $2 \
         and coalesce(deleted_ms, 0) <> $4")
    .bind(organization)
    .bind(id)
    .bind(deleted_ms)
    .bind(REMOVING)
    .run(tx)
    .await?;
    Ok(set == 1)
}

/// Whether there was one.
pub async fn delete_tag(tx: &mut Tx, organization: OrganizationId, id: RunId, key: &str) -> Result<bool, Fault> {
    let gone = sql("delete from run_tags where organization = $1 and run = $2 and key = $3")
        .bind(organization)
        .bind(id)
        .bind(key)
        .run(tx)
        .await?;
    Ok(gone == 1)
}

pub async fn find_tag(
    tx: &mut Tx,
    organization: OrganizationId,
    id: RunId,
    key: &str,
) -> Result<Option<String>, Fault> {
    let found: Option<(String,)> = sql("select value from run_tags where organization = $1 and run = $2 and key = $3")
        .bind(organization)
        .bind(id)
        .bind(key)
        .optional(tx)
        .await?;
    Ok(found.map(|(value,)| value))
}

/// What runs logged, each as one text.
#[derive(sqlx_macros::FromRow)]
struct LoggedRow {
    id: Uuid,
    params: Option<String>,
    tags: Option<String>,
    metrics: Option<String>,
}

/// What a run logged.
#[derive(Default)]
pub struct Logged {
    pub params: Vec<KeyValue>,
    pub tags: Vec<KeyValue>,
    pub metrics: Vec<Metric>,
}

pub async fn logged<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    ids: Vec<Value>,
) -> Result<Vec<(Uuid, Logged)>, Fault> {
    let head = "select r.id, \
         (select string_agg(p.key || $2 || cast(length(p.value) as text) || $2 || p.value, '') from run_params p \
            where p.organization = r.organization and p.run = r.id) as params, \
         (select string_agg(t.key || $2 || cast(length(t.value) as text) || $2 || t.value, '') from run_tags t \
            where t.organization = r.organization and t.run = r.id) as tags, \
         (select string_agg(m.key || $2 || cast(m.value_bits as text) || $2 || cast(m.timestamp_ms as text) || $2 \
            || cast(m.step as text), $3) from run_latest_metrics m \
            where m.organization = r.organization and m.run = r.id) as metrics \
         from runs r where r.organization = $1 and r.id in";
    let rows: Vec<LoggedRow> = sql_in(head, vec![organization.into(), END.into(), ROW.into()], ids, "").all(on).await?;
    let unpacked = rows.into_iter().map(|row| {
        let logged = Logged {
            params: packed::pairs(row.params.as_deref()),
            tags: packed::pairs(row.tags.as_deref()),
            metrics: packed::metrics(row.metrics.as_deref()),
        };
        (row.id, logged)
    });
    Ok(unpacked.collect())
}
