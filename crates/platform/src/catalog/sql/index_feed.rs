//! Bulk reads for indexing.

use crate::db::{Db, sql};
use chorale_model::catalog::Sibling;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct DatasetFullRow {
    pub version: Uuid,
    pub collection: Uuid,
    pub collection_name: String,
    pub shared: bool,
    pub accession: String,
    pub platform: String,
    pub platform_title: String,
    pub title: String,
    pub summary: String,
    pub organisms: String,
    pub samples: i64,
    pub attributes: String,
    pub relations: String,
    pub updated_at: i64,
}

#[derive(sqlx_macros::FromRow)]
pub struct SampleRow {
    pub id: Uuid,
    pub position: i64,
    pub sample_version: Uuid,
    pub accession: String,
    pub title: String,
    pub platform: String,
    pub organisms: String,
    pub attributes: String,
}

/// A sample in the current version of a dataset.
#[derive(Clone, sqlx_macros::FromRow)]
pub struct Membership {
    pub sample: Uuid,
    pub sample_version: Uuid,
    pub version: Uuid,
    pub dataset: Uuid,
    pub accession: String,
    pub platform: String,
    pub samples: i64,
    pub published_at: i64,
}

impl From<Membership> for Sibling {
    fn from(row: Membership) -> Self {
        Sibling { id: DatasetId(row.dataset), accession: row.accession, platform: row.platform, samples: row.samples }
    }
}

macro_rules! membership_columns {
    () => {
        "m.sample, m.sample_version, m.version, d.id as dataset, d.accession, d.platform, d.samples, \
         v.created_at as published_at "
    };
}

pub async fn list_feeds(db: &Db) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = sql("select feed from catalog_counters order by feed").all(db).await?;
    Ok(rows.into_iter().map(|(feed,)| feed).collect())
}

pub async fn find_collection(
    db: &Db,
    organization: OrganizationId,
    id: CollectionId,
) -> Result<Option<(String, bool)>, Fault> {
    sql("select name, shared from collections where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .optional(db)
        .await
}

pub async fn list_dataset_ids(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<Vec<DatasetId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select id from datasets where organization = $1 and collection = $2 order by id")
        .bind(organization)
        .bind(collection)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id,)| DatasetId(id)).collect())
}

pub async fn find_dataset(
    db: &Db,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<Option<DatasetFullRow>, Fault> {
    sql(
        "select v.id as version, d.collection, c.name as collection_name, c.shared, d.accession, d.platform, v.platform_title, v.title, \
         v.summary, v.organisms, v.samples, v.attributes, v.relations, d.updated_at from datasets d \
         join collections c on c.organization = d.organization and c.id = d.collection \
         join dataset_versions v on v.organization = d.organization and v.id = d.current_version \
         where d.organization = $1 and d.id = $2",
    )
    .bind(organization)
    .bind(id)
    .optional(db)
    .await
}

pub async fn list_samples(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    after: i64,
    limit: i64,
) -> Result<Vec<SampleRow>, Fault> {
    sql("select s.id, m.position, m.sample_version, s.accession, sv.title, sv.platform, sv.organisms, sv.attributes \
         from datasets d join version_samples m on m.organization = d.organization and m.version = d.current_version \
         join samples s on s.organization = m.organization and s.id = m.sample \
         join sample_versions sv on sv.organization = m.organization and sv.id = m.sample_version \
         where d.organization = $1 and d.id = $2 and m.position > $3 order by m.position limit $4")
    .bind(organization)
    .bind(dataset)
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// Where a sample stands in a dataset's current version.
pub async fn find_position(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    sample: SampleId,
) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> = sql("select m.position from version_samples m join datasets d \
         on d.organization = m.organization and d.current_version = m.version \
         where m.organization = $1 and m.sample = $2 and d.id = $3 order by m.position limit 1")
    .bind(organization)
    .bind(sample)
    .bind(dataset)
    .optional(db)
    .await?;
    Ok(row.map(|(at,)| at))
}

/// The membership that all samples of a dataset's current version share, whose `sample` is the first one's.
pub async fn find_membership(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    position: i64,
) -> Result<Option<Membership>, Fault> {
    sql(concat!(
        "select ",
        membership_columns!(),
        "from datasets d join dataset_versions v on v.organization = d.organization and v.id = d.current_version \
         join version_samples m on m.organization = v.organization and m.version = v.id \
         where d.organization = $1 and d.id = $2 and m.position = $3"
    ))
    .bind(organization)
    .bind(dataset)
    .bind(position)
    .optional(db)
    .await
}

/// Every other dataset that holds one of the samples between two positions of this one.
pub async fn list_other_memberships(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    (first, last): (i64, i64),
) -> Result<Vec<Membership>, Fault> {
    sql(concat!(
        "select ",
        membership_columns!(),
        // `cross join` keeps SQLite to this order: without statistics it begins at all samples of the organization
        "from datasets own cross join version_samples p cross join version_samples m cross join datasets d \
         cross join dataset_versions v where own.organization = $1 and own.id = $2 \
         and p.organization = own.organization and p.version = own.current_version \
         and p.position >= $3 and p.position <= $4 \
         and m.organization = p.organization and m.sample = p.sample and m.version <> p.version \
         and d.organization = m.organization and d.current_version = m.version \
         and v.organization = m.organization and v.id = m.version"
    ))
    .bind(organization)
    .bind(dataset)
    .bind(first)
    .bind(last)
    .all(db)
    .await
}

pub async fn list_memberships_of(
    db: &Db,
    organization: OrganizationId,
    sample: Uuid,
) -> Result<Vec<Membership>, Fault> {
    sql(concat!(
        "select ",
        membership_columns!(),
        "from version_samples m join datasets d on d.organization = m.organization and d.current_version = m.version \
         join dataset_versions v on v.organization = m.organization and v.id = m.version \
         where m.organization = $1 and m.sample = $2 order by v.created_at, v.id"
    ))
    .bind(organization)
    .bind(sample)
    .all(db)
    .await
}

pub async fn find_sample_version(
    db: &Db,
    organization: OrganizationId,
    sample: Uuid,
    version: Uuid,
) -> Result<Option<SampleRow>, Fault> {
    sql("select s.id, cast(0 as bigint) as position, sv.id as sample_version, s.accession, sv.title, sv.platform, \
         sv.organisms, sv.attributes from samples s \
         join sample_versions sv on sv.organization = s.organization and sv.sample = s.id \
         where s.organization = $1 and s.id = $2 and sv.id = $3")
    .bind(organization)
    .bind(sample)
    .bind(version)
    .optional(db)
    .await
}

pub async fn list_left(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>, Fault> {
    // `cross join` keeps SQLite to this order, and `coalesce` from walking all samples of the organization by id
    let rows: Vec<(Uuid,)> = sql("select distinct m.sample from datasets d cross join dataset_versions v \
         cross join version_samples m where d.organization = $1 and d.id = $2 \
         and v.organization = d.organization and v.dataset = d.id and v.number is not null \
         and (d.current_version is null or v.id <> d.current_version) and m.organization = v.organization and m.version = v.id and coalesce(m.sample, m.sample) > $3 \
         and not exists (select 1 from version_samples n where n.organization = m.organization \
         and n.sample = m.sample and n.version = d.current_version) order by m.sample limit $4")
    .bind(organization)
    .bind(dataset)
    .bind(after)
    .bind(limit)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
