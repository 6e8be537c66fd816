//! What the process writes about itself: one JSON object (or one line) per event, to standard error, so that
//! standard output belongs to a command's answer; and its traces, where a collector is set.

use crate::Config;
use crate::traces::Traces;
use chorale_model::Fault;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// Starts logging for the whole process, and traces when they are on; a second call changes nothing.
pub fn start(config: &Config) -> Result<Option<Traces>, Fault> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|e| Fault::field("log", format!("\"{}\" is no filter: {e}", config.log)))?;
    let lines = tracing_subscriber::fmt::layer::<Registry>().with_writer(std::io::stderr);
    let lines = if config.log_json {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
    } else {
        lines.boxed()
    };
    let traces = config.otlp_endpoint.as_ref().map(Traces::start).transpose()?;
    // Each hears what it asks for: the log's level does not thin out the traces.
    let registry = tracing_subscriber::registry().with(lines.with_filter(filter));
    if registry.with(traces.as_ref().map(Traces::layer)).try_init().is_err() {
        tracing::debug!("logging had started already");
    }
    Ok(traces)
}
