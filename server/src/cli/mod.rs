//! The command line. A command's answer goes to standard output (JSON with `--json`), everything else to standard
//! error. Exit codes: 0 done, 1 refused or failed, 2 not understood, 130 interrupted.
//! Start at [`main`]; each command is a file beside this one.

mod admin;
mod annotator;
mod answer;
mod arguments;
mod care;
mod collection;
mod decisions;
mod demo;
mod evaluate;
mod import;
mod moving;
mod ontology;
mod person;
mod quota;
mod refused;
mod see_through;
mod serve;
mod signals;
mod worker;

pub use answer::Answer;
pub use arguments::{Cli, Command};

use crate::{Config, config, logs, start};
use chorale_model::Fault;
use refused::Refused;
use std::process::ExitCode;
use std::time::Duration;

/// Reads the arguments, runs the command, prints its answer.
pub fn main() -> ExitCode {
    let given = match arguments::parse(std::env::args_os()) {
        Ok(given) => given,
        Err(error) => return not_parsed(&error),
    };
    let json = given.cli.json;
    let outcome = Config::load(&given.settings, |name| std::env::var(name).ok(), given.cli.config.clone())
        .map_err(Refused::not_understood)
        .and_then(|config| {
            let traces = logs::start(&config).map_err(Refused::not_understood)?;
            let outcome = run(given.cli.command, config);
            if let Some(traces) = traces {
                traces.finish();
            }
            outcome
        });
    match outcome {
        Ok(answer) => answer.print(json),
        Err(refused) => answer::refuse(&refused, json),
    }
}

/// A request for help, or a command line that is not understood; programs that asked for JSON get it here too.
fn not_parsed(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        return answer::refuse(&Refused::not_understood(Fault::invalid(error.to_string().trim_end())), true);
    }
    let code = if error.use_stderr() { refused::NOT_UNDERSTOOD } else { 0 };
    if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::FAILURE }
}

fn run(command: Command, config: Config) -> Result<Answer, Refused> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Fault::internal("starting the runtime", e))?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Config => Ok(Answer::new(config::as_text(&config), config::as_json(&config))),
            Command::Migrate => Ok(migrate(&config).await?),
            Command::Serve(options) => Ok(serve::serve(config, options).await?),
            Command::Worker(options) => Ok(worker::work(config, options).await?),
            Command::Demo { untrained } => demo::demo(config, untrained).await,
            Command::Import(options) => import::import(config, options).await,
            Command::Decisions(command) => decisions::run(config, command).await,
            Command::Annotator(command) => Ok(annotator::run(config, command).await?),
            Command::Evaluate(command) => Ok(evaluate::run(config, command).await?),
            Command::Ontology(command) => Ok(ontology::run(config, command).await?),
            Command::Admin(command) => Ok(admin::run(config, command).await?),
            Command::Backup { to } => Ok(care::backup(config, &to).await?),
            Command::Restore { from } => Ok(care::restore(config, &from).await?),
        }
    });
    // A reader that was told to stop may be in the middle of a block; its answer is asked for by nobody any more.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
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
