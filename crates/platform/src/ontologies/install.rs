//! Installing a release: its file is read to its end, stored, and named by a row. The first release of a name is in use
//! at once; another one waits until it is put in use. The same file again changes nothing.

use super::fetch::{self, check_size};
use super::jobs::InstallJob;
use super::library::State;
use super::sql::{self, InUse};
use super::{known, record, sets};
use crate::jobs::{CPU, NewJob, enqueue, load_job};
use crate::objects::Key;
use crate::{Ctx, metering};
use chorale_model::jobs::Job;
use chorale_model::ontologies::{InstallOntology, OntologyRelease, ReleaseProblem};
use chorale_model::{Fault, Role};
use chorale_ontology::Release;
use serde_json::json;
use std::path::{Path, PathBuf};
use url::Url;

/// Starts the installation of a release from an address, as a job of the operator's organization.
pub async fn install(ctx: &Ctx, input: InstallOntology) -> Result<Job, Fault> {
    ctx.require_operator()?;
    let organization = ctx.require(Role::Scientist)?;
    let name = known::checked(&input.name)?;
    let from = match input.from.as_deref().map(str::trim).filter(|from| !from.is_empty()) {
        Some(from) => fetch::address(from)?.to_string(),
        None => known::address_of(&name)?.to_owned(),
    };
    let told = super::organizations(ctx).await?;
    let ctx_ = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                metering::check_quota(&ctx_, tx, "queued_jobs", 1).await?;
                let job =
                    NewJob::new(InstallJob::KIND, format!("Install {name}"), json!({ "name": name, "from": from }));
                let job = job.on(CPU).once_for(format!("{}:{organization}:{name}:{from}", InstallJob::KIND));
                let id = enqueue(tx, &ctx_, Some(organization), job).await?;
                let detail = json!({ "from": from, "job": id });
                record(tx, &ctx_, &told, "ontology.install_started", &name, detail).await?;
                Ok(id)
            })
        })
        .await?;
    load_job(ctx, id).await
}

/// Installs a release from a file of this machine, or from an address, or from where the name is published. For the
/// command line: it returns when the release is installed.
pub async fn install_from(ctx: &Ctx, name: &str, from: Option<&str>) -> Result<OntologyRelease, Fault> {
    ctx.require_operator()?;
    let name = known::checked(name)?;
    match from {
        Some(path) if !path.contains("://") => install_file(ctx, &name, Path::new(path)).await,
        Some(address) if address.starts_with("file:") => {
            let path = Url::parse(address).ok().and_then(|url| url.to_file_path().ok());
            let path =
                path.ok_or_else(|| Fault::field("from", format!("\"{address}\" names no file; write a path")))?;
            install_file(ctx, &name, &path).await
        }
        Some(address) => install_url(ctx, &name, &fetch::address(address)?, None, ctx.actor_name()).await,
        None => {
            let address = fetch::address(known::address_of(&name)?)?;
            install_url(ctx, &name, &address, None, ctx.actor_name()).await
        }
    }
}

/// Installs a release from a file of this machine.
pub async fn install_file(ctx: &Ctx, name: &str, path: &Path) -> Result<OntologyRelease, Fault> {
    ctx.require_operator()?;
    let name = known::checked(name)?;
    let shown = path.display().to_string();
    let refuse = |why: String| Fault::field("from", format!("{shown} {why}"));
    let about = tokio::fs::metadata(path).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => refuse("does not exist; check the path".into()),
        _ => refuse(format!("cannot be looked at: {e}")),
    })?;
    if !about.is_file() {
        return Err(refuse("is no file; name the ontology's file itself".into()));
    }
    check_size(&shown, about.len())?;
    // A copy: what is hashed and what is stored are the same bytes, whatever happens to the file meanwhile.
    let copy = temporary(ctx).await?;
    tokio::fs::copy(path, &copy).await.map_err(|e| refuse(format!("cannot be read: {e}")))?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let from = From { file: &copy, file_name, source: shown, by: ctx.actor_name() };
    install_read(ctx, name, from).await
}

pub(super) async fn install_url(
    ctx: &Ctx,
    name: &str,
    url: &Url,
    job: Option<&crate::jobs::Running>,
    by: String,
) -> Result<OntologyRelease, Fault> {
    let file = temporary(ctx).await?;
    fetch::fetch(url, &file, job).await?;
    let file_name = url.path().rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(job) = job {
        job.progress(0, 0, "steps", &format!("Reading {file_name}")).await?;
    }
    install_read(ctx, name.to_owned(), From { file: &file, file_name, source: url.to_string(), by }).await
}

/// Where the bytes are and what is said of them.
struct From<'a> {
    file: &'a Path,
    file_name: String,
    source: String,
    by: String,
}

async fn temporary(ctx: &Ctx) -> Result<tempfile::TempPath, Fault> {
    let folder: PathBuf = ctx.app.room::<State>().cache.clone();
    let made = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        tempfile::NamedTempFile::new_in(&folder).map(tempfile::NamedTempFile::into_temp_path)
    });
    let made = made.await.map_err(|e| Fault::internal("making a temporary file", e))?;
    made.map_err(|e| Fault::internal("making a temporary file", e))
}

