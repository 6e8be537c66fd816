//! `datasets` and `dataset_versions`, for reading.

use crate::db::{Db, Tx, sql};
use chorale_model::catalog::{DatasetRow, Provenance, Sibling, Version};
use chorale_model::{CollectionId, DatasetId, Fault, JobId, OrganizationId, Time, VersionId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct ListRow {
    id: Uuid,
    accession: String,
    platform: String,
    title: String,
    organisms: String,
    samples: i64,
    current_number: i64,
    updated_at: i64,
}

impl TryFrom<ListRow> for DatasetRow {
    type Error = Fault;
    fn try_from(row: ListRow) -> Result<Self, Fault> {
        Ok(DatasetRow {
            id: DatasetId(row.id),
            accession: row.accession,
            platform: row.platform,
            title: row.title,
            organisms: super::json(&row.organisms)?,
            samples: row.samples,
            version: row.current_number,
            updated_at: Time(row.updated_at),
        })
    }
}

#[derive(sqlx_macros::FromRow)]
pub struct VersionRow {
    version_id: Uuid,
    number: i64,
    content_sha256: String,
    pub samples: i64,
    source: String,
    source_url: Option<String>,
    licence: String,
    retrieved_at: i64,
    file_name: String,
    raw_sha256: String,
    raw_size_bytes: i64,
    parser: String,
    lines: i64,
    warnings: i64,
    job: Option<Uuid>,
    version_created_at: i64,
    created_by: String,
}

impl From<VersionRow> for Version {
    fn from(row: VersionRow) -> Self {
        Version {
            id: VersionId(row.version_id),
            number: row.number,
            content_sha256: row.content_sha256,
            samples: row.samples,
            provenance: Provenance {
                source: row.source,
                source_url: row.source_url,
                licence: row.licence,
                retrieved_at: Time(row.retrieved_at),
                file_name: row.file_name,
                raw_sha256: row.raw_sha256,
                raw_size_bytes: row.raw_size_bytes,
                parser: row.parser,
                lines: row.lines,
                warnings: row.warnings,
                job: row.job.map(JobId),
            },
            created_at: Time(row.version_created_at),
            created_by: row.created_by,
        }
    }
}

/// A dataset at one version.
#[derive(sqlx_macros::FromRow)]
pub struct DatasetFull {
    pub organization: Uuid,
    pub collection: Uuid,
    pub collection_name: String,
    pub accession: String,
    pub platform: String,
    pub platform_title: String,
    pub title: String,
    pub summary: String,
    pub organisms: String,
    pub attributes: String,
    pub relations: String,
    pub values_sha256: Option<String>,
    pub values_size_bytes: Option<i64>,
    pub values_features: Option<i64>,
    pub values_samples: Option<i64>,
    #[sqlx(flatten)]
    pub version: VersionRow,
}

#[derive(sqlx_macros::FromRow)]
pub struct SiblingRow {
    id: Uuid,
    accession: String,
    platform: String,
    samples: i64,
}

impl From<SiblingRow> for Sibling {
    fn from(row: SiblingRow) -> Self {
        Sibling { id: DatasetId(row.id), accession: row.accession, platform: row.platform, samples: row.samples }
    }
}

macro_rules! list_head {
    () => {
        "select d.id, d.accession, d.platform, d.title, d.organisms, d.samples, d.current_number, d.updated_at \
         from datasets d where d.organization = $1 and d.collection = $2 and d.current_version is not null "
    };
}

macro_rules! version_columns {
    () => {
        "v.id as version_id, v.number, v.content_sha256, v.samples, v.source, v.source_url, v.licence, \
         v.retrieved_at, v.file_name, v.raw_sha256, v.raw_size_bytes, v.parser, v.lines, v.warnings, v.job, \
         v.created_at as version_created_at, v.created_by "
    };
}

macro_rules! full_head {
    () => {
        concat!(
            "select d.organization, d.collection, c.name as collection_name, d.accession, d.platform, \
             v.platform_title, v.title, v.summary, v.organisms, v.attributes, v.relations, v.values_sha256, \
             v.values_size_bytes, v.values_features, v.values_samples, ",
            version_columns!(),
            "from collections c join datasets d on d.organization = c.organization and d.collection = c.id \
             join dataset_versions v on v.organization = d.organization and v.dataset = d.id "
        )
    };
}

/// By accession and platform, or by title and accession.
pub async fn list_by_text(
    db: &Db,
    (organization, collection): (OrganizationId, CollectionId),
    by_title: bool,
    (first, second, id): (String, String, Uuid),
    limit: i64,
) -> Result<Vec<ListRow>, Fault> {
    let text = if by_title {
        concat!(
            list_head!(),
            "and (d.title, d.accession, d.id) > ($3, $4, $5) order by d.title, d.accession, d.id limit $6"
        )
    } else {
        concat!(
            list_head!(),
            "and (d.accession, d.platform, d.id) > ($3, $4, $5) order by d.accession, d.platform, d.id limit $6"
        )
    };
    sql(text).bind(organization).bind(collection).bind(first).bind(second).bind(id).bind(limit).all(db).await
}

/// By samples or time of change, the largest first.
pub async fn list_by_number(
    db: &Db,
    (organization, collection): (OrganizationId, CollectionId),
    by_time: bool,
    before: i64,
    before_id: Uuid,
    limit: i64,
) -> Result<Vec<ListRow>, Fault> {
    let text = if by_time {
        concat!(list_head!(), "and (d.updated_at, d.id) < ($3, $4) order by d.updated_at desc, d.id desc limit $5")
    } else {
        concat!(list_head!(), "and (d.samples, d.id) < ($3, $4) order by d.samples desc, d.id desc limit $5")
    };
    sql(text).bind(organization).bind(collection).bind(before).bind(before_id).bind(limit).all(db).await
}

pub async fn find(db: &Db, organization: OrganizationId, id: DatasetId) -> Result<Option<DatasetFull>, Fault> {
    sql(concat!(full_head!(), "and v.id = d.current_version where ", visible!(), " and d.id = $2"))
        .bind(organization)
        .bind(id)
        .optional(db)
        .await
}

pub async fn find_version(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    version: VersionId,
) -> Result<Option<DatasetFull>, Fault> {
    sql(concat!(
        full_head!(),
        "where ",
        visible!(),
        " and d.id = $2 and v.id = $3 and d.current_version is not null and v.number is not null"
    ))
    .bind(organization)
    .bind(dataset)
    .bind(version)
    .optional(db)
    .await
}

/// Who owns a visible dataset, its current version and its collection.
pub async fn find_owner(
    db: &Db,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<Option<(Uuid, Uuid, Uuid)>, Fault> {
    sql(concat!(
        "select d.organization, d.current_version, d.collection \
         from collections c join datasets d on d.organization = c.organization and d.collection = c.id where ",
        visible!(),
        " and d.id = $2 and d.current_version is not null"
    ))
    .bind(organization)
    .bind(id)
    .optional(db)
    .await
}

/// The same accession on every platform of its collection.
pub async fn list_siblings(
    db: &Db,
    organization: OrganizationId,
    collection: Uuid,
    accession: &str,
) -> Result<Vec<SiblingRow>, Fault> {
    sql("select d.id, d.accession, d.platform, d.samples from datasets d \
         where d.organization = $1 and d.collection = $2 and d.accession = $3 and d.current_version is not null \
         order by d.platform")
    .bind(organization)
    .bind(collection)
    .bind(accession)
    .all(db)
    .await
}

pub async fn list_versions(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    before: i64,
    limit: i64,
) -> Result<Vec<VersionRow>, Fault> {
    sql(concat!(
        "select ",
        version_columns!(),
        "from dataset_versions v where v.organization = $1 and v.dataset = $2 and v.number is not null \
         and v.number < $3 order by v.number desc limit $4"
    ))
    .bind(organization)
    .bind(dataset)
    .bind(before)
    .bind(limit)
    .all(db)
    .await
}

/// The largest visible dataset of an accession, one's own before a shared one.
pub async fn find_by_accession(
    db: &Db,
    organization: OrganizationId,
    accession: &str,
    platform: Option<&str>,
) -> Result<Option<DatasetId>, Fault> {
    let row: Option<(Uuid,)> = sql(concat!(
        "select d.id from collections c join datasets d on d.organization = c.organization and d.collection = c.id \
         where ",
        visible!(),
        " and d.accession = $2 and d.current_version is not null and ($3 = '' or d.platform = $3) \
         order by case when c.organization = $1 then 0 else 1 end, d.samples desc, d.id limit 1"
    ))
    .bind(organization)
    .bind(accession)
    .bind(platform.unwrap_or_default())
    .optional(db)
    .await?;
    Ok(row.map(|(id,)| DatasetId(id)))
}

/// Hides a dataset; its collection, accession and platform, if there was one to hide.
pub async fn delete(
    tx: &mut Tx,
    organization: OrganizationId,
    id: DatasetId,
    now: Time,
) -> Result<Option<(Uuid, String, String)>, Fault> {
    sql("update datasets set current_version = null, samples = 0, deleted_at = $3, updated_at = $3 \
         where organization = $1 and id = $2 and current_version is not null \
         returning collection, accession, platform")
    .bind(organization)
    .bind(id)
    .bind(now)
    .optional(tx)
    .await
}
