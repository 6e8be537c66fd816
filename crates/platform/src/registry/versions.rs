//! Versions of a model: made whole in one transaction, evaluated, deleted while no alias stands for them.

use super::artifacts::{self, NewArtifact, Stored};
use super::{names, sql};
use crate::jobs::Running;
use crate::{Ctx, Db, Tx, audit, metering};
use chorale_model::page::PageRequest;
use chorale_model::registry::{Evaluation, ModelVersion};
use chorale_model::{Fault, JobId, OrganizationId, Page, Role};
use serde_json::json;

/// Parameters, and metrics of an evaluation.
const MOST: usize = 10_000;

/// A version to be.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// Of its model, which is made with its first version.
    pub name: String,
    /// `annotator`, …: the same for all versions of a model.
    pub kind: String,
    /// Of the version; the first one's is the model's too.
    pub description: String,
    /// What it was trained with, by name.
    pub params: Vec<(String, String)>,
    pub artifacts: Vec<NewArtifact>,
}

/// Registers the next version of a model. Nothing stands for it before it is promoted.
pub async fn create_version(ctx: &Ctx, new: NewVersion) -> Result<ModelVersion, Fault> {
    let made = Made::new(ctx, new).await?;
    let (name, by) = (made.name.clone(), ctx.actor_name());
    let ctx_ = ctx.clone();
    let version = ctx.db().write(move |tx| Box::pin(async move { made.insert(tx, &ctx_, &by).await })).await?;
    load_version(ctx, &name, version).await
}

/// What goes with a version that a job proposes.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub evaluation: Evaluation,
    /// Stands for it from now on.
    pub alias: String,
}

/// The parameter by which the version of a job is found.
const JOB: &str = "job";

/// Registers the version that a job made, with its evaluation and an alias, in one transaction of the job's claim: a job
/// that runs again, or in two places, makes one.
pub async fn propose_version(job: &Running, mut new: NewVersion, with: Proposal) -> Result<i64, Fault> {
    let ctx = &job.ctx;
    let organization = ctx.require(Role::Curator)?;
    let alias = names::alias(&with.alias)?;
    let (dataset, metrics) = checked_evaluation(&with.evaluation)?;
    new.params.push((JOB.to_owned(), job.id.to_string()));
    let made = Made::new(ctx, new).await?;
    let (ctx_, by) = (ctx.clone(), job.created_by.clone());
    job.write(move |tx| {
        Box::pin(async move {
            let name = made.name.clone();
            let version = made.insert(tx, &ctx_, &by).await?;
            let id = ctx_.app.ids.uuid();
            sql::insert_evaluation(tx, organization, &name, version, id, &dataset, &metrics, ctx_.now()).await?;
            sql::put_alias(tx, organization, &name, &alias, version, ctx_.now(), &by).await?;
            Ok(version)
        })
    })
    .await
}

/// The version that a job registered, if it did.
pub async fn find_of_job(ctx: &Ctx, name: &str, job: JobId) -> Result<Option<i64>, Fault> {
    const NEWEST: i64 = 50;
    let organization = ctx.require(Role::Scientist)?;
    let versions = sql::list_versions(ctx.db(), organization, name, i64::MAX, NEWEST).await?;
    let is_of_job = |one: &&ModelVersion| one.params.iter().any(|(key, value)| key == JOB && *value == job.to_string());
    Ok(versions.iter().find(is_of_job).map(|one| one.version))
}

/// A version whose artifacts are stored.
struct Made {
    organization: OrganizationId,
    name: String,
    kind: String,
    description: String,
    params: String,
    stored: Vec<Stored>,
}

impl Made {
    async fn new(ctx: &Ctx, new: NewVersion) -> Result<Made, Fault> {
        let organization = ctx.require(Role::Curator)?;
        let (name, kind) = (names::name("name", &new.name)?, names::name("kind", &new.kind)?);
        let description = new.description.trim().to_owned();
        names::description(&description)?;
        if new.params.len() > MOST {
            return Err(Fault::field("params", format!("{} are too many; {MOST} fit", new.params.len())));
        }
        let params = json!(new.params).to_string();
        metering::check_quota_ahead(ctx, "stored_bytes", 0).await?;
        let stored = artifacts::store(ctx, organization, new.artifacts).await?;
        Ok(Made { organization, name, kind, description, params, stored })
    }

