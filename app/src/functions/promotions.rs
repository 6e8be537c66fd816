//! Promotions that wait for another person, and the aliases that are protected so.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::Fault;
use chorale_model::registry::{ApprovePromotion as Approve, ProtectedAliases, RejectPromotion as Reject};
use chorale_platform::registry;
use leptos::prelude::*;

/// `holder`: the version that the page compared it with; empty: the alias stood for none.
#[server(prefix = "/_fn", endpoint = "approve_promotion")]
pub async fn approve_promotion(
    promotion: String,
    #[server(default)] holder: String,
    #[server(default)] note: String,
) -> Result<(), Refusal> {
    answer("approve_promotion", async {
        let holder = match holder.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| Fault::field("holder", format!("\"{text}\" is no version")))?),
        };
        let done = registry::approve_promotion(&ctx()?, promotion.parse()?, Approve { holder, note }).await?;
        Ok(Done::said(match done.version {
            Some(version) => format!("Approved: {} of {} is version {version} now.", done.alias, done.name),
            None => format!("Approved: {} of {} stands for no version any more.", done.alias, done.name),
        }))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "reject_promotion")]
pub async fn reject_promotion(promotion: String, note: String) -> Result<(), Refusal> {
    answer("reject_promotion", async {
        let done = registry::reject_promotion(&ctx()?, promotion.parse()?, Reject { note }).await?;
        Ok(Done::said(format!("Rejected; {} stays where it is, and {} sees why.", done.alias, done.asked_by)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "withdraw_promotion")]
pub async fn withdraw_promotion(promotion: String) -> Result<(), Refusal> {
    answer("withdraw_promotion", async {
        registry::withdraw_promotion(&ctx()?, promotion.parse()?).await?;
        Ok(Done::said("Taken back; nobody is asked any more."))
    })
    .await
}

/// One alias a word, or a line.
#[server(prefix = "/_fn", endpoint = "protect_aliases")]
pub async fn protect_aliases(#[server(default)] aliases: String) -> Result<(), Refusal> {
    answer("protect_aliases", async {
        let aliases = aliases.split([',', ';', ' ', '\n', '\r', '\t']).filter(|alias| !alias.is_empty());
        let aliases = aliases.map(str::to_owned).collect();
        let kept = registry::protect_aliases(&ctx()?, ProtectedAliases { aliases }).await?;
        Ok(Done::said(match kept.aliases.is_empty() {
            true => "No alias is protected.".to_owned(),
            false => format!("Protected: {}.", kept.aliases.join(", ")),
        }))
    })
    .await
}
