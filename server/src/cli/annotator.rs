//! `chorale annotator`: trains the organization's annotator from labelled samples.

use super::Answer;
use super::admin::organization_named;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::Fault;
use chorale_platform::{Ctx, harmonize};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Annotator {
    /// Train on labelled samples, register the next version of "harmonize" and promote it.
    #[command(after_help = "Example:\n  chorale annotator train --organization \"Alpha Lab\" --text samples.tsv.gz \
                            --gold labels.tsv.gz")]
    Train(Labelled),
}

/// Samples with labels.
#[derive(Debug, Args)]
pub struct Labelled {
    /// The organization's name.
    #[arg(long)]
    pub organization: String,
    /// A table of samples with their texts: accession, title, characteristics_ch1 …; plain or gzip.
    #[arg(long, value_name = "TSV")]
    pub text: PathBuf,
    /// A table of labels: accession, attribute, term_id, source; plain or gzip.
    #[arg(long, value_name = "TSV")]
    pub gold: PathBuf,
}

pub(super) async fn run(config: Config, command: Annotator) -> Result<Answer, Fault> {
    let Annotator::Train(options) = command;
    let app = start::deployment(&config, Schema::Migrate).await?;
    let organization = organization_named(&app, &options.organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let trained = harmonize::train(&ctx, &options.text, &options.gold, |step| eprintln!("{step}")).await;
    app.db.close().await;
    let version = trained?;
    let judged = version.evaluations.first().map_or_else(String::new, |evaluation| {
        let lines = evaluation.metrics.iter().map(|(name, value)| format!("{name}\t{value:.3}\n"));
        format!("{}\n{}", evaluation.dataset, lines.collect::<String>())
    });
    let text = format!("{} version {} is trained and promoted.\n{judged}", version.name, version.version);
    Ok(Answer::new(text, json!({ "version": version })))
}
