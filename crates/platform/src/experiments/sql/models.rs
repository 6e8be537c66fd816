//! Logged models with their params, tags and what measures them.

use crate::db::{Builder, Db, Target, Tx, Value, insert_many, sql, sql_in};
use crate::filter::sql::{condition, logged, tested};
use crate::filter::{Comparison, Entity, Expr, Sign, Test};
use chorale_model::experiments::{
    ExperimentId, KeyValue, LoggedModel, LoggedModelId, Metric, ModelMetric, ModelStatus, RunId, SearchLoggedModels,
    artifact_root,
};
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct ModelRow {
    pub id: Uuid,
    pub experiment: i64,
    pub name: String,
    pub model_type: String,
    pub source_run: String,
    pub status: String,
    pub deleted: bool,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub artifact_location: String,
}

/// A model as its row says, of `logged_models m`.
macro_rules! model_rows {
    () => {
        "select m.id, m.experiment, m.name, m.model_type, m.source_run, m.status, m.deleted, m.created_ms, m.updated_ms, \
         e.artifact_location from logged_models m join experiments e on e.organization = m.organization and e.id = m.experiment "
    };
}

pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: LoggedModelId,
) -> Result<Option<ModelRow>, Fault> {
    sql(concat!(model_rows!(), "where m.organization = $1 and m.id = $2"))
        .bind(organization)
        .bind(id)
        .optional(on)
        .await
}

pub async fn insert(tx: &mut Tx, organization: OrganizationId, new: &LoggedModel) -> Result<(), Fault> {
    sql("insert into logged_models (organization, id, experiment, name, model_type, source_run, status, deleted, \
           created_ms, updated_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(organization)
    .bind(new.id)
    .bind(new.experiment)
    .bind(&new.name)
    .bind(&new.model_type)
    .bind(&new.source_run)
    .bind(new.status.name())
    .bind(new.deleted)
    .bind(new.created_ms)
    .bind(new.updated_ms)
    .run(&mut *tx)
    .await?;
    put_params(tx, organization, new.id, &new.params).await?;
    put_tags(tx, organization, new.id, &new.tags).await
}

fn rows(organization: OrganizationId, id: LoggedModelId, pairs: &[KeyValue]) -> Vec<[Value; 4]> {
    let last: std::collections::BTreeMap<&str, &str> = pairs.iter().map(|one| (&*one.key, &*one.value)).collect();
    last.into_iter().map(|(key, value)| [organization.into(), id.into(), key.into(), value.into()]).collect()
}

pub async fn put_params(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
    params: &[KeyValue],
) -> Result<(), Fault> {
    let head = "insert into logged_model_params (organization, model, key, value)";
    insert_many(tx, head, rows(organization, id, params), "on conflict do nothing").await.map(drop)
}

pub async fn put_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let head = "insert into logged_model_tags (organization, model, key, value)";
    let tail = "on conflict (organization, model, key) do update set value = excluded.value";
    insert_many(tx, head, rows(organization, id, tags), tail).await.map(drop)
}

/// Whether there was one.
pub async fn delete_tag(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
    key: &str,
) -> Result<bool, Fault> {
    let gone = sql("delete from logged_model_tags where organization = $1 and model = $2 and key = $3")
        .bind(organization)
        .bind(id)
        .bind(key)
        .run(tx)
        .await?;
    Ok(gone == 1)
}

