//! How far was read: feeds by annotation, datasets by those who follow values.

use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::{DatasetId, Fault, OrganizationId};
use uuid::Uuid;

/// How far a feed was annotated; 0 before the first time.
pub async fn find_head(db: &Db, feed: &str) -> Result<i64, Fault> {
    let row: Option<(i64,)> =
        sql("select changes from annotation_heads where feed = $1").bind(feed).optional(db).await?;
    Ok(row.map_or(0, |(changes,)| changes))
}

pub async fn put_head(tx: &mut Tx, feed: &str, changes: i64) -> Result<(), Fault> {
    sql("insert into annotation_heads (feed, changes) values ($1, $2) \
         on conflict (feed) do update set changes = excluded.changes where annotation_heads.changes < excluded.changes")
    .bind(feed)
    .bind(changes)
    .run(tx)
    .await
    .map(drop)
}

/// What a follower has seen: datasets and how often their values had been written by then.
pub async fn list_seen(db: &Db, organization: OrganizationId, follower: &str) -> Result<Vec<(DatasetId, i64)>, Fault> {
    let rows: Vec<(Uuid, i64)> =
        sql("select dataset, changes from follower_heads where organization = $1 and follower = $2")
            .bind(organization)
            .bind(follower)
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(id, changes)| (DatasetId(id), changes)).collect())
}

pub async fn put_seen(
    tx: &mut Tx,
    organization: OrganizationId,
    follower: &str,
    dataset: DatasetId,
    changes: i64,
) -> Result<(), Fault> {
    sql("insert into follower_heads (organization, follower, dataset, changes) \
         select organization, $2, id, $4 from datasets where organization = $1 and id = $3 \
         on conflict (organization, follower, dataset) do update set changes = excluded.changes")
    .bind(organization)
    .bind(follower)
    .bind(dataset)
    .bind(changes)
    .run(tx)
    .await
    .map(drop)
}

pub async fn delete_seen(
    tx: &mut Tx,
    organization: OrganizationId,
    follower: &str,
    dataset: DatasetId,
) -> Result<(), Fault> {
    sql("delete from follower_heads where organization = $1 and follower = $2 and dataset = $3")
        .bind(organization)
        .bind(follower)
        .bind(dataset)
        .run(tx)
        .await
        .map(drop)
}
