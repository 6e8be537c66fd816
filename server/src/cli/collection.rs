//! `chorale admin collection …`: which collections every organization reads.

use super::Answer;
use super::admin::organization_named;
use chorale_model::Fault;
use chorale_platform::{Ctx, Deployment, catalog};
use clap::{Args, Subcommand};
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub enum Collection {
    /// Show a collection to every organization of the deployment, to read.
    #[command(after_help = "Example:\n  chorale admin collection share \"Public GEO\" --organization \"Alpha Lab\"")]
    Share(Named),
    /// Show a collection to its own organization alone again.
    #[command(after_help = "Example:\n  chorale admin collection unshare \"Public GEO\" --organization \"Alpha Lab\"")]
    Unshare(Named),
}

#[derive(Debug, Args)]
pub struct Named {
    /// The collection's name.
    pub collection: String,
    /// The organization that owns it.
    #[arg(long)]
    pub organization: String,
}

pub(super) async fn run(app: &Arc<Deployment>, command: Collection) -> Result<Answer, Fault> {
    let (named, shared) = match command {
        Collection::Share(named) => (named, true),
        Collection::Unshare(named) => (named, false),
    };
    let organization = organization_named(app, &named.organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let found = catalog::find_collection_by_name(&ctx, &named.collection).await?.ok_or_else(|| {
        Fault::field(
            "collection",
            format!(
                "\"{}\" has no collection \"{}\"; write its name as its page shows it",
                named.organization, named.collection
            ),
        )
    })?;
    let after = catalog::share_collection(&ctx, found.id, shared).await?;
    let who = if shared { "every organization" } else { "its own organization alone" };
    let text = format!("{} is read by {who}; search follows with the next index\n", after.name);
    Ok(Answer::new(text, json!({ "collection": after })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::admin::tests::deployment;
    use chorale_model::catalog::CreateCollection;

    #[tokio::test]
    async fn a_collection_is_shared_and_taken_back() {
        let app = deployment().await;
        let organization = organization_named(&app, "Alpha Lab").await.unwrap();
        let ctx = Ctx::operator(app.clone(), Some(organization));
        let input = CreateCollection { name: "Public GEO".to_owned(), description: String::new() };
        let made = catalog::create_collection(&ctx, input).await.unwrap();
        let named =
            |collection: &str| Named { collection: collection.to_owned(), organization: "Alpha Lab".to_owned() };
        let shared = async || catalog::load_collection(&ctx, made.id).await.unwrap().shared;
        run(&app, Collection::Share(named("Public GEO"))).await.unwrap();
        assert!(shared().await);
        run(&app, Collection::Unshare(named("Public GEO"))).await.unwrap();
        assert!(!shared().await);
        let fault = run(&app, Collection::Share(named("Secret"))).await.unwrap_err();
        assert_eq!(fault.fields[0].field, "collection");
    }
}
