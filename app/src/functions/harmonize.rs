//! Annotating again, ontologies in use, their upgrades as batches of decisions, and the next version of an annotator.

use super::answer::{Done, Next, Refusal, answer, answer_next, ctx};
use crate::redirect::local;
use chorale_model::curation::RevertBatch as Revert;
use chorale_model::harmonize::StartAnnotation as Again;
use chorale_model::ontologies::{ApplyUpgrade, InstallOntology as Release};
use chorale_platform::{curation, harmonize, ontologies, retraining};
use leptos::prelude::*;

/// Of a collection, of a dataset, or of everything that the organization owns.
#[server(prefix = "/_fn", endpoint = "start_annotation")]
pub async fn start_annotation(
    #[server(default)] collection: String,
    #[server(default)] dataset: String,
) -> Result<(), Refusal> {
    answer("start_annotation", async {
        let collection = (!collection.is_empty()).then(|| collection.parse()).transpose()?;
        let dataset = (!dataset.is_empty()).then(|| dataset.parse()).transpose()?;
        let job = harmonize::start_annotation(&ctx()?, Again { collection, dataset }).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "install_ontology")]
pub async fn install_ontology(name: String, #[server(default)] from: String) -> Result<(), Refusal> {
    answer("install_ontology", async {
        let from = Some(from.trim().to_owned()).filter(|from| !from.is_empty());
        let job = ontologies::install(&ctx()?, Release { name: name.trim().to_owned(), from }).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "use_release")]
pub async fn use_release(name: String, sha256: String) -> Result<(), Refusal> {
    answer("use_release", async {
        ontologies::use_release(&ctx()?, &name, &sha256).await?;
        Ok(Done::said(format!(
            "{name} works with the chosen release now; samples are annotated again in the background."
        )))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "remove_release")]
pub async fn remove_release(name: String, sha256: String) -> Result<(), Refusal> {
    answer("remove_release", async {
        ontologies::remove_release(&ctx()?, &name, &sha256).await?;
        Ok(Done::said(format!("The release of {name} was removed.")))
    })
    .await
}

/// Puts what a release replaces into the organization's values.
#[server(prefix = "/_fn", endpoint = "start_upgrade")]
pub async fn start_upgrade(name: String, sha256: String, #[server(default)] why: String) -> Result<(), Refusal> {
    answer("start_upgrade", async {
        let job = harmonize::start_upgrade(&ctx()?, &name, &sha256, ApplyUpgrade { why }).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "revert_batch")]
pub async fn revert_batch(
    batch: String,
    #[server(default)] why: String,
    /// A page of ours to go to; back to where it was asked when absent.
    #[server(default)]
    to: String,
) -> Result<Next, Refusal> {
    answer_next("revert_batch", async {
        let batch = curation::revert_batch(&ctx()?, batch.parse()?, Revert { why }).await?;
        let said = Done::said(format!(
            "\"{}\" was undone; values are what they were without it. Counts and search follow in the background.",
            batch.title
        ));
        Ok(Done { to: Some(to).filter(|to| !to.is_empty()).map(|to| local(&to)), ..said })
    })
    .await
}

/// The next version of an annotator, from what curators decided.
#[server(prefix = "/_fn", endpoint = "retrain_model")]
pub async fn retrain_model(name: String) -> Result<(), Refusal> {
    answer("retrain_model", async {
        let job = retraining::start(&ctx()?, &name).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}
