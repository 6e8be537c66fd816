//! Thresholds of automatic acceptance, and alerts.

use super::answer::{Done, Refusal, answer, ctx};
use crate::pages::automatic::address_of_field;
use chorale_model::Fault;
use chorale_model::alerts::AnswerAlert;
use chorale_model::automatic::SetThreshold as Asked;
use chorale_platform::{alerts, automatic};
use leptos::prelude::*;

/// An empty `from` is the threshold that follows from the promised precision.
#[server(prefix = "/_fn", endpoint = "set_threshold")]
pub async fn set_threshold(
    collection: String,
    field: String,
    version: i64,
    #[server(default)] from: String,
) -> Result<(), Refusal> {
    answer("set_threshold", async {
        let from = match from.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Fault::field("from", format!("\"{text}\" is no score")))?),
        };
        let collection = collection.parse()?;
        let set = automatic::set_threshold(&ctx()?, collection, &field, Asked { version, from }).await?;
        let now = set.from.map_or_else(|| "by the promised precision".to_owned(), |from| format!("from score {from:.2} on"));
        let before =
            set.before.map_or_else(|| "by the promised precision".to_owned(), |from| format!("from score {from:.2} on"));
        let message = format!(
            "Suggestions are accepted {now}; before, {before}. A job decides about what waits; load the page again to see it."
        );
        Ok(Done { to: Some(address_of_field(collection, &field)), ..Done::said(message) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "acknowledge_alert")]
pub async fn acknowledge_alert(alert: String, #[server(default)] why: String) -> Result<(), Refusal> {
    answer("acknowledge_alert", async {
        let done = alerts::acknowledge(&ctx()?, alert.parse()?, AnswerAlert { why }).await?;
        Ok(Done::said(format!("You look after \"{}\".", done.subject)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "resolve_alert")]
pub async fn resolve_alert(alert: String, why: String) -> Result<(), Refusal> {
    answer("resolve_alert", async {
        let done = alerts::resolve(&ctx()?, alert.parse()?, AnswerAlert { why }).await?;
        Ok(Done::said(format!(
            "\"{}\" is resolved. What it stopped goes on, and is watched from now on.",
            done.subject
        )))
    })
    .await
}
