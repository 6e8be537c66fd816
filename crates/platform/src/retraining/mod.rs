//! Retraining: the next version of the annotator from what curators decided, compared with the present one on labels that
//! neither saw, and proposed. It must never promote anything by itself. It owns no table: what a version was taught and
//! how it compares are artifacts of the version, in the registry.
//!
//! Start at [`start`] and [`RetrainJob`]; `decisions` makes labels of curations, `compare` judges.

mod compare;
mod decisions;
mod jobs;

pub use jobs::RetrainJob;

use crate::harmonize::{MODEL, TAUGHT};
use crate::jobs::{self as queue, NewJob, enqueue};
use crate::registry::{self, CHALLENGER, CHAMPION};
use crate::{Ctx, audit, curation, ontologies};
use chorale_model::jobs::{Job, JobFilter, JobState};
use chorale_model::page::PageRequest;
use chorale_model::registry::ModelVersion;
use chorale_model::retraining::{Comparison, Retraining};
use chorale_model::{Fault, Role, Time};
use serde_json::json;

/// The artifact of a version that was compared.
const COMPARISON: &str = "comparison.json";
/// The parameter that says which decisions a version was taught.
const UNTIL: &str = "decisions until";

/// What a next version would learn from.
pub async fn standing(ctx: &Ctx, name: &str) -> Result<Retraining, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    known(name)?;
    let model = match registry::load_model(ctx, name).await {
        Ok(model) => Some(model),
        Err(fault) if fault.kind == chorale_model::FaultKind::Missing => None,
        Err(fault) => return Err(fault),
    };
    let newest = match &model {
        None => None,
        Some(_) => {
            let page = PageRequest { cursor: None, limit: Some(1) };
            registry::list_versions(ctx, name, page).await?.items.pop()
        }
    };
    let alias = |wanted: &str| {
        let aliases = model.iter().flat_map(|model| &model.aliases);
        aliases.filter(|alias| alias.alias == wanted).map(|alias| alias.version).next()
    };
    let taught = newest.as_ref().map_or(Time(0), until);
    let ((decisions, samples), (all_decisions, all_samples), job) = futures::try_join!(
        curation::count_decided(ctx.db(), organization, taught),
        curation::count_decided(ctx.db(), organization, Time(0)),
        running(ctx),
    )?;
    Ok(Retraining {
        name: name.to_owned(),
        champion: alias(CHAMPION),
        challenger: alias(CHALLENGER),
        trained_at: newest.map(|newest| newest.created_at),
        decisions,
        samples,
        all_decisions,
        all_samples,
        job: job.map(|job| job.id),
    })
}

/// Decisions that came to count until then taught a version; a version of tables alone was taught none.
fn until(version: &ModelVersion) -> Time {
    let text = version.params.iter().find(|(key, _)| key == UNTIL).map(|(_, value)| value);
    text.and_then(|text| text.parse().ok()).unwrap_or(Time(0))
}

async fn running(ctx: &Ctx) -> Result<Option<Job>, Fault> {
    for state in [JobState::Running, JobState::Queued] {
        let filter = JobFilter { kind: Some(RetrainJob::KIND.to_owned()), state: Some(state) };
        let page = PageRequest { cursor: None, limit: Some(1) };
        if let Some(job) = queue::list_jobs(ctx, filter, page).await?.items.pop() {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

fn known(name: &str) -> Result<(), Fault> {
    if name == MODEL { Ok(()) } else { Err(Fault::missing("annotator", name)) }
}

/// Begins to train the next version from what the present one was taught and what curators decided. One at a time: where
/// one is being trained, that job is the answer.
pub async fn start(ctx: &Ctx, name: &str) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let standing = standing(ctx, name).await?;
    if standing.all_decisions == 0 {
        let why = "nothing was decided yet, so there is nothing to learn from; decide some values first";
        return Err(Fault::conflict(why));
    }
    if ontologies::library(&ctx.app).await?.pins().is_empty() {
        return Err(Fault::conflict("no ontology is in use, and values are their terms; an operator installs some"));
    }
    if let Some(champion) = standing.champion {
        taught_of(&registry::load_version(ctx, name, champion).await?)?;
    }
    let job = NewJob::new(RetrainJob::KIND, format!("Train the next version of {name}"), json!({}));
    let job = job.on(queue::TRAIN).once_for(format!("{}:{organization}", RetrainJob::KIND));
    let (inner, name) = (ctx.clone(), name.to_owned());
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let id = enqueue(tx, &inner, Some(organization), job).await?;
                let detail = json!({ "job": id, "decisions": standing.all_decisions });
                audit::record(tx, &inner, "retraining.started", "model", &name, detail).await?;
                Ok(id)
            })
        })
        .await?;
    queue::load_job(ctx, id).await
}

/// What a version was taught must be there to teach the next one the same.
fn taught_of(version: &ModelVersion) -> Result<(), Fault> {
    if version.artifacts.iter().any(|artifact| artifact.path == TAUGHT) {
        return Ok(());
    }
    Err(Fault::conflict(format!(
        "version {} of {} does not say what it was taught, because an older program trained it; train it once more with \
         \"chorale annotator train\", or promote another version",
        version.version, version.name
    )))
}

/// How a version compares with the one that was present when it was trained.
pub async fn comparison(ctx: &Ctx, name: &str, version: i64) -> Result<Comparison, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = registry::load_version(ctx, name, version).await?;
    if !found.artifacts.iter().any(|artifact| artifact.path == COMPARISON) {
        return Err(Fault::missing("comparison of model version", format!("{name}/{version}")));
    }
    let bytes = registry::artifact(&ctx.app, organization, name, version, COMPARISON).await?;
    let read: Comparison =
        serde_json::from_slice(&bytes).map_err(|e| Fault::internal("reading the comparison of a version", e))?;
    Ok(Comparison { version, ..read })
}

#[cfg(test)]
mod tests;
