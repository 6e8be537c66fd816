//! Data and models that runs read, and models that they make.

use super::{run, sql};
use crate::Ctx;
use crate::db::Value;
use chorale_model::experiments::{DatasetInput, DatasetSummary, ExperimentId, LoggedModelId, ModelOutput, RunId};
use chorale_model::{Fault, Role};
use serde_json::json;

/// The tag that says what a dataset is read for: training, evaluation.
const CONTEXT: &str = "mlflow.data.context";
/// To one request.
const MOST: usize = 1_000;

fn check(at: usize, input: &DatasetInput) -> Result<(), Fault> {
    let field = |name: &str| format!("datasets[{at}].{name}");
    let fits = |name: &str, text: &str, most: usize| match text.chars().count() {
        found if found > most => Err(Fault::field(&field(name), format!("has {found} characters; at most {most} fit"))),
        _ => Ok(()),
    };
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
    datasets: Vec<DatasetInput>,
    models: Vec<LoggedModelId>,
) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if datasets.len() > MOST {
        return Err(Fault::field("datasets", format!("are {}; at most {MOST} fit into one request", datasets.len())));
    }
    datasets.iter().enumerate().try_for_each(|(at, input)| check(at, input))?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let row = run::active(tx, organization, id).await?;
                for input in datasets {
                    let fresh = inner.app.ids.uuid();
                    let kept =
                        sql::inputs::put_dataset(tx, organization, row.experiment, fresh, &input.dataset).await?;
                    let context = input.tags.iter().find(|tag| tag.key == CONTEXT).map(|tag| tag.value.clone());
                    let tags: Vec<(String, String)> = input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
                    let tags = json!(tags).to_string();
                    sql::inputs::insert_input(tx, organization, id, kept, context.as_deref(), &tags).await?;
                }
                let models: Vec<ModelOutput> = models.into_iter().map(|model| ModelOutput { model, step: 0 }).collect();
                sql::inputs::insert_models(tx, organization, id, "input", &models).await
            })
        })
        .await
}

/// Says which models a run makes.
pub async fn log_outputs(ctx: &Ctx, id: RunId, models: Vec<ModelOutput>) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                run::active(tx, organization, id).await?;
                sql::inputs::insert_models(tx, organization, id, "output", &models).await
            })
        })
        .await
}

/// The datasets that runs of some experiments read.
pub async fn search_datasets(ctx: &Ctx, experiments: &[ExperimentId]) -> Result<Vec<DatasetSummary>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::inputs::summaries(ctx.db(), organization, experiments.iter().map(|id| Value::from(*id)).collect()).await
}
