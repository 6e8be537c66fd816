//! The card of a registered version: its row, the run that it came from, its files, and what they say of its format.

use super::artifacts::place_of;
use super::{load_experiment, load_run, mlmodel, sql};
use crate::{Ctx, registry};
use chorale_model::experiments::RunId;
use chorale_model::registry::{ModelArtifact, ModelFormat, ModelVersion, VersionCard};
use chorale_model::{Fault, FaultKind, OrganizationId, Role};

/// Files that a card lists.
const MOST_FILES: usize = 1_000;
/// What a file that describes a model may be; a larger one is none.
const LARGEST_BYTES: i64 = 256 * 1024;

pub async fn load_version_card(ctx: &Ctx, name: &str, version: i64) -> Result<VersionCard, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let version = registry::load_version(ctx, name, version).await?;
    let run = match version.source.run.parse::<RunId>() {
        Ok(id) => found(load_run(ctx, id).await)?,
        Err(_) => None,
    };
    let experiment = match &run {
        Some(run) => found(load_experiment(ctx, run.info.experiment).await)?.map(|one| one.name),
        None => None,
    };
    let Files { mut all, format } = files(ctx, organization, &version).await?;
    let has_more = all.len() > MOST_FILES;
    all.truncate(MOST_FILES);
    Ok(VersionCard { version, files: all, has_more, format, run, experiment })
}

/// What a client named may be no more, or may never have been here.
pub(super) fn found<T>(loaded: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match loaded {
        Ok(one) => Ok(Some(one)),
        Err(fault) if fault.kind == FaultKind::Missing => Ok(None),
        Err(fault) => Err(fault),
    }
}

struct Files {
    all: Vec<ModelArtifact>,
    format: Option<ModelFormat>,
}

/// Its files by their paths below it, and what they say.
async fn files(ctx: &Ctx, organization: OrganizationId, version: &ModelVersion) -> Result<Files, Fault> {
    let Some((owner, below)) = place_of(version) else {
        return Ok(Files { all: version.artifacts.clone(), format: None });
    };
    let folder = if below.is_empty() { String::new() } else { format!("{below}/") };
    let most = i64::try_from(MOST_FILES).unwrap_or(i64::MAX) + 1;
    let rows = sql::artifacts::below(ctx.db(), organization, owner.id(), &folder, most).await?;
    let text = async |path: &str| {
        let row = rows.iter().find(|row| row.path.strip_prefix(&*folder) == Some(path));
        match row.filter(|row| (1..=LARGEST_BYTES).contains(&row.size_bytes)) {
            Some(row) => {
                let bytes = ctx.app.objects.range(&row.object_key, 0..row.size_bytes.unsigned_abs()).await?;
                Ok::<_, Fault>(String::from_utf8(bytes.to_vec()).ok())
            }
            None => Ok(None),
        }
    };
    let format = match text("MLmodel").await? {
        Some(said) => mlmodel::read(&said, &text("requirements.txt").await?.unwrap_or_default()),
        None => None,
    };
    let file = |row: sql::artifacts::ArtifactRow| ModelArtifact {
        path: row.path[folder.len()..].to_owned(),
        size_bytes: row.size_bytes,
        sha256: row.sha256,
    };
    Ok(Files { all: rows.into_iter().map(file).collect(), format })
}
