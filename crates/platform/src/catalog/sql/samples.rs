//! `samples`, `sample_versions` and `version_samples`, for reading.

use super::datasets::SiblingRow;
use crate::db::{Db, Value, sql, sql_in};
use chorale_model::catalog::{SampleRow, SampleSort};
use chorale_model::{CollectionId, Fault, OrganizationId, SampleId, VersionId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct ListRow {
    id: Uuid,
    position: i64,
    accession: String,
    title: String,
    organisms: String,
    attributes: String,
}

impl TryFrom<ListRow> for SampleRow {
    type Error = Fault;
    fn try_from(row: ListRow) -> Result<Self, Fault> {
        Ok(SampleRow {
            id: SampleId(row.id),
            position: row.position,
            accession: row.accession,
            title: row.title,
            organisms: super::json(&row.organisms)?,
            attributes: super::attributes(&row.attributes)?,
        })
    }
}

/// The last row of the page before: its text in the order, and its position.
pub struct Place<'a> {
    pub text: &'a str,
    pub position: i64,
}

macro_rules! members {
    () => {
        "select s.id, m.position, s.accession, sv.title, sv.organisms, sv.attributes from version_samples m \
         join samples s on s.organization = m.organization and s.id = m.sample \
         join sample_versions sv on sv.organization = m.organization and sv.id = m.sample_version \
         where m.organization = $1 and m.version = $2 and "
    };
}

macro_rules! list_head {
    () => {
        concat!(
            members!(),
            "($3 = '' or lower(sv.title) like $3 escape '!' or lower(s.accession) like $3 escape '!' \
             or lower(sv.attributes) like $3 escape '!') "
        )
    };
}

pub async fn list(
    db: &Db,
    organization: OrganizationId,
    version: VersionId,
    sort: SampleSort,
    pattern: &str,
    place: Place<'_>,
    limit: i64,
) -> Result<Vec<ListRow>, Fault> {
    let text = match sort {
        // $4 is always said, so that the three texts take the same parameters
        SampleSort::Position => concat!(list_head!(), "and $4 = '' and m.position > $5 order by m.position limit $6"),
        SampleSort::Accession => {
            concat!(list_head!(), "and (s.accession, m.position) > ($4, $5) order by s.accession, m.position limit $6")
        }
        SampleSort::Title => {
            concat!(list_head!(), "and (sv.title, m.position) > ($4, $5) order by sv.title, m.position limit $6")
        }
    };
    sql(text)
        .bind(organization)
        .bind(version)
        .bind(pattern)
        .bind(place.text)
        .bind(place.position)
        .bind(limit)
        .all(db)
        .await
}

pub async fn list_by_id(
    db: &Db,
    organization: OrganizationId,
    version: VersionId,
    ids: &[SampleId],
) -> Result<Vec<ListRow>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ids.iter().map(|id| Value::from(*id)).collect();
    sql_in(concat!(members!(), "m.sample in"), vec![organization.into(), version.into()], ids, " order by m.position")
        .all(db)
        .await
}

#[derive(sqlx_macros::FromRow)]
pub struct SampleFull {
    pub organization: Uuid,
    pub collection: Uuid,
    pub accession: String,
    pub platform: String,
    pub title: String,
    pub organisms: String,
    pub attributes: String,
    pub relations: String,
    pub updated_at: i64,
}

/// What the newest of the current versions that hold it says.
pub async fn find(db: &Db, organization: OrganizationId, id: SampleId) -> Result<Option<SampleFull>, Fault> {
    sql(concat!(
        "select s.organization, s.collection, s.accession, sv.platform, sv.title, sv.organisms, sv.attributes, \
         sv.relations, v.created_at as updated_at from collections c \
         join samples s on s.organization = c.organization and s.collection = c.id and s.id = $2 \
         join version_samples m on m.organization = s.organization and m.sample = s.id \
         join datasets d on d.organization = m.organization and d.current_version = m.version \
         join dataset_versions v on v.organization = m.organization and v.id = m.version \
         join sample_versions sv on sv.organization = m.organization and sv.id = m.sample_version where ",
        visible!(),
        " order by v.created_at desc, v.id desc limit 1"
    ))
    .bind(organization)
    .bind(id)
    .optional(db)
    .await
}

/// The datasets that hold a sample now.
pub async fn list_datasets(db: &Db, organization: OrganizationId, id: SampleId) -> Result<Vec<SiblingRow>, Fault> {
    // `cross join` keeps SQLite to this order: the sample's few rows first
    sql("select distinct d.id, d.accession, d.platform, d.samples from version_samples m cross join datasets d \
         where d.organization = m.organization and d.current_version = m.version \
         and m.organization = $1 and m.sample = $2 order by d.accession, d.platform, d.id")
    .bind(organization)
    .bind(id)
    .all(db)
    .await
}

/// A visible sample of an accession, one's own before a shared one.
pub async fn find_by_accession(db: &Db, organization: OrganizationId, accession: &str) -> Result<Option<Uuid>, Fault> {
    let row: Option<(Uuid,)> = sql(concat!(
        "select s.id from collections c join samples s on s.organization = c.organization and s.accession = $2 \
         and s.collection = c.id where ",
        visible!(),
        " and exists (select 1 from version_samples m join datasets d on d.organization = m.organization \
         and d.current_version = m.version where m.organization = s.organization and m.sample = s.id) \
         order by case when c.organization = $1 then 0 else 1 end, s.id limit 1"
    ))
    .bind(organization)
    .bind(accession)
    .optional(db)
    .await?;
    Ok(row.map(|(id,)| id))
}

/// Id, accession and the name of the collection.
pub async fn list_named(
    db: &Db,
    organization: OrganizationId,
    ids: &[SampleId],
) -> Result<Vec<(SampleId, String, String)>, Fault> {
    let rows: Vec<(Uuid, String, String)> = sql_in(
        "select s.id, s.accession, c.name from samples s join collections c \
         on c.organization = s.organization and c.id = s.collection where s.organization = $1 and s.id in",
        vec![organization.into()],
        ids.iter().map(|id| Value::from(*id)).collect(),
        "",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, accession, name)| (SampleId(id), accession, name)).collect())
}

pub async fn list_by_accession(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    accessions: &[String],
) -> Result<Vec<(SampleId, String, String)>, Fault> {
    let rows: Vec<(Uuid, String, String)> = sql_in(
        "select s.id, s.accession, c.name from samples s join collections c \
         on c.organization = s.organization and c.id = s.collection \
         where s.organization = $1 and s.collection = $2 and s.accession in",
        vec![organization.into(), collection.into()],
        accessions.iter().map(Value::from).collect(),
        "",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, accession, name)| (SampleId(id), accession, name)).collect())
}

/// Samples with the accession of each dataset that holds them now.
pub async fn list_datasets_of(
    db: &Db,
    organization: OrganizationId,
    ids: &[SampleId],
) -> Result<Vec<(SampleId, String)>, Fault> {
    let rows: Vec<(Uuid, String)> = sql_in(
        "select m.sample, d.accession from version_samples m join datasets d \
         on d.organization = m.organization and d.current_version = m.version where m.organization = $1 and m.sample in",
        vec![organization.into()],
        ids.iter().map(|id| Value::from(*id)).collect(),
        "order by d.accession",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, dataset)| (SampleId(id), dataset)).collect())
}
