//! How long ended jobs stay. The deployment's own are told apart by their clock alone (sealing the audit log makes one
//! a minute), so a day is enough; members look back further.

use super::sql;
use crate::Ctx;
use chorale_model::{Fault, Time};

/// Jobs of the deployment itself.
const OWN: i64 = Time::DAY;
/// Jobs of organizations.
const MEMBERS: i64 = 90 * Time::DAY;
/// Jobs to a transaction; each may take some hundred warnings with it.
const BATCH: i64 = 20;

/// Deletes ended jobs that nobody needs any more; those that brought files in stay. How many went.
pub async fn forget_ended(ctx: &Ctx) -> Result<u64, Fault> {
    let (own, members) = (ctx.now().plus(-OWN), ctx.now().plus(-MEMBERS));
    let mut deleted = 0;
    loop {
        // Found by a reader: almost always there is little to delete, and the writer is not for looking around.
        let ids = sql::list_outlived(ctx.db(), members, own, BATCH).await?;
        if ids.is_empty() {
            return Ok(deleted);
        }
        let gone = ctx.db().write(move |tx| Box::pin(async move { sql::delete_ended(tx, ids, own).await })).await?;
        deleted += gone;
        if gone == 0 {
            return Ok(deleted);
        }
    }
}
