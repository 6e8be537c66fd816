//! From settings to a running deployment, in this order: database, schema, objects, the rooms' states.

use crate::Config;
use chorale_model::Fault;
use chorale_platform::jobs::{self, Worker};
use chorale_platform::objects::Objects;
use chorale_platform::{
    Clock, Ctx, Db, Deployment, Ids, assembly, automatic, care, discovery, experiments, metering, ontologies, review,
    rules,
};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What to do about a schema that is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Bring it up to date.
    Migrate,
    /// Refuse to work on any other than this binary's.
    Check,
}

/// Opens what every command works on.
pub async fn deployment(config: &Config, schema: Schema) -> Result<Arc<Deployment>, Fault> {
    deployment_at(config, schema, Clock::System).await
}

/// The same with a clock of the caller's choice; tests move theirs by hand.
pub async fn deployment_at(config: &Config, schema: Schema, clock: Clock) -> Result<Arc<Deployment>, Fault> {
    let db = Db::open(&config.database_url).await?;
    match schema {
        Schema::Migrate => db.migrate().await?,
        Schema::Check => db.check_schema().await?,
    }
    let objects = Objects::open(&config.objects_url)?;
    std::fs::create_dir_all(&config.cache_dir).map_err(|e| {
        Fault::field("cache_dir", format!("the folder {} cannot be made: {e}", config.cache_dir.display()))
    })?;
    let ids = Ids::new(clock.clone());
    let hashing = std::thread::available_parallelism().map_or(1, usize::from);
    let deployment = Deployment::new(db, objects, clock, ids, config.platform());
    Ok(Arc::new(assembly::rooms(deployment, hashing)))
}

/// What repeats: kind and how often, in seconds.
const SCHEDULES: [(&str, i64); 9] = [
    ("audit.seal", 60),
    ("identity.tidy", 3_600),
    ("catalog.sweep", 3_600),
    ("index.sweep", 3_600),
    ("index.repair", 600),
    ("metering.storage", 3_600),
    (ontologies::SweepJob::KIND, 86_400),
    (experiments::RemoveDeleted::KIND, 86_400),
    (care::SweepObjects::KIND, 86_400),
];

/// Makes the schedules, and brings indexes up to date that fell behind while nobody worked.
pub async fn prepare_work(app: &Arc<Deployment>) -> Result<(), Fault> {
    let ctx = Ctx::system(app.clone(), None);
    for (kind, every_seconds) in SCHEDULES {
        jobs::ensure_schedule(&ctx, kind, kind, serde_json::json!({}), every_seconds).await?;
    }
    if ontologies::enqueue_preparation(app).await? {
        tracing::info!("the ontologies in use are prepared for this version");
    }
    let behind = discovery::repair(app).await?;
    if behind > 0 {
        tracing::info!(behind, "search indexes are brought up to date");
    }
    let behind = review::catch_up(app).await?;
    if behind > 0 {
        tracing::info!(behind, "what waits for review is gathered");
    }
    let behind = automatic::catch_up(app).await?;
    if behind > 0 {
        tracing::info!(behind, "automatic curation is measured by earlier decisions");
    }
    let behind = rules::catch_up(app).await?;
    if behind > 0 {
        tracing::info!(behind, "attribute keys are counted");
    }
    Ok(())
}

/// Works on jobs until `stopping`. Without `queues`, on all of them.
pub async fn work(
    app: Arc<Deployment>,
    slots: usize,
    queues: Vec<String>,
    stopping: CancellationToken,
) -> Result<(), Fault> {
    prepare_work(&app).await?;
    // CPU-heavy jobs leave a core to search and pages.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let slots_of = |queue: &str| match queue {
        jobs::TRAIN => 1,
        jobs::CPU => slots.min(cores.saturating_sub(1)).max(1),
        _ => slots,
    };
    let all = || [jobs::DEFAULT, jobs::CPU, jobs::TRAIN].map(str::to_owned).into();
    let queues = if queues.is_empty() { all() } else { queues };
    let queues = queues.into_iter().map(|queue| (queue.clone(), slots_of(&queue))).collect();
    Worker::new(app, assembly::handlers()).on_end(metering::job_ended).run(queues, stopping).await;
    Ok(())
}
