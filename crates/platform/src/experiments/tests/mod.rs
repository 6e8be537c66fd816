//! Experiments on both engines: what is logged is kept as MLflow keeps it, found by what it says, and nobody else's.

mod artifacts;
mod card;
mod lineage;
mod lists;
mod logging;
mod parts;
mod registering;
mod removing;
mod tables;

use super::*;
use crate::{Ctx, Db, Deployment, testing};
use chorale_model::Role;
use chorale_model::experiments::{
    Asked, CreateExperiment, CreateRun, ExperimentId, KeyValue, LogBatch, LogMetric, Run, RunId, SearchRuns,
};
use chorale_model::page::Page;
use std::sync::Arc;

/// A scientist with an experiment, and one of another organization.
struct Scene {
    app: Arc<Deployment>,
    own: Ctx,
    stranger: Ctx,
    experiment: ExperimentId,
}

impl Scene {
    async fn new(db: Db) -> Scene {
        let app = testing::deployment(db);
        let (own, other) = (testing::organization(&app, "own").await, testing::organization(&app, "other").await);
        let own = testing::member_ctx(&app, own, Role::Scientist).await;
        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        let experiment = create_experiment(&own, named("screens")).await.unwrap().id;
        Scene { app, own, stranger, experiment }
    }

    async fn run(&self, name: &str) -> RunId {
        let new = CreateRun { name: name.into(), started_ms: Some(1_000), ..CreateRun::default() };
        create_run(&self.own, self.experiment, new).await.unwrap().info.id
    }

    async fn load(&self, id: RunId) -> Run {
        load_run(&self.own, id).await.unwrap()
    }

    /// The names of the runs that a filter finds, in order.
    async fn found(&self, filter: &str, order: &[&str]) -> Vec<String> {
        let order_by = order.iter().map(|key| (*key).to_owned()).collect();
        let asked = Asked { filter: filter.into(), order_by, ..Asked::default() };
        let asked = SearchRuns { experiments: vec![self.experiment], asked };
        let found = search_runs(&self.own, &asked).await.unwrap();
        let counted = count_runs(&self.own, &asked).await.unwrap();
        assert_eq!(counted, i64::try_from(found.runs.len()).unwrap(), "{filter}");
        found.runs.into_iter().map(|run| run.info.name).collect()
    }
}

fn named(name: &str) -> CreateExperiment {
    CreateExperiment { name: name.into(), ..CreateExperiment::default() }
}

fn point(key: &str, value: f64, timestamp_ms: i64, step: i64) -> LogMetric {
    let (dataset_name, dataset_digest) = (String::new(), String::new());
    LogMetric { key: key.into(), value, timestamp_ms, step, model: None, dataset_name, dataset_digest }
}

fn metrics(points: Vec<LogMetric>) -> LogBatch {
    LogBatch { metrics: points, ..LogBatch::default() }
}

fn params(pairs: &[(&str, &str)]) -> LogBatch {
    LogBatch { params: pairs.iter().map(|(key, value)| KeyValue::new(*key, *value)).collect(), ..LogBatch::default() }
}

fn tags(pairs: &[(&str, &str)]) -> LogBatch {
    LogBatch { tags: pairs.iter().map(|(key, value)| KeyValue::new(*key, *value)).collect(), ..LogBatch::default() }
}
