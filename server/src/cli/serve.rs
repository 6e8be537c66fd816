//! `chorale serve`: HTTP and, unless asked otherwise, a worker in the same process. The first SIGTERM or Ctrl-C stops
//! accepting, lets requests finish and puts running jobs back into the queue; a second one ends at once.

use super::Answer;
use super::arguments::Serve;
use super::signals::stop_on_signal;
use crate::pages::Site;
use crate::start::{self, Schema};
use crate::web::{self, Web};
use crate::{Config, operations, routes};
use axum::Router;
use chorale_model::Fault;
use chorale_platform::{Deployment, identity, metering, ontologies};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(super) async fn serve(config: Config, options: Serve) -> Result<Answer, Fault> {
    config.check_transport()?;
    let app = start::deployment(&config, Schema::Migrate).await?;
    let stopping = stop_on_signal();
    let router = router(app.clone(), &config, stopping.clone())?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|e| Fault::field("listen", format!("{} cannot be listened on: {e}", config.listen)))?;
    let worker = (!options.no_worker)
        .then(|| tokio::spawn(start::work(app.clone(), config.worker_slots, Vec::new(), stopping.clone())));
    // Loaded before the first search asks for it; what fails is told to whoever asks.
    let asked = app.clone();
    tokio::spawn(async move {
        if let Err(fault) = ontologies::library(&asked).await {
            tracing::warn!(%fault, "the ontologies in use could not be loaded yet");
        }
    });
    let counted = CancellationToken::new();
    let counting = tokio::spawn(metering::run(app.clone(), counted.clone()));
    // The port that was given, where any would do (127.0.0.1:0).
    let listen = listener.local_addr().unwrap_or(config.listen);
    tracing::info!(%listen, public_url = %config.public_url, "ready");
    web::accept::run(listener, router, &config, stopping).await;
    // After the last answer, so that it is in the usage too.
    counted.cancel();
    counting.await.map_err(|e| Fault::internal("writing the usage", e))?;
    if let Some(worker) = worker {
        worker.await.map_err(|e| Fault::internal("working on jobs", e))??;
    }
    app.room::<identity::State>().settle().await;
    app.db.close().await;
    Ok(Answer::new("", serde_json::json!({ "stopped": true })))
}

/// The whole of what is served.
pub fn router(app: Arc<Deployment>, config: &Config, stopping: CancellationToken) -> Result<Router, Fault> {
    let web = Web {
        app,
        config: Arc::new(config.clone()),
        site: Arc::new(Site::load()?),
        metrics: operations::recorder()?,
        stopping,
    };
    web::layers(routes::router(&web), web)
}
