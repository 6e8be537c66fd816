//! Registered models and their versions: aliases, words, tags.

use super::answer::{Done, Refusal, answer, ctx};
use crate::pages::registered;
use chorale_model::experiments::KeyValue;
use chorale_model::registry::Promote;
use chorale_platform::registry;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "promote_model")]
pub async fn promote_model(name: String, version: i64, alias: String) -> Result<(), Refusal> {
    answer("promote_model", async {
        let version = registry::promote(&ctx()?, &name, Promote { version, alias: alias.clone() }).await?;
        Ok(Done::said(format!("Version {} of {name} is {} now.", version.version, alias.trim())))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "remove_alias")]
pub async fn remove_alias(name: String, alias: String) -> Result<(), Refusal> {
    answer("remove_alias", async {
        registry::remove_alias(&ctx()?, &name, &alias).await?;
        Ok(Done::said(format!("{alias} of {name} stands for no version any more.")))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "create_model")]
pub async fn create_model(name: String, #[server(default)] description: String) -> Result<(), Refusal> {
    answer("create_model", async {
        let new = chorale_model::registry::CreateModel { name, description, tags: Vec::new() };
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
