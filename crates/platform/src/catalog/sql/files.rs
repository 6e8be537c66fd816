//! `files`.

use crate::db::{Db, sql};
use chorale_model::catalog::File;
use chorale_model::{DatasetId, Fault, FileId, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct FileRow {
    id: Uuid,
    name: String,
    kind: String,
    pub object_key: String,
    size_bytes: i64,
    sha256: String,
    number: i64,
    created_at: i64,
}

impl From<FileRow> for File {
    fn from(row: FileRow) -> Self {
        File {
            id: FileId(row.id),
            name: row.name,
            kind: row.kind,
            size_bytes: row.size_bytes,
            sha256: row.sha256,
            version: row.number,
            created_at: Time(row.created_at),
        }
    }
}

macro_rules! file_columns {
    () => {
        "select f.id, f.name, f.kind, f.object_key, f.size_bytes, f.sha256, v.number, f.created_at "
    };
}

pub async fn list(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    before: i64,
    before_id: Uuid,
    limit: i64,
) -> Result<Vec<FileRow>, Fault> {
    sql(concat!(
        file_columns!(),
        "from files f join dataset_versions v on v.organization = f.organization and v.id = f.version \
         where f.organization = $1 and f.dataset = $2 and v.number is not null and (v.number, f.id) < ($3, $4) \
         order by v.number desc, f.id desc limit $5"
    ))
    .bind(organization)
    .bind(dataset)
    .bind(before)
    .bind(before_id)
    .bind(limit)
    .all(db)
    .await
}

pub async fn find(db: &Db, organization: OrganizationId, id: FileId) -> Result<Option<FileRow>, Fault> {
    sql(concat!(
        file_columns!(),
        "from collections c join datasets d on d.organization = c.organization and d.collection = c.id \
         join files f on f.organization = d.organization and f.dataset = d.id and f.id = $2 \
         join dataset_versions v on v.organization = f.organization and v.id = f.version where ",
        visible!(),
        " and d.current_version is not null and v.number is not null"
    ))
    .bind(organization)
    .bind(id)
    .optional(db)
    .await
}

pub async fn find_values_key(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
) -> Result<Option<String>, Fault> {
    let row: Option<(Option<String>,)> = sql(concat!(
        "select v.values_key from collections c \
         join datasets d on d.organization = c.organization and d.collection = c.id and d.id = $2 \
         join dataset_versions v on v.organization = d.organization and v.id = d.current_version where ",
        visible!()
    ))
    .bind(organization)
    .bind(dataset)
    .optional(db)
    .await?;
    Ok(row.and_then(|(key,)| key))
}
