//! `chorale decisions`: what people decided, out into a file and in from one.

use super::Answer;
use super::admin::organization_named;
use super::arguments::{Decisions, Written};
use super::refused::Refused;
use super::see_through::see_through;
use crate::Config;
use crate::start::{self, Schema};
use bytes::Bytes;
use chorale_model::exchange::{Conflicts, ExportFilter, ExportFormat, ImportDecisions, TaskFilter};
use chorale_model::{CollectionId, Fault};
use chorale_platform::{Ctx, catalog, exchange, sources};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use serde_json::json;
use std::path::Path;
use tokio::io::AsyncWriteExt;

pub(super) async fn run(config: Config, command: Decisions) -> Result<Answer, Refused> {
    let app = start::deployment(&config, Schema::Migrate).await?;
    let named = match &command {
        Decisions::Export { organization, .. } | Decisions::Import { organization, .. } => organization,
    };
    let organization = organization_named(&app, named).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let answer = match command {
        Decisions::Export { to, collection, format, .. } => {
            export(&ctx, &to, collection.as_deref(), format).await.map_err(Refused::from)
        }
        Decisions::Import { file, collection, look, replace, why, .. } => {
            let conflicts = if replace { Conflicts::Replace } else { Conflicts::Keep };
            import(&ctx, &file, &collection, (look, conflicts, why)).await
        }
    };
    app.db.close().await;
    answer
}

async fn collection_named(ctx: &Ctx, name: &str) -> Result<CollectionId, Fault> {
    let found = catalog::find_collection_by_name(ctx, name).await?;
    found.map(|one| one.id).ok_or_else(|| Fault::missing("collection", name))
}

async fn export(ctx: &Ctx, to: &Path, collection: Option<&str>, format: Option<Written>) -> Result<Answer, Fault> {
    let format = match format {
        Some(format) => format,
        None => format_of(to)?,
    };
    let collection = match collection {
        Some(name) => Some(collection_named(ctx, name).await?),
        None => None,
    };
    let chunks = match format {
        Written::Json => exchange::export_decisions(ctx, all_of(collection), ExportFormat::Json).await?,
        Written::Csv => exchange::export_decisions(ctx, all_of(collection), ExportFormat::Csv).await?,
        Written::LabelStudio => {
            let missing = || Fault::field("collection", "is missing: tasks for Label Studio are of one collection");
            let collection = collection.ok_or_else(missing)?;
            exchange::export_tasks(ctx, TaskFilter { collection, field: None, waiting: false }).await?
        }
    };
    let size_bytes = match write(to, chunks).await {
        Ok(size_bytes) => size_bytes,
        Err((fault, begun)) => {
            // Half a file would look like a whole one. Where it cannot be removed the fault says enough.
            if begun {
                let _ = tokio::fs::remove_file(to).await;
            }
            return Err(fault);
        }
    };
    let text = format!("{}: {size_bytes} bytes\n", to.display());
    Ok(Answer::new(text, json!({ "file": to.display().to_string(), "size_bytes": size_bytes })))
}

fn all_of(collection: Option<CollectionId>) -> ExportFilter {
    ExportFilter { collection, field: None }
}

/// As the file's name ends.
fn format_of(to: &Path) -> Result<Written, Fault> {
    let end = to.extension().map(|end| end.to_string_lossy().to_lowercase());
    match end.as_deref() {
        Some("json") => Ok(Written::Json),
        Some("csv") => Ok(Written::Csv),
        _ => Err(Fault::field(
            "to",
            format!("{} ends in neither .json nor .csv; rename it, or say the --format", to.display()),
        )),
    }
}

/// The bytes that were written; with a fault, whether the file was begun.
async fn write(to: &Path, mut chunks: BoxStream<'static, Result<Bytes, Fault>>) -> Result<usize, (Fault, bool)> {
    let refuse = |e: std::io::Error| Fault::field("to", format!("{} cannot be written: {e}", to.display()));
    let mut file = tokio::fs::File::create_new(to).await.map_err(|e| (refuse(e), false))?;
    let mut size_bytes = 0;
    while let Some(chunk) = chunks.try_next().await.map_err(|fault| (fault, true))? {
        file.write_all(&chunk).await.map_err(|e| (refuse(e), true))?;
        size_bytes += chunk.len();
    }
    file.sync_all().await.map_err(|e| (refuse(e), true))?;
    Ok(size_bytes)
}

async fn import(
    ctx: &Ctx,
    file: &Path,
    name: &str,
    (look, conflicts, why): (bool, Conflicts, String),
) -> Result<Answer, Refused> {
    let collection = collection_named(ctx, name).await?;
    let file = sources::upload_local(ctx, file).await?;
    let job = exchange::start_import(ctx, ImportDecisions { collection, file, conflicts, why, look }).await?;
    see_through(ctx, job.id, name).await?;
    let (job, found) = exchange::load_found(ctx, job.id).await?;
    let Some(found) = found else {
        let why = job.error.unwrap_or_else(|| format!("job {} has {}", job.id, job.state.name()));
        return Err(Fault::invalid(why).into());
    };
    let lines: Vec<String> =
        job.warnings.iter().map(|one| format!("{}, line {}: {}\n", one.file, one.line, one.message)).collect();
    let what = if found.looked { "would decide" } else { "has decided" };
    let sum = format!(
        "{what} {} fields of {} samples; {} the same already, {} in conflict, {} samples unknown, {} values not taken\n",
        found.decided, found.samples, found.same, found.conflicts, found.unknown_samples, found.unknown_values
    );
    Ok(Answer::new(lines.concat() + &sum, json!({ "found": found, "warnings": job.warnings })))
}
