//! Files: what a dataset's versions came from, and their value tables.

use super::cursor;
use super::sql::{datasets, files as sql, publish};
use crate::objects::Key;
use crate::{Ctx, Tx};
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
    let folder = ctx.app.settings.cache_dir.join("values");
    let local = |e: std::io::Error| Fault::internal("making room for a value table", e);
    std::fs::create_dir_all(&folder).map_err(local)?;
    let copy = tempfile::NamedTempFile::new_in(&folder).map_err(local)?.into_temp_path();
    ctx.app.objects.fetch(&key, &copy).await?;
    let read = move || chorale_lake::preview(&copy, features.min(PREVIEW), samples.min(PREVIEW));
    let preview = tokio::task::spawn_blocking(read).await.map_err(|e| Fault::internal("reading a value table", e))?;
    let preview = preview.map_err(|e| Fault::internal("reading a value table", e))?;
    Ok(ValuesPreview {
        columns: preview.columns,
        rows: preview.rows,
        features: i64::try_from(preview.rows_total).unwrap_or(i64::MAX),
        samples: i64::try_from(preview.samples_total).unwrap_or(i64::MAX),
    })
}

/// Says that an object is in use; an object without such a row is garbage.
pub async fn keep_object(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    key: &Key,
    sha256: &str,
    size_bytes: i64,
) -> Result<(), Fault> {
    publish::keep_object(tx, organization, key.as_str(), sha256, size_bytes, ctx.now()).await
}
