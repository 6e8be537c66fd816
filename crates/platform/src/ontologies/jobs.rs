//! Background work of ontologies: installing from an address, preparing the set in use, sweeping what nothing names.

use super::library::State;
use super::{fetch, install, prepare, sql, sweep};
use crate::jobs::{Handler, Running};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

/// Jobs of kind `ontology.install`: `{name, from}`.
pub struct InstallJob;

impl InstallJob {
    pub const KIND: &'static str = "ontology.install";
}

#[derive(Deserialize)]
struct Payload {
    name: String,
    from: String,
}

impl Handler for InstallJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let Payload { name, from } = serde_json::from_value(job.payload.clone())
                .map_err(|e| Fault::internal("reading the payload of an installation", e))?;
            let url = fetch::address(&from)?;
            let release = install::install_url(&job.ctx, &name, &url, Some(job), job.created_by.clone()).await?;
            serde_json::to_value(release).map_err(|e| Fault::internal("describing a release", e))
        })
    }
}

/// Jobs of kind `ontology.prepare`: the set in use when it runs.
pub struct PrepareJob;

impl PrepareJob {
    pub const KIND: &'static str = "ontology.prepare";
}

impl Handler for PrepareJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let mut sets = 0;
            // A set that changed while it was prepared is prepared by this job too.
            while !sql::find_current(job.ctx.db()).await?.is_ready() {
                job.stop.check()?;
                if let Some((fingerprint, library)) = prepare::make(&job.ctx, Some(job)).await? {
                    job.ctx.app.room::<State>().hold(fingerprint, library);
                    sets += 1;
                }
            }
            Ok(json!({ "sets_prepared": sets }))
        })
    }
}

/// Jobs of kind `ontology.sweep`; daily.
pub struct SweepJob;

impl SweepJob {
    pub const KIND: &'static str = "ontology.sweep";
}

impl Handler for SweepJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let removed = sweep::sweep(&job.ctx, &job.stop).await?;
            Ok(json!({ "objects_removed": removed }))
        })
    }
}
