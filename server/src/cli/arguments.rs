//! The grammar of the command line. Every setting is a flag of every command, made from the table of settings.

use crate::config::table::{Default, SETTINGS, Setting};
use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Turns messy biomedical data into a searchable catalog.
#[derive(Debug, Parser)]
#[command(name = "chorale", version, arg_required_else_help = true)]
#[command(after_help = "Settings come from flags, CHORALE_… variables and the file given with --config, in this \
                        order; \"chorale config\" prints them. Exit codes: 0 done, 1 refused or failed, 2 not understood.")]
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
    Serve(Serve),
    /// Bring the database's schema up to date.
    Migrate,
    /// Print every setting with its value and where that came from.
    Config,
    /// Work on jobs, without HTTP.
    Worker(Work),
    /// Load the demo organization: sign-ins for each role and real series.
    Demo,
    /// Import files into a collection, which is made when it is not there.
    Import(Import),
    /// Organizations, people, tokens, the search index.
    #[command(subcommand)]
    Admin(Admin),
    /// Copy the database and every object into a folder, while the deployment is in use.
    Backup {
        /// The folder; a second backup into it copies only what is new.
        to: PathBuf,
    },
    /// Bring a backup back into an empty deployment.
    Restore {
        /// The folder of the backup.
        from: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct Work {
    /// Only jobs of this queue (default, cpu); repeat it for several.
    #[arg(long = "queue", value_name = "QUEUE")]
    pub queues: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Import {
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
    /// Build search indexes anew from the catalog.
    Reindex {
        /// Only this organization's; every index when absent.
        #[arg(long)]
        organization: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum AdminOrganization {
    /// Make an organization.
    Create { name: String },
}

#[derive(Debug, Subcommand)]
pub enum AdminUser {
    /// Make a person and their membership; the password is read from standard input.
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
}

#[derive(Debug, Subcommand)]
pub enum AdminToken {
    /// Make a token and print it, alone, on standard output.
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

/// The grammar with a flag for every setting.
pub fn grammar() -> clap::Command {
    Cli::command().args(SETTINGS.iter().map(flag))
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
    fn what_is_not_understood_is_a_usage_error() {
        assert!(parse(words("chorale serf")).is_err_and(|error| error.use_stderr()));
        assert!(parse(words("chorale --help")).is_err_and(|error| !error.use_stderr()));
    }
}