/// What a tag says; its model's row stays locked until the commit.
pub async fn lock_tag(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
    key: &str,
) -> Result<Option<String>, Fault> {
    sql("update logged_models set updated_ms = updated_ms where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .run(&mut *tx)
        .await?;
    let found: Option<(String,)> =
        sql("select value from logged_model_tags where organization = $1 and model = $2 and key = $3")
            .bind(organization)
            .bind(id)
            .bind(key)
            .optional(tx)
            .await?;
    Ok(found.map(|(value,)| value))
}

/// What is absent stays.
pub async fn update(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
    status: Option<ModelStatus>,
    deleted: Option<bool>,
    now_ms: i64,
) -> Result<(), Fault> {
    sql("update logged_models set status = coalesce($3, status), deleted = coalesce($4, deleted), updated_ms = $5 \
         where organization = $1 and id = $2")
    .bind(organization)
    .bind(id)
    .bind(status.map(ModelStatus::name))
    .bind(deleted)
    .bind(now_ms)
    .run(tx)
    .await
    .map(drop)
}

/// The params that it has.
pub async fn params_of(
    tx: &mut Tx,
    organization: OrganizationId,
    id: LoggedModelId,
) -> Result<Vec<(String, String)>, Fault> {
    sql("select key, value from logged_model_params where organization = $1 and model = $2")
        .bind(organization)
        .bind(id)
        .all(tx)
        .await
}

#[derive(sqlx_macros::FromRow)]
struct PairRow {
    model: Uuid,
    key: String,
    value: String,
}

#[derive(sqlx_macros::FromRow)]
struct PointRow {
    model: Uuid,
    key: String,
    timestamp_ms: i64,
    step: i64,
    run: Uuid,
    dataset_name: String,
    dataset_digest: String,
    value: f64,
    is_nan: bool,
}

/// The rows with everything that belongs to them, in their order.
pub async fn whole(db: &Db, organization: OrganizationId, found: Vec<ModelRow>) -> Result<Vec<LoggedModel>, Fault> {
    let ids = || found.iter().map(|row| Value::from(row.id)).collect::<Vec<_>>();
    let first = || vec![Value::from(organization)];
    let head = "select model, key, value from logged_model_params where organization = $1 and model in";
    let params: Vec<PairRow> = sql_in(head, first(), ids(), "order by model, key").all(db).await?;
    let head = "select model, key, value from logged_model_tags where organization = $1 and model in";
    let tags: Vec<PairRow> = sql_in(head, first(), ids(), "order by model, key").all(db).await?;
    let head = "select model, key, timestamp_ms, step, run, dataset_name, dataset_digest, value, is_nan \
        from logged_model_metrics where organization = $1 and model in";
    let points: Vec<PointRow> = sql_in(head, first(), ids(), "order by model, key, timestamp_ms, step").all(db).await?;
    let of = |pairs: &[PairRow], id: Uuid| -> Vec<KeyValue> {
        pairs.iter().filter(|row| row.model == id).map(|row| KeyValue::new(&*row.key, &*row.value)).collect()
    };
    let read = |row: ModelRow| {
        let status = ModelStatus::find(&row.status)
            .ok_or_else(|| Fault::internal("reading a logged model", format!("status {}", row.status)))?;
        let id = LoggedModelId(row.id);
        let metrics = points.iter().filter(|point| point.model == row.id).map(|point| ModelMetric {
            point: Metric {
                key: point.key.clone(),
                value: if point.is_nan { f64::NAN } else { point.value },
                timestamp_ms: point.timestamp_ms,
                step: point.step,
            },
            run: RunId(point.run),
            dataset_name: point.dataset_name.clone(),
            dataset_digest: point.dataset_digest.clone(),
        });
        let experiment = ExperimentId(row.experiment);
        Ok(LoggedModel {
            id,
            experiment,
            name: row.name,
            model_type: row.model_type,
            source_run: row.source_run,
            status,
            deleted: row.deleted,
            created_ms: row.created_ms,
            updated_ms: row.updated_ms,
            artifact_uri: artifact_root(experiment, &row.artifact_location, &format!("models/{id}/artifacts")),
            params: of(&params, row.id),
            tags: of(&tags, row.id),
            metrics: metrics.collect(),
        })
    };
    found.into_iter().map(read).collect()
}

/// What is searched for, read already.
pub struct Wanted<'a> {
    pub organization: OrganizationId,
    pub asked: &'a SearchLoggedModels,
    pub filter: Option<&'a Expr>,
    pub order: &'a [(Entity, String, usize)],
    pub limit: i64,
    pub offset: i64,
}

