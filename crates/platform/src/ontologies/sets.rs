//! The set in use: which release of each name answers now. Every change of it goes through [`changed`], under the lock
//! of the one row that all look-ups read.
//!
//! A set is named by the fingerprint of what is in it. When it is prepared already, as after going back to a release,
//! listeners hear of it at once; otherwise a job prepares it and tells them, and until then the set before it answers.

use super::sql::{self, InUse};
use super::{Changed, PrepareJob};
use crate::jobs::{self, CPU, NewJob};
use crate::objects::sha256_hex;
use crate::{Actor, Ctx, Deployment, Tx, listeners};
use chorale_model::{Fault, Time};
use serde_json::json;
use std::sync::Arc;

/// Of a library's bytes: every process prepares for the layout that it reads, and does not disturb an older one beside
/// it.
pub const LAYOUT: i64 = chorale_ontology::LAYOUT as i64;

/// How long a preparation waits for what is installed right after.
const PAUSE: i64 = 2 * Time::SECOND;

/// The name of a set, from what is in it, in the order of names; empty for nothing.
pub fn fingerprint(releases: &[InUse]) -> String {
    let line = |release: &InUse| format!("{} {} {}\n", release.name, release.sha256, release.version);
    let text: String = releases.iter().map(line).collect();
    if text.is_empty() { String::new() } else { sha256_hex(text.as_bytes()) }
}

/// Waits for whoever changes the set at this moment. The first statement of every change.
pub async fn lock(tx: &mut Tx) -> Result<(), Fault> {
    sql::lock_current(tx).await
}

/// Says that the releases in use are others now.
pub async fn changed(tx: &mut Tx, ctx: &Ctx) -> Result<(), Fault> {
    let releases = sql::list_in_use(&mut *tx).await?;
    let fingerprint = fingerprint(&releases);
    sql::set_current(tx, &fingerprint, ctx.now()).await?;
    if fingerprint.is_empty() || sql::find_set(&mut *tx, &fingerprint).await?.is_some() {
        return listeners::tell(tx, ctx, &Changed).await;
    }
    let at = ctx.now().plus(PAUSE);
    let system = Ctx { actor: Actor::System, ..ctx.clone() };
    jobs::enqueue(tx, &system, None, preparation().at(at)).await.map(drop)
}

fn preparation() -> NewJob {
    // One that runs may have read the set before this change.
    NewJob::new(PrepareJob::KIND, "Prepare the ontologies", json!({})).on(CPU).once_until_started(PrepareJob::KIND)
}

/// Whether any release is in use, for who decides in a transaction whether there is anything to do.
pub async fn is_any_in_use(tx: &mut Tx) -> Result<bool, Fault> {
    Ok(!sql::list_in_use(tx).await?.is_empty())
}

/// Enqueues the preparation of the set in use where none of this binary's layout is there: after an upgrade, say.
pub async fn enqueue_preparation(app: &Arc<Deployment>) -> Result<bool, Fault> {
    if sql::find_current(&app.db).await?.is_ready() {
        return Ok(false);
    }
    let ctx = Ctx::system(app.clone(), None);
    app.db
        .write(move |tx| Box::pin(async move { jobs::enqueue(tx, &ctx, None, preparation()).await }))
        .await
        .map(|_| true)
}
