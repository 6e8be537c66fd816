//! `chorale serve`: HTTP and, unless asked otherwise, a worker in the same process. The first SIGTERM or Ctrl-C stops
//! accepting, lets requests finish and puts running jobs back into the queue; a second one ends at once.

use super::Answer;
use super::arguments::Serve;
use crate::pages::Site;
use crate::start::{self, Schema};
use crate::web::{self, Web};
use crate::{Config, operations, routes};
use axum::Router;
use chorale_model::Fault;
use chorale_platform::{Deployment, identity};
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
    tracing::info!(listen = %config.listen, public_url = %config.public_url, "ready");
    web::accept::run(listener, router, &config, stopping).await;
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

/// Cancelled at the first signal; the second ends the process.
pub(super) fn stop_on_signal() -> CancellationToken {
    let stopping = CancellationToken::new();
    let token = stopping.clone();
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping: requests finish, jobs go back to the queue");
        token.cancel();
        signal().await;
        tracing::warn!("stopped at once");
        std::process::exit(1);
    });
    stopping
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}
