//! Every statement on index manifests and heads.

use crate::db::{Target, sql};
use crate::{Db, Tx};
use chorale_model::{Fault, Time};

#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct ManifestRow {
    pub generation: i64,
    pub layout_version: i64,
    pub manifest_key: String,
    pub changes_indexed: i64,
    pub documents: i64,
    pub size_bytes: i64,
    pub published_at: i64,
}

pub async fn find_head<'a>(on: impl Into<Target<'a>>, feed: &str) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> = sql("select generation from index_heads where feed = $1").bind(feed).optional(on).await?;
    Ok(row.map(|(generation,)| generation))
}

pub async fn find_manifest(db: &Db, feed: &str, generation: i64) -> Result<Option<ManifestRow>, Fault> {
    sql("select generation, layout_version, manifest_key, changes_indexed, documents, size_bytes, published_at \
         from index_manifests where feed = $1 and generation = $2")
    .bind(feed)
    .bind(generation)
    .optional(db)
    .await
}

/// Points the head at `row` if it still stands at the generation before: the one compare-and-set of publishing.
pub async fn publish(tx: &mut Tx, feed: &str, row: &ManifestRow) -> Result<bool, Fault> {
    let moved = if row.generation == 1 {
        sql("insert into index_heads (feed, generation) values ($1, 1) on conflict do nothing")
            .bind(feed)
            .run(&mut *tx)
            .await?
    } else {
        sql("update index_heads set generation = $2 where feed = $1 and generation = $3")
            .bind(feed)
            .bind(row.generation)
            .bind(row.generation - 1)
            .run(&mut *tx)
            .await?
    };
    if moved == 0 {
        return Ok(false);
    }
    sql("insert into index_manifests (feed, generation, layout_version, manifest_key, changes_indexed, documents, \
         size_bytes, published_at) values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(feed)
    .bind(row.generation)
    .bind(row.layout_version)
    .bind(&row.manifest_key)
    .bind(row.changes_indexed)
    .bind(row.documents)
    .bind(row.size_bytes)
    .bind(row.published_at)
    .run(tx)
    .await?;
    Ok(true)
}

/// The objects of a feed's manifests, oldest first.
pub async fn list_manifest_keys(db: &Db, feed: &str) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> =
        sql("select manifest_key from index_manifests where feed = $1 order by generation").bind(feed).all(db).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Forgets manifests up to `generation` that were published before `before`, never the head.
pub async fn forget(tx: &mut Tx, feed: &str, generation: i64, before: Time) -> Result<(), Fault> {
    sql("delete from index_manifests where feed = $1 and generation <= $2 and published_at < $3 \
         and generation < (select generation from index_heads where feed = $1)")
    .bind(feed)
    .bind(generation)
    .bind(before)
    .run(tx)
    .await?;
    Ok(())
}
