//! Files of runs and of logged models. Whose a file is says its row; a path names a file below its owner and nothing else.

use super::{run, sql};
use crate::metering::{self, Quantity, Use};
use crate::objects::{Key, Limit, Upload};
use crate::{Ctx, audit};
use bytes::Bytes;
use chorale_model::experiments::{ArtifactEntry, ExperimentId, LoggedModelId, RunId};
use chorale_model::page::{Page, PageRequest};
use chorale_model::registry::ModelVersion;
use chorale_model::{Fault, OrganizationId, Role};
use futures::stream::BoxStream;
use serde_json::json;
use std::ops::Range;
use uuid::Uuid;

const LONGEST_PATH: usize = 1_000;
/// In one folder.
const MOST_LISTED: i64 = 100_000;

/// Of a file at the object store itself.
const ADDRESS_LASTS: std::time::Duration = std::time::Duration::from_secs(300);

/// Whose files they are, with the experiment that its clients name beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Run(RunId),
    Model(LoggedModelId),
}

impl Owner {
    /// What a path below the root of all artifacts names (`<experiment>/<run>/artifacts/…`,
    /// `<experiment>/models/<model>/artifacts/…`): the experiment, the owner, and what is below it.
    pub fn of_path(path: &str) -> Option<(ExperimentId, Owner, String)> {
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let (owner, rest) = match parts.as_slice() {
            [_, "models", model, "artifacts", rest @ ..] => (Owner::Model(model.parse().ok()?), rest),
            [_, run, "artifacts", rest @ ..] => (Owner::Run(run.parse().ok()?), rest),
            _ => return None,
        };
        Some((ExperimentId(parts[0].parse().ok()?), owner, rest.join("/")))
    }

    /// As the audit log calls it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Owner::Run(_) => "run",
            Owner::Model(_) => "logged model",
        }
    }

    pub(super) fn id(self) -> Uuid {
        match self {
            Owner::Run(id) => id.0,
            Owner::Model(id) => id.0,
        }
    }
}

/// A file as it is read.
#[derive(Debug)]
pub struct Download {
    pub path: String,
    pub sha256: String,
    pub size_bytes: i64,
    pub(super) object_key: String,
}

impl Download {
    /// Where whoever has the address reads it for some minutes, past us; none where the store gives out no addresses.
    pub async fn address(&self, ctx: &Ctx) -> Result<Option<String>, Fault> {
        ctx.app.objects.address(&self.object_key, ADDRESS_LASTS).await
    }

    /// Its bytes, or some of them.
    pub async fn open(
        &self,
        ctx: &Ctx,
        part: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Fault> {
        match part {
            Some(part) => ctx.app.objects.stream_range(&self.object_key, part).await,
            None => Ok(ctx.app.objects.stream(&self.object_key).await?.1),
        }
    }
}

/// A file that is taken in; dropping it leaves nothing.
pub struct Storing {
    ctx: Ctx,
    organization: OrganizationId,
    owner: Owner,
    path: String,
    upload: Upload,
    /// What is brought from elsewhere belongs to what is deleted, too.
    brought: bool,
}

/// A path below its owner, as it is kept.
///
/// # Errors
/// When it climbs, begins at a root, or has a sign that some clients or systems read otherwise.
fn checked(path: &str) -> Result<&str, Fault> {
    let wrong =
        |why: &str| Err(Fault::field("path", format!("\"{path}\" {why}; write a relative path such as plots/roc.png")));
    if path.is_empty() {
        return wrong("is empty");
    }
    if path.chars().count() > LONGEST_PATH {
        return wrong("is longer than 1,000 characters");
    }
    if path.contains(['\\', '?', '#']) || path.chars().any(char::is_control) {
        return wrong("has a sign that a path may not have");
    }
    if is_another_decoded(path) {
        return wrong("is another path when it is decoded");
    }
    if path.contains(';') && path.split('/').any(|part| part.starts_with(';') || part.ends_with(';')) {
        return wrong("has a ; at an end of a part");
    }
    if path.split('/').any(|part| part.is_empty() || part == "." || part == "..") || path.get(1..2) == Some(":") {
        return wrong("does not stay below its owner");
    }
    Ok(path)
}

/// Whether somebody who decodes a path once more reads one of other parts.
fn is_another_decoded(path: &str) -> bool {
    let mut read = path.to_owned();
    while let Ok(decoded) = percent_encoding::percent_decode_str(&read).decode_utf8() {
        if *decoded == *read {
            return false;
        }
        let strange = decoded.contains(['\\', '?', '#', ';']) || decoded.chars().any(char::is_control);
        let climbs = decoded.split('/').any(|part| matches!(part, "" | "." | ".."));
        if strange || climbs || decoded.split('/').count() != path.split('/').count() {
            return true;
        }
        read = decoded.into_owned();
    }
    true
}

/// Whether the owner is the organization's, and of the experiment where one is named; a deleted one keeps its files, and
/// takes none where `writing`.
async fn owned(
    ctx: &Ctx,
    organization: OrganizationId,
    owner: Owner,
    experiment: Option<ExperimentId>,
    writing: bool,
) -> Result<(), Fault> {
    let (found, deleted, place, missing) = match owner {
        Owner::Run(id) => {
            let row = sql::runs::find(ctx.db(), organization, id).await?;
            let deleted = row.as_ref().is_some_and(|row| row.deleted_ms.is_some());
            (row.as_ref().map(|row| row.experiment), deleted, row.map(|row| row.artifact_location), run::missing(id))
        }
        Owner::Model(id) => {
            let row = sql::models::find(ctx.db(), organization, id).await?;
            let deleted = row.as_ref().is_some_and(|row| row.deleted);
            let missing = Fault::missing("logged model", id);
            (row.as_ref().map(|row| row.experiment), deleted, row.map(|row| row.artifact_location), missing)
        }
    };
    if found.is_none() || experiment.is_some_and(|asked| Some(asked.0) != found) {
        return Err(missing);
    }
    if let Some(place) = place.filter(|place| !place.is_empty()) {
        return Err(Fault::invalid(format!(
            "these artifacts are not kept here: they lie at {place}, where their client wrote them; read them with its \
             credentials"
        )));
    }
    match deleted && writing {
        true => Err(Fault::invalid("what is deleted takes no artifacts; restore it first")),
        false => Ok(()),
    }
}

/// Begins to take a file in; [`Storing::finish`] publishes it when it is whole.
pub async fn start_artifact(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
) -> Result<Storing, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let path = writable(ctx, organization, owner, experiment, path).await?;
    store(ctx, organization, owner, path, false).await
}

