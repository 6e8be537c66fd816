//! What discovery may show: the collections that an organization sees, and hits read again by id. A hit that may not
//! be seen, or is gone, is simply absent.

use super::sql::{attributes, hits as sql, json};
use crate::Ctx;
use chorale_model::catalog::{RawAttribute, Sibling};
use chorale_model::discovery::Hit;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, Role, SampleId};
use std::collections::HashMap;
use uuid::Uuid;

/// How many attributes a hit carries.
const ATTRIBUTES_SHOWN: usize = 12;

/// Collections with their names: private ones of the organization, and shared ones of anybody.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    pub own: Vec<(CollectionId, String)>,
    pub shared: Vec<(CollectionId, String)>,
}

pub async fn visible_collections(ctx: &Ctx) -> Result<Visible, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let mut visible = Visible::default();
    for (id, name, shared) in sql::list_visible(ctx.db(), organization).await? {
        let list = if shared { &mut visible.shared } else { &mut visible.own };
        list.push((CollectionId(id), name));
    }
    Ok(visible)
}

/// Samples of `owner` as hits, without score and snippet.
pub async fn sample_hits(ctx: &Ctx, owner: OrganizationId, ids: Vec<SampleId>) -> Result<Vec<Hit>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let mut hits: HashMap<Uuid, Hit> = HashMap::with_capacity(ids.len());
    for row in sql::list_samples(ctx.db(), organization, owner, ids).await? {
        let dataset = Sibling {
            id: DatasetId(row.dataset),
            accession: row.dataset_accession,
            platform: row.dataset_platform,
            samples: row.dataset_samples,
        };
        let mut datasets = hits.remove(&row.id).map_or_else(Vec::new, |older| older.datasets);
        datasets.push(dataset);
        let attributes = told(attributes(&row.attributes)?);
        let hit = Hit {
            id: row.id,
            owner,
            collection: CollectionId(row.collection),
            accession: row.accession,
            title: row.title,
            platform: row.platform,
            organisms: json(&row.organisms)?,
            samples: 1,
            score: 0.0,
            snippet: None,
            attributes,
            datasets,
            values: Vec::new(),
            reasons: Vec::new(),
        };
        hits.insert(row.id, hit);
    }
    Ok(hits.into_values().collect())
}

/// What tells samples apart comes first: characteristics and the source's name; bookkeeping is left to the sample's page.
fn told(mut attributes: Vec<RawAttribute>) -> Vec<RawAttribute> {
    let telling = |attribute: &RawAttribute| {
        let key = attribute.key.strip_prefix("Sample_").unwrap_or(&attribute.key);
        key.starts_with("characteristics") || key.starts_with("source_name")
    };
    if attributes.iter().any(telling) {
        attributes.retain(telling);
    }
    attributes.truncate(ATTRIBUTES_SHOWN);
    attributes
}

/// Datasets of `owner` as hits, without score and snippet.
pub async fn dataset_hits(ctx: &Ctx, owner: OrganizationId, ids: Vec<DatasetId>) -> Result<Vec<Hit>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let rows = sql::list_datasets(ctx.db(), organization, owner, ids).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Hit {
                id: row.id,
                owner,
                collection: CollectionId(row.collection),
                accession: row.accession,
                title: row.title,
                platform: row.platform,
                organisms: json(&row.organisms)?,
                samples: row.samples,
                score: 0.0,
                snippet: None,
                attributes: Vec::new(),
                datasets: Vec::new(),
                values: Vec::new(),
                reasons: Vec::new(),
            })
        })
        .collect()
}
