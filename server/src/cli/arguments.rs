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
