//! What another release of a name says otherwise than the one in use, read from both files.

use super::library::State;
use super::sql::{self, InUse};
use super::{full_hash, known, missing, read};
use crate::Ctx;
use chorale_model::ontologies::{GoneTerm, ReleaseChanges};
use chorale_model::{Fault, FaultKind, Role};
use chorale_ontology::{Release, Term};
use std::collections::HashMap;

/// Compares an installed release with the one of its name that is in use. It reads two whole files: for previews, not
/// for pages that everybody opens.
pub async fn release_changes(ctx: &Ctx, name: &str, sha256: &str) -> Result<ReleaseChanges, Fault> {
    if ctx.require_operator().is_err() {
        ctx.require(Role::Admin)?;
    }
    let name = known::canonical(name);
    let sha256 = full_hash(ctx, &name, sha256).await?;
    let to = sql::find_object(ctx.db(), &name, &sha256).await?.ok_or_else(|| missing(&name, &sha256))?;
    let from = sql::list_in_use(ctx.db()).await?.into_iter().find(|release| release.name == name);
    let from = from.ok_or_else(|| Fault::new(FaultKind::Missing, format!("no release of {name} is in use")))?;
    let state = ctx.app.room::<State>();
    let _one_at_a_time = state.comparing.lock().await;
    let (old, new) = (read::release(&ctx.app, &from).await?, read::release(&ctx.app, &to).await?);
    let compared = tokio::task::spawn_blocking(move || compare(&from, &old, &to, &new));
    compared.await.map_err(|e| Fault::internal("comparing two releases", e))
}

fn compare(from: &InUse, old: &Release, to: &InUse, new: &Release) -> ReleaseChanges {
    let alive = |release: &Release, id: &str| release.find(id).is_some_and(|term| !term.obsolete);
    let (mut added, mut relabelled, mut gone) = (0, 0, Vec::new());
    for term in new.terms.iter().filter(|term| !term.obsolete) {
        match old.find(&term.id) {
            Some(before) if !before.obsolete => relabelled += i64::from(before.label != term.label),
            _ => added += 1,
        }
    }
    // Merged into another term, which keeps the id as one that it had.
    let merged = new.terms.iter().filter(|term| !term.obsolete);
    let merged = merged.flat_map(|term| term.alternatives.iter().map(move |id| (id.as_str(), term))).collect();
    for term in old.terms.iter().filter(|term| !term.obsolete && !alive(new, &term.id)) {
        gone.push(successor(term, new, &merged));
    }
    ReleaseChanges {
        name: from.name.clone(),
        from_version: from.version.clone(),
        to_version: to.version.clone(),
        added,
        relabelled,
        gone,
    }
}

fn successor(term: &Term, new: &Release, merged: &HashMap<&str, &Term>) -> GoneTerm {
    let now = new.find(&term.id);
    let replacement = new.replacement(&term.id).or_else(|| merged.get(&*term.id).copied());
    GoneTerm {
        term: term.id.clone(),
        label: term.label.clone(),
        replaced_by: replacement.map(|term| term.id.clone()),
        replacement_label: replacement.map(|term| term.label.clone()),
        consider: now.map(|term| term.consider.clone()).unwrap_or_default(),
    }
}