async fn install_read(ctx: &Ctx, name: String, from: From<'_>) -> Result<OntologyRelease, Fault> {
    let (release, problems) = read(ctx, &name, &from).await?;
    let known = sql::find_object(ctx.db(), &name, &release.sha256).await?;
    if let Some(InUse { object_key, .. }) = &known
        && ctx.app.objects.exists(object_key).await?
    {
        let found = sql::find_release(ctx.db(), &name, &release.sha256).await?;
        return found.ok_or_else(|| super::missing(&name, &release.sha256));
    }
    let key = Key::ontology(ctx.app.ids.uuid(), &release.sha256);
    ctx.app.objects.put_file(&key, from.file).await?;
    let told = super::organizations(ctx).await?;
    let (ctx_, key_, lost) = (ctx.clone(), key.clone(), known.map(|known| known.object_key));
    let (installed, stored) = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                sets::lock(tx).await?;
                if let Some(found) = sql::find_release(&mut *tx, &name, &release.sha256).await? {
                    // Whoever looked at the same time as we did was first, unless its object is the lost one.
                    let again = lost.is_some();
                    if again {
                        sql::replace_object(tx, &name, &release.sha256, key_.as_str()).await?;
                    }
                    return Ok((found, again));
                }
                let release = OntologyRelease { in_use: !sql::is_any_in_use(tx, &name).await?, ..release };
                sql::insert_release(tx, &release, key_.as_str()).await?;
                sql::insert_problems(tx, &name, &release.sha256, problems).await?;
                if release.in_use {
                    sets::changed(tx, &ctx_).await?;
                }
                let detail = json!({
                    "version": release.version, "sha256": release.sha256, "source": release.source, "in_use": release.in_use
                });
                record(tx, &ctx_, &told, "ontology.installed", &name, detail).await?;
                Ok((release, true))
            })
        })
        .await?;
    if !stored {
        ctx.app.objects.delete(key.as_str()).await?;
    }
    Ok(installed)
}

/// Reads the file to its end, off the async threads.
async fn read(ctx: &Ctx, name: &str, from: &From<'_>) -> Result<(OntologyRelease, Vec<ReleaseProblem>), Fault> {
    let (file, name_, file_name) = (from.file.to_owned(), name.to_owned(), from.file_name.clone());
    let doing = "reading an ontology";
    let read = tokio::task::spawn_blocking(move || -> Result<(OntologyRelease, Vec<ReleaseProblem>), Fault> {
        let bytes = std::fs::read(&file).map_err(|e| Fault::internal(doing, e))?;
        let release = chorale_ontology::read(&bytes).map_err(|error| {
            Fault::field("from", format!("{file_name} cannot be installed as {name_}: {error}; nothing was changed"))
        })?;
        known::check_ids(&name_, &file_name, release.terms.iter().map(|term| &*term.id))?;
        let problem = |one: &chorale_ontology::Problem| ReleaseProblem {
            line: i64::try_from(one.line).unwrap_or(i64::MAX),
            message: one.message.clone(),
        };
        let problems = release.problems.kept.iter().map(problem).collect();
        Ok((described(&name_, &file_name, &release, bytes.len()), problems))
    });
    let (release, problems) = read.await.map_err(|e| Fault::internal(doing, e))??;
    let version = if release.version.is_empty() { day(ctx) } else { release.version };
    let said = OntologyRelease { version, source: from.source.clone(), installed_by: from.by.clone(), ..release };
    Ok((OntologyRelease { installed_at: ctx.now(), ..said }, problems))
}

fn described(name: &str, file_name: &str, release: &Release, size: usize) -> OntologyRelease {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let in_use = || release.terms.iter().filter(|term| !term.obsolete);
    let said = release.version.trim();
    OntologyRelease {
        name: name.to_owned(),
        version: if said.is_empty() { version_in(file_name).unwrap_or_default() } else { said.to_owned() },
        sha256: release.sha256.clone(),
        format: release.format.name().to_owned(),
        size_bytes: count(size),
        terms: count(release.terms.len()),
        obsolete: count(release.terms.len() - in_use().count()),
        names: count(in_use().map(|term| term.names().count()).sum()),
        problems: i64::try_from(release.problems.total).unwrap_or(i64::MAX),
        in_use: false,
        source: String::new(),
        installed_at: chorale_model::Time(0),
        installed_by: String::new(),
    }
}

/// The day, for a release that says no version.
fn day(ctx: &Ctx) -> String {
    ctx.now().to_string().chars().take(10).collect()
}

/// The version in a file's name, for formats that say none: `v2026-05-05` in `MONDO-ontology-v2026-05-05.json.zst`.
fn version_in(file_name: &str) -> Option<String> {
    const ENDINGS: [&str; 8] = [".gz", ".zst", ".json", ".obo", ".txt", ".tsv", ".csv", ".tar"];
    let mut stem = file_name;
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)) {
        stem = shorter;
    }
    stem.match_indices(['-', '_']).map(|(at, _)| &stem[at + 1..]).find_map(|rest| {
        let digits = rest.strip_prefix('v').unwrap_or(rest);
        let number = digits.starts_with(|c: char| c.is_ascii_digit());
        (number && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).then(|| rest.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_a_files_name() {
        for (name, version) in [
            ("MONDO-ontology-v2026-05-05.json.zst", Some("v2026-05-05")),
            ("CVCL-ontology-55.0.json.zst", Some("55.0")),
            ("doid_2016-09-01.obo.gz", Some("2016-09-01")),
            ("genes_homo_sapiens.csv.gz", None),
            ("mondo.obo", None),
            ("", None),
        ] {
            assert_eq!(version_in(name).as_deref(), version, "{name}");
        }
    }
}
