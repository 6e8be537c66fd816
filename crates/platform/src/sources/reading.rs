//! Reading one file of an import on a thread of its own, from a local copy of its object.

use super::drafts::{self, Drafts};
use super::gather::Gather;
use super::inspect::mapping_for;
use crate::catalog::NewSource;
use crate::jobs::Running;
use chorale_formats::Warning as Noticed;
use chorale_formats::{Cause, Kind, Limits, Report, Severity, detect, open, read, sample_table};
use chorale_model::jobs::Warning;
use chorale_model::sources::TableMapping;
use chorale_model::{CollectionId, Fault};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How often the reading is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// A file at work: its place in the job, and its share of the progress.
pub struct Place {
    pub position: i64,
    pub before_bytes: i64,
    pub total_bytes: i64,
}

/// What reading a file came to.
pub enum ReadFile {
    Drafts(Drafts),
    NeedsMapping(String),
    /// It cannot be read: the words for people, and what was noticed up to there.
    Broken(String, Vec<Noticed>),
}

/// Everything that reading needs, for a thread of its own.
#[derive(Clone)]
pub struct Reading {
    pub raw: PathBuf,
    pub folder: PathBuf,
    pub name: String,
    pub mapping: Option<TableMapping>,
    pub collection: CollectionId,
    pub source: NewSource,
}

/// Reads on a thread of its own, and says how far it is. Reading is the first half of a file's progress.
pub async fn read_beside(job: &Running, reading: &Reading, place: &Place) -> Result<(ReadFile, Report), Fault> {
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
            let drafts = drafts::decide(gather, &reading.name, reading.collection, &source)?;
            Ok((ReadFile::Drafts(drafts), report))
        }
        Err(error) if matches!(error.cause, Cause::Io(_)) => Err(Fault::internal("reading an import's copy", error)),
        Err(error) if error.is_cancelled() => Err(Fault::conflict("cancelled")),
        Err(error) => Ok((ReadFile::Broken(error.to_string(), gather.warnings), Report::default())),
    }
}

pub fn warning(file: &str, found: &Noticed) -> Warning {
    Warning {
        file: file.to_owned(),
        line: i64::try_from(found.line).unwrap_or(i64::MAX),
        severity: match found.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
        .to_owned(),
        message: found.to_string(),
        what: found.what.clone(),
        expected: found.expected.clone(),
        done: found.done.clone(),
    }
}
