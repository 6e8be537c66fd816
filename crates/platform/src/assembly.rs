//! The rooms put together: the one place that knows all of them. Which room hears of what another does, and every kind of job;
//! the program and the tests share it, so that neither works with a room that the other lacks.

use crate::jobs::Handler;
use crate::{
    Deployment, alerts, automatic, care, catalog, curation, discovery, exchange, experiments, grid, harmonize,
    identity, jobs, metering, ontologies, projects, registry, reports, retraining, review, rules, sources, webhooks,
};
use std::sync::Arc;

/// The deployment with every room's state, fresh, and with who hears whom. `hashing`: passwords that are hashed at once.
pub fn rooms(app: Deployment, hashing: usize) -> Deployment {
    let cache = app.settings.cache_dir.clone();
    app.with_room(jobs::State::default())
        .with_room(identity::State::new(hashing))
        .with_room(metering::State::default())
        .with_room(ontologies::State::new(cache.join("ontologies")))
        .with_room(ontologies::Listeners::default().with(|tx, ctx, _| harmonize::ontologies_changed(tx, ctx)))
        .with_room(registry::Reserved(&[harmonize::MODEL]))
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
        .with_room(review::Blind(projects::answered_blind))
        .with_room(alerts::Listeners::default().with(automatic::resolved))
        .with_room(experiments::State::default())
        .with_room(discovery::State::new(cache.join("search")))
}

/// Every kind of job.
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
        Arc::new(experiments::RemoveDeleted),
        Arc::new(care::ExportJob),
        Arc::new(care::EraseJob),
        Arc::new(care::SweepObjects),
    ]
}
