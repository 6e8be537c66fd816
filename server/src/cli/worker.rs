//! `chorale worker`: jobs without HTTP. Checks the schema rather than changing it, so that an old worker cannot harm
//! a newer deployment.

use super::Answer;
use super::arguments::Work;
use super::signals::stop_on_signal;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::Fault;

pub(super) async fn work(config: Config, options: Work) -> Result<Answer, Fault> {
    let app = start::deployment(&config, Schema::Check).await?;
    tracing::info!(queues = ?options.queues, "working");
    start::work(app.clone(), config.worker_slots, options.queues, stop_on_signal()).await?;
    app.db.close().await;
    Ok(Answer::new("", serde_json::json!({ "stopped": true })))
}
