//! Ctrl-C and SIGTERM: the first asks a command to stop, the second ends the process at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancelled at the first signal; the second ends the process.
pub(super) fn stop_on_signal() -> CancellationToken {
    let stopping = CancellationToken::new();
    let token = stopping.clone();
    tokio::spawn(async move {
        received().await;
        tracing::info!("stopping: requests finish, jobs go back to the queue");
        token.cancel();
        received().await;
        tracing::warn!("stopped at once");
        std::process::exit(1);
    });
    stopping
}

async fn received() {
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
