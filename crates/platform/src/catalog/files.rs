//! Files: what a dataset's versions came from, and their value tables.

use super::cursor;
use super::datasets::load_dataset;
use super::sql::{datasets, files as sql};
use crate::Ctx;
use chorale_model::catalog::{File, ValuesPreview};
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, Fault, FileId, OrganizationId, Page, Role};
use futures::stream::BoxStream;
use uuid::Uuid;

/// The most of a value table that a page shows.
const PREVIEW: usize = 200;

/// Files of every version, the newest first.
pub async fn list_files(ctx: &Ctx, dataset: DatasetId, page: PageRequest) -> Result<Page<File>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = datasets::find_owner(ctx.db(), organization, dataset).await?;
    let (owner, ..) = found.ok_or_else(|| Fault::missing("dataset", dataset))?;
    let limit = page.limit()?;
    let place: Option<(i64, Uuid)> = cursor::decode(page.cursor.as_ref())?;
    let (number, id) = place.unwrap_or((i64::MAX, Uuid::max()));
    let rows = sql::list(ctx.db(), OrganizationId(owner), dataset, number, id, limit + 1).await?;
    let files = rows.into_iter().map(File::from).collect();
    Ok(Page::cut(files, limit, |file: &File| cursor::encode((file.version, file.id))))
}

/// A file and its bytes.
pub async fn open_file(
    ctx: &Ctx,
    id: FileId,
) -> Result<(File, BoxStream<'static, object_store::Result<bytes::Bytes>>), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("file", id))?;
    let (_, bytes) = ctx.app.objects.stream(&row.object_key).await?;
    Ok((row.into(), bytes))
}

/// The value table of a dataset's current version, whole: a name for the file, its size in bytes, its content.
pub async fn open_values(
    ctx: &Ctx,
    dataset: DatasetId,
) -> Result<(String, u64, BoxStream<'static, object_store::Result<bytes::Bytes>>), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = load_dataset(ctx, dataset).await?;
    let key = sql::find_values_key(ctx.db(), organization, dataset).await?;
    let key = key.ok_or_else(|| Fault::missing("value table of dataset", dataset))?;
    let (size, bytes) = ctx.app.objects.stream(&key).await?;
    let named = [found.accession, found.platform].into_iter().filter(|part| !part.is_empty());
    Ok((format!("{}.parquet", named.collect::<Vec<_>>().join("_")), size, bytes))
}

/// The first features and samples of a dataset's value table.
pub async fn values_preview(
    ctx: &Ctx,
    dataset: DatasetId,
    features: usize,
    samples: usize,
) -> Result<ValuesPreview, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let key = sql::find_values_key(ctx.db(), organization, dataset).await?;
    let key = key.ok_or_else(|| Fault::missing("value table of dataset", dataset))?;
    let size = ctx.app.objects.size(&key).await?;
    let (objects, runtime) = (ctx.app.objects.clone(), tokio::runtime::Handle::current());
    // The table stays where it is: the reader asks for its footer and for the pages of the corner.
    let file = chorale_lake::Ranged::new(size, move |range| {
        runtime.block_on(objects.range(&key, range)).map_err(std::io::Error::other)
    });
    let read = move || chorale_lake::preview_ranged(file, features.min(PREVIEW), samples.min(PREVIEW));
    let preview = tokio::task::spawn_blocking(read).await.map_err(|e| Fault::internal("reading a value table", e))?;
    let preview = preview.map_err(|e| Fault::internal("reading a value table", e))?;
    Ok(ValuesPreview {
        columns: preview.columns,
        rows: preview.rows,
        features: i64::try_from(preview.rows_total).unwrap_or(i64::MAX),
        samples: i64::try_from(preview.samples_total).unwrap_or(i64::MAX),
    })
}
