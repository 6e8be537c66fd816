//! Files that come in parts.

use crate::db::{Db, Target, Tx, sql};
use chorale_model::{Fault, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct UploadRow {
    pub id: Uuid,
    pub owner: Uuid,
    pub path: String,
    pub parts: i64,
    pub created_by: String,
    pub finished_at: Option<i64>,
}

#[derive(sqlx_macros::FromRow)]
pub struct PartRow {
    pub number: i64,
    pub object_key: String,
    pub sha256: String,
    pub size_bytes: i64,
}

pub async fn insert(tx: &mut Tx, organization: OrganizationId, row: &UploadRow, now: Time) -> Result<(), Fault> {
    sql("insert into artifact_uploads (organization, id, owner, path, parts, created_by, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(organization)
    .bind(row.id)
    .bind(row.owner)
    .bind(&row.path)
    .bind(row.parts)
    .bind(&row.created_by)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: Uuid,
) -> Result<Option<UploadRow>, Fault> {
    sql("select id, owner, path, parts, created_by, finished_at from artifact_uploads where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .optional(on)
        .await
}

/// Those that are not finished.
pub async fn count_open(tx: &mut Tx, organization: OrganizationId) -> Result<i64, Fault> {
    let row: (i64,) = sql("select count(*) from artifact_uploads where organization = $1 and finished_at is null")
        .bind(organization)
        .one(tx)
        .await?;
    Ok(row.0)
}

/// Bytes that came in parts and are no files yet.
pub async fn waiting_bytes<'a>(on: impl Into<Target<'a>>, organization: OrganizationId) -> Result<i64, Fault> {
    let row: (i64,) =
        sql("select cast(coalesce(sum(size_bytes), 0) as bigint) from artifact_upload_parts where organization = $1")
            .bind(organization)
            .one(on)
            .await?;
    Ok(row.0)
}

pub async fn parts(db: &Db, organization: OrganizationId, upload: Uuid) -> Result<Vec<PartRow>, Fault> {
    sql("select number, object_key, sha256, size_bytes from artifact_upload_parts \
         where organization = $1 and upload = $2 order by number")
    .bind(organization)
    .bind(upload)
    .all(db)
    .await
}

/// The object of the part that stood there, which is garbage now.
pub async fn put_part(
    tx: &mut Tx,
    organization: OrganizationId,
    upload: Uuid,
    part: &PartRow,
) -> Result<Option<String>, Fault> {
    let before: Option<(String,)> =
        sql("select object_key from artifact_upload_parts where organization = $1 and upload = $2 and number = $3")
            .bind(organization)
            .bind(upload)
            .bind(part.number)
            .optional(&mut *tx)
            .await?;
    sql("insert into artifact_upload_parts (organization, upload, number, object_key, sha256, size_bytes) \
         values ($1, $2, $3, $4, $5, $6) on conflict (organization, upload, number) do update set \
         object_key = excluded.object_key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes")
    .bind(organization)
    .bind(upload)
    .bind(part.number)
    .bind(&part.object_key)
    .bind(&part.sha256)
    .bind(part.size_bytes)
    .run(tx)
    .await?;
    Ok(before.map(|(key,)| key))
}

/// The upload stays as finished, without its parts.
pub async fn finish(tx: &mut Tx, organization: OrganizationId, id: Uuid, now: Time) -> Result<(), Fault> {
    sql("update artifact_uploads set finished_at = $3 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(now)
        .run(&mut *tx)
        .await?;
    sql("delete from artifact_upload_parts where organization = $1 and upload = $2")
        .bind(organization)
        .bind(id)
        .run(tx)
        .await
        .map(drop)
}

/// With its parts.
pub async fn delete(tx: &mut Tx, organization: OrganizationId, id: Uuid) -> Result<(), Fault> {
    sql("delete from artifact_uploads where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .run(tx)
        .await
        .map(drop)
}
