//! The grammar of the command line. Every setting is a flag of every command, made from the table of settings.

use super::annotator::Annotator;
use super::collection::Collection;
use super::evaluate::Evaluate;
use super::ontology::Ontology;
use super::person::Operator;
use super::quota::Quota;
use crate::config::table::{Default, SETTINGS, Setting};
use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Turns messy biomedical data into a searchable catalog.
#[derive(Debug, Parser)]
#[command(name = "chorale", version, arg_required_else_help = true)]
#[command(
    after_help = "Example:\n  chorale serve --listen 127.0.0.1:3000 --data-dir /srv/chorale\n\nSettings come from \
                        flags, CHORALE_… variables and the file given with --config, in this order; \"chorale config\" \
                        prints them."
)]
pub struct Cli {
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Settings file (TOML).
    #[arg(long, global = true, value_name = "FILE", env = "CHORALE_CONFIG")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the browser and the API, with a worker inside.
    #[command(after_help = "Example:\n  chorale serve --listen 127.0.0.1:3000 --data-dir /srv/chorale")]
    Serve(Serve),
    /// Bring the database's schema up to date.
    #[command(after_help = "Example:\n  chorale migrate --database-url postgres://chorale@db/chorale")]
    Migrate,
    /// Print every setting with its value and where that came from.
    #[command(after_help = "Example:\n  chorale config --json")]
    Config,
    /// Work on jobs, without HTTP.
    #[command(after_help = "Example:\n  chorale worker --queue cpu --worker-slots 4")]
    Worker(Work),
    /// Load the demo organization: sign-ins for each role and real series.
    #[command(after_help = "Example:\n  chorale demo --demo-data /srv/geo")]
    Demo {
        /// Leave the annotator untrained: ready a minute or two sooner, and samples are read by the dictionary alone.
        #[arg(long)]
        untrained: bool,
    },
    /// Import files into a collection, which is made when it is not there; or what an MLflow server or folder has.
    #[command(
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true,
        after_help = "Example:\n  chorale import GSE6344_family.soft.gz samples.tsv --organization \"Alpha Lab\" \
                            --collection Kidney --wait"
    )]
    Import(Import),
    /// What people decided about values, out and in.
    #[command(subcommand)]
    Decisions(Decisions),
    /// The ontologies that samples are harmonized with.
    #[command(subcommand)]
    Ontology(Ontology),
    /// The model that harmonizes samples.
    #[command(subcommand)]
    Annotator(Annotator),
    /// Judge a promoted model.
    #[command(subcommand)]
    Evaluate(Evaluate),
    /// Organizations, people, tokens, limits, sharing, the search index.
    #[command(subcommand)]
    Admin(Admin),
    /// Copy the database and every object into a folder, while the deployment is in use.
    #[command(after_help = "Example:\n  chorale backup /backups/chorale")]
    Backup {
        /// The folder; a second backup into it copies only what is new.
        to: PathBuf,
    },
    /// Bring a backup back into an empty deployment.
    #[command(after_help = "Example:\n  chorale restore /backups/chorale --data-dir /srv/chorale")]
    Restore {
        /// The folder of the backup.
        from: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct Work {
    /// Only jobs of this queue (default, cpu, train); repeat it for several.
    #[arg(long = "queue", value_name = "QUEUE")]
    pub queues: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    pub files: Option<ImportFiles>,
    #[command(subcommand)]
    pub from: Option<ImportFrom>,
}

#[derive(Debug, Subcommand)]
pub enum ImportFrom {
    /// Bring experiments, runs, artifacts and registered models of an MLflow server, folder or database, with their ids.
    #[command(
        after_help = "Started again, it goes on where it was, and changes nothing when everything is there. For a server, \
                      MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, say who asks.\n\n\
                      Example:\n  chorale import mlflow https://mlflow.example.org --organization \"Alpha Lab\""
    )]
    Mlflow(ImportMlflow),
}

