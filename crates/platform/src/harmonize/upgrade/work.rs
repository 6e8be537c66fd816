//! Applying an upgrade: a job writes the whole batch, and its last transaction makes it count. Until then nobody sees
//! any of it, so that a job which is cancelled or killed leaves nothing; one that runs again begins anew.

use super::pass::{self, Gone, Touched};
use crate::curation::{self, Decision, Draft};
use crate::harmonize::layers::Held;
use crate::harmonize::sql;
use crate::jobs::{self, Handler, NewJob, Running, enqueue};
use crate::{Ctx, audit, ontologies};
use chorale_model::curation::{BatchKind, CurationAction};
use chorale_model::jobs::Job;
use chorale_model::ontologies::{ApplyUpgrade, GoneTerm};
use chorale_model::{Fault, OrganizationId, Role};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

const LONGEST_WHY: usize = 2_000;

/// Begins to put the terms of an installed release, which is not in use yet, in the place of those that it no longer
/// has, on all samples of the organization.
pub async fn start_upgrade(ctx: &Ctx, name: &str, sha256: &str, input: ApplyUpgrade) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let why = input.why.trim().to_owned();
    if why.chars().count() > LONGEST_WHY {
        return Err(Fault::field("why", format!("is too long; at most {LONGEST_WHY} characters fit")));
    }
    let release = ontologies::load_release(ctx, name, sha256).await?;
    if release.in_use {
        return Err(Fault::conflict(format!(
            "{} {} is in use already; an upgrade is applied before the release is used",
            release.name, release.version
        )));
    }
    let title = format!("Apply {} {} to values", release.name, release.version);
    let payload = json!({ "ontology": release.name, "sha256": release.sha256, "why": why });
    let job = NewJob::new(UpgradeJob::KIND, title, payload).attempts(10);
    let job = job.once_for(format!("{}:{organization}:{}", UpgradeJob::KIND, release.name));
    let inner = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let id = enqueue(tx, &inner, Some(organization), job).await?;
                let detail = json!({ "version": release.version, "sha256": release.sha256, "job": id });
                audit::record(tx, &inner, "upgrade.started", "ontology", &release.name, detail).await?;
                Ok(id)
            })
        })
        .await?;
    jobs::load_job(ctx, id).await
}

/// Jobs of kind `upgrade`: `{ontology, sha256, why}` of the job's organization.
pub struct UpgradeJob;

impl UpgradeJob {
    pub const KIND: &'static str = "upgrade";
}

#[derive(Deserialize)]
struct Payload {
    ontology: String,
    sha256: String,
    why: String,
}

impl Handler for UpgradeJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("upgrading", "the job has no organization"))?;
            curation::once(job, organization, upgrade(job, organization)).await
        })
    }
}

async fn upgrade(job: &Running, organization: OrganizationId) -> Result<Value, Fault> {
    let asked: Payload = serde_json::from_value(job.payload.clone())
        .map_err(|e| Fault::internal("reading the payload of an upgrade", e))?;
    job.progress(0, 0, "releases", "comparing two releases").await?;
    let changes = ontologies::release_changes(&job.ctx, &asked.ontology, &asked.sha256).await?;
    let title = format!("{} {} to {}", changes.name, changes.from_version, changes.to_version);
    let draft = Draft::new(job, organization, BatchKind::Upgrade, title, asked.why);
    let gone: Gone = changes.gone.into_iter().map(|gone| (gone.term.clone(), gone)).collect();
    let release = format!("{} {}", changes.name, changes.to_version);
    let applied = write(job, organization, draft, &gone, &release).await?.apply(|_| Box::pin(async { Ok(()) })).await?;
    let nothing = || json!({ "samples": 0, "note": format!("no sample has a value that {release} no longer has") });
    Ok(applied.unwrap_or_else(nothing))
}

/// Writes every decision into the draft.
async fn write<'a>(
    job: &Running,
    organization: OrganizationId,
    mut draft: Draft<'a>,
    gone: &Gone,
    release: &str,
) -> Result<Draft<'a>, Fault> {
    let total = sql::count_annotations(job.ctx.db(), organization).await?;
    let (mut after, mut passed) = (Uuid::nil(), 0);
    if gone.is_empty() {
        return Ok(draft);
    }
    while let Some(piece) = pass::read(job.ctx.db(), organization, after, gone).await? {
        after = piece.last;
        let decisions: Vec<Decision> =
            piece.touched.iter().flat_map(|touched| decisions(touched, gone, release)).collect();
        draft.add(&decisions).await?;
        passed += piece.read;
        job.progress(passed.min(total), total, "samples", "looking for values that go").await?;
    }
    Ok(draft)
}

fn decisions(touched: &Touched, gone: &Gone, release: &str) -> Vec<Decision> {
    let of = |value: &Held| {
        let term = gone.get(&value.said.term)?;
        let beneath = Some(value.beneath(&touched.version));
        let made = |action, term: &str, label: &str, note: String| Decision {
            sample: touched.sample,
            field: value.said.field.clone(),
            action,
            state: None,
            term: term.to_owned(),
            label: label.to_owned(),
            note,
            beneath,
            question: None,
        };
        match &term.replaced_by {
            Some(id) => {
                let label = term.replacement_label.as_deref().unwrap_or(id);
                Some(made(CurationAction::Replace, id, label, String::new()))
            }
            // What waits goes on waiting.
            None if value.said.accepted() => Some(made(CurationAction::Review, "", "", unreplaced(term, release))),
            None => None,
        }
    };
    touched.values.iter().filter_map(of).collect()
}

/// Why a value waits that nothing replaces.
fn unreplaced(term: &GoneTerm, release: &str) -> String {
    let consider = match term.consider.is_empty() {
        true => String::new(),
        false => format!("; consider {}", term.consider.join(", ")),
    };
    format!("{} is not in {release}, and nothing replaces it{consider}", term.term)
}
