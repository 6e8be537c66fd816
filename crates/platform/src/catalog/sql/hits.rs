//! What a search hit shows, read by id under the asker's authorization.

use crate::db::{Db, Value, sql, sql_in};
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use uuid::Uuid;

/// A sample in one of the datasets that hold it now.
#[derive(sqlx_macros::FromRow)]
pub struct SampleHitRow {
    pub id: Uuid,
    pub collection: Uuid,
    pub accession: String,
    pub title: String,
    pub platform: String,
    pub organisms: String,
    pub attributes: String,
    pub dataset: Uuid,
    pub dataset_accession: String,
    pub dataset_platform: String,
    pub dataset_samples: i64,
}

/// Oldest dataset first, so that the last row of a sample says what the newest says.
pub async fn list_samples(
    db: &Db,
    organization: OrganizationId,
    owner: OrganizationId,
    ids: Vec<SampleId>,
) -> Result<Vec<SampleHitRow>, Fault> {
    sql_in(
        concat!(
            "select s.id, s.collection, s.accession, sv.title, sv.platform, sv.organisms, sv.attributes, \
             d.id as dataset, d.accession as dataset_accession, d.platform as dataset_platform, \
             d.samples as dataset_samples from samples s \
             join collections c on c.organization = s.organization and c.id = s.collection \
             join version_samples m on m.organization = s.organization and m.sample = s.id \
             join datasets d on d.organization = m.organization and d.current_version = m.version \
             join dataset_versions v on v.organization = m.organization and v.id = m.version \
             join sample_versions sv on sv.organization = m.organization and sv.id = m.sample_version where ",
            visible!(),
            " and s.organization = $2 and s.id in"
        ),
        vec![organization.into(), owner.into()],
        ids.into_iter().map(Value::from).collect(),
        "order by v.created_at, v.id",
    )
    .all(db)
    .await
}

#[derive(sqlx_macros::FromRow)]
pub struct DatasetHitRow {
    pub id: Uuid,
    pub collection: Uuid,
    pub accession: String,
    pub title: String,
    pub platform: String,
    pub organisms: String,
    pub samples: i64,
}

pub async fn list_datasets(
    db: &Db,
    organization: OrganizationId,
    owner: OrganizationId,
    ids: Vec<DatasetId>,
) -> Result<Vec<DatasetHitRow>, Fault> {
    sql_in(
        concat!(
            "select d.id, d.collection, d.accession, d.title, d.platform, d.organisms, d.samples from datasets d \
             join collections c on c.organization = d.organization and c.id = d.collection where ",
            visible!(),
            " and d.organization = $2 and d.current_version is not null and d.id in"
        ),
        vec![organization.into(), owner.into()],
        ids.into_iter().map(Value::from).collect(),
        "",
    )
    .all(db)
    .await
}

/// Every collection that the organization sees: id, name, and whether it is shared.
pub async fn list_visible(db: &Db, organization: OrganizationId) -> Result<Vec<(Uuid, String, bool)>, Fault> {
    sql(concat!("select c.id, c.name, c.shared from collections c where ", visible!())).bind(organization).all(db).await
}