    /// Its number.
    async fn insert(self, tx: &mut Tx, ctx: &Ctx, by: &str) -> Result<i64, Fault> {
        let Made { organization, name, kind, description, params, stored } = self;
        let made = sql::next_version(tx, organization, &name, &kind, &description, ctx.now()).await?;
        if made.kind != kind {
            let known = made.kind;
            return Err(Fault::conflict(format!(
                "model \"{name}\" is of kind {known} and a version of kind {kind} does not belong to it; choose another \
                 name"
            )));
        }
        let version = made.version;
        sql::insert_version(tx, organization, &name, version, &description, &params, ctx.now(), by).await?;
        let size_bytes: i64 = stored.iter().map(|one| one.size_bytes).sum();
        sql::insert_artifacts(tx, organization, &name, version, stored).await?;
        metering::check_quota(ctx, &mut *tx, "stored_bytes", 0).await?;
        let detail = json!({ "version": version, "kind": kind, "size_bytes": size_bytes });
        audit::record(tx, ctx, "model.version_created", "model", &name, detail).await?;
        Ok(version)
    }
}

/// Newest first.
pub async fn list_versions(ctx: &Ctx, name: &str, page: PageRequest) -> Result<Page<ModelVersion>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let before = match &page.cursor {
        None => i64::MAX,
        Some(text) => {
            text.parse().map_err(|_| Fault::field("cursor", "is none of this list's; begin again without one"))?
        }
    };
    if sql::find_model(ctx.db(), organization, name).await?.is_none() {
        return Err(Fault::missing("model", name));
    }
    let versions = sql::list_versions(ctx.db(), organization, name, before, limit + 1).await?;
    Ok(Page::cut(versions, limit, |version| version.version.to_string()))
}

pub async fn load_version(ctx: &Ctx, name: &str, version: i64) -> Result<ModelVersion, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    find(ctx.db(), organization, name, version).await?.ok_or_else(|| missing(name, version))
}

pub(super) async fn find(
    db: &Db,
    organization: OrganizationId,
    name: &str,
    version: i64,
) -> Result<Option<ModelVersion>, Fault> {
    // The newest before the next one, if it is this one.
    let before = version.saturating_add(1);
    let found = sql::list_versions(db, organization, name, before, 1).await?.into_iter().next();
    Ok(found.filter(|found| found.version == version))
}

fn missing(name: &str, version: i64) -> Fault {
    Fault::missing("model version", format!("{name}/{version}"))
}

/// Keeps a version from being deleted until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, organization: OrganizationId, name: &str, version: i64) -> Result<(), Fault> {
    if sql::lock_version(tx, organization, name, version).await? { Ok(()) } else { Err(missing(name, version)) }
}

/// Keeps how a version did; its time is now.
pub async fn record_evaluation(ctx: &Ctx, name: &str, version: i64, made: Evaluation) -> Result<ModelVersion, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let (dataset, metrics) = checked_evaluation(&made)?;
    let (ctx_, name_) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                lock(tx, organization, &name_, version).await?;
                let id = ctx_.app.ids.uuid();
                sql::insert_evaluation(tx, organization, &name_, version, id, &dataset, &metrics, ctx_.now()).await?;
                let detail = json!({ "version": version, "dataset": dataset });
                audit::record(tx, &ctx_, "model.evaluated", "model", &name_, detail).await
            })
        })
        .await?;
    load_version(ctx, name, version).await
}

/// What it was judged on, and its metrics as they are kept.
fn checked_evaluation(made: &Evaluation) -> Result<(String, String), Fault> {
    let dataset = made.dataset.trim().to_owned();
    if dataset.is_empty() || dataset.chars().count() > 500 {
        return Err(Fault::field("dataset", "must say in 1 to 500 characters what the version was judged on"));
    }
    if made.metrics.len() > MOST {
        return Err(Fault::field("metrics", format!("{} are too many; {MOST} fit", made.metrics.len())));
    }
    if let Some((metric, value)) = made.metrics.iter().find(|(_, value)| !value.is_finite()) {
        return Err(Fault::field("metrics", format!("\"{metric}\" is {value}; leave out what could not be measured")));
    }
    Ok((dataset, json!(made.metrics).to_string()))
}

/// Deletes a version that no alias stands for; its number is not given again.
pub async fn delete_version(ctx: &Ctx, name: &str, version: i64) -> Result<(), Fault> {
    let organization = ctx.require(Role::Admin)?;
    let (ctx_, name_) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                lock(tx, organization, &name_, version).await?;
                if let Some(alias) = sql::alias_of(tx, organization, &name_, version).await? {
                    return Err(Fault::conflict(format!(
                        "version {version} of \"{name_}\" is its {alias}; promote another version to {alias}, or \
                         remove the alias, first"
                    )));
                }
                let (by, now) = (ctx_.actor_name(), ctx_.now());
                sql::promotions::withdraw_of_version(tx, organization, &name_, version, &by, now).await?;
                sql::delete_version(tx, organization, &name_, version).await?;
                let detail = json!({ "version": version });
                audit::record(tx, &ctx_, "model.version_deleted", "model", &name_, detail).await
            })
        })
        .await
}
