//! `chorale evaluate`: how well the promoted annotator agrees with labels.

use super::Answer;
use super::admin::organization_named;
use super::annotator::Labelled;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::Fault;
use chorale_model::harmonize::{Quality, QualityRow};
use chorale_platform::{Ctx, harmonize};
use clap::Subcommand;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum Evaluate {
    /// Judge the promoted annotator on labelled samples; it is not trained. Prints a table, tab-separated.
    #[command(
        after_help = "Example:\n  chorale evaluate harmonize --organization \"Alpha Lab\" --text samples.tsv.gz \
                            --gold labels.tsv.gz"
    )]
    Harmonize(Labelled),
}

pub(super) async fn run(config: Config, command: Evaluate) -> Result<Answer, Fault> {
    let Evaluate::Harmonize(options) = command;
    let app = start::deployment(&config, Schema::Migrate).await?;
    let organization = organization_named(&app, &options.organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let judged = harmonize::evaluate(&ctx, &options.text, &options.gold).await;
    app.db.close().await;
    let quality = judged?;
    Ok(Answer::new(table(&quality), json!(quality)))
}

fn table(quality: &Quality) -> String {
    const HEAD: &str = "version\tsource\tfield\tsamples\tno_prediction\texact_precision\texact_recall\texact_f1\t\
        close_precision\tclose_recall\tclose_f1\tclose_f1_low\tclose_f1_high\tcalibration_error\n";
    let line = |row: &QualityRow| {
        let figures = [
            row.no_prediction,
            row.exact_precision,
            row.exact_recall,
            row.exact_f1,
            row.close_precision,
            row.close_recall,
            row.close_f1,
            row.close_f1_low,
            row.close_f1_high,
            row.calibration_error,
        ];
        let figures: String = figures.iter().map(|figure| format!("\t{figure:.4}")).collect();
        format!("{}\t{}\t{}\t{}{figures}\n", quality.version, row.source, row.field, row.samples)
    };
    quality.rows.iter().fold(HEAD.to_owned(), |table, row| table + &line(row))
}