/// The path as it is kept, where the owner takes files.
pub(super) async fn writable(
    ctx: &Ctx,
    organization: OrganizationId,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
) -> Result<String, Fault> {
    let path = checked(path)?.to_owned();
    owned(ctx, organization, owner, experiment, true).await?;
    Ok(path)
}

async fn store(
    ctx: &Ctx,
    organization: OrganizationId,
    owner: Owner,
    path: String,
    brought: bool,
) -> Result<Storing, Fault> {
    metering::check_quota_ahead(ctx, "stored_bytes", 0).await?;
    let most = Limit { name: path.clone(), bytes: ctx.app.settings.max_upload_bytes };
    let upload = ctx.app.objects.upload(&ctx.app.settings.cache_dir, most)?;
    Ok(Storing { ctx: ctx.clone(), organization, owner, path, upload, brought })
}

/// As [`start_artifact`], of something that was brought; none where a file of this size lies there.
pub(super) async fn bring(
    ctx: &Ctx,
    owner: Owner,
    path: &str,
    size_bytes: Option<i64>,
) -> Result<Option<Storing>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let path = checked(path)?.to_owned();
    owned(ctx, organization, owner, None, false).await?;
    match sql::artifacts::find(ctx.db(), organization, owner.id(), &path).await? {
        Some(there) if size_bytes.is_none_or(|size| size == there.size_bytes) => Ok(None),
        Some(there) => Err(Fault::conflict(format!(
            "\"{path}\" has {} bytes here; it stays, delete it to bring the other one",
            there.size_bytes
        ))),
        None => store(ctx, organization, owner, path, true).await.map(Some),
    }
}

impl Storing {
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        self.upload.write(chunk).await
    }

    pub fn size_bytes(&self) -> i64 {
        self.upload.size_bytes()
    }

    /// Publishes the file under its path; one that stood there is replaced. Durable when this returns. What does not fit into
    /// the quota is not stored.
    pub async fn finish(self) -> Result<(), Fault> {
        let Storing { ctx, organization, owner, path, upload, brought } = self;
        metering::check_quota_ahead(&ctx, "stored_bytes", upload.size_bytes()).await?;
        // Its owner may be deleted by now.
        owned(&ctx, organization, owner, None, !brought).await?;
        let whole = upload.finish().await?;
        let key = Key::artifact(organization, ctx.app.ids.uuid());
        whole.store_as(&key).await?;
        let (sha256, size_bytes) = (whole.sha256, whole.size_bytes);
        let row = sql::artifacts::ArtifactRow { path, object_key: key.as_str().to_owned(), sha256, size_bytes };
        ctx.db()
            .clone()
            .write(move |tx| {
                Box::pin(async move {
                    if sql::artifacts::in_the_way(tx, organization, owner.id(), &row.path).await? {
                        let why =
                            format!("\"{}\" is a folder there, or lies below a file; choose another path", row.path);
                        return Err(Fault::field("path", why));
                    }
                    // What stood there is garbage now, which the sweep removes.
                    sql::artifacts::put(tx, organization, owner.id(), &row, ctx.now()).await?;
                    let quantity = Quantity::UploadedBytes;
                    let used = Use { organization, quantity, object: "artifacts".to_owned(), actor: ctx.actor_name() };
                    // An f64 is exact up to 2^53 bytes.
                    metering::record(tx, used, ctx.now(), row.size_bytes as f64).await?;
                    let detail = json!({ "path": row.path, "size_bytes": row.size_bytes, "sha256": row.sha256 });
                    audit::record(tx, &ctx, "artifact.stored", owner.noun(), owner.id(), detail).await?;
                    metering::check_quota(&ctx, tx, "stored_bytes", 0).await
                })
            })
            .await
    }
}

