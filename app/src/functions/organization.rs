//! The organization as a whole: its export and its end.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_platform::care;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "export_organization")]
pub async fn export_organization() -> Result<(), Refusal> {
    answer("export_organization", async {
        let job = care::export_organization(&ctx()?).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}

/// `name` is typed by hand, so that nobody does it by accident.
#[server(prefix = "/_fn", endpoint = "erase_organization")]
pub async fn erase_organization(name: String) -> Result<(), Refusal> {
    answer("erase_organization", async {
        care::erase_organization(&ctx()?, &name).await?;
        Ok(Done::goes("/sign-in"))
    })
    .await
}
