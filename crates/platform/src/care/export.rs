//! An organization as one tar file: a line of JSON for each row of each of its tables, its members' names, and every
//! object. The rows are of one moment. Made by a job, downloaded by an admin. Secrets (hashes of passwords, tokens,
//! sessions) stay out.

use super::tables::{PEOPLE, SECRET_COLUMNS, TENANT_TABLES};
use crate::db::Snapshot;
use crate::jobs::{Handler, NewJob, Running, enqueue, load_job};
use crate::objects::{Key, Listed};
use crate::{Ctx, audit};
use bytes::Bytes;
use chorale_model::jobs::{Job, JobState};
use chorale_model::{Fault, FaultKind, JobId, OrganizationId, Role};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

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
    let object = found.result.as_ref().and_then(|result| serde_json::from_value(result["object"].clone()).ok());
    let object = object.ok_or_else(|| Fault::missing("export", job))?;
    match ctx.app.objects.stream(Key::export(organization, object).as_str()).await {
        Err(fault) if fault.kind == FaultKind::Missing => {
            let days = ctx.app.settings.unused_objects_days;
            Err(Fault::new(
                fault.kind,
                format!("this export was removed, as every export is after {days} days; export again"),
            ))
        }
        other => other,
    }
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

/// Rows that are written at once.
const CHUNK: usize = 1_000;

type Tar = tar::Builder<File>;

fn local(error: std::io::Error) -> Fault {
    Fault::internal("packing the export", error)
}

async fn export(job: &Running) -> Result<Value, Fault> {
    let organization = job.ctx.require(Role::Admin)?;
    let exports = job.ctx.app.settings.cache_dir.join("exports");
    let (folder, file) = job.blocking(move || work_folder(&exports)).await??;
    let mut tar = tar::Builder::new(file);
    let tables = TENANT_TABLES.iter().map(|table| (table.name, table.read)).chain([("users", PEOPLE)]);
    let steps = i64::try_from(TENANT_TABLES.len()).unwrap_or(i64::MAX) + 2;
    let mut snapshot = job.ctx.db().snapshot().await?;
    let mut rows = 0;
    for (step, (name, read)) in (0..).zip(tables) {
        job.progress(step, steps, "tables", name).await?;
        let path = folder.path().join(format!("{name}.jsonl"));
        rows += write_rows(job, &mut snapshot, read, organization, &path).await?;
        tar = append(job, tar, path, format!("tables/{name}.jsonl")).await?;
    }
    // What the rows name is never changed and outlives them by far; the log need not wait for the copies.
    drop(snapshot);
    let mut objects = 0;
    for Listed { key, .. } in job.ctx.app.objects.list(&organization.to_string()).await? {
        job.progress(steps - 1, steps, "tables", &format!("object {objects}")).await?;
        // Indexes can be rebuilt, and earlier exports would only be packed again.
        if key.contains("/search/") || key.contains("/exports/") {
            continue;
        }
        let path = folder.path().join("object");
        job.ctx.app.objects.fetch(&key, &path).await?;
        tar = append(job, tar, path, format!("objects/{key}")).await?;
        objects += 1;
    }
    job.blocking(move || tar.into_inner().and_then(|file| file.sync_all())).await?.map_err(local)?;
    // A fresh name at each attempt: an object is never written over.
    let object = job.ctx.app.ids.uuid();
    job.ctx.app.objects.put_file(&Key::export(organization, object), &folder.path().join("export.tar")).await?;
    let download = format!("/api/v1/organization/exports/{}", job.id);
    Ok(json!({ "rows": rows, "objects": objects, "object": object, "download": download }))
}

/// Makes a folder to pack in, with the empty archive.
fn work_folder(exports: &Path) -> Result<(tempfile::TempDir, File), Fault> {
    std::fs::create_dir_all(exports).map_err(|e| Fault::internal("making a folder for the export", e))?;
    let folder = tempfile::tempdir_in(exports).map_err(local)?;
    let file = File::create(folder.path().join("export.tar")).map_err(local)?;
    Ok((folder, file))
}

/// Moves a file into the archive.
async fn append(job: &Running, mut tar: Tar, path: PathBuf, name: String) -> Result<Tar, Fault> {
    job.blocking(move || -> Result<Tar, Fault> {
        tar.append_path_with_name(&path, name).map_err(local)?;
        std::fs::remove_file(&path).map_err(local)?;
        Ok(tar)
    })
    .await?
}

async fn write_rows(
    job: &Running,
    snapshot: &mut Snapshot,
    read: &'static str,
    organization: OrganizationId,
    path: &Path,
) -> Result<u64, Fault> {
    let path = path.to_owned();
    let mut file = job.blocking(move || File::create(path).map(BufWriter::new)).await?.map_err(local)?;
    let mut chunks = snapshot.rows(read, organization).chunks(CHUNK);
    let mut count = 0;
    while let Some(chunk) = chunks.next().await {
        count += chunk.len() as u64;
        file = job.blocking(move || write_chunk(file, chunk)).await??;
    }
    job.blocking(move || file.flush()).await?.map_err(local)?;
    Ok(count)
}

fn write_chunk(mut file: BufWriter<File>, chunk: Vec<Result<Value, Fault>>) -> Result<BufWriter<File>, Fault> {
    for row in chunk {
        let mut row = row?;
        if let Some(object) = row.as_object_mut() {
            object.retain(|column, _| !SECRET_COLUMNS.contains(&column.as_str()));
        }
        writeln!(file, "{row}").map_err(local)?;
    }
    Ok(file)
}