pub async fn search(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<ModelRow>, Fault> {
    let Wanted { organization, asked, .. } = wanted;
    let mut b = Builder::new(db, model_rows!());
    for (n, (on, key, at)) in wanted.order.iter().enumerate() {
        if *on == Entity::Metric {
            newest(&mut b, n, *organization, key, &asked.order_by[*at]);
        }
    }
    b.push("where m.organization = ").bind(*organization).push(" and m.deleted = false and m.experiment in ");
    b.list(asked.experiments.iter().map(|id| Value::from(*id)));
    if let Some(filter) = wanted.filter {
        b.push(" and ");
        condition(&mut b, filter, &mut |b, comparison| {
            compared(b, comparison, &asked.datasets);
            Ok(())
        })?;
    }
    if !asked.datasets.is_empty() && !wanted.filter.is_some_and(names_a_metric) {
        b.push(" and exists (select 1 from logged_model_metrics x where x.organization = m.organization ");
        b.push("and x.model = m.id");
        on_datasets(&mut b, &asked.datasets);
        b.push(")");
    }
    b.push(" order by ");
    let mut by_creation = false;
    for (n, (on, key, at)) in wanted.order.iter().enumerate() {
        let way = if asked.order_by[*at].descending { " desc, " } else { ", " };
        match on {
            Entity::Metric => {
                b.push("case when ").numbered("o", n).push(".model is null then 1 else 0 end, ");
                b.numbered("o", n).push(".value").push(way);
            }
            _ => {
                by_creation |= key == "creation_timestamp";
                attribute(&mut b, key).push(way);
            }
        }
    }
    b.push(if by_creation { "m.id" } else { "m.created_ms desc, m.id" });
    b.push(" limit ").bind(wanted.limit).push(" offset ").bind(wanted.offset);
    b.query().all(db).await
}

/// Brings in the newest point of a metric, on one dataset where the order names one.
fn newest(
    b: &mut Builder,
    n: usize,
    organization: OrganizationId,
    key: &str,
    order: &chorale_model::experiments::ModelOrder,
) {
    b.push("left join (select model, value, row_number() over (partition by model ");
    b.push("order by timestamp_ms desc, step desc, run) as newest from logged_model_metrics where organization = ");
    b.bind(organization).push(" and key = ").bind(key);
    if !order.dataset_name.is_empty() {
        b.push(" and dataset_name = ").bind(&order.dataset_name);
    }
    if !order.dataset_digest.is_empty() {
        b.push(" and dataset_digest = ").bind(&order.dataset_digest);
    }
    b.push(") ").numbered("o", n).push(" on ").numbered("o", n).push(".model = m.id and ");
    b.numbered("o", n).push(".newest = 1 ");
}

fn names_a_metric(expr: &Expr) -> bool {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => parts.iter().any(names_a_metric),
        Expr::Not(inner) => names_a_metric(inner),
        Expr::Is(comparison) => comparison.on == Entity::Metric,
    }
}

fn on_datasets(b: &mut Builder, datasets: &[(String, String)]) {
    if datasets.is_empty() {
        return;
    }
    b.push(" and (");
    for (n, (name, digest)) in datasets.iter().enumerate() {
        b.push(if n > 0 { " or (x.dataset_name = " } else { "(x.dataset_name = " }).bind(name);
        if !digest.is_empty() {
            b.push(" and x.dataset_digest = ").bind(digest);
        }
        b.push(")");
    }
    b.push(")");
}

fn attribute<'b>(b: &'b mut Builder, key: &str) -> &'b mut Builder {
    match key {
        "name" => b.push("m.name"),
        "model_type" => b.push("m.model_type"),
        "source_run_id" => b.push("m.source_run"),
        // As clients name them: PENDING, READY, FAILED.
        "status" => b.push("replace(replace(m.status, 'LOGGED_MODEL_', ''), 'UPLOAD_', '')"),
        "experiment_id" => b.push("cast(m.experiment as text)"),
        "creation_timestamp" => b.push("m.created_ms"),
        "last_updated_timestamp" => b.push("m.updated_ms"),
        _ => b.push("'m-' || ").hex("m.id"),
    }
}

fn compared(b: &mut Builder, Comparison { on, key, test }: &Comparison, datasets: &[(String, String)]) {
    match on {
        Entity::Attribute | Entity::Dataset => {
            b.push("(");
            attribute(b, key).push(")");
            tested(b, test);
        }
        Entity::Metric => measured(b, key, test, datasets),
        Entity::Param => {
            let head = "select 1 from logged_model_params x where x.organization = m.organization and x.model = m.id";
            logged(b, head, key, test);
        }
        Entity::Tag => {
            let head = "select 1 from logged_model_tags x where x.organization = m.organization and x.model = m.id";
            logged(b, head, key, test);
        }
    }
}

/// What is no number is unequal to every number, and nothing else.
fn measured(b: &mut Builder, key: &str, test: &Test, datasets: &[(String, String)]) {
    const HEAD: &str = "select 1 from logged_model_metrics x where x.organization = m.organization and x.model = m.id";
    let Test::Number(sign, _) = test else { return logged(b, HEAD, key, test) };
    b.push("exists (").push(HEAD).push(" and x.key = ").bind(key);
    b.push(if *sign == Sign::Unequal {
        " and (x.is_nan = true or x.value"
    } else {
        " and (x.is_nan = false and x.value"
    });
    tested(b, test);
    b.push(")");
    on_datasets(b, datasets);
    b.push(")");
}
