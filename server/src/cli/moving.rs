//! `chorale import mlflow`: brings what an MLflow server, folder or database has.

use super::Answer;
use super::admin::organization_named;
use super::arguments::ImportMlflow;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::Fault;
use chorale_platform::Ctx;
use chorale_platform::moving::{self, Counted, Credentials, Store, Summary};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Between two lines that say how far it is.
const EVERY: Duration = Duration::from_secs(2);

pub(super) async fn mlflow(config: Config, options: ImportMlflow) -> Result<Answer, Fault> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let credentials = Credentials {
        token: said("MLFLOW_TRACKING_TOKEN"),
        user: said("MLFLOW_TRACKING_USERNAME"),
        password: said("MLFLOW_TRACKING_PASSWORD"),
    };
    // Before the deployment: a typing error should not wait for it.
    let store = Store::open(&options.place, options.artifacts.as_deref(), credentials).await?;
    let app = start::deployment(&config, Schema::Migrate).await?;
    let organization = organization_named(&app, &options.organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let begun = Instant::now();
    let last = Mutex::new(begun);
    let told = |summary: &Summary| {
        if let Ok(mut last) = last.lock()
            && last.elapsed() >= EVERY
        {
            *last = Instant::now();
            eprintln!("{}", in_short(summary, begun));
        }
    };
    let brought = moving::bring(&ctx, &store, options.again, &told).await;
    app.db.close().await;
    let summary = brought?;
    let json = serde_json::to_value(&summary).map_err(|e| Fault::internal("describing an import", e))?;
    Ok(Answer::new(in_full(&summary), json))
}

fn in_short(summary: &Summary, begun: Instant) -> String {
    let Summary { runs, points, files, bytes, .. } = summary;
    format!(
        "{:>5} s: {} runs ({} were here), {points} points, {} files ({} MiB)",
        begun.elapsed().as_secs(),
        runs.came + runs.known,
        runs.known,
        files.came,
        bytes >> 20
    )
}

fn in_full(summary: &Summary) -> String {
    let Summary { experiments, runs, points, logged_models, files, bytes, models, versions, aliases, renamed, left } =
        summary;
    let mut text = String::new();
    let mut line = |what: &str, Counted { came, known }: &Counted, more: String| {
        text.push_str(&format!("{what:<18}{came:>9} came  {known:>9} were here{more}\n"));
    };
    line("experiments", experiments, String::new());
    line("runs", runs, format!("  ({points} points)"));
    line("logged models", logged_models, String::new());
    line("artifacts", files, format!("  ({bytes} bytes came)"));
    line("registered models", models, String::new());
    line("model versions", versions, String::new());
    line("aliases", aliases, String::new());
    for one in renamed {
        let (theirs, ours, name) = (&one.theirs, &one.ours, &one.name);
        text.push_str(&format!("experiment {theirs} is {ours} here, \"{name}\"\n"));
    }
    if !left.is_empty() {
        text.push_str(&format!("{} could not come:\n", left.len()));
    }
    for one in left {
        text.push_str(&format!("  {}: {}\n", one.what, one.why));
    }
    text
}