/// What lies in a folder, or at the top where it is empty: files with their sizes, and folders.
pub async fn list_artifacts(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    folder: &str,
) -> Result<Vec<ArtifactEntry>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let folder = folder.trim_end_matches('/');
    if !folder.is_empty() {
        checked(folder)?;
    }
    owned(ctx, organization, owner, experiment, false).await?;
    let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let rows = sql::artifacts::entries(ctx.db(), organization, owner.id(), &below, MOST_LISTED + 1).await?;
    if rows.len() > usize::try_from(MOST_LISTED).unwrap_or(usize::MAX) {
        return Err(Fault::invalid(format!(
            "\"{folder}\" has more than {MOST_LISTED} entries; ask for a folder below it"
        )));
    }
    let entry = |(name, size_bytes): (String, Option<i64>)| ArtifactEntry {
        path: format!("{below}{name}"),
        is_folder: size_bytes.is_none(),
        size_bytes,
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// A page of all files by their paths. The cursor is the last path of the page before.
pub async fn list_all_artifacts(ctx: &Ctx, owner: Owner, page: PageRequest) -> Result<Page<ArtifactEntry>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    owned(ctx, organization, owner, None, false).await?;
    let after = page.cursor.unwrap_or_default();
    let rows = sql::artifacts::all(ctx.db(), organization, owner.id(), &after, limit + 1).await?;
    let entry = |row: sql::artifacts::ArtifactRow| ArtifactEntry {
        path: row.path,
        is_folder: false,
        size_bytes: Some(row.size_bytes),
    };
    Ok(Page::cut(rows, limit, |row| row.path.clone()).map(entry))
}

/// Where a file's bytes are.
pub async fn artifact(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
) -> Result<Download, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    checked(path)?;
    owned(ctx, organization, owner, experiment, false).await?;
    let row = sql::artifacts::find(ctx.db(), organization, owner.id(), path).await?;
    let row = row.ok_or_else(|| Fault::missing("artifact", path))?;
    let sql::artifacts::ArtifactRow { path, object_key, sha256, size_bytes } = row;
    Ok(Download { path, sha256, size_bytes, object_key })
}

/// Whose files a registered version's are, and the folder below it; none where they are not kept here.
pub(super) fn place_of(version: &ModelVersion) -> Option<(Owner, String)> {
    match version.source.location.split_once(':')? {
        ("runs", rest) => {
            let rest = rest.trim_start_matches('/');
            let (run, below) = rest.split_once('/').unwrap_or((rest, ""));
            Some((Owner::Run(run.parse().ok()?), below.trim_end_matches('/').to_owned()))
        }
        ("mlflow-artifacts", rest) => {
            Owner::of_path(rest.trim_start_matches('/')).map(|(_, owner, below)| (owner, below))
        }
        _ => None,
    }
}

/// Where the bytes of a file of a registered version are, if they are kept here.
pub async fn version_artifact(ctx: &Ctx, version: &ModelVersion, path: &str) -> Result<Download, Fault> {
    checked(path)?;
    let (owner, below) = place_of(version).ok_or_else(|| {
        let location = &version.source.location;
        Fault::invalid(format!("the files of {} {} are not kept here: {location}", version.name, version.version))
    })?;
    let whole = if below.is_empty() { path.to_owned() } else { format!("{below}/{path}") };
    artifact(ctx, owner, None, &whole).await
}

/// Deletes a file, or a folder with everything in it; what is not there is gone already.
pub async fn delete_artifacts(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let path = checked(path)?.to_owned();
    owned(ctx, organization, owner, experiment, true).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let files = sql::artifacts::delete(tx, organization, owner.id(), &path).await?;
                if files == 0 {
                    return Ok(());
                }
                let detail = json!({ "path": path, "files": files });
                audit::record(tx, &inner, "artifact.deleted", owner.noun(), owner.id(), detail).await
            })
        })
        .await
}
