//! Data and models that runs read, and models that they make.

use crate::db::{Db, Tx, Value, insert_many, sql, sql_in};
use chorale_model::experiments::{
    DatasetInput, DatasetSummary, ExperimentId, KeyValue, LoggedModelId, ModelOutput, RunDataset, RunId,
};
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

/// The id of a dataset, made if it is new; its row stays locked until the commit.
pub async fn put_dataset(
    tx: &mut Tx,
    organization: OrganizationId,
    experiment: i64,
    id: Uuid,
    dataset: &RunDataset,
) -> Result<Uuid, Fault> {
    let kept: (Uuid,) = sql(
        "insert into run_datasets (organization, id, experiment, name, digest, source_type, source, schema, profile) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (organization, experiment, name, digest) do update set name = run_datasets.name returning id",
    )
    .bind(organization)
    .bind(id)
    .bind(experiment)
    .bind(&dataset.name)
    .bind(&dataset.digest)
    .bind(&dataset.source_type)
    .bind(&dataset.source)
    .bind(dataset.schema.clone())
    .bind(dataset.profile.clone())
    .one(tx)
    .await?;
    Ok(kept.0)
}

/// A dataset that the run reads already stays as it is.
pub async fn insert_input(
    tx: &mut Tx,
    organization: OrganizationId,
    run: RunId,
    dataset: Uuid,
    context: Option<&str>,
    tags: &str,
) -> Result<(), Fault> {
    sql("insert into run_inputs (organization, run, dataset, context, tags) values ($1, $2, $3, $4, $5) \
         on conflict do nothing")
    .bind(organization)
    .bind(run)
    .bind(dataset)
    .bind(context)
    .bind(tags)
    .run(tx)
    .await
    .map(drop)
}

/// `direction` is `input` or `output`.
pub async fn insert_models(
    tx: &mut Tx,
    organization: OrganizationId,
    run: RunId,
    direction: &'static str,
    models: &[ModelOutput],
) -> Result<(), Fault> {
    let row = |one: &ModelOutput| -> [Value; 5] {
        [organization.into(), run.into(), direction.into(), one.model.into(), one.step.into()]
    };
    let head = "insert into run_models (organization, run, direction, model, step)";
    insert_many(tx, head, models.iter().map(row).collect(), "on conflict do nothing").await.map(drop)
}

#[derive(sqlx_macros::FromRow)]
struct InputRow {
    run: Uuid,
    tags: String,
    name: String,
    digest: String,
    source_type: String,
    source: String,
    schema: Option<String>,
    profile: Option<String>,
}

pub async fn datasets_of(
    db: &Db,
    organization: OrganizationId,
    runs: Vec<Value>,
) -> Result<Vec<(Uuid, DatasetInput)>, Fault> {
    let head = "select i.run, i.tags, d.name, d.digest, d.source_type, d.source, d.schema, d.profile \
        from run_inputs i join run_datasets d on d.organization = i.organization and d.id = i.dataset \
        where i.organization = $1 and i.run in";
    let rows: Vec<InputRow> =
        sql_in(head, vec![organization.into()], runs, "order by i.run, d.name, d.digest").all(db).await?;
    let read = |row: InputRow| {
        let tags: Vec<(String, String)> =
            serde_json::from_str(&row.tags).map_err(|e| Fault::internal("reading a run's inputs", e))?;
        let tags = tags.into_iter().map(|(key, value)| KeyValue { key, value }).collect();
        let InputRow { run, name, digest, source_type, source, schema, profile, .. } = row;
        Ok((run, DatasetInput { dataset: RunDataset { name, digest, source_type, source, schema, profile }, tags }))
    };
    rows.into_iter().map(read).collect()
}

/// A model that a run reads, or makes.
#[derive(sqlx_macros::FromRow)]
pub struct RunModelRow {
    pub run: Uuid,
    pub direction: String,
    pub model: Uuid,
    pub step: i64,
}

pub async fn models_of(db: &Db, organization: OrganizationId, runs: Vec<Value>) -> Result<Vec<RunModelRow>, Fault> {
    let head = "select run, direction, model, step from run_models where organization = $1 and run in";
    sql_in(head, vec![organization.into()], runs, "order by run, direction, step, model").all(db).await
}

#[derive(sqlx_macros::FromRow)]
struct SummaryRow {
    experiment: i64,
    name: String,
    digest: String,
    context: Option<String>,
}

/// The datasets that runs of these experiments read.
pub async fn summaries(
    db: &Db,
    organization: OrganizationId,
    experiments: Vec<Value>,
) -> Result<Vec<DatasetSummary>, Fault> {
    let head = "select distinct d.experiment, d.name, d.digest, i.context \
        from run_datasets d join run_inputs i on i.organization = d.organization and i.dataset = d.id \
        where d.organization = $1 and d.experiment in";
    let tail = "order by d.experiment, d.name, d.digest, i.context limit 1000";
    let rows: Vec<SummaryRow> = sql_in(head, vec![organization.into()], experiments, tail).all(db).await?;
    let read = |SummaryRow { experiment, name, digest, context }| DatasetSummary {
        experiment: ExperimentId(experiment),
        name,
        digest,
        context,
    };
    Ok(rows.into_iter().map(read).collect())
}

impl RunModelRow {
    pub fn output(&self) -> ModelOutput {
        ModelOutput { model: LoggedModelId(self.model), step: self.step }
    }
}
