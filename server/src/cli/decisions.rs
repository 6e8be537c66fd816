//! `chorale decisions`: what people decided, out into a file and in from one.

use super::Answer;
use super::admin::organization_named;
use super::arguments::Decisions;
use super::refused::Refused;
use super::see_through::see_through;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::exchange::{Conflicts, ExportFilter, ExportFormat, ImportDecisions};
use chorale_model::{CollectionId, Fault};
use chorale_platform::{Ctx, catalog, exchange, sources};
use futures::TryStreamExt;
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
        Decisions::Export { to, collection, .. } => {
            export(&ctx, &to, collection.as_deref()).await.map_err(Refused::from)
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

async fn export(ctx: &Ctx, to: &Path, collection: Option<&str>) -> Result<Answer, Fault> {
    let refuse = |e: std::io::Error| Fault::field("to", format!("{} cannot be written: {e}", to.display()));
    let collection = match collection {
        Some(name) => Some(collection_named(ctx, name).await?),
        None => None,
    };
    let is_csv = to.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let format = if is_csv { ExportFormat::Csv } else { ExportFormat::Json };
    let mut file = tokio::fs::File::create_new(to).await.map_err(refuse)?;
    let mut chunks = exchange::export_decisions(ctx, ExportFilter { collection, field: None }, format).await?;
    let mut size_bytes = 0;
    while let Some(chunk) = chunks.try_next().await? {
        file.write_all(&chunk).await.map_err(refuse)?;
        size_bytes += chunk.len();
    }
    file.sync_all().await.map_err(refuse)?;
    let text = format!("{}: {size_bytes} bytes\n", to.display());
    Ok(Answer::new(text, json!({ "file": to.display().to_string(), "size_bytes": size_bytes })))
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
