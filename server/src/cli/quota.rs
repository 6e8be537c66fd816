//! `chorale admin quota …`: how much an organization may hold.

use super::Answer;
use super::admin::organization_named;
use chorale_model::Fault;
use chorale_platform::{Ctx, Deployment, metering};
use clap::Subcommand;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub enum Quota {
    /// Set a limit of an organization.
    #[command(
        after_help = "Example:\n  chorale admin quota set stored_bytes 500000000000 --organization \"Alpha Lab\""
    )]
    Set {
        /// stored_bytes, samples, running_jobs or queued_jobs.
        quota: String,
        /// A whole number; "default" for what the settings say.
        limit: String,
        #[arg(long)]
        organization: String,
    },
}

pub(super) async fn run(app: &Arc<Deployment>, command: Quota) -> Result<Answer, Fault> {
    let Quota::Set { quota, limit, organization } = command;
    let limit = parse(&limit)?;
    let organization = organization_named(app, &organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let set = metering::set_quota(&ctx, organization, &quota, limit).await?;
    Ok(Answer::new(format!("{}: {} of {} are used\n", set.name, set.used, set.limit), json!({ "quota": set })))
}

fn parse(limit: &str) -> Result<Option<i64>, Fault> {
    if limit == "default" {
        return Ok(None);
    }
    limit.parse().map(Some).map_err(|_| {
        Fault::field(
            "limit",
            format!("\"{limit}\" is no limit; write a whole number, or \"default\" for the settings'"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::admin::tests::deployment;

    #[tokio::test]
    async fn a_limit_is_set_and_taken_back() {
        let app = deployment().await;
        let set = |quota: &str, limit: &str| {
            let (quota, limit) = (quota.to_owned(), limit.to_owned());
            run(&app, Quota::Set { quota, limit, organization: "Alpha Lab".to_owned() })
        };
        assert_eq!(set("samples", "7").await.unwrap().text, "samples: 0 of 7 are used\n");
        let organization = organization_named(&app, "Alpha Lab").await.unwrap();
        let ctx = Ctx::operator(app.clone(), Some(organization));
        let limit = async || {
            let quotas = metering::list_quotas(&ctx).await.unwrap();
            quotas.into_iter().find(|quota| quota.name == "samples").unwrap().limit
        };
        assert_eq!(limit().await, 7);
        set("samples", "default").await.unwrap();
        assert_eq!(limit().await, app.settings.quota_samples);
        assert_eq!(set("samples", "many").await.unwrap_err().fields[0].field, "limit");
        assert_eq!(set("ideas", "7").await.unwrap_err().fields[0].field, "quota");
    }
}
