//! Files of runs and of logged models.

use crate::db::{Db, Tx, Value, sql};
use chorale_model::{Fault, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct ArtifactRow {
    pub path: String,
    pub object_key: String,
    pub sha256: String,
    pub size_bytes: i64,
}

pub async fn find(
    db: &Db,
    organization: OrganizationId,
    owner: Uuid,
    path: &str,
) -> Result<Option<ArtifactRow>, Fault> {
    sql("select path, object_key, sha256, size_bytes from artifacts where organization = $1 and owner = $2 and path = $3")
        .bind(organization)
        .bind(owner)
        .bind(path)
        .optional(db)
        .await
}

/// All files by their paths, after one of them.
pub async fn all(
    db: &Db,
    organization: OrganizationId,
    owner: Uuid,
    after: &str,
    limit: i64,
) -> Result<Vec<ArtifactRow>, Fault> {
    sql("select path, object_key, sha256, size_bytes from artifacts \
         where organization = $1 and owner = $2 and path > $3 order by path limit $4")
    .bind(organization)
    .bind(owner)
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// All files of a folder (`""` is the top, `"folder/"` a folder) and of those below it, by their paths.
pub async fn below(
    db: &Db,
    organization: OrganizationId,
    owner: Uuid,
    folder: &str,
    limit: i64,
) -> Result<Vec<ArtifactRow>, Fault> {
    sql("select path, object_key, sha256, size_bytes from artifacts \
         where organization = $1 and owner = $2 and substr(path, 1, cast($4 as integer)) = $3 order by path limit $5")
    .bind(organization)
    .bind(owner)
    .bind(folder)
    .bind(length(folder))
    .bind(limit)
    .all(db)
    .await
}

/// What lies in a folder (`""` is the top, `"folder/"` a folder) by name: files with their sizes, and folders without.
pub async fn entries(
    db: &Db,
    organization: OrganizationId,
    owner: Uuid,
    folder: &str,
    limit: i64,
) -> Result<Vec<(String, Option<i64>)>, Fault> {
    /// Where the first slash is, in each engine's word.
    macro_rules! text {
        ($place:literal) => {
            concat!(
                "select substr(rest, 1, ",
                $place,
                "(rest || '/', '/') - 1) as name, max(case when ",
                $place,
                "(rest, '/') = 0 then size_bytes end) from ( \
                   select substr(path, cast($4 as integer) + 1) as rest, size_bytes from artifacts \
                   where organization = $1 and owner = $2 and substr(path, 1, cast($4 as integer)) = $3) inside \
                 group by 1 order by 1 limit $5"
            )
        };
    }
    sql(text!("instr"))
        .on_pg(text!("strpos"))
        .bind(organization)
        .bind(owner)
        .bind(folder)
        .bind(length(folder))
        .bind(limit)
        .all(db)
        .await
}

/// In characters, as databases count.
fn length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// One that stood there is replaced.
pub async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    owner: Uuid,
    row: &ArtifactRow,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into artifacts (organization, owner, path, object_key, sha256, size_bytes, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (organization, owner, path) do update set \
         object_key = excluded.object_key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes, \
         created_at = excluded.created_at")
    .bind(organization)
    .bind(owner)
    .bind(&row.path)
    .bind(&row.object_key)
    .bind(&row.sha256)
    .bind(row.size_bytes)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// Whether a path is a file, or lies below one, or has files below it, other than the file itself.
pub async fn in_the_way(tx: &mut Tx, organization: OrganizationId, owner: Uuid, path: &str) -> Result<bool, Fault> {
    let below = format!("{path}/");
    let above: Vec<Value> = path.match_indices('/').map(|(at, _)| Value::from(&path[..at])).collect();
    let found: Option<(String,)> = crate::db::sql_in(
        "select path from artifacts where organization = $1 and owner = $2 and \
         (substr(path, 1, cast($4 as integer)) = $3 or path in",
        vec![organization.into(), owner.into(), below.as_str().into(), length(&below).into()],
        above,
        ") limit 1",
    )
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// A file, and everything below it where it is a folder; how many.
pub async fn delete(tx: &mut Tx, organization: OrganizationId, owner: Uuid, path: &str) -> Result<u64, Fault> {
    let below = format!("{path}/");
    sql("delete from artifacts where organization = $1 and owner = $2 \
         and (path = $3 or substr(path, 1, cast($5 as integer)) = $4)")
    .bind(organization)
    .bind(owner)
    .bind(path)
    .bind(&below)
    .bind(length(&below))
    .run(tx)
    .await
}
