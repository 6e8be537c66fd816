//! Webhooks, for admins.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::Fault;
use chorale_model::webhooks as input;
use chorale_platform::webhooks;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "create_webhook")]
pub async fn create_webhook(
    url: String,
    #[server(default)] note: String,
    #[server(default)] events: Vec<String>,
) -> Result<(), Refusal> {
    answer("create_webhook", async {
        let word = |text: &String| {
            serde_json::from_value(text.as_str().into())
                .map_err(|_| Fault::field("events", format!("\"{text}\" is no event")))
        };
        let events = events.iter().map(word).collect::<Result<Vec<_>, _>>()?;
        let made = webhooks::create_webhook(&ctx()?, input::CreateWebhook { url, events, note }).await?;
        let message = "Keep the secret that signs what it hears; it is not shown again.".to_owned();
        Ok(Done { message, secret: Some(made.secret), to: Some(format!("/webhooks/{}", made.webhook.id)) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "switch_webhook")]
pub async fn switch_webhook(webhook: String, active: bool) -> Result<(), Refusal> {
    answer("switch_webhook", async {
        let change = input::UpdateWebhook { active: Some(active), ..Default::default() };
        let hook = webhooks::update_webhook(&ctx()?, webhook.parse()?, change).await?;
        let words = if hook.active { "It is on; what waited is sent now." } else { "It is off and hears nothing." };
        Ok(Done::said(words))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "renew_webhook_secret")]
pub async fn renew_webhook_secret(webhook: String) -> Result<(), Refusal> {
    answer("renew_webhook_secret", async {
        let made = webhooks::renew_secret(&ctx()?, webhook.parse()?).await?;
        let message = "What is sent from now on is signed with this secret; it is not shown again.".to_owned();
        Ok(Done { message, secret: Some(made.secret), to: None })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "test_webhook")]
pub async fn test_webhook(webhook: String) -> Result<(), Refusal> {
    answer("test_webhook", async {
        webhooks::test_webhook(&ctx()?, webhook.parse()?).await?;
        Ok(Done::said("A ping is on its way; load the page again to see the answer."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "redeliver")]
pub async fn redeliver(webhook: String, delivery: String) -> Result<(), Refusal> {
    answer("redeliver", async {
        webhooks::redeliver(&ctx()?, webhook.parse()?, delivery.parse()?).await?;
        Ok(Done::said("It is on its way once more; load the page again to see the answer."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "delete_webhook")]
pub async fn delete_webhook(webhook: String) -> Result<(), Refusal> {
    answer("delete_webhook", async {
        webhooks::delete_webhook(&ctx()?, webhook.parse()?).await?;
        Ok(Done { to: Some("/webhooks".to_owned()), ..Done::said("The webhook is gone.") })
    })
    .await
}
