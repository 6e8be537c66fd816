//! `objects` and `unused_objects`, as whoever uses an object writes them. The sweep's statements are the care room's.

use super::super::objects::REMOVAL_GRACE;
use crate::db::{Db, Tx, sql};
use chorale_model::{Fault, OrganizationId, Time};

/// The object's row. Fails when it is being removed or was: then nothing may point at it.
pub async fn keep(
    tx: &mut Tx,
    organization: OrganizationId,
    key: &str,
    sha256: &str,
    size_bytes: i64,
    now: Time,
) -> Result<(), Fault> {
    // Takes the row, so that a sweep which wants it waits for this transaction, or this one for the sweep's.
    sql("delete from unused_objects where organization = $1 and key = $2 and state = 'unused'")
        .bind(organization)
        .bind(key)
        .run(&mut *tx)
        .await?;
    let leaving: Option<(String,)> = sql("select state from unused_objects where organization = $1 and key = $2")
        .bind(organization)
        .bind(key)
        .optional(&mut *tx)
        .await?;
    if leaving.is_some() {
        return Err(Fault::busy(format!(
            "the object \"{key}\" was unused for long and is being removed; upload its file again in ten minutes"
        )));
    }
    sql("insert into objects (organization, key, sha256, size_bytes, created_at) values ($1, $2, $3, $4, $5) \
         on conflict (organization, key) do nothing")
    .bind(organization)
    .bind(key)
    .bind(sha256)
    .bind(size_bytes)
    .bind(now)
    .run(tx)
    .await
    .map(|_| ())
}

pub async fn is_unused(db: &Db, organization: OrganizationId, key: &str) -> Result<bool, Fault> {
    let row: Option<(String,)> = sql("select state from unused_objects where organization = $1 and key = $2")
        .bind(organization)
        .bind(key)
        .optional(db)
        .await?;
    Ok(row.is_some())
}

/// Starts the clock of an unused object again, and opens the name of one that is gone. False: it is being removed.
pub async fn renew(tx: &mut Tx, organization: OrganizationId, key: &str, now: Time) -> Result<bool, Fault> {
    let renewed = sql("update unused_objects set since = $3 where organization = $1 and key = $2 and state = 'unused'")
        .bind(organization)
        .bind(key)
        .bind(now)
        .run(&mut *tx)
        .await?;
    if renewed == 1 {
        return Ok(true);
    }
    sql("delete from unused_objects where organization = $1 and key = $2 and state = 'gone' and since < $3")
        .bind(organization)
        .bind(key)
        .bind(now.plus(-REMOVAL_GRACE))
        .run(&mut *tx)
        .await?;
    let closed: Option<(String,)> = sql("select state from unused_objects where organization = $1 and key = $2")
        .bind(organization)
        .bind(key)
        .optional(tx)
        .await?;
    Ok(closed.is_none())
}
