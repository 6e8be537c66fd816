//! The statements of a publication.

use super::super::version::{NewSource, Series};
use super::json;
use crate::db::{Db, Tx, sql};
use chorale_model::{CollectionId, Fault, FileId, JobId, OrganizationId, Time, VersionId};
use uuid::Uuid;

/// A dataset with what its current version says, if it has one.
#[derive(sqlx_macros::FromRow)]
pub struct Current {
    pub id: Uuid,
    pub current_version: Option<Uuid>,
    pub current_number: i64,
    pub samples: i64,
    pub job: Option<Uuid>,
    pub content_sha256: Option<String>,
    pub platform_title: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    organisms: Option<String>,
    attributes: Option<String>,
    relations: Option<String>,
    values_key: Option<String>,
    values_sha256: Option<String>,
    values_content_sha256: Option<String>,
    values_size_bytes: Option<i64>,
    values_features: Option<i64>,
    values_samples: Option<i64>,
}

impl Current {
    pub fn series(&self) -> Option<Series> {
        Some(Series {
            title: self.title.clone()?,
            summary: self.summary.clone()?,
            attributes: json(self.attributes.as_ref()?).ok()?,
            relations: json(self.relations.as_ref()?).ok()?,
        })
    }

    pub fn organisms(&self) -> Vec<String> {
        self.organisms.as_ref().and_then(|text| json(text).ok()).unwrap_or_default()
    }

    /// The object of its value table, and the hash of what that says.
    pub fn values(&self) -> Option<(&str, &str)> {
        Some((self.values_key.as_deref()?, self.values_content_sha256.as_deref()?))
    }

    /// The new version has the value table of this one.
    pub fn keep_values(&self, row: &mut VersionRow) {
        row.values_key.clone_from(&self.values_key);
        row.values_sha256.clone_from(&self.values_sha256);
        row.values_content_sha256.clone_from(&self.values_content_sha256);
        row.values_size_bytes = self.values_size_bytes;
        row.values_features = self.values_features;
        row.values_samples = self.values_samples;
    }
}

/// A version's row, without its id and number.
#[derive(Clone)]
pub struct VersionRow {
    pub dataset: Uuid,
    pub content_sha256: String,
    pub samples: i64,
    pub title: String,
    pub summary: String,
    pub organisms: String,
    pub platform_title: String,
    pub attributes: String,
    pub relations: String,
    pub source: NewSource,
    pub job: JobId,
    pub created_at: Time,
    pub created_by: String,
    pub values_key: Option<String>,
    pub values_sha256: Option<String>,
    pub values_content_sha256: Option<String>,
    pub values_size_bytes: Option<i64>,
    pub values_features: Option<i64>,
    pub values_samples: Option<i64>,
}

#[derive(sqlx_macros::FromRow)]
pub struct Member {
    pub position: i64,
    pub sample: Uuid,
    pub sample_version: Uuid,
    pub key: String,
    content_sha256: String,
}

impl Member {
    pub fn content(&self) -> Result<[u8; 32], Fault> {
        let mut content = [0; 32];
        hex::decode_to_slice(&self.content_sha256, &mut content)
            .map_err(|e| Fault::internal("reading a sample's content hash", e))?;
        Ok(content)
    }
}

pub async fn find_current(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    accession: &str,
    platform: &str,
) -> Result<Option<Current>, Fault> {
    sql("select d.id, d.current_version, d.current_number, d.samples, v.job, v.content_sha256, v.platform_title, v.title, \
         v.summary, v.organisms, v.attributes, v.relations, v.values_key, v.values_sha256, v.values_content_sha256, \
         v.values_size_bytes, v.values_features, v.values_samples from datasets d \
         left join dataset_versions v on v.organization = d.organization and v.id = d.current_version \
         where d.organization = $1 and d.collection = $2 and d.accession = $3 and d.platform = $4")
    .bind(organization)
    .bind(collection)
    .bind(accession)
    .bind(platform)
    .optional(db)
    .await
}

pub async fn insert_dataset(
    tx: &mut Tx,
    organization: OrganizationId,
    id: Uuid,
    collection: CollectionId,
    accession: &str,
    platform: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into datasets (organization, id, collection, accession, platform, current_number, title, organisms, \
         samples, created_at, updated_at) values ($1, $2, $3, $4, $5, 0, '', '[]', 0, $6, $6) \
         on conflict (organization, collection, accession, platform) do nothing")
    .bind(organization)
    .bind(id)
    .bind(collection)
    .bind(accession)
    .bind(platform)
    .bind(now)
    .run(tx)
    .await
    .map(|_| ())
}

pub async fn list_members(
    db: &Db,
    organization: OrganizationId,
    version: Uuid,
    after: i64,
    limit: i64,
) -> Result<Vec<Member>, Fault> {
    sql("select m.position, m.sample, m.sample_version, s.key, sv.content_sha256 from version_samples m \
         join samples s on s.organization = m.organization and s.id = m.sample \
         join sample_versions sv on sv.organization = m.organization and sv.id = m.sample_version \
         where m.organization = $1 and m.version = $2 and m.position > $3 order by m.position limit $4")
    .bind(organization)
    .bind(version)
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// Compare-and-set of the current version: false when another import published number `before + 1`.
pub async fn flip(
    tx: &mut Tx,
    organization: OrganizationId,
    dataset: Uuid,
    before: i64,
    version: VersionId,
    row: &VersionRow,
    now: Time,
) -> Result<bool, Fault> {
    let changed = sql("update datasets set current_version = $4, current_number = $3 + 1, title = $5, \
         organisms = $6, samples = $7, updated_at = $8, deleted_at = null \
         where organization = $1 and id = $2 and current_number = $3")
    .bind(organization)
    .bind(dataset)
    .bind(before)
    .bind(version)
    .bind(&row.title)
    .bind(&row.organisms)
    .bind(row.samples)
    .bind(now)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

pub async fn number_version(
    tx: &mut Tx,
    organization: OrganizationId,
    id: VersionId,
    number: i64,
    now: Time,
) -> Result<(), Fault> {
    sql("update dataset_versions set number = $3, created_at = $4 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(number)
        .bind(now)
        .run(tx)
        .await
        .map(|_| ())
}

pub struct NewFile {
    pub id: FileId,
    pub dataset: Uuid,
    pub version: VersionId,
    pub name: String,
    pub kind: &'static str,
    pub key: String,
    pub size: i64,
    pub sha256: String,
}

pub async fn insert_file(tx: &mut Tx, organization: OrganizationId, file: NewFile, now: Time) -> Result<(), Fault> {
    sql("insert into files (organization, id, dataset, version, name, kind, object_key, size_bytes, sha256, \
         created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(organization)
    .bind(file.id)
    .bind(file.dataset)
    .bind(file.version)
    .bind(file.name)
    .bind(file.kind)
    .bind(file.key)
    .bind(file.size)
    .bind(file.sha256)
    .bind(now)
    .run(tx)
    .await
    .map(|_| ())
}

/// Says that a collection changed, and whether everybody sees it. Takes its row, so that sharing it waits.
pub async fn touch_collection(
    tx: &mut Tx,
    organization: OrganizationId,
    id: CollectionId,
    now: Time,
) -> Result<bool, Fault> {
    let (shared,): (bool,) =
        sql("update collections set updated_at = $3 where organization = $1 and id = $2 returning shared")
            .bind(organization)
            .bind(id)
            .bind(now)
            .one(tx)
            .await?;
    Ok(shared)
}
