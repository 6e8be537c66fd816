//! Ontologies: pinned releases, shared by every organization of the deployment, and the one library that all of them
//! are looked up in. Owns the tables of ontologies in `0010_registry.sql`. A release is its file, byte for byte; of a
//! name several may be installed and one is in use. It must never change a release, use one that it could not read to
//! its end, or decide what a term means for a sample: that is harmonization's business.
//!
//! The set in use is prepared once into an artifact that every process loads in a moment. Start at [`install_file`] and
//! [`use_release`] for the releases, at [`library()`] for the terms; `sets` says what changes when the set does.

mod cache;
mod changes;
mod fetch;
mod install;
mod jobs;
mod known;
mod library;
mod prepare;
mod read;
mod sets;
mod sql;
mod sweep;

pub use changes::release_changes;
pub use install::{install, install_file, install_from};
pub use jobs::{InstallJob, PrepareJob, SweepJob};
pub use known::{address_of, known_ontologies};
pub use library::{State, library};
pub use prepare::prepare;
pub use sets::{enqueue_preparation, is_any_in_use};

use crate::{Ctx, audit, identity, listeners};
use chorale_model::ontologies::{OntologyRelease, OntologyReleases, ReleaseProblems};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, FaultKind, OrganizationId, Role};
use serde_json::json;

/// Another set of releases is ready.
#[derive(Clone, Copy, Debug)]
pub struct Changed;

/// Who hears that another set is ready.
pub type Listeners = listeners::Listeners<Changed>;

/// What is installed, whether the set in use is ready, and which ontologies fields ask for.
pub async fn list_releases(ctx: &Ctx) -> Result<OntologyReleases, Fault> {
    readable(ctx)?;
    let items = sql::list_releases(ctx.db()).await?;
    let prepared = sql::find_current(ctx.db()).await?.is_ready();
    Ok(OntologyReleases { items, prepared, known: known_ontologies() })
}

/// An installed release by its name and hash, or the first digits of that.
pub async fn load_release(ctx: &Ctx, name: &str, sha256: &str) -> Result<OntologyRelease, Fault> {
    readable(ctx)?;
    let name = known::canonical(name);
    let sha256 = full_hash(ctx, &name, sha256).await?;
    sql::find_release(ctx.db(), &name, &sha256).await?.ok_or_else(|| missing(&name, &sha256))
}

/// The oddities of a release that were read over.
pub async fn release_problems(ctx: &Ctx, name: &str, sha256: &str) -> Result<ReleaseProblems, Fault> {
    readable(ctx)?;
    let name = known::canonical(name);
    let release = sql::find_release(ctx.db(), &name, sha256).await?.ok_or_else(|| missing(&name, sha256))?;
    let items = sql::list_problems(ctx.db(), &name, sha256).await?;
    Ok(ReleaseProblems { total: release.problems, items })
}

/// Puts an installed release in the place of the one of its name that is in use.
pub async fn use_release(ctx: &Ctx, name: &str, sha256: &str) -> Result<OntologyRelease, Fault> {
    ctx.require_operator()?;
    let name = known::canonical(name);
    let sha256 = full_hash(ctx, &name, sha256).await?;
    let told = organizations(ctx).await?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sets::lock(tx).await?;
                let found = sql::find_release(&mut *tx, &name, &sha256).await?;
                let release = found.ok_or_else(|| missing(&name, &sha256))?;
                if release.in_use {
                    return Ok(release);
                }
                let before = sql::put_in_use(tx, &name, &sha256).await?;
                sets::changed(tx, &ctx_).await?;
                let detail = json!({ "version": release.version, "sha256": sha256, "before": before });
                record(tx, &ctx_, &told, "ontology.used", &name, detail).await?;
                Ok(OntologyRelease { in_use: true, ..release })
            })
        })
        .await
}

/// Forgets a release. The one in use goes only when it is the last of its name.
pub async fn remove_release(ctx: &Ctx, name: &str, sha256: &str) -> Result<(), Fault> {
    ctx.require_operator()?;
    let name = known::canonical(name);
    let sha256 = full_hash(ctx, &name, sha256).await?;
    let told = organizations(ctx).await?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sets::lock(tx).await?;
                let found = sql::find_release(&mut *tx, &name, &sha256).await?;
                let release = found.ok_or_else(|| missing(&name, &sha256))?;
                if release.in_use && sql::count_of(tx, &name).await? > 1 {
                    return Err(Fault::conflict(format!(
                        "{name} {} is in use; use another release of {name} before this one is removed",
                        release.version
                    )));
                }
                sql::delete_release(tx, &name, &sha256, ctx_.now()).await?;
                if release.in_use {
                    sets::changed(tx, &ctx_).await?;
                }
                let detail = json!({ "version": release.version, "sha256": sha256 });
                record(tx, &ctx_, &told, "ontology.removed", &name, detail).await
            })
        })
        .await
}

/// Members of any organization read the deployment's ontologies; so does its command line, which has none.
fn readable(ctx: &Ctx) -> Result<(), Fault> {
    if ctx.require_operator().is_ok() { Ok(()) } else { ctx.require(Role::Scientist).map(drop) }
}

fn missing(name: &str, sha256: &str) -> Fault {
    Fault::new(
        FaultKind::Missing,
        format!("no release of {name} with the SHA-256 {sha256} is installed; \"chorale ontology list\" names them"),
    )
}

/// A hash by its first digits, as people write it, when they name one release alone.
async fn full_hash(ctx: &Ctx, name: &str, written: &str) -> Result<String, Fault> {
    let written = written.trim().to_ascii_lowercase();
    let of_name = sql::list_releases(ctx.db()).await?.into_iter().filter(|release| release.name == name);
    let found: Vec<String> =
        of_name.map(|release| release.sha256).filter(|sha256| sha256.starts_with(&written)).collect();
    match <[String; 1]>::try_from(found) {
        Ok([sha256]) if written.len() >= 8 => Ok(sha256),
        Err(found) if found.len() > 1 && written.len() >= 8 => Err(Fault::field(
            "sha256",
            format!("{written} begins the hashes of {}; write more of it", found.join(", ")),
        )),
        _ => Err(missing(name, &written)),
    }
}

/// Every organization: what changes for all of them is in the log of each.
async fn organizations(ctx: &Ctx) -> Result<Vec<OrganizationId>, Fault> {
    let (mut all, mut page) = (Vec::new(), PageRequest { cursor: None, limit: Some(PageRequest::MAX) });
    loop {
        let found = identity::list_organizations(ctx, page).await?;
        all.extend(found.items.into_iter().map(|organization| organization.id));
        match found.next_cursor {
            None => return Ok(all),
            cursor => page = PageRequest { cursor, limit: Some(PageRequest::MAX) },
        }
    }
}

async fn record(
    tx: &mut crate::Tx,
    ctx: &Ctx,
    told: &[OrganizationId],
    action: &str,
    name: &str,
    detail: serde_json::Value,
) -> Result<(), Fault> {
    for organization in told {
        audit::record_in(tx, ctx, *organization, action, "ontology", name, detail.clone()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
