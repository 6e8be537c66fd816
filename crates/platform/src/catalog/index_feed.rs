//! The read side for whoever derives documents from the catalog: datasets and samples in bulk, by keyset, and which
//! samples left. For the platform's own work: nothing here asks who reads.

use super::changes::SHARED_FEED;
use super::sql::index_feed::{self as sql, SampleRow};
use super::sql::{attributes, json};
use crate::Deployment;
use chorale_model::catalog::{RawAttribute, Sibling};
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId, Time, VersionId};
use std::collections::HashMap;
use uuid::Uuid;

/// A collection and its datasets.
#[derive(Clone, Debug)]
pub struct IndexCollection {
    pub name: String,
    /// Its documents belong to [`SHARED_FEED`], else to the organization's own feed.
    pub shared: bool,
    /// Deleted ones too: their documents have to go.
    pub datasets: Vec<DatasetId>,
}

/// A dataset at its current version.
#[derive(Clone, Debug)]
pub struct IndexDataset {
    pub id: DatasetId,
    pub version: VersionId,
    pub organization: OrganizationId,
    pub collection: CollectionId,
    pub collection_name: String,
    pub shared: bool,
    pub accession: String,
    pub platform: String,
    pub platform_title: String,
    pub title: String,
    pub summary: String,
    pub organisms: Vec<String>,
    pub samples: i64,
    pub attributes: Vec<RawAttribute>,
    pub relations: Vec<(String, String)>,
    pub updated_at: Time,
}

/// A sample as the newest of its datasets says it.
#[derive(Clone, Debug)]
pub struct IndexSample {
    pub id: SampleId,
    /// What names its content.
    pub version: Uuid,
    /// In the dataset that was asked for; the keyset.
    pub position: i64,
    pub accession: String,
    pub title: String,
    pub platform: String,
    pub organisms: Vec<String>,
    pub attributes: Vec<RawAttribute>,
    /// Every dataset that holds it now.
    pub datasets: Vec<Sibling>,
    pub updated_at: Time,
}

/// A sample that a dataset held before and does not hold now.
#[derive(Clone, Debug)]
pub struct LeftSample {
    pub id: SampleId,
    /// What other datasets say of it; absent: nobody holds it any more.
    pub still: Option<IndexSample>,
}

/// Every feed that has changes, for a rebuild.
pub async fn feeds(app: &Deployment) -> Result<Vec<String>, Fault> {
    sql::list_feeds(&app.db).await
}

pub async fn collection_for_index(
    app: &Deployment,
    organization: OrganizationId,
    id: CollectionId,
) -> Result<Option<IndexCollection>, Fault> {
    let Some((name, shared)) = sql::find_collection(&app.db, organization, id).await? else { return Ok(None) };
    let datasets = sql::list_dataset_ids(&app.db, organization, id).await?;
    Ok(Some(IndexCollection { name, shared, datasets }))
}

/// The dataset; absent once it is deleted.
pub async fn dataset_for_index(
    app: &Deployment,
    organization: OrganizationId,
    id: DatasetId,
) -> Result<Option<IndexDataset>, Fault> {
    let Some(row) = sql::find_dataset(&app.db, organization, id).await? else { return Ok(None) };
    Ok(Some(IndexDataset {
        id,
        version: VersionId(row.version),
        organization,
        collection: CollectionId(row.collection),
        collection_name: row.collection_name,
        shared: row.shared,
        accession: row.accession,
        platform: row.platform,
        platform_title: row.platform_title,
        title: row.title,
        summary: row.summary,
        organisms: json(&row.organisms)?,
        samples: row.samples,
        attributes: attributes(&row.attributes)?,
        relations: json(&row.relations)?,
        updated_at: Time(row.updated_at),
    }))
}

