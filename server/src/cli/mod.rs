//! The command line. A command's answer goes to standard output (JSON with `--json`), everything else to standard
//! error. Exit codes: 0 done, 1 refused or failed, 2 not understood.
//! Start at [`main`]; each command is a file beside this one.

mod admin;
mod answer;
mod arguments;
mod care;
mod import;
mod serve;
mod worker;

pub use answer::Answer;
pub use arguments::{Cli, Command};

use crate::{Config, config, logs, start};
use chorale_model::Fault;
use std::process::ExitCode;

/// Reads the arguments, runs the command, prints its answer.
pub fn main() -> ExitCode {
    let given = match arguments::parse(std::env::args_os()) {
        Ok(given) => given,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::FAILURE };
        }
    };
    let json = given.cli.json;
    let outcome = Config::load(&given.settings, |name| std::env::var(name).ok(), given.cli.config.clone())
        .map_err(|fault| (fault, 2))
        .and_then(|config| {
            logs::start(&config).map_err(|fault| (fault, 2))?;
            run(given.cli.command, config).map_err(|fault| (fault, 1))
        });
    match outcome {
        Ok(answer) => answer.print(json),
        Err((fault, code)) => answer::refuse(&fault, json, code),
    }
}

fn run(command: Command, config: Config) -> Result<Answer, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::internal("starting the runtime", e))?;
    runtime.block_on(async {
        match command {
            Command::Config => Ok(Answer::new(config::as_text(&config), config::as_json(&config))),
            Command::Migrate => migrate(&config).await,
            Command::Serve(options) => serve::serve(config, options).await,
            Command::Worker(options) => worker::work(config, options).await,
            Command::Demo => import::demo(config).await,
            Command::Import(options) => import::import(config, options).await,
            Command::Admin(command) => admin::run(config, command).await,
            Command::Backup { to } => care::backup(config, &to).await,
            Command::Restore { from } => care::restore(config, &from).await,
        }
    })
}

async fn migrate(config: &Config) -> Result<Answer, Fault> {
    let deployment = start::deployment(config, start::Schema::Migrate).await?;
    deployment.db.close().await;
    let version = chorale_platform::db::SCHEMA_VERSION;
    Ok(Answer::new(
        format!("The database's schema is version {version}.\n"),
        serde_json::json!({ "schema_version": version }),
    ))
}
