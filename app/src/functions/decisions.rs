//! Taking decisions back, and putting them back.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::Fault;
use chorale_model::curation::{OneDecision, RevertBatch};
use chorale_model::exchange::ImportDecisions;
use chorale_model::sources::UploadedFile;
use chorale_platform::{curation, exchange};
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "restore_batch")]
pub async fn restore_batch(batch: String, #[server(default)] why: String) -> Result<(), Refusal> {
    answer("restore_batch", async {
        let batch = curation::restore_batch(&ctx()?, batch.parse()?, RevertBatch { why }).await?;
        Ok(Done::said(format!("\"{}\" counts again. Counts and search follow in the background.", batch.title)))
    })
    .await
}

/// What a batch decided about one field of a sample.
#[server(prefix = "/_fn", endpoint = "revert_decision")]
pub async fn revert_decision(
    batch: String,
    sample: String,
    field: String,
    #[server(default)] why: String,
) -> Result<(), Refusal> {
    answer("revert_decision", async {
        let one = OneDecision { sample: sample.parse()?, field, why };
        let batch = curation::revert_decision(&ctx()?, batch.parse()?, one).await?;
        Ok(Done::said(format!("One decision of \"{}\" was taken back; the rest goes on counting.", batch.title)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "restore_decision")]
pub async fn restore_decision(
    batch: String,
    sample: String,
    field: String,
    #[server(default)] why: String,
) -> Result<(), Refusal> {
    answer("restore_decision", async {
        let one = OneDecision { sample: sample.parse()?, field, why };
        let batch = curation::restore_decision(&ctx()?, batch.parse()?, one).await?;
        Ok(Done::said(format!("One decision of \"{}\" counts again.", batch.title)))
    })
    .await
}

/// A file that was looked at, for good.
#[server(prefix = "/_fn", endpoint = "take_decisions")]
pub async fn take_decisions(
    collection: String,
    name: String,
    sha256: String,
    size_bytes: i64,
    #[server(default)] conflicts: String,
    #[server(default)] why: String,
) -> Result<(), Refusal> {
    answer("take_decisions", async {
        let conflicts = match conflicts.as_str() {
            "" => Default::default(),
            word => serde_json::from_value(word.into())
                .map_err(|_| Fault::field("conflicts", format!("\"{word}\" is no choice; say keep or replace")))?,
        };
        let file = UploadedFile { name, sha256, size_bytes };
        let input = ImportDecisions { collection: collection.parse()?, file, conflicts, why, look: false };
        let job = exchange::start_import(&ctx()?, input).await?;
        Ok(Done::goes(format!("/decisions/import?job={}", job.id)))
    })
    .await
}
