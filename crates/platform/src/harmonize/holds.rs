//! Fields of which nothing is accepted automatically for now. Whoever watches how right annotators are puts one on hold, in
//! the transaction that raises the alert, and releases it when the alert is resolved.
//!
//! What was accepted before stays as it is, also when its dataset is annotated again: `decide` keeps it. What is new waits.

use super::engine::annotator_of;
use super::{jobs, sql};
use crate::{Ctx, Db, Tx, catalog};
use chorale_model::harmonize::Hold;
use chorale_model::{CollectionId, Fault, OrganizationId, Time};
use std::collections::HashSet;

/// Nothing that `annotator` suggests in the field is accepted by itself any more; false where that was so already.
pub async fn hold(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    hold: Hold,
) -> Result<bool, Fault> {
    let Hold { field, annotator, since, why } = hold;
    sql::put_hold(tx, organization, collection, &sql::HoldRow { field, annotator, since: since.0, why }).await
}

/// What waited because of it is decided again, by a job; false where the field was not on hold.
pub async fn release(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    collection: CollectionId,
    field: &str,
    annotator: &str,
) -> Result<bool, Fault> {
    if !sql::delete_hold(tx, organization, collection, field, annotator).await? {
        return Ok(false);
    }
    jobs::enqueue_anew(tx, ctx, organization, collection, "Annotate what a field on hold let wait").await?;
    Ok(true)
}

/// Of one's own collection; what another organization has on hold is its own business.
pub async fn list_holds(ctx: &Ctx, collection: CollectionId) -> Result<Vec<Hold>, Fault> {
    let found = catalog::load_collection(ctx, collection).await?;
    if ctx.scope != Some(found.owner) {
        return Ok(Vec::new());
    }
    list(ctx.db(), found.owner, collection).await
}

/// As [`list_holds`], for the platform's own work.
pub(super) async fn list(db: &Db, owner: OrganizationId, collection: CollectionId) -> Result<Vec<Hold>, Fault> {
    let rows = sql::list_holds(db, owner, collection).await?;
    let hold =
        |row: sql::HoldRow| Hold { field: row.field, annotator: row.annotator, since: Time(row.since), why: row.why };
    Ok(rows.into_iter().map(hold).collect())
}

/// Names of the fields that are on hold for a version of the annotator.
pub(super) async fn held(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    version: &str,
) -> Result<HashSet<String>, Fault> {
    let rows = sql::list_holds(db, organization, collection).await?;
    let same = |row: &sql::HoldRow| row.annotator == annotator_of(version);
    Ok(rows.into_iter().filter(same).map(|row| row.field).collect())
}
