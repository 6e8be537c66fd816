//! Datasets and their versions, as members see them; and deletion by the owner's curators.

use super::changes::{SHARED_FEED, record_change};
use super::relations::resolve;
use super::sql::datasets::{self as sql, DatasetFull};
use super::sql::{attributes, json};
use super::{collections, cursor, publish};
use crate::{Ctx, audit};
use chorale_model::catalog::{Dataset, DatasetRow, DatasetSort, Provenance, Sibling, ValueTable, Version};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, Page, Role, VersionId};
use serde_json::json;
use uuid::Uuid;

/// The collection's datasets at their current versions.
pub async fn list_datasets(
    ctx: &Ctx,
    collection: CollectionId,
    sort: DatasetSort,
    page: PageRequest,
) -> Result<Page<DatasetRow>, Fault> {
    let collection = collections::load_collection(ctx, collection).await?;
    let limit = page.limit()?;
    let scope = (collection.owner, collection.id);
    let key = |row: &DatasetRow| match sort {
        DatasetSort::Accession => cursor::encode((&row.accession, &row.platform, row.id)),
        DatasetSort::Title => cursor::encode((&row.title, &row.accession, row.id)),
        DatasetSort::Samples => cursor::encode((row.samples, row.id)),
        DatasetSort::Updated => cursor::encode((row.updated_at.0, row.id)),
    };
    let rows = match sort {
        DatasetSort::Accession | DatasetSort::Title => {
            let place: (String, String, Uuid) = cursor::decode(page.cursor.as_ref())?.unwrap_or_default();
            sql::list_by_text(ctx.db(), scope, sort == DatasetSort::Title, place, limit + 1).await?
        }
        DatasetSort::Samples | DatasetSort::Updated => {
            let place: Option<(i64, Uuid)> = cursor::decode(page.cursor.as_ref())?;
            let (number, id) = place.unwrap_or((i64::MAX, Uuid::max()));
            sql::list_by_number(ctx.db(), scope, sort == DatasetSort::Updated, number, id, limit + 1).await?
        }
    };
    let rows = rows.into_iter().map(DatasetRow::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, limit, key))
}

/// The dataset at its current version, with its relations followed as far as the reader may see.
pub async fn load_dataset(ctx: &Ctx, id: DatasetId) -> Result<Dataset, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("dataset", id))?;
    dataset_of(ctx, organization, id, row).await
}

/// An earlier state of the dataset, in the same shape.
pub async fn load_version(ctx: &Ctx, dataset: DatasetId, version: VersionId) -> Result<Dataset, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find_version(ctx.db(), organization, dataset, version).await?;
    let row = row.ok_or_else(|| Fault::missing("dataset version", version))?;
    dataset_of(ctx, organization, dataset, row).await
}

async fn dataset_of(
    ctx: &Ctx,
    organization: OrganizationId,
    id: DatasetId,
    row: DatasetFull,
) -> Result<Dataset, Fault> {
    let owner = OrganizationId(row.organization);
    let siblings = sql::list_siblings(ctx.db(), owner, row.collection, &row.accession).await?;
    let siblings = siblings.into_iter().map(Sibling::from).filter(|sibling| sibling.id != id).collect();
    let relations = resolve(ctx.db(), organization, json(&row.relations)?).await?;
    let value_table = row.values_sha256.clone().map(|sha256| ValueTable {
        features: row.values_features.unwrap_or(0),
        samples: row.values_samples.unwrap_or(0),
        size_bytes: row.values_size_bytes.unwrap_or(0),
        sha256,
    });
    Ok(Dataset {
        id,
        owner,
        collection: CollectionId(row.collection),
        collection_name: row.collection_name.clone(),
        accession: row.accession.clone(),
        platform: row.platform.clone(),
        platform_title: row.platform_title.clone(),
        title: row.title.clone(),
        summary: row.summary.clone(),
        organisms: json(&row.organisms)?,
        samples: row.version.samples,
        attributes: attributes(&row.attributes)?,
        relations,
        siblings,
        value_table,
        version: told(row.version.into(), owner == organization),
    })
}

/// A version as its owner or as somebody else sees it: who imported it, and by which job, is the owner's own business.
fn told(version: Version, own: bool) -> Version {
    if own {
        return version;
    }
    let provenance = Provenance { job: None, ..version.provenance };
    Version { provenance, created_by: String::new(), ..version }
}

/// Newest first.
pub async fn list_versions(ctx: &Ctx, dataset: DatasetId, page: PageRequest) -> Result<Page<Version>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let owner = sql::find_owner(ctx.db(), organization, dataset).await?;
    let (owner, ..) = owner.ok_or_else(|| Fault::missing("dataset", dataset))?;
    let owner = OrganizationId(owner);
    let limit = page.limit()?;
    let before: i64 = cursor::decode(page.cursor.as_ref())?.unwrap_or(i64::MAX);
    let rows = sql::list_versions(ctx.db(), owner, dataset, before, limit + 1).await?;
    let versions = rows.into_iter().map(|row| told(row.into(), owner == organization)).collect();
    Ok(Page::cut(versions, limit, |version: &Version| cursor::encode(version.number)))
}

/// The visible dataset of an accession: on the platform that is named, or the one with the most samples.
pub async fn find_dataset_by_accession(
    ctx: &Ctx,
    accession: &str,
    platform: Option<&str>,
) -> Result<Option<DatasetId>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find_by_accession(ctx.db(), organization, accession.trim(), platform).await
}

/// The largest dataset of a series in a collection of one's own.
pub async fn find_series(ctx: &Ctx, collection: CollectionId, accession: &str) -> Result<Option<DatasetId>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = sql::list_siblings(ctx.db(), organization, collection.0, accession.trim()).await?;
    let found = found.into_iter().map(Sibling::from).max_by_key(|one| one.samples);
    Ok(found.map(|one| one.id))
}

/// Takes a dataset of one's own out of sight at once, and out of search with the next index. Its rows are swept a
/// day later: until then the index can ask which samples it held.
pub async fn delete_dataset(ctx: &Ctx, id: DatasetId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let ctx_ = ctx.clone();
    let collection = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let gone = sql::delete(tx, organization, id, ctx_.now()).await?;
                let (collection, accession, platform) = gone.ok_or_else(|| Fault::missing("dataset", id))?;
                for feed in [organization.to_string().as_str(), SHARED_FEED] {
                    record_change(tx, &ctx_, organization, feed, "dataset", id.0).await?;
                }
                let detail = json!({ "accession": accession, "platform": platform });
                audit::record(tx, &ctx_, "dataset.deleted", "dataset", id, detail).await?;
                Ok(CollectionId(collection))
            })
        })
        .await?;
    publish::recount(&ctx.app, organization, collection).await
}
