//! The import job: file after file, each by itself. A file that cannot be read fails alone; a broken dependency
//! fails the attempt, and the next one finds in the catalog what this one published.

use super::drafts::{self, Drafts};
use super::gather::Gather;
use super::inspect::mapping_for;
use super::{Item, Payload, fetch};
use crate::catalog::{self, NewSource, Published, Span};
use crate::jobs::{Handler, Running};
use crate::objects::Key;
use chorale_formats::{Cause, Kind, Limits, Report, detect, open, read, sample_table};
use chorale_model::jobs::{JobDataset, JobFile, Warning};
use chorale_model::sources::{TableMapping, UploadedFile};
use chorale_model::{Fault, FaultKind, OrganizationId};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// The kind of an import's job.
pub const IMPORT: &str = "import";

/// How often the reading is looked at.
const LOOK: Duration = Duration::from_millis(200);

pub struct ImportHandler;

impl Handler for ImportHandler {
    fn kind(&self) -> &'static str {
        IMPORT
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(import(job))
    }
}

/// What an import comes to.
#[derive(Default)]
struct Tally {
    datasets: Vec<JobDataset>,
    samples: i64,
    succeeded: i64,
    unchanged: i64,
    failed: i64,
    first_failure: Option<String>,
}

/// A file at work: its place in the job, and its share of the progress.
struct Place {
    position: i64,
    before_bytes: i64,
    total_bytes: i64,
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
        Item::File(file) => Ok((file.clone(), None)),
        Item::Accession(accession) => fetch::fetch(job, organization, accession).await.map(|f| (f.file, Some(f.url))),
    };
    let done = match fetched {
        Ok((file, url)) => {
            if url.is_some() {
                place.total_bytes += file.size_bytes;
                keep(job, organization, &file).await?;
            }
            let done = import_file(job, organization, payload, &file, url, place).await;
            place.before_bytes += file.size_bytes;
            done.map(|done| JobFile {
                name: item.name().to_owned(),
                sha256: Some(file.sha256.clone()),
                size_bytes: Some(file.size_bytes),
                ..done
            })
        }
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

/// Whether a fault is about the platform rather than about the file.
fn ends_attempt(job: &Running, fault: &Fault) -> bool {
    job.stop.is_stopped() || matches!(fault.kind, FaultKind::Internal | FaultKind::Busy | FaultKind::Limited)
}

async fn keep(job: &Running, organization: OrganizationId, file: &UploadedFile) -> Result<(), Fault> {
    let (ctx, file) = (job.ctx.clone(), file.clone());
    job.write(move |tx| {
        Box::pin(async move {
            let key = Key::raw(organization, &file.sha256);
            catalog::keep_object(tx, &ctx, organization, &key, &file.sha256, file.size_bytes).await
        })
    })
    .await
}

/// What reading a file came to.
enum ReadFile {
    Drafts(Drafts),
    NeedsMapping(String),
    /// It cannot be read: the words for people, and what was noticed up to there.
    Broken(String, Vec<chorale_formats::Warning>),
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
    let mut reading = Reading {
        raw,
        folder: folder.path().to_owned(),
        name: file.name.clone(),
        mapping: payload.mapping.clone(),
        collection: payload.collection,
        source: source_of(job, file, url),
    };
    let (found, report_) = read_beside(job, &mut reading, place).await?;
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

/// Everything that reading needs, for a thread of its own.
#[derive(Clone)]
struct Reading {
    raw: PathBuf,
    folder: PathBuf,
    name: String,
    mapping: Option<TableMapping>,
    collection: chorale_model::CollectionId,
    source: NewSource,
}

/// Reads on a thread of its own, and says how far it is. Reading is the first half of a file's progress.
async fn read_beside(job: &Running, reading: &mut Reading, place: &Place) -> Result<(ReadFile, Report), Fault> {
    let bytes = Arc::new(AtomicI64::new(0));
    let (seen, stop, own) = (bytes.clone(), job.stop.clone(), reading.clone());
    let message = format!("Reading {}", reading.name);
    let mut work = Box::pin(job.blocking(move || {
        let gather =
            Gather::new(&own.folder, stop, seen).map_err(|e| Fault::internal("making room for an import", e))?;
        read_file(own, gather)
    }));
    loop {
        tokio::select! {
            done = &mut work => return done?,
            () = tokio::time::sleep(LOOK) => {
                let done = place.before_bytes + bytes.load(Ordering::Relaxed) / 2;
                // A stop reaches the reader by itself; its own end is waited for.
                if let Err(fault) = job.progress(done, place.total_bytes, "bytes", &message).await
                    && !job.stop.is_stopped()
                {
                    tracing::warn!(%fault, "an import's progress could not be written");
                }
            }
        }
    }
}

fn read_file(reading: Reading, mut gather: Gather) -> Result<(ReadFile, Report), Fault> {
    let limits = Limits::default();
    let raw = std::fs::File::open(&reading.raw).map_err(|e| Fault::internal("opening an import's copy", e))?;
    let found = open(&reading.name, raw, &limits).and_then(|mut input| {
        let head = input.head()?;
        let kind = detect(&reading.name, head);
        match (&kind, &reading.mapping) {
            (Kind::SampleTable, Some(said)) => {
                let mapping = mapping_for(&sample_table::sniff(head), said);
                sample_table::read(input, &mapping, &limits, &mut gather).map(Some)
            }
            (Kind::SampleTable, None) if sample_table::sniff(head).mapping.is_none() => Ok(None),
            _ => read(&kind, input, &limits, &mut gather).map(Some),
        }
    });
    match found {
        Ok(None) => {
            let message = "No column is known to name the samples: say what the columns mean, and import it again.";
            Ok((ReadFile::NeedsMapping(message.to_owned()), Report::default()))
        }
        Ok(Some(report)) => {
            let lines = i64::try_from(report.lines).unwrap_or(i64::MAX);
            let warnings = i64::try_from(report.warnings_total).unwrap_or(i64::MAX);
            let source = NewSource { lines, warnings, ..reading.source };
            let drafts = drafts::decide(gather, &reading.name, reading.collection, &source)
                .map_err(|e| Fault::internal("spooling samples", e))?;
            Ok((ReadFile::Drafts(drafts), report))
        }
        Err(error) if matches!(error.cause, Cause::Io(_)) => Err(Fault::internal("reading an import's copy", error)),
        Err(error) if error.is_cancelled() => Err(Fault::conflict("cancelled")),
        Err(error) => Ok((ReadFile::Broken(error.to_string(), gather.warnings), Report::default())),
    }
}

fn warning(file: &str, found: &chorale_formats::Warning) -> Warning {
    Warning {
        file: file.to_owned(),
        line: i64::try_from(found.line).unwrap_or(i64::MAX),
        severity: match found.severity {
            chorale_formats::Severity::Note => "note",
            chorale_formats::Severity::Warning => "warning",
            chorale_formats::Severity::Error => "error",
        }
        .to_owned(),
        message: found.to_string(),
        what: found.what.clone(),
        expected: found.expected.clone(),
        done: found.done.clone(),
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
    let plural = |count: i64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let datasets = plural(i64::try_from(published.len()).unwrap_or(0), "dataset");
    let lines = plural(i64::try_from(read.lines).unwrap_or(0), "line");
    format!("{} in {datasets}, from {lines}.", plural(samples, "sample"))
}

fn same(published: &[(JobDataset, Published)]) -> String {
    match published {
        [(dataset, _)] => format!("{} says the same since version {}.", dataset.accession, dataset.version),
        several => format!("All {} datasets say the same as before.", several.len()),
    }
}

impl Tally {
    fn add(&mut self, file: &JobFile) {
        match file.state.as_str() {
            "succeeded" => self.succeeded += 1,
            "unchanged" => self.unchanged += 1,
            _ => {
                self.failed += 1;
                self.first_failure.get_or_insert_with(|| format!("{}: {}", file.name, file.message));
            }
        }
        self.samples += file.samples;
        self.datasets.extend(file.datasets.iter().cloned());
    }

    /// The job's result; a fault when not one file could be imported.
    fn result(self, payload: &Payload) -> Result<Value, Fault> {
        if let (0, Some(first)) = (self.succeeded + self.unchanged, self.first_failure) {
            let message = match self.failed {
                1 => first,
                many => format!("none of {many} files could be imported; the first: {first}"),
            };
            return Err(Fault::invalid(message));
        }
        Ok(json!({
            "collection": payload.collection,
            "datasets": self.datasets,
            "samples": self.samples,
            "files": { "succeeded": self.succeeded, "unchanged": self.unchanged, "failed": self.failed },
        }))
    }
}