#[derive(Debug, Args)]
pub struct ImportMlflow {
    /// A folder mlruns, an SQLite file such as mlflow.db, or the address of a server.
    #[arg(value_name = "PATH|URL")]
    pub place: String,
    /// The organization's name.
    #[arg(long)]
    pub organization: String,
    /// Where the artifacts of a database are, if not beside it in mlartifacts or mlruns.
    #[arg(long, value_name = "FOLDER")]
    pub artifacts: Option<PathBuf>,
    /// Look again at runs that are here whole, for files that came later.
    #[arg(long)]
    pub again: bool,
}

#[derive(Debug, Args)]
pub struct ImportFiles {
    /// SOFT families, series matrices, tables of samples; plain or gzip.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The organization's name.
    #[arg(long)]
    pub organization: String,
    /// The collection's name.
    #[arg(long)]
    pub collection: String,
    /// Return when the samples are searchable; works without a running worker.
    #[arg(long)]
    pub wait: bool,
}

/// How decisions are written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// Complete.
    Json,
    /// A row for each decision.
    Csv,
    /// Samples as tasks, with what is suggested and decided.
    LabelStudio,
}

#[derive(Debug, Subcommand)]
pub enum Decisions {
    /// Write every decision into a file: JSON, CSV, or tasks for Label Studio.
    #[command(after_help = "Example:\n  chorale decisions export decisions.json --organization \"Alpha Lab\"")]
    Export {
        /// The file; one that is there is not replaced.
        to: PathBuf,
        /// The organization's name.
        #[arg(long)]
        organization: String,
        /// About samples of this collection alone, by its name; tasks for Label Studio need one.
        #[arg(long)]
        collection: Option<String>,
        /// How it is written; when absent, the end of the file's name says it.
        #[arg(long)]
        format: Option<Written>,
    },
    /// Take decisions over from a file: our own, Label Studio's JSON, or a spreadsheet as CSV.
    #[command(
        after_help = "Example:\n  chorale decisions import 2025.csv --organization \"Alpha Lab\" --collection Kidney --look"
    )]
    Import {
        file: PathBuf,
        /// The organization's name.
        #[arg(long)]
        organization: String,
        /// Whose samples it is about, by its name.
        #[arg(long)]
        collection: String,
        /// Only say what the file would decide.
        #[arg(long)]
        look: bool,
        /// The file decides what people decided otherwise before.
        #[arg(long)]
        replace: bool,
        /// For those who read the history.
        #[arg(long, default_value = "")]
        why: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Organizations.
    #[command(subcommand)]
    Organization(AdminOrganization),
    /// People.
    #[command(subcommand)]
    User(AdminUser),
    /// API tokens.
    #[command(subcommand)]
    Token(AdminToken),
    /// Limits of an organization.
    #[command(subcommand)]
    Quota(Quota),
    /// Collections that every organization reads.
    #[command(subcommand)]
    Collection(Collection),
    /// Who has the operator's rights in the browser.
    #[command(subcommand)]
    Operator(Operator),
    /// Build search indexes anew from the catalog.
    #[command(after_help = "Example:\n  chorale admin reindex --organization \"Alpha Lab\"")]
    Reindex {
        /// Only this organization's; every index when absent.
        #[arg(long)]
        organization: Option<String>,
    },
    /// Remove objects that nothing has used for longer than any backup is kept; a worker does it daily.
    #[command(after_help = "Example:\n  chorale admin sweep --dry-run")]
    Sweep {
        /// Say what is unused and since when, and remove nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove runs, logged models and experiments that were deleted long ago; a worker does it daily.
    #[command(after_help = "Example:\n  chorale admin remove-deleted --dry-run")]
    RemoveDeleted {
        /// Say how many, and remove nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum AdminOrganization {
    /// Make an organization.
    #[command(after_help = "Example:\n  chorale admin organization create \"Alpha Lab\"")]
    Create { name: String },
}

#[derive(Debug, Subcommand)]
pub enum AdminUser {
    /// Make a person and their membership; the password is read from standard input.
    #[command(after_help = "Example:\n  chorale admin user create ada@alpha.example --organization \"Alpha Lab\" \
                            --role curator --password-stdin < password.txt")]
    Create {
        email: String,
        #[arg(long)]
        organization: String,
        /// scientist, curator or admin.
        #[arg(long)]
        role: String,
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Also an operator of the deployment.
        #[arg(long)]
        operator: bool,
    },
    /// Print a one-time link to choose a new password, for anybody of the deployment.
    #[command(after_help = "Example:\n  chorale admin user reset ada@alpha.example")]
    Reset { email: String },
}

#[derive(Debug, Subcommand)]
pub enum AdminToken {
    /// Make a token and print it, alone, on standard output.
    #[command(
        after_help = "Example:\n  CHORALE_TOKEN=$(chorale admin token create --organization \"Alpha Lab\" --role scientist)"
    )]
    Create {
        #[arg(long)]
        organization: String,
        /// scientist, curator or admin.
        #[arg(long)]
        role: String,
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Leave the jobs to "chorale worker" processes.
    #[arg(long)]
    pub no_worker: bool,
}

/// What the command line said.
pub struct Given {
    pub cli: Cli,
    /// Settings given as flags, by key.
    pub settings: BTreeMap<String, String>,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 refused or failed, 2 not understood, 130 interrupted.";

/// The grammar with a flag for every setting, and what scripts need in every command's help.
pub fn grammar() -> clap::Command {
    with_exit_codes(Cli::command().args(SETTINGS.iter().map(flag)))
}

fn with_exit_codes(command: clap::Command) -> clap::Command {
    let help = match command.get_after_help() {
        Some(said) => format!("{said}\n\n{EXIT_CODES}"),
        None => EXIT_CODES.to_owned(),
    };
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    names.into_iter().fold(command.after_help(help), |command, name| command.mut_subcommand(name, with_exit_codes))
}

fn flag(setting: &'static Setting) -> Arg {
    let default = match setting.default {
        Default::Nothing => String::new(),
        Default::Value(text) | Default::Derived(text) => format!(" [default: {text}]"),
    };
    Arg::new(setting.key)
        .long(setting.flag())
        .value_name("VALUE")
        .help(format!("{}{default}", setting.help))
        .help_heading("Settings")
        .hide_short_help(true)
        .global(true)
}

pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Given, clap::Error> {
    let matches = grammar().try_get_matches_from(arguments)?;
    let settings = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting.key.to_owned(), matches.get_one::<String>(setting.key)?.clone())))
        .collect();
    Ok(Given { cli: Cli::from_arg_matches(&matches)?, settings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn settings_are_flags_before_and_after_the_command() {
        grammar().debug_assert();
        for line in ["chorale --listen 127.0.0.1:1 serve", "chorale serve --listen 127.0.0.1:1"] {
            let given = parse(words(line)).unwrap();
            assert_eq!(given.settings["listen"], "127.0.0.1:1", "{line}");
            assert_eq!(given.settings.len(), 1, "{line}");
        }
    }

    #[test]
    fn every_command_shows_an_example_and_its_exit_codes() {
        let mut left = vec![grammar()];
        let mut seen = 0;
        while let Some(mut command) = left.pop() {
            let help = command.render_long_help().to_string();
            let name = command.get_name().to_owned();
            // clap's own, made while the help of its group is printed
            if name == "help" {
                continue;
            }
            assert!(help.contains(EXIT_CODES), "{name}: {help}");
            // Groups of commands show what is in them instead.
            assert!(help.contains("Example:\n") || command.has_subcommands(), "{name}: {help}");
            assert!(command.get_about().is_some(), "{name} says what it does");
            left.extend(command.get_subcommands().cloned());
            seen += 1;
        }
        assert!(seen >= 15, "{seen} commands were found");
    }

    #[test]
    fn what_is_not_understood_is_a_usage_error() {
        assert!(parse(words("chorale serf")).is_err_and(|error| error.use_stderr()));
        assert!(parse(words("chorale --help")).is_err_and(|error| !error.use_stderr()));
    }
}
