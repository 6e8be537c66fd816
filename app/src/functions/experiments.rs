//! Experiments and runs.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::experiments as input;
use chorale_platform::experiments;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "create_experiment")]
pub async fn create_experiment(name: String) -> Result<(), Refusal> {
    answer("create_experiment", async {
        let new = input::CreateExperiment { name, ..input::CreateExperiment::default() };
        let made = experiments::create_experiment(&ctx()?, new).await?;
        Ok(Done {
            to: Some(format!("/experiments/{}", made.id)),
            ..Done::said(format!("\"{}\" is made; its number is {}.", made.name, made.id))
        })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "rename_experiment")]
pub async fn rename_experiment(experiment: String, name: String) -> Result<(), Refusal> {
    answer("rename_experiment", async {
        experiments::rename_experiment(&ctx()?, experiment.parse()?, &name).await?;
        Ok(Done::said(format!("It is called \"{name}\" now.")))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "delete_experiment")]
pub async fn delete_experiment(experiment: String) -> Result<(), Refusal> {
    answer("delete_experiment", async {
        experiments::delete_experiment(&ctx()?, experiment.parse()?).await?;
        Ok(Done::said("The experiment is deleted with its runs. Restore brings all of them back."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "restore_experiment")]
pub async fn restore_experiment(experiment: String) -> Result<(), Refusal> {
    answer("restore_experiment", async {
        experiments::restore_experiment(&ctx()?, experiment.parse()?).await?;
        Ok(Done::said("The experiment is back with its runs."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "delete_run")]
pub async fn delete_run(run: String) -> Result<(), Refusal> {
    answer("delete_run", async {
        experiments::delete_run(&ctx()?, run.parse()?).await?;
        Ok(Done::said("The run is deleted. Restore brings it back."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "restore_run")]
pub async fn restore_run(run: String) -> Result<(), Refusal> {
    answer("restore_run", async {
        experiments::restore_run(&ctx()?, run.parse()?).await?;
        Ok(Done::said("The run is back."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "write_run_note")]
pub async fn write_run_note(
    run: String,
    #[server(default)] text: String,
    #[server(default)] before: String,
) -> Result<(), Refusal> {
    answer("write_run_note", async {
        let note = input::WriteNote { text, before: Some(before) };
        experiments::write_note(&ctx()?, run.parse()?, note).await?;
        Ok(Done::said("The notes are kept."))
    })
    .await
}
