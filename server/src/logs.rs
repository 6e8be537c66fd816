//! What the process writes about itself: one JSON object (or one line) per event, to standard error, so that
//! standard output belongs to a command's answer.

use crate::Config;
use chorale_model::Fault;
use tracing_subscriber::EnvFilter;

/// Starts logging for the whole process; a second call changes nothing.
pub fn start(config: &Config) -> Result<(), Fault> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|e| Fault::field("log", format!("\"{}\" is no filter: {e}", config.log)))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if config.log_json {
        builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        builder.try_init()
    };
    if started.is_err() {
        tracing::debug!("logging had started already");
    }
    Ok(())
}
