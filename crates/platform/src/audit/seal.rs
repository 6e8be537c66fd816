//! Sealing: rows that were written since the last time get their place in the chain, and the chain's new head goes
//! where whoever can change the database cannot reach it: into an object and onto the log.

use super::{chain::GENESIS, sql};
use crate::objects::Key;
use crate::{Deployment, Tx};
use chorale_model::{Fault, FaultKind, OrganizationId, Time};
use serde_json::json;
use std::sync::Arc;

/// Rows in one transaction: short enough for the writer that everybody shares.
const BATCH: i64 = 200;

/// Seals every organization's waiting rows and exports the heads that are new. Safe to run twice at once: a batch
/// holds its organization's head.
pub async fn seal(app: &Arc<Deployment>) -> Result<u64, Fault> {
    let mut sealed = 0;
    for organization in sql::list_unsealed_organizations(&app.db).await? {
        match seal_organization(app, organization).await {
            Ok(rows) => sealed += rows,
            Err(fault) if fault.kind == FaultKind::Conflict => {
                tracing::info!(%fault, %organization, "erased while it was being sealed");
            }
            Err(fault) => return Err(fault),
        }
    }
    for organization in sql::list_unexported(&app.db).await? {
        export(app, organization).await?;
    }
    Ok(sealed)
}

async fn seal_organization(app: &Arc<Deployment>, organization: OrganizationId) -> Result<u64, Fault> {
    let mut sealed = 0;
    loop {
        let now = app.clock.now();
        let rows = app.db.write(move |tx| Box::pin(async move { seal_batch(tx, organization, now).await })).await?;
        if rows == 0 {
            return Ok(sealed);
        }
        sealed += rows;
    }
}

async fn seal_batch(tx: &mut Tx, organization: OrganizationId, now: Time) -> Result<u64, Fault> {
    let (mut position, mut hash) = sql::hold_head(tx, organization, GENESIS, now).await?;
    let rows = sql::list_unsealed(tx, organization, BATCH).await?;
    for row in &rows {
        position += 1;
        hash = row.link(organization.0, position, &hash);
        sql::seal(tx, organization, row.id, position, &hash).await?;
    }
    if !rows.is_empty() {
        sql::move_head(tx, organization, position, &hash, now).await?;
    }
    Ok(rows.len() as u64)
}

/// Writes the head as an object, then to the log, then notes that it was.
async fn export(app: &Arc<Deployment>, organization: OrganizationId) -> Result<(), Fault> {
    let Some(head) = sql::find_head(&app.db, organization).await? else { return Ok(()) };
    let (position, hash, sealed_at) = (head.position, head.hash, Time(head.sealed_at));
    let text = json!({"organization": organization, "position": position, "hash": hash, "sealed_at": sealed_at});
    app.objects.put(&Key::audit_head(organization, position), text.to_string().into_bytes()).await?;
    tracing::info!(target: "chorale::audit", %organization, position, %hash, "audit chain head");
    app.db.write(move |tx| Box::pin(async move { sql::set_exported(tx, organization, position).await })).await
}
