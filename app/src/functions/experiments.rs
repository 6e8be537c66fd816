//! Experiments and runs.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::Fault;
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

#[server(prefix = "/_fn", endpoint = "delete_runs")]
pub async fn delete_runs(#[server(default)] runs: Vec<String>) -> Result<(), Refusal> {
    answer("delete_runs", async {
        let ids = selected(&runs)?;
        let changed = experiments::delete_runs(&ctx()?, &ids).await?;
        Ok(Done::said(match changed {
            0 => "All of them were deleted already.".to_owned(),
            runs => format!("{} deleted. Restore brings back what is under Deleted.", counted(runs)),
        }))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "restore_runs")]
pub async fn restore_runs(#[server(default)] runs: Vec<String>) -> Result<(), Refusal> {
    answer("restore_runs", async {
        let ids = selected(&runs)?;
        let changed = experiments::restore_runs(&ctx()?, &ids).await?;
        Ok(Done::said(match changed {
            0 => "None of them was deleted.".to_owned(),
            runs => format!("{} back.", counted(runs)),
        }))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "remove_runs")]
pub async fn remove_runs(
    #[server(default)] runs: Vec<String>,
    // Where a run's own page goes, which is gone with the run.
    #[server(default)] experiment: String,
) -> Result<(), Refusal> {
    answer("remove_runs", async {
        let ids = selected(&runs)?;
        experiments::remove_runs(&ctx()?, &ids).await?;
        let message = format!("{} being removed for good.", counted(ids.len()));
        let to = match experiment.as_str() {
            "" => None,
            id => Some(format!("/experiments/{}?life=deleted", id.parse::<input::ExperimentId>()?)),
        };
        Ok(Done { to, ..Done::said(message) })
    })
    .await
}

/// The runs that a form names.
#[cfg(feature = "ssr")]
fn selected(runs: &[String]) -> Result<Vec<input::RunId>, Fault> {
    if runs.is_empty() {
        return Err(Fault::invalid("no run is selected; tick some in the table first"));
    }
    runs.iter().map(|run| run.parse()).collect()
}

#[cfg(feature = "ssr")]
fn counted(runs: usize) -> String {
    match runs {
        1 => "The run is".to_owned(),
        several => format!("{several} runs are"),
    }
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
