//! The value table of a new version: the source's own, joined to the one before when the source adds samples, or the
//! one before when nothing is said of values. An equal table is kept and not stored twice.

use super::sql::publish::Current;
use super::version::{Mode, NewValues, NewVersion};
use crate::jobs::Running;
use crate::objects::Key;
use chorale_lake::Cause;
use chorale_model::{Fault, OrganizationId};
use sha2::{Digest, Sha256};
use std::path::Path;

/// What becomes of the values.
pub(super) struct Table {
    pub word: Word,
    /// Why the source's values are not in it.
    pub remark: Option<String>,
}

pub(super) enum Word {
    Nothing,
    /// The table of the version before stays.
    Kept,
    New(TableFile),
}

/// A table in a local file, with what its bytes are.
pub(super) struct TableFile {
    pub values: NewValues,
    pub sha256: String,
    pub size_bytes: i64,
}

pub(super) async fn table_of(job: &Running, current: &Current, new: &NewVersion) -> Result<Table, Fault> {
    let before = current.values();
    let said = match (&new.values, before, new.mode) {
        (None, Some(_), Mode::Add) => return Ok(Table { word: Word::Kept, remark: None }),
        (None, ..) => return Ok(Table { word: Word::Nothing, remark: None }),
        (Some(values), Some((key, _)), Mode::Add) => match join(job, key, values).await? {
            Ok(joined) => joined,
            Err(error) => {
                let (accession, platform) = (&new.accession, &new.platform);
                let remark = format!(
                    "The values of this file are not in the value table of {accession} on {platform}, which stays as it \
                     was: {error}."
                );
                return Ok(Table { word: Word::Kept, remark: Some(remark) });
            }
        },
        (Some(values), ..) => values.clone(),
    };
    if before.is_some_and(|(_, content)| content == said.content_sha256) {
        return Ok(Table { word: Word::Kept, remark: None });
    }
    let path = said.path.clone();
    let digest = job.blocking(move || file_sha256(&path)).await?;
    let (sha256, size_bytes) = digest.map_err(|e| Fault::internal("reading a value table", e))?;
    Ok(Table { word: Word::New(TableFile { values: said, sha256, size_bytes }), remark: None })
}

/// The table of the version before with the source's, in a file beside it; or why they cannot be one.
async fn join(job: &Running, key: &str, added: &NewValues) -> Result<Result<NewValues, chorale_lake::Error>, Fault> {
    let local = |e: std::io::Error| Fault::internal("making room for a value table", e);
    let added = added.path.clone();
    // The import's folder, which goes as a whole.
    let folder = added.parent().map(Path::to_owned).unwrap_or_default();
    let fresh = || Ok::<_, Fault>(tempfile::NamedTempFile::new_in(&folder).map_err(local)?.into_temp_path());
    let (before, to) = (fresh()?, fresh()?.keep().map_err(|e| local(e.error))?);
    job.ctx.app.objects.fetch(key, &before).await?;
    let joined = job.blocking(move || {
        let summary = chorale_lake::merge(&before, &added, &folder, &to)?;
        let narrow = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Ok::<_, chorale_lake::Error>(NewValues {
            path: to,
            content_sha256: summary.content_sha256,
            features: narrow(summary.rows),
            samples: narrow(summary.samples),
        })
    });
    match joined.await? {
        Err(error @ chorale_lake::Error { cause: Cause::Io(_), .. }) => {
            Err(Fault::internal("joining value tables", error))
        }
        joined => Ok(joined),
    }
}

fn file_sha256(path: &Path) -> std::io::Result<(String, i64)> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok((hex::encode(hasher.finalize()), size));
        }
        size += i64::try_from(read).unwrap_or(0);
        hasher.update(&buffer[..read]);
    }
}

/// A new table as an object under a fresh name; garbage if the version is never published.
pub(super) async fn upload(
    job: &Running,
    organization: OrganizationId,
    table: &Table,
) -> Result<Option<String>, Fault> {
    let Word::New(file) = &table.word else { return Ok(None) };
    let key = Key::values(organization, job.ctx.app.ids.uuid());
    job.ctx.app.objects.put_file(&key, &file.values.path).await?;
    Ok(Some(key.as_str().to_owned()))
}
