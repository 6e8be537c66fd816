//! An organization as one tar file: a line of JSON for each row of each of its tables, and every object. Made by a
//! job, downloaded by an admin. Secrets (hashes of passwords, tokens, sessions) stay out.

use super::tables::{SECRET_COLUMNS, TENANT_TABLES};
use crate::jobs::{Handler, NewJob, Running, enqueue, load_job};
use crate::objects::Key;
use crate::{Ctx, audit};
use bytes::Bytes;
use chorale_model::jobs::{Job, JobState};
use chorale_model::{Fault, JobId, OrganizationId, Role};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Starts the export; the job's result names the file.
pub async fn export_organization(ctx: &Ctx) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let inner = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let job = NewJob::new("organization.export", "Export the organization", json!({}));
                let id =
                    enqueue(tx, &inner, Some(organization), job.once_for(format!("export:{organization}"))).await?;
                audit::record(
                    tx,
                    &inner,
                    "organization.export_started",
                    "organization",
                    organization,
                    json!({ "job": id }),
                )
                .await?;
                Ok(id)
            })
        })
        .await?;
    load_job(ctx, id).await
}

/// The finished export of a job: size in bytes and content.
pub async fn open_export(
    ctx: &Ctx,
    job: JobId,
) -> Result<(u64, BoxStream<'static, object_store::Result<Bytes>>), Fault> {
    let organization = ctx.require(Role::Admin)?;
    let found = load_job(ctx, job).await?;
    if found.kind != "organization.export" {
        return Err(Fault::missing("export", job));
    }
    if found.state != JobState::Succeeded {
        return Err(Fault::conflict(format!("the export is {}; download it when it has succeeded", found.state)));
    }
    ctx.app.objects.stream(Key::export(organization, job.0).as_str()).await
}

/// Jobs of kind `organization.export`.
pub struct ExportJob;

impl Handler for ExportJob {
    fn kind(&self) -> &'static str {
        "organization.export"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(export(job))
    }
}

async fn export(job: &Running) -> Result<Value, Fault> {
    let organization = job.ctx.require(Role::Admin)?;
    let local = |e: std::io::Error| Fault::internal("packing the export", e);
    let folder = tempfile::tempdir_in(work_folder(job)?).map_err(local)?;
    let file = std::fs::File::create(folder.path().join("export.tar")).map_err(local)?;
    let mut tar = tar::Builder::new(file);
    let steps = i64::try_from(TENANT_TABLES.len()).unwrap_or(i64::MAX) + 1;
    let mut rows = 0;
    for (step, table) in (0..).zip(TENANT_TABLES) {
        job.progress(step, steps, "tables", table.name).await?;
        let path = folder.path().join(format!("{}.jsonl", table.name));
        rows += write_rows(job, table.read, organization, &path).await?;
        tar.append_path_with_name(&path, format!("tables/{}.jsonl", table.name)).map_err(local)?;
        std::fs::remove_file(&path).map_err(local)?;
    }
    let mut objects = 0;
    for (key, _, _) in job.ctx.app.objects.list(&organization.to_string()).await? {
        job.progress(steps - 1, steps, "tables", &format!("object {objects}")).await?;
        // Indexes can be rebuilt, and earlier exports would only be packed again.
        if key.contains("/search/") || key.contains("/exports/") {
            continue;
        }
        let path = folder.path().join("object");
        job.ctx.app.objects.fetch(&key, &path).await?;
        tar.append_path_with_name(&path, format!("objects/{key}")).map_err(local)?;
        objects += 1;
    }
    tar.into_inner().and_then(|file| file.sync_all()).map_err(local)?;
    let key = Key::export(organization, job.id.0);
    job.ctx.app.objects.put_file(&key, &folder.path().join("export.tar")).await?;
    Ok(json!({ "rows": rows, "objects": objects, "download": format!("/api/v1/organization/exports/{}", job.id) }))
}

fn work_folder(job: &Running) -> Result<std::path::PathBuf, Fault> {
    let folder = job.ctx.app.settings.cache_dir.join("exports");
    std::fs::create_dir_all(&folder).map_err(|e| Fault::internal("making a folder for the export", e))?;
    Ok(folder)
}

async fn write_rows(
    job: &Running,
    read: &'static str,
    organization: OrganizationId,
    path: &Path,
) -> Result<u64, Fault> {
    let local = |e: std::io::Error| Fault::internal("packing the export", e);
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).map_err(local)?);
    let count = job
        .ctx
        .db()
        .each_row(read, organization, |mut row| {
            if let Some(object) = row.as_object_mut() {
                object.retain(|column, _| !SECRET_COLUMNS.contains(&column.as_str()));
            }
            writeln!(file, "{row}").map_err(local)
        })
        .await?;
    file.flush().map_err(local)?;
    Ok(count)
}
