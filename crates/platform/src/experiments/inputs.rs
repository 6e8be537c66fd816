//! Data and models that runs read, and models that they make.

use super::{names, run, sql};
use crate::db::Value;
use crate::{Ctx, Tx, audit};
use chorale_model::experiments::{DatasetInput, DatasetSummary, ExperimentId, LoggedModelId, ModelOutput, RunId};
use chorale_model::{Fault, OrganizationId, Role};
use serde_json::json;

/// The tag that says what a dataset is read for: training, evaluation.
const CONTEXT: &str = "mlflow.data.context";
/// To one request.
const MOST: usize = 1_000;

pub(super) fn check(at: usize, input: &DatasetInput) -> Result<(), Fault> {
    let field = |name: &str| format!("datasets[{at}].{name}");
    let fits = |name: &str, text: &str, most: usize| names::fits(&field(name), text, most);
    let dataset = &input.dataset;
    for (name, text) in [("dataset.name", &dataset.name), ("dataset.digest", &dataset.digest)] {
        if text.is_empty() {
            return Err(Fault::field(&field(name), "is empty; a dataset has a name and a digest of what is in it"));
        }
    }
    fits("dataset.name", &dataset.name, 500)?;
    fits("dataset.digest", &dataset.digest, 36)?;
    fits("dataset.source", &dataset.source, 65_535)?;
    fits("dataset.schema", dataset.schema.as_deref().unwrap_or_default(), 1_048_575)?;
    fits("dataset.profile", dataset.profile.as_deref().unwrap_or_default(), 16_777_215)?;
    for tag in &input.tags {
        if tag.key.is_empty() {
            return Err(Fault::field(&field("tags.key"), "is empty; a tag has a key"));
        }
        fits("tags.key", &tag.key, 255)?;
        fits("tags.value", &tag.value, 500)?;
    }
    Ok(())
}

/// Says what a run reads. What is known already stays as it is.
pub async fn log_inputs(
    ctx: &Ctx,
    id: RunId,
    mut datasets: Vec<DatasetInput>,
    models: Vec<LoggedModelId>,
) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::few("datasets", datasets.len(), MOST)?;
    names::few("models", models.len(), MOST)?;
    datasets.iter().enumerate().try_for_each(|(at, input)| check(at, input))?;
    // In one order, so that no two requests wait for each other's.
    let of = |input: &DatasetInput| (input.dataset.name.clone(), input.dataset.digest.clone());
    datasets.sort_by_cached_key(of);
    let detail = json!({ "datasets": datasets.len(), "models": models.len() });
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let row = run::active(tx, organization, id).await?;
                for input in datasets {
                    put(tx, &inner, organization, id, row.experiment, input).await?;
                }
                let models: Vec<ModelOutput> = models.into_iter().map(|model| ModelOutput { model, step: 0 }).collect();
                sql::inputs::insert_models(tx, organization, id, "input", &models).await?;
                audit::record(tx, &inner, "run.inputs_logged", "run", id, detail).await
            })
        })
        .await
}

/// A dataset that a run reads; what is known stays as it is.
pub(super) async fn put(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    run: RunId,
    experiment: i64,
    input: DatasetInput,
) -> Result<(), Fault> {
    let kept = sql::inputs::put_dataset(tx, organization, experiment, ctx.app.ids.uuid(), &input.dataset).await?;
    let context = input.tags.iter().find(|tag| tag.key == CONTEXT).map(|tag| tag.value.clone());
    let tags: Vec<(String, String)> = input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    sql::inputs::insert_input(tx, organization, run, kept, context.as_deref(), &json!(tags).to_string()).await
}

/// Says which models a run makes.
pub async fn log_outputs(ctx: &Ctx, id: RunId, models: Vec<ModelOutput>) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    names::few("models", models.len(), MOST)?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                run::active(tx, organization, id).await?;
                sql::inputs::insert_models(tx, organization, id, "output", &models).await?;
                let detail = json!({ "models": models.len() });
                audit::record(tx, &inner, "run.outputs_logged", "run", id, detail).await
            })
        })
        .await
}

/// The datasets that runs of some experiments read.
pub async fn search_datasets(ctx: &Ctx, experiments: &[ExperimentId]) -> Result<Vec<DatasetSummary>, Fault> {
    const MOST: usize = 20;
    let organization = ctx.require(Role::Scientist)?;
    if experiments.is_empty() || experiments.len() > MOST {
        return Err(Fault::field("experiments", format!("are {}; name 1 to {MOST}", experiments.len())));
    }
    sql::inputs::summaries(ctx.db(), organization, experiments.iter().map(|id| Value::from(*id)).collect()).await
}
