//! Changing cells of a study's grid.

use super::answer::{Done, Refusal, answer as answered, ctx};
use crate::pages::grid as page;
use chorale_model::grid::{ChangeGrid as Asked, GridChange};
use chorale_model::{DatasetId, Fault};
use chorale_platform::grid;
use chorale_ui::number::{count, counted};
use leptos::prelude::*;

/// A change that was looked at, as JSON.
#[server(prefix = "/_fn", endpoint = "change_grid")]
pub async fn change_grid(dataset: String, change: String, #[server(default)] why: String) -> Result<(), Refusal> {
    answered("change_grid", async {
        let dataset: DatasetId = dataset.parse()?;
        let change: GridChange = serde_json::from_str(&change)
            .map_err(|_| Fault::field("change", "cannot be read; look at the change again"))?;
        let done = grid::change_grid(&ctx()?, dataset, Asked { change, why }).await?;
        if let Some(job) = done.job {
            return Ok(Done::goes(format!("/jobs/{job}")));
        }
        let mut message =
            format!("{} changed. The whole step can be undone.", counted(done.changes.unsigned_abs(), "cell", "cells"));
        if done.failed > 0 {
            message = format!("{message} {} could not be read and stay.", count(done.failed.unsigned_abs()));
        }
        Ok(Done { to: Some(page::path_of(dataset)), ..Done::said(message) })
    })
    .await
}
