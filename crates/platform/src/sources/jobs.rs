//! The import job: file after file, each by itself. A file that cannot be read fails alone; a broken dependency
//! fails the attempt, and the next one finds in the catalog what this one published.

use super::drafts::{self, Drafts};
use super::reading::{Place, ReadFile, Reading, read_beside, warning};
use super::tally::Tally;
use super::{Item, Payload, fetch};
use crate::catalog::{self, NewSource, Published, Span};
use crate::jobs::{Handler, Running};
use crate::metering;
use crate::objects::Key;
use chorale_formats::Report;
use chorale_model::jobs::{JobDataset, JobFile};
use chorale_model::number::counted;
use chorale_model::sources::UploadedFile;
use chorale_model::{Fault, FaultKind, OrganizationId};
use futures::future::BoxFuture;
use serde_json::Value;

/// The kind of an import's job.
pub const IMPORT: &str = "import";

pub struct ImportHandler;

impl Handler for ImportHandler {
    fn kind(&self) -> &'static str {
        IMPORT
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(import(job))
    }
}

async fn import(job: &Running) -> Result<Value, Fault> {
    let payload: Payload =
        serde_json::from_value(job.payload.clone()).map_err(|e| Fault::internal("reading an import's payload", e))?;
    let organization = job.ctx.scope.ok_or_else(|| Fault::internal("importing", "the job has no organization"))?;
    catalog::discard_unfinished(job, organization).await?;
    let sizes = payload.items.iter().map(|item| match item {
        Item::File(file) => file.size_bytes,
        Item::Accession(_) => 0,
    });
    let mut place = Place { position: 0, before_bytes: 0, total_bytes: sizes.sum() };
    let mut tally = Tally::default();
    for item in &payload.items {
        let done = import_item(job, organization, &payload, item, &mut place).await;
        match done {
            Ok(file) => tally.add(&file),
            Err(fault) => {
                cancelled(job, &payload, place.position).await;
                return Err(fault);
            }
        }
        place.position += 1;
    }
    catalog::recount(&job.ctx.app, organization, payload.collection).await?;
    tally.result(&payload)
}

/// After a cancel: this file and those after it were not imported.
async fn cancelled(job: &Running, payload: &Payload, from: i64) {
    if job.stop.why() != Some(crate::jobs::Stop::Cancelled) {
        return;
    }
    for (position, item) in (0..).zip(&payload.items).filter(|(position, _)| *position >= from) {
        let file = report(item.name(), "cancelled", "The import was cancelled before this file was done.");
        if let Err(fault) = job.file(position, file).await {
            tracing::warn!(%fault, "a cancelled file could not be marked");
        }
    }
}

fn report(name: &str, state: &str, message: impl Into<String>) -> JobFile {
    JobFile {
        name: name.to_owned(),
        state: state.to_owned(),
        message: message.into(),
        sha256: None,
        size_bytes: None,
        datasets: Vec::new(),
        samples: 0,
    }
}

/// Imports one file or accession. A fault ends the job's attempt; what is wrong with the file is in its report.
async fn import_item(
    job: &Running,
    organization: OrganizationId,
    payload: &Payload,
    item: &Item,
    place: &mut Place,
) -> Result<JobFile, Fault> {
    job.stop.check()?;
    job.file(place.position, report(item.name(), "running", "")).await?;
    let fetched = match item {
        Item::File(file) => Ok(vec![(file.clone(), None)]),
        Item::Accession(accession) => fetch::fetch(job, organization, accession)
            .await
            .map(|all| all.into_iter().map(|found| (found.file, Some(found.url))).collect()),
    };
    let done = match fetched {
        Ok(files) => import_files(job, organization, payload, item, files, place).await,
        Err(fault) => Err(fault),
    };
    let file = match done {
        Err(fault) if ends_attempt(job, &fault) => return Err(fault),
        Err(fault) => report(item.name(), "failed", fault.message),
        Ok(file) => file,
    };
    job.file(place.position, file.clone()).await?;
    Ok(file)
}

/// The files of an item: one, but for a series that is fetched as a matrix to each platform.
async fn import_files(
    job: &Running,
    organization: OrganizationId,
    payload: &Payload,
    item: &Item,
    files: Vec<(UploadedFile, Option<String>)>,
    place: &mut Place,
) -> Result<JobFile, Fault> {
    let mut whole: Option<JobFile> = None;
    for (file, url) in files {
        if url.is_some() {
            place.total_bytes += file.size_bytes;
            keep(job, organization, &file).await?;
        }
        let done = import_file(job, organization, payload, &file, url, place).await;
        place.before_bytes += file.size_bytes;
        let (sha256, size_bytes) = (Some(file.sha256.clone()), Some(file.size_bytes));
        let done = JobFile { name: item.name().to_owned(), sha256, size_bytes, ..done? };
        whole = Some(match whole {
            None => done,
            Some(before) => together(before, done),
        });
    }
    whole.ok_or_else(|| Fault::internal("importing", "an item without files"))
}

/// Two files of one item: the worse state of both, and what each said.
fn together(before: JobFile, after: JobFile) -> JobFile {
    let rank = |state: &str| ["unchanged", "succeeded"].iter().position(|good| *good == state).unwrap_or(2);
    let state = if rank(&after.state) > rank(&before.state) { after.state } else { before.state };
    JobFile {
        name: before.name,
        state,
        message: format!("{} {}", before.message, after.message),
        // Two files have no common hash; each version names its own.
        sha256: None,
        size_bytes: before.size_bytes.zip(after.size_bytes).map(|(one, other)| one + other),
        datasets: before.datasets.into_iter().chain(after.datasets).collect(),
        samples: before.samples + after.samples,
    }
}

