//! From settings to a running deployment, in this order: database, schema, objects, the rooms' states.

use crate::Config;
use chorale_model::Fault;
use chorale_platform::jobs::{self, Handler, Worker};
use chorale_platform::objects::Objects;
use chorale_platform::{Clock, Db, Deployment, Ids};
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
    let deployment = Deployment::new(db, objects, clock, ids, config.platform()).with_room(jobs::State::default());
    Ok(Arc::new(deployment))
}

/// Every kind of job this binary can do.
pub fn handlers(_app: &Arc<Deployment>) -> Vec<Arc<dyn Handler>> {
    Vec::new()
}

/// Works on jobs until `stopping`. Without `queues`, on all of them.
pub fn work(
    app: Arc<Deployment>,
    config: &Config,
    queues: Vec<String>,
    stopping: CancellationToken,
) -> impl Future<Output = ()> + Send + use<> {
    let slots = config.worker_slots;
    // CPU-heavy jobs leave a core to search and pages.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let slots_of =
        move |queue: &str| if queue == jobs::CPU { slots.min(cores.saturating_sub(1)).max(1) } else { slots };
    let queues = if queues.is_empty() { vec![jobs::DEFAULT.to_owned(), jobs::CPU.to_owned()] } else { queues };
    let queues =
        queues.into_iter().map(|queue| (slots_of(&queue), queue)).map(|(slots, queue)| (queue, slots)).collect();
    let handlers = handlers(&app);
    async move { Worker::new(app, handlers).run(queues, stopping).await }
}
