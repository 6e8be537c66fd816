//! Files that come in parts: begun with a place, sent in any order and by several at once, published as one. Until then nothing is
//! seen of them. An upload is its owner's, and whoever may write there may end it; to everybody else there is none.

use super::artifacts::{self, Owner, Storing};
use super::sql;
use super::sql::parts::{PartRow, UploadRow};
use crate::metering;
use crate::objects::{Key, Limit, Upload};
use crate::{Ctx, audit};
use chorale_model::experiments::ExperimentId;
use chorale_model::{Fault, OrganizationId, Role};
use futures::TryStreamExt;
use serde_json::json;
use uuid::Uuid;

/// To one file.
pub const MOST_PARTS: i64 = 10_000;
/// But for the last: object stores want no smaller ones.
const SMALLEST: i64 = 5 << 20;
/// Begun and not ended, of an organization; those that nobody ends go after some days.
const MOST_OPEN: i64 = 1_000;

/// A part as its sender says it.
pub struct SentPart {
    pub number: i64,
    /// What was answered when it came.
    pub etag: String,
}

/// Begins to take a file in by parts, and names the upload.
pub async fn begin_parts(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
    parts: i64,
) -> Result<Uuid, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if !(1..=MOST_PARTS).contains(&parts) {
        return Err(Fault::field("num_parts", format!("{parts} is none; choose 1 to {MOST_PARTS}")));
    }
    let path = artifacts::writable(ctx, organization, owner, experiment, path).await?;
    metering::check_quota_ahead(ctx, "stored_bytes", waiting(ctx, organization).await?).await?;
    let id = ctx.app.ids.uuid();
    let (inner, created_by) = (ctx.clone(), ctx.actor_name());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if sql::parts::count_open(tx, organization).await? >= MOST_OPEN {
                    let why = format!("{MOST_OPEN} uploads in parts are begun and not ended; end or abort some");
                    return Err(Fault::limited(why, 60));
                }
                let row = UploadRow { id, owner: owner.id(), path, parts, created_by, finished_at: None };
                sql::parts::insert(tx, organization, &row, inner.now()).await?;
                let detail = json!({ "path": row.path, "parts": parts });
                audit::record(tx, &inner, "artifact.upload_begun", owner.noun(), owner.id(), detail).await
            })
        })
        .await?;
    Ok(id)
}

async fn waiting(ctx: &Ctx, organization: OrganizationId) -> Result<i64, Fault> {
    sql::parts::waiting_bytes(ctx.db(), organization).await
}

async fn find(ctx: &Ctx, organization: OrganizationId, id: Uuid) -> Result<UploadRow, Fault> {
    sql::parts::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("upload", id.simple()))
}

/// The upload, if it goes to this place.
async fn at(ctx: &Ctx, organization: OrganizationId, owner: Owner, path: &str, id: Uuid) -> Result<UploadRow, Fault> {
    let row = find(ctx, organization, id).await?;
    match row.owner == owner.id() && row.path == path {
        true => Ok(row),
        false => Err(Fault::missing("upload", id.simple())),
    }
}

/// A part that is taken in; dropping it leaves nothing.
pub struct StoringPart {
    ctx: Ctx,
    organization: OrganizationId,
    row: UploadRow,
    number: i64,
    upload: Upload,
}

/// Begins to take a part in.
pub async fn start_part(ctx: &Ctx, id: Uuid, number: i64) -> Result<StoringPart, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = find(ctx, organization, id).await?;
    if row.finished_at.is_some() {
        return Err(Fault::invalid(format!("the upload {} is finished and takes no parts", id.simple())));
    }
    if !(1..=row.parts).contains(&number) {
        return Err(Fault::field("part", format!("{number} is none; the upload was begun with {} parts", row.parts)));
    }
    metering::check_quota_ahead(ctx, "stored_bytes", waiting(ctx, organization).await?).await?;
    let most = Limit { name: format!("{} (part {number})", row.path), bytes: ctx.app.settings.max_upload_bytes };
    let upload = ctx.app.objects.upload(&ctx.app.settings.cache_dir, most)?;
    Ok(StoringPart { ctx: ctx.clone(), organization, row, number, upload })
}

