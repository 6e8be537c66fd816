//! From settings to a running deployment, in this order: database, schema, objects, the rooms' states.

use crate::Config;
use chorale_model::Fault;
use chorale_platform::jobs::{self, Handler, Worker};
use chorale_platform::objects::Objects;
use chorale_platform::{
    Clock, Ctx, Db, Deployment, Ids, alerts, automatic, care, catalog, curation, discovery, exchange, grid, harmonize,
    identity, metering, ontologies, projects, registry, reports, retraining, review, rules, sources, webhooks,
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
    let deployment = Deployment::new(db, objects, clock, ids, config.platform())
        .with_room(jobs::State::default())
        .with_room(identity::State::new(hashing))
        .with_room(metering::State::default())
        .with_room(ontologies::State::new(config.cache_dir.join("ontologies")))
        .with_room(ontologies::Listeners::default().with(|tx, ctx, _| harmonize::ontologies_changed(tx, ctx)))
        .with_room(registry::Listeners::default().with(harmonize::promoted))
        .with_room(catalog::Listeners::default().with(discovery::listener))
        .with_room(reports::Listeners::default().with(webhooks::reported))
        .with_room(
            curation::Listeners::default()
                .with(harmonize::curated)
                .with(review::curated)
                .with(projects::taken_back)
                .with(webhooks::decided),
        )
        .with_room(
            harmonize::State::default()
                .with(discovery::annotated)
                .with(review::annotated)
                .with(automatic::decided)
                .with(rules::annotated),
        )
        .with_room(alerts::Listeners::default().with(automatic::resolved))
        .with_room(discovery::State::new(config.cache_dir.join("search")));
    Ok(Arc::new(deployment))
}

/// Every kind of job this binary can do.
pub fn handlers() -> Vec<Arc<dyn Handler>> {
    vec![
        Arc::new(sources::ImportHandler),
        Arc::new(harmonize::AnnotateJob),
        Arc::new(harmonize::RecountJob),
        Arc::new(harmonize::UpgradeJob),
        Arc::new(review::GatherJob),
        Arc::new(review::DecideJob),
        Arc::new(automatic::JudgeJob),
        Arc::new(projects::SettleJob),
        Arc::new(rules::RulesJob),
        Arc::new(grid::GridJob),
        Arc::new(exchange::ImportDecisionsJob),
        Arc::new(webhooks::DeliverJob),
        Arc::new(retraining::RetrainJob),
        Arc::new(discovery::IndexJob),
        Arc::new(discovery::SweepJob),
        Arc::new(discovery::RepairJob),
        Arc::new(catalog::Sweep),
        Arc::new(identity::Seal),
        Arc::new(identity::Tidy),
        Arc::new(metering::SampleStorage),
        Arc::new(ontologies::InstallJob),
        Arc::new(ontologies::PrepareJob),
        Arc::new(ontologies::SweepJob),
        Arc::new(care::ExportJob),
        Arc::new(care::EraseJob),
        Arc::new(care::SweepObjects),
    ]
}

/// What repeats: kind and how often, in seconds.
const SCHEDULES: [(&str, i64); 8] = [
    ("audit.seal", 60),
    ("identity.tidy", 3_600),
    ("catalog.sweep", 3_600),
    ("index.sweep", 3_600),
    ("index.repair", 600),
    ("metering.storage", 3_600),
    (ontologies::SweepJob::KIND, 86_400),
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
    Worker::new(app, handlers()).on_end(metering::job_ended).run(queues, stopping).await;
    Ok(())
}
