//! The feed of changes: numbered without gaps in the order in which they become visible, for whoever derives
//! something from the catalog. A feed is an organization's id, or [`SHARED_FEED`] for what everybody sees.

use super::sql::changes as sql;
use crate::{Ctx, Deployment, Tx, listeners};
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

/// The feed of shared collections.
pub const SHARED_FEED: &str = "shared";

/// A dataset or collection that is to be looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub seq: i64,
    pub organization: OrganizationId,
    /// `dataset` or `collection`.
    pub kind: String,
    pub id: Uuid,
}

/// Who hears of a change; the event is its feed.
pub type Listeners = listeners::Listeners<str>;

/// Numbers a change of `feed` and tells the listeners.
pub async fn record_change(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    feed: &str,
    kind: &str,
    id: Uuid,
) -> Result<i64, Fault> {
    let seq = number_change(tx, ctx, organization, feed, kind, id).await?;
    listeners::tell(tx, ctx, feed).await?;
    Ok(seq)
}

/// Numbers a change for those who follow the feed and tells nobody: for a room that derives from the catalog what others
/// derive from in turn. The counter is taken first: its row stays locked until the commit, so a number is never visible
/// before a smaller one.
pub async fn number_change(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    feed: &str,
    kind: &str,
    id: Uuid,
) -> Result<i64, Fault> {
    let seq = sql::next(tx, feed).await?;
    sql::insert(tx, feed, seq, organization, kind, id, ctx.now()).await?;
    Ok(seq)
}

/// Changes of `feed` after `seq`, in order.
pub async fn changes_after(app: &Deployment, feed: &str, seq: i64, limit: i64) -> Result<Vec<Change>, Fault> {
    let rows = sql::after(&app.db, feed, seq, limit).await?;
    let change = |(seq, organization, kind, id): (i64, Uuid, String, Uuid)| Change {
        seq,
        organization: OrganizationId(organization),
        kind,
        id,
    };
    Ok(rows.into_iter().map(change).collect())
}

/// The number of the newest change; 0 before the first.
pub async fn last_change(app: &Deployment, feed: &str) -> Result<i64, Fault> {
    sql::last(&app.db, feed).await
}
