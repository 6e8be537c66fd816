//! Saved views.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::views as input;
use chorale_platform::views;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "save_view")]
pub async fn save_view(name: String, address: String, #[server(default)] shared: String) -> Result<(), Refusal> {
    answer("save_view", async {
        let view = input::SaveView { name, address, shared: !shared.is_empty() };
        let view = views::save_view(&ctx()?, view).await?;
        let who = if view.shared { "everybody here sees it" } else { "you alone see it" };
        Ok(Done { to: Some(view.address), ..Done::said(format!("\"{}\" is kept; {who}.", view.name)) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "update_view")]
pub async fn update_view(view: String, name: String, #[server(default)] shared: String) -> Result<(), Refusal> {
    answer("update_view", async {
        let change = input::UpdateView { name: Some(name), shared: Some(!shared.is_empty()) };
        let view = views::update_view(&ctx()?, view.parse()?, change).await?;
        Ok(Done::said(format!("\"{}\" is kept.", view.name)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "delete_view")]
pub async fn delete_view(view: String) -> Result<(), Refusal> {
    answer("delete_view", async {
        views::delete_view(&ctx()?, view.parse()?).await?;
        Ok(Done::said("The view is gone; what it showed is where it was."))
    })
    .await
}