impl StoringPart {
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        self.upload.write(chunk).await
    }

    /// Keeps the part; one of its number that came before is replaced. Durable when this returns: the SHA-256 of its bytes.
    pub async fn finish(self) -> Result<String, Fault> {
        let StoringPart { ctx, organization, row, number, upload } = self;
        let ahead = waiting(&ctx, organization).await?.saturating_add(upload.size_bytes());
        metering::check_quota_ahead(&ctx, "stored_bytes", ahead).await?;
        let whole = upload.finish().await?;
        let key = Key::artifact(organization, ctx.app.ids.uuid());
        whole.store_as(&key).await?;
        let sha256 = whole.sha256.clone();
        let part = PartRow {
            number,
            object_key: key.as_str().to_owned(),
            sha256: whole.sha256.clone(),
            size_bytes: whole.size_bytes,
        };
        let id = row.id;
        let before = ctx
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    // It may be aborted or finished by now.
                    let open = sql::parts::find(&mut *tx, organization, id).await?;
                    open.filter(|row| row.finished_at.is_none())
                        .ok_or_else(|| Fault::missing("upload", id.simple()))?;
                    sql::parts::put_part(tx, organization, id, &part).await
                })
            })
            .await?;
        forget(&ctx, before).await;
        Ok(sha256)
    }
}

/// Removes objects of parts that no row names any more; what cannot be removed now the sweep removes.
async fn forget(ctx: &Ctx, keys: impl IntoIterator<Item = String>) {
    for key in keys {
        if let Err(fault) = ctx.app.objects.delete(&key).await {
            tracing::info!(%fault, "a part of an upload is left for the sweep");
        }
    }
}

/// Puts the parts together and publishes the file. The same once more changes nothing.
pub async fn complete_parts(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
    id: Uuid,
    sent: &[SentPart],
) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let path = artifacts::writable(ctx, organization, owner, experiment, path).await?;
    let row = at(ctx, organization, owner, &path, id).await?;
    if row.finished_at.is_some() {
        return Ok(());
    }
    let parts = sql::parts::parts(ctx.db(), organization, id).await?;
    fits_together(&parts, sent)?;
    let size: i64 = parts.iter().map(|part| part.size_bytes).sum();
    Limit { name: path.clone(), bytes: ctx.app.settings.max_upload_bytes }.check(size)?;
    let mut storing: Storing = artifacts::start_artifact(ctx, owner, experiment, &path).await?;
    for part in &parts {
        let (_, mut chunks) = ctx.app.objects.stream(&part.object_key).await?;
        let broken = |e| Fault::busy(format!("part {} could not be read: {e}; complete it again", part.number));
        while let Some(chunk) = chunks.try_next().await.map_err(broken)? {
            storing.write(&chunk).await?;
        }
    }
    storing.finish().await?;
    let now = ctx.now();
    ctx.db().write(move |tx| Box::pin(async move { sql::parts::finish(tx, organization, id, now).await })).await?;
    forget(ctx, parts.into_iter().map(|part| part.object_key)).await;
    Ok(())
}

/// That every part came as it was sent, and none is too small.
fn fits_together(parts: &[PartRow], sent: &[SentPart]) -> Result<(), Fault> {
    if sent.is_empty() {
        return Err(Fault::field("parts", "are missing; name each with its part_number and etag"));
    }
    for (number, said) in (1..).zip(sent) {
        if said.number != number {
            let why = format!("name part {} where part {number} is due; name them in order, from 1", said.number);
            return Err(Fault::field("parts", why));
        }
        let came = parts.iter().find(|part| part.number == number);
        let came =
            came.ok_or_else(|| Fault::field("parts", format!("name part {number}, which did not come; send it")))?;
        if came.sha256 != said.etag.trim_matches('"') {
            let why = format!("name part {number} with another etag than it was answered with; send it again");
            return Err(Fault::field("parts", why));
        }
        let is_last = usize::try_from(number).unwrap_or(0) == sent.len();
        if !is_last && came.size_bytes < SMALLEST {
            let why =
                format!("have part {number} of {} bytes; every part but the last has at least 5 MiB", came.size_bytes);
            return Err(Fault::field("parts", why));
        }
    }
    match parts.len() > sent.len() {
        true => Err(Fault::field("parts", format!("are {}, and {} came; name them all", sent.len(), parts.len()))),
        false => Ok(()),
    }
}

/// Forgets an upload with its parts; one that is finished stays a file.
pub async fn abort_parts(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
    id: Uuid,
) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let path = artifacts::writable(ctx, organization, owner, experiment, path).await?;
    let row = at(ctx, organization, owner, &path, id).await?;
    if row.finished_at.is_some() {
        return Ok(());
    }
    let parts = sql::parts::parts(ctx.db(), organization, id).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::parts::delete(tx, organization, id).await?;
                let detail = json!({ "path": row.path });
                audit::record(tx, &inner, "artifact.upload_aborted", owner.noun(), owner.id(), detail).await
            })
        })
        .await?;
    forget(ctx, parts.into_iter().map(|part| part.object_key)).await;
    Ok(())
}
