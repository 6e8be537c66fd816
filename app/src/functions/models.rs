//! Registered models and their versions: aliases, words, tags.

use super::answer::{Done, Refusal, answer, ctx};
use crate::pages::{promotions, registered};
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{CreateModel as New, Promote, Promotion, PromotionRequest, Stage};
use chorale_platform::registry;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "promote_model")]
pub async fn promote_model(
    name: String,
    version: i64,
    alias: String,
    #[server(default)] why: String,
) -> Result<(), Refusal> {
    answer("promote_model", async {
        let asked = Promote { version, alias: alias.clone(), why };
        Ok(match registry::promote_or_ask(&ctx()?, &name, asked).await? {
            Promotion::Done(version) => {
                Done::said(format!("Version {} of {name} is {} now.", version.version, alias.trim()))
            }
            Promotion::Waits(request) => waits(&request),
        })
    })
    .await
}

/// Nothing was done yet: the page of the request says what it waits for.
fn waits(request: &PromotionRequest) -> Done {
    let message = format!("{} is protected: this waits until another person approves.", request.alias);
    Done { to: Some(promotions::address_of(request.id)), ..Done::said(message) }
}

#[server(prefix = "/_fn", endpoint = "remove_alias")]
pub async fn remove_alias(name: String, alias: String) -> Result<(), Refusal> {
    answer("remove_alias", async {
        Ok(match registry::remove_alias_or_ask(&ctx()?, &name, &alias, String::new()).await? {
            None => Done::said(format!("{alias} of {name} stands for no version any more.")),
            Some(request) => waits(&request),
        })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "create_model")]
pub async fn create_model(name: String, #[server(default)] description: String) -> Result<(), Refusal> {
    answer("create_model", async {
        let new = New { name, description, tags: Vec::new() };
        let made = registry::create_model(&ctx()?, new).await?;
        let message = format!("\"{}\" is made; register versions of it with MLflow's client.", made.name);
        Ok(Done { to: Some(registered::address_of(&made.name)), ..Done::said(message) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "describe_model")]
pub async fn describe_model(name: String, description: String) -> Result<(), Refusal> {
    answer("describe_model", async {
        registry::describe_model(&ctx()?, &name, &description).await?;
        Ok(Done::said("The description is kept."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "tag_model")]
pub async fn tag_model(name: String, key: String, #[server(default)] value: String) -> Result<(), Refusal> {
    answer("tag_model", async {
        registry::set_model_tag(&ctx()?, &name, KeyValue { key: key.clone(), value }).await?;
        Ok(Done::said(format!("Tag {key} is set.")))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "untag_model")]
pub async fn untag_model(name: String, key: String) -> Result<(), Refusal> {
    answer("untag_model", async {
        registry::delete_model_tag(&ctx()?, &name, &key).await?;
        Ok(Done::said(format!("Tag {key} is gone.")))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "delete_model")]
pub async fn delete_model(name: String) -> Result<(), Refusal> {
    answer("delete_model", async {
        registry::delete_model(&ctx()?, &name).await?;
        let message = format!("{name} is deleted with its versions.");
        Ok(Done { to: Some(registered::PATH.to_owned()), ..Done::said(message) })
    })
    .await
}

/// Into the archive, or back out of it.
#[server(prefix = "/_fn", endpoint = "archive_version")]
pub async fn archive_version(name: String, version: i64, archived: bool) -> Result<(), Refusal> {
    answer("archive_version", async {
        let stage = if archived { Stage::Archived } else { Stage::None };
        registry::set_stage(&ctx()?, &name, version, stage, false).await?;
        Ok(Done::said(match archived {
            true => format!("Version {version} is archived."),
            false => format!("Version {version} is back from the archive."),
        }))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "delete_version")]
pub async fn delete_version(name: String, version: i64) -> Result<(), Refusal> {
    answer("delete_version", async {
        registry::delete_version(&ctx()?, &name, version).await?;
        let message = format!("Version {version} of {name} is deleted.");
        Ok(Done { to: Some(registered::address_of(&name)), ..Done::said(message) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "describe_version")]
pub async fn describe_version(name: String, version: i64, description: String) -> Result<(), Refusal> {
    answer("describe_version", async {
        registry::describe_version(&ctx()?, &name, version, description).await?;
        Ok(Done::said("The description is kept."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "tag_version")]
pub async fn tag_version(
    name: String,
    version: i64,
    key: String,
    #[server(default)] value: String,
) -> Result<(), Refusal> {
    answer("tag_version", async {
        registry::set_version_tag(&ctx()?, &name, version, KeyValue { key: key.clone(), value }).await?;
        Ok(Done::said(format!("Tag {key} is set.")))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "untag_version")]
pub async fn untag_version(name: String, version: i64, key: String) -> Result<(), Refusal> {
    answer("untag_version", async {
        registry::delete_version_tag(&ctx()?, &name, version, &key).await?;
        Ok(Done::said(format!("Tag {key} is gone.")))
    })
    .await
}
