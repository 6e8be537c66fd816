//! The statements that stage a version, and that take away one which was never published.

use super::super::publish::Planned;
use super::super::version::NewSample;
use super::json_text;
use super::publish::VersionRow;
use crate::db::{Db, Tx, Value, insert_many, sql};
use crate::metering;
use chorale_model::{CollectionId, Fault, JobId, OrganizationId, Time, VersionId};
use uuid::Uuid;

/// A sample on its way into a version.
pub struct Row {
    pub position: i64,
    pub planned: Planned,
    /// Absent: the sample's version is there already.
    pub said: Option<NewSample>,
}

pub async fn insert_version(
    tx: &mut Tx,
    organization: OrganizationId,
    id: VersionId,
    row: &VersionRow,
) -> Result<(), Fault> {
    let source = &row.source;
    sql("insert into dataset_versions (organization, id, dataset, content_sha256, samples, title, summary, organisms, \
         platform_title, attributes, relations, source, source_url, licence, retrieved_at, file_name, raw_sha256, \
         raw_size_bytes, parser, lines, warnings, job, values_key, values_sha256, values_content_sha256, \
         values_size_bytes, values_features, values_samples, created_at, created_by) values ($1, $2, $3, $4, $5, $6, \
         $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, \
         $29, $30)")
    .bind(organization)
    .bind(id)
    .bind(row.dataset)
    .bind(&row.content_sha256)
    .bind(row.samples)
    .bind(&row.title)
    .bind(&row.summary)
    .bind(&row.organisms)
    .bind(&row.platform_title)
    .bind(&row.attributes)
    .bind(&row.relations)
    .bind(&source.source)
    .bind(source.source_url.clone())
    .bind(&source.licence)
    .bind(source.retrieved_at)
    .bind(&source.file_name)
    .bind(&source.raw_sha256)
    .bind(source.raw_size_bytes)
    .bind(&source.parser)
    .bind(source.lines)
    .bind(source.warnings)
    .bind(row.job)
    .bind(row.values_key.clone())
    .bind(row.values_sha256.clone())
    .bind(row.values_content_sha256.clone())
    .bind(row.values_size_bytes)
    .bind(row.values_features)
    .bind(row.values_samples)
    .bind(row.created_at)
    .bind(&row.created_by)
    .run(tx)
    .await
    .map(|_| ())
}

/// One batch of samples: what exists already, by its derived id, stays as it is.
pub async fn insert_samples(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    version: VersionId,
    rows: Vec<Row>,
    now: Time,
) -> Result<(), Fault> {
    let (mut samples, mut versions, mut members) = (Vec::new(), Vec::new(), Vec::new());
    for Row { position, planned, said } in rows {
        members.push([
            Value::from(organization),
            version.into(),
            position.into(),
            planned.sample.into(),
            planned.sample_version.into(),
        ]);
        let Some(said) = said else { continue };
        samples.push([
            Value::from(organization),
            planned.sample.into(),
            collection.into(),
            planned.key.into(),
            said.accession.into(),
            now.into(),
        ]);
        versions.push([
            Value::from(organization),
            planned.sample_version.into(),
            planned.sample.into(),
            hex::encode(planned.content).into(),
            said.title.into(),
            said.platform.into(),
            json_text(&said.organisms).into(),
            json_text(&said.attributes).into(),
            json_text(&said.relations).into(),
            now.into(),
        ]);
    }
    let keep = "on conflict do nothing";
    let head = "insert into samples (organization, id, collection, key, accession, created_at)";
    let added = insert_many(tx, head, samples, keep).await?;
    let head = "insert into sample_versions (organization, id, sample, content_sha256, title, platform, organisms, \
                attributes, relations, created_at)";
    insert_many(tx, head, versions, keep).await?;
    let head = "insert into version_samples (organization, version, position, sample, sample_version)";
    insert_many(tx, head, members, "").await?;
    metering::samples_changed(tx, organization, i64::try_from(added).unwrap_or(i64::MAX)).await
}

/// Up to a thousand rows of a version that has no number.
pub async fn delete_members(tx: &mut Tx, organization: OrganizationId, version: VersionId) -> Result<u64, Fault> {
    sql("delete from version_samples where organization = $1 and version = $2 and position < (select \
         min(m.position) from version_samples m where m.organization = $1 and m.version = $2) + 1000 \
         and exists (select 1 from dataset_versions v where v.organization = $1 and v.id = $2 and v.number is null)")
    .bind(organization)
    .bind(version)
    .run(tx)
    .await
}

pub async fn delete_unpublished(tx: &mut Tx, organization: OrganizationId, version: VersionId) -> Result<(), Fault> {
    sql("delete from dataset_versions where organization = $1 and id = $2 and number is null")
        .bind(organization)
        .bind(version)
        .run(tx)
        .await
        .map(|_| ())
}

/// Versions that a job began and never published.
pub async fn list_unpublished(db: &Db, organization: OrganizationId, job: JobId) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<(Uuid,)> =
        sql("select id from dataset_versions where organization = $1 and job = $2 and number is null")
            .bind(organization)
            .bind(job)
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