/// Whether a fault is about the platform rather than about the file.
fn ends_attempt(job: &Running, fault: &Fault) -> bool {
    job.stop.is_stopped() || matches!(fault.kind, FaultKind::Internal | FaultKind::Busy)
}

async fn keep(job: &Running, organization: OrganizationId, file: &UploadedFile) -> Result<(), Fault> {
    let (ctx, file) = (job.ctx.clone(), file.clone());
    job.write(move |tx| {
        Box::pin(async move {
            let key = Key::raw(organization, &file.sha256);
            catalog::keep_object(tx, &ctx, organization, &key, &file.sha256, file.size_bytes).await?;
            metering::check_quota(&ctx, tx, "stored_bytes", 0).await
        })
    })
    .await
}

async fn import_file(
    job: &Running,
    organization: OrganizationId,
    payload: &Payload,
    file: &UploadedFile,
    url: Option<String>,
    place: &Place,
) -> Result<JobFile, Fault> {
    let local = |e: std::io::Error| Fault::internal("making room for an import", e);
    let imports = job.ctx.app.settings.cache_dir.join("imports");
    std::fs::create_dir_all(&imports).map_err(local)?;
    let folder = tempfile::tempdir_in(&imports).map_err(local)?;
    let raw = folder.path().join("raw");
    job.ctx.app.objects.fetch(Key::raw(organization, &file.sha256).as_str(), &raw).await?;
    let reading = Reading {
        raw,
        folder: folder.path().to_owned(),
        name: file.name.clone(),
        mapping: payload.mapping.clone(),
        collection: payload.collection,
        source: source_of(job, file, url),
    };
    let (found, report_) = read_beside(job, &reading, place).await?;
    match found {
        ReadFile::NeedsMapping(message) => Ok(report(&file.name, "needs_mapping", message)),
        ReadFile::Broken(message, warnings) => {
            let seen = i64::try_from(warnings.len()).unwrap_or(i64::MAX);
            job.warnings(warnings.iter().map(|w| warning(&file.name, w)).collect(), seen).await?;
            Ok(report(&file.name, "failed", message))
        }
        ReadFile::Drafts(drafts) => {
            let total = i64::try_from(report_.warnings_total).unwrap_or(i64::MAX);
            let seen = total.max(i64::try_from(drafts.warnings.len()).unwrap_or(i64::MAX));
            job.warnings(drafts.warnings.iter().map(|w| warning(&file.name, w)).collect(), seen).await?;
            publish_all(job, file, drafts, &report_, place).await
        }
    }
}

fn source_of(job: &Running, file: &UploadedFile, url: Option<String>) -> NewSource {
    let (source, licence) = match url {
        Some(_) => ("NCBI GEO", "NCBI places no restrictions on GEO data; submitters may claim rights"),
        None => ("upload", "not stated"),
    };
    NewSource {
        source: source.to_owned(),
        source_url: url,
        licence: licence.to_owned(),
        retrieved_at: job.ctx.now(),
        file_name: file.name.clone(),
        raw_sha256: file.sha256.clone(),
        raw_size_bytes: file.size_bytes,
        parser: chorale_formats::PARSER_VERSION.to_owned(),
        lines: 0,
        warnings: 0,
    }
}

/// Publishes each dataset of a file. They are independent: what was published stays when a later one fails.
async fn publish_all(
    job: &Running,
    file: &UploadedFile,
    drafts: Drafts,
    read: &Report,
    place: &Place,
) -> Result<JobFile, Fault> {
    if let Some(nothing) = drafts.nothing {
        return Ok(report(&file.name, "succeeded", nothing));
    }
    let count = i64::try_from(drafts.versions.len()).unwrap_or(1).max(1);
    let (half, mut from) = (file.size_bytes / 2, place.before_bytes + file.size_bytes / 2);
    let mut published: Vec<(JobDataset, Published)> = Vec::new();
    for mut version in drafts.versions {
        let to = from + half / count;
        version.span = Span { from, to, total: place.total_bytes };
        from = to;
        let (accession, platform) = (version.accession.clone(), version.platform.clone());
        let done = catalog::publish(job, version).await?;
        if let Some(remark) = &done.remark {
            let told = warning(&file.name, &drafts::lost(remark));
            job.warnings(vec![told], 1).await?;
        }
        let (id, version, samples) = (done.dataset, done.number, done.samples);
        published.push((JobDataset { id, accession, platform, version, samples }, done));
    }
    let changed = published.iter().any(|(_, done)| done.changed);
    let message = if changed { words(&published, drafts.samples, read) } else { same(&published) };
    Ok(JobFile {
        datasets: published.into_iter().map(|(dataset, _)| dataset).collect(),
        samples: drafts.samples,
        ..report(&file.name, if changed { "succeeded" } else { "unchanged" }, message)
    })
}

fn words(published: &[(JobDataset, Published)], samples: i64, read: &Report) -> String {
    let samples = counted(samples.unsigned_abs(), "sample", "samples");
    let datasets = counted(published.len() as u64, "dataset", "datasets");
    let lines = counted(read.lines, "line", "lines");
    format!("{samples} in {datasets}, from {lines}.")
}

fn same(published: &[(JobDataset, Published)]) -> String {
    match published {
        [(dataset, _)] => format!("{} says the same since version {}.", dataset.accession, dataset.version),
        several => format!("All {} datasets say the same as before.", several.len()),
    }
}