/// Samples of the dataset's current version after a position (-1 at first).
pub async fn samples_for_index(
    app: &Deployment,
    organization: OrganizationId,
    dataset: DatasetId,
    after_position: i64,
    limit: i64,
) -> Result<Vec<IndexSample>, Fault> {
    let rows = sql::list_samples(&app.db, organization, dataset, after_position, limit).await?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let span = (first.position, last.position);
    // Nearly every sample is in this dataset alone: its own membership is read once, and only others one by one.
    let Some(own) = sql::find_membership(&app.db, organization, dataset, first.position).await? else {
        return Err(Fault::busy("the dataset changed while it was read; it is read again"));
    };
    let mut others: HashMap<Uuid, Vec<sql::Membership>> = HashMap::new();
    for membership in sql::list_other_memberships(&app.db, organization, dataset, span).await? {
        others.entry(membership.sample).or_default().push(membership);
    }
    let mut samples = Vec::with_capacity(rows.len());
    for row in rows {
        let mut memberships = others.remove(&row.id).unwrap_or_default();
        memberships.push(sql::Membership { sample: row.id, sample_version: row.sample_version, ..own.clone() });
        // What the newest dataset says.
        let newest = memberships.iter().max_by_key(|m| (m.published_at, m.version)).map(|newest| newest.sample_version);
        let row = match newest {
            Some(version) if version != row.sample_version => {
                let newer = sql::find_sample_version(&app.db, organization, row.id, version).await?;
                newer.map(|newer| SampleRow { position: row.position, ..newer }).unwrap_or(row)
            }
            _ => row,
        };
        samples.push(sample_of(row, memberships)?);
    }
    Ok(samples)
}

/// A sample of the dataset's current version with those that stand around it, so many at most; none where the dataset does
/// not hold it.
pub async fn samples_around(
    app: &Deployment,
    organization: OrganizationId,
    dataset: DatasetId,
    sample: SampleId,
    most: i64,
) -> Result<Vec<IndexSample>, Fault> {
    match sql::find_position(&app.db, organization, dataset, sample).await? {
        None => Ok(Vec::new()),
        Some(at) => samples_for_index(app, organization, dataset, at - most / 2 - 1, most).await,
    }
}

/// For each sample of a dataset that others hold too, every dataset that holds it.
pub async fn shared_samples(
    app: &Deployment,
    organization: OrganizationId,
    dataset: &IndexDataset,
) -> Result<Vec<Vec<Sibling>>, Fault> {
    let own = || Sibling {
        id: dataset.id,
        accession: dataset.accession.clone(),
        platform: dataset.platform.clone(),
        samples: dataset.samples,
    };
    let mut shared: HashMap<Uuid, Vec<Sibling>> = HashMap::new();
    for membership in sql::list_other_memberships(&app.db, organization, dataset.id, (0, i64::MAX)).await? {
        shared.entry(membership.sample).or_insert_with(|| vec![own()]).push(Sibling::from(membership));
    }
    Ok(shared.into_values().collect())
}

/// Samples that an earlier version held and the current one does not (all of them, once the dataset is deleted).
pub async fn samples_left(
    app: &Deployment,
    organization: OrganizationId,
    dataset: DatasetId,
    after: Option<SampleId>,
    limit: i64,
) -> Result<Vec<LeftSample>, Fault> {
    let after = after.map_or(Uuid::nil(), |id| id.0);
    let mut left = Vec::new();
    for id in sql::list_left(&app.db, organization, dataset, after, limit).await? {
        let memberships = sql::list_memberships_of(&app.db, organization, id).await?;
        let still = match memberships.last() {
            None => None,
            Some(newest) => sql::find_sample_version(&app.db, organization, id, newest.sample_version).await?,
        };
        let still = still.map(|row| sample_of(row, memberships)).transpose()?;
        left.push(LeftSample { id: SampleId(id), still });
    }
    Ok(left)
}

fn sample_of(row: SampleRow, memberships: Vec<sql::Membership>) -> Result<IndexSample, Fault> {
    let updated_at = memberships.iter().map(|m| m.published_at).max().unwrap_or(0);
    let mut datasets: Vec<Sibling> = memberships.into_iter().map(Sibling::from).collect();
    datasets.sort_by(|a, b| (&a.accession, &a.platform, a.id).cmp(&(&b.accession, &b.platform, b.id)));
    Ok(IndexSample {
        id: SampleId(row.id),
        version: row.sample_version,
        position: row.position,
        accession: row.accession,
        title: row.title,
        platform: row.platform,
        organisms: json(&row.organisms)?,
        attributes: attributes(&row.attributes)?,
        datasets,
        updated_at: Time(updated_at),
    })
}

impl IndexDataset {
    /// The feed whose index holds its documents.
    pub fn feed(&self) -> String {
        if self.shared { SHARED_FEED.to_owned() } else { self.organization.to_string() }
    }
}
