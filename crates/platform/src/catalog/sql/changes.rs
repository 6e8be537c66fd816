//! `catalog_counters` and `catalog_changes`.

use crate::db::{Db, Tx, sql};
use chorale_model::{Fault, OrganizationId, Time};
use uuid::Uuid;

pub async fn next(tx: &mut Tx, feed: &str) -> Result<i64, Fault> {
    let (seq,): (i64,) = sql("insert into catalog_counters (feed, last) values ($1, 1) \
         on conflict (feed) do update set last = catalog_counters.last + 1 returning last")
    .bind(feed)
    .one(tx)
    .await?;
    Ok(seq)
}

pub async fn insert(
    tx: &mut Tx,
    feed: &str,
    seq: i64,
    organization: OrganizationId,
    kind: &str,
    id: Uuid,
    at: Time,
) -> Result<(), Fault> {
    sql("insert into catalog_changes (feed, seq, organization, kind, id, at) values ($1, $2, $3, $4, $5, $6)")
        .bind(feed)
        .bind(seq)
        .bind(organization)
        .bind(kind)
        .bind(id)
        .bind(at)
        .run(tx)
        .await
        .map(|_| ())
}

pub async fn after(db: &Db, feed: &str, seq: i64, limit: i64) -> Result<Vec<(i64, Uuid, String, Uuid)>, Fault> {
    sql("select seq, organization, kind, id from catalog_changes where feed = $1 and seq > $2 order by seq limit $3")
        .bind(feed)
        .bind(seq)
        .bind(limit)
        .all(db)
        .await
}

pub async fn last(db: &Db, feed: &str) -> Result<i64, Fault> {
    let row: Option<(i64,)> = sql("select last from catalog_counters where feed = $1").bind(feed).optional(db).await?;
    Ok(row.map_or(0, |(last,)| last))
}
