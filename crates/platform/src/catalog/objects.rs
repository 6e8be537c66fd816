//! Who begins to use an object says so here, before anything points at it. The care room's sweep removes what nobody
//! uses; the row in `unused_objects` is where the two meet, so that no row ever names an object that is being removed.

use super::sql::objects as sql;
use crate::objects::Key;
use crate::{Ctx, Tx};
use chorale_model::{Fault, OrganizationId, Time};

/// How long after its removal an object's name stays closed: longer than a removal can be late.
pub const REMOVAL_GRACE: i64 = 10 * Time::MINUTE;

/// Says that an object is in use, in the transaction of what points at it. An object without such a row is garbage.
pub async fn keep_object(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    key: &Key,
    sha256: &str,
    size_bytes: i64,
) -> Result<(), Fault> {
    sql::keep(tx, organization, key.as_str(), sha256, size_bytes, ctx.now()).await
}

/// Before bytes are stored under a name that they may have had before: the time that they were unused begins again, and
/// a name that was freed is opened. Busy while they are being removed.
pub async fn renew_object(ctx: &Ctx, organization: OrganizationId, key: &Key) -> Result<(), Fault> {
    if !sql::is_unused(ctx.db(), organization, key.as_str()).await? {
        // Almost always: nothing to write. A sweep that finds it from now on starts its clock from now on.
        return Ok(());
    }
    let (key, now) = (key.as_str().to_owned(), ctx.now());
    let open = ctx.db().write(move |tx| Box::pin(async move { sql::renew(tx, organization, &key, now).await })).await?;
    if open {
        return Ok(());
    }
    Err(Fault::busy(
        "the same bytes were unused for long and are being removed at this moment; try again in ten minutes",
    ))
}
