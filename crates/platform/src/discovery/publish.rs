//! The one writer of each index, as a leased job: reads what changed in the catalog since the published generation,
//! applies it to a private copy, uploads the new files, and moves the head by compare-and-set.

use super::cache::cached_path;
use super::documents;
use super::manifest::{Manifest, ManifestFile, Unreadable};
use super::readers::reader;
use super::sql::{self, ManifestRow};
use super::{LAYOUT_VERSION, SHARED, State, layout};
use crate::catalog::{self, Change};
use crate::jobs::{CPU, Handler, NewJob, Running, enqueue};
use crate::objects::Key;
use crate::{Ctx, Deployment, Tx, audit, harmonize};
use chorale_model::discovery::IndexState;
use chorale_model::{CollectionId, Fault, JobId, OrganizationId, Role, Time};
use chorale_search::{Doc, Files, Kind, Writer};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;

/// What the writer may buffer before it writes a segment.
const WRITER_MEMORY_BYTES: usize = 64 << 20;
/// Documents on their way from SQL to the writer, in batches.
const BATCHES_WAITING: usize = 2;
/// Changes read at once.
const CHANGES: i64 = 10_000;

/// The name of an organization's own feed.
pub fn feed_of(organization: OrganizationId) -> String {
    organization.to_string()
}

/// Hears of a change in its transaction; given to `catalog::Listeners`. Where there is something to annotate with, what
/// changed is annotated first and indexed once, when [`annotated`] hears of that.
pub fn listener<'t>(tx: &'t mut Tx, ctx: &'t Ctx, feed: &'t str) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        if harmonize::after_change(tx, ctx, feed).await? { Ok(()) } else { annotated(tx, ctx, feed).await }
    })
}

/// Enqueues indexing in the transaction that ends an annotation; given to `harmonize::State`.
pub fn annotated<'t>(tx: &'t mut Tx, ctx: &'t Ctx, feed: &'t str) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move { enqueue_index(tx, ctx, feed, false).await.map(|_job| ()) })
}

async fn enqueue_index(tx: &mut Tx, ctx: &Ctx, feed: &str, rebuild: bool) -> Result<JobId, Fault> {
    let organization = feed.parse::<OrganizationId>().ok();
    let title = if rebuild { "Rebuild the search index" } else { "Bring search up to date" };
    let key = if rebuild { format!("reindex:{feed}") } else { format!("index:{feed}") };
    let job = NewJob::new("index", title, json!({ "feed": feed, "rebuild": rebuild }));
    enqueue(tx, ctx, organization, job.on(CPU).priority(10).attempts(10).once_until_started(key)).await
}

/// Enqueues a rebuild of a feed whose index cannot be read.
pub(super) async fn rebuild(ctx: &Ctx, feed: &str) -> Result<(), Fault> {
    let (system, feed) = (Ctx::system(ctx.app.clone(), None), feed.to_owned());
    ctx.db()
        .write(move |tx| Box::pin(async move { enqueue_index(tx, &system, &feed, true).await.map(|_job| ()) }))
        .await
}

/// Enqueues a rebuild of the shared index, if there is one: for who takes something away that no change tells of.
pub async fn rebuild_shared(tx: &mut Tx, ctx: &Ctx) -> Result<Option<JobId>, Fault> {
    if sql::find_head(&mut *tx, SHARED).await?.is_none() {
        return Ok(None);
    }
    enqueue_index(tx, ctx, SHARED, true).await.map(Some)
}

/// Builds the organization's own index anew from the catalog; an operator's also builds the shared one.
pub async fn reindex(ctx: &Ctx) -> Result<Vec<JobId>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let mut feeds = vec![feed_of(organization)];
    if ctx.require_operator().is_ok() {
        feeds.push(SHARED.to_owned());
    }
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let mut jobs = Vec::new();
                for feed in feeds {
                    jobs.push(enqueue_index(tx, &inner, &feed, true).await?);
                }
                audit::record(tx, &inner, "index.rebuild_started", "index", organization, json!({})).await?;
                Ok(jobs)
            })
        })
        .await
}

/// How fresh the organization's own index is.
pub async fn index_state(ctx: &Ctx) -> Result<IndexState, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    feed_state(ctx, &feed_of(organization)).await
}

/// How fresh the index is that answers for a collection: the shared one where every organization sees it.
pub async fn collection_state(ctx: &Ctx, id: CollectionId) -> Result<IndexState, Fault> {
    let found = catalog::load_collection(ctx, id).await?;
    feed_state(ctx, &if found.shared { SHARED.to_owned() } else { feed_of(found.owner) }).await
}

async fn feed_state(ctx: &Ctx, feed: &str) -> Result<IndexState, Fault> {
    let changes_total = catalog::last_change(&ctx.app, feed).await?;
    let row = match sql::find_head(ctx.db(), feed).await? {
        Some(generation) => sql::find_manifest(ctx.db(), feed, generation).await?,
        None => None,
    };
    Ok(match row {
        None => IndexState {
            generation: 0,
            changes_indexed: 0,
            changes_total,
            documents: 0,
            size_bytes: 0,
            published_at: None,
        },
        Some(row) => IndexState {
            generation: row.generation,
            changes_indexed: row.changes_indexed,
            changes_total,
            documents: row.documents,
            size_bytes: row.size_bytes,
            published_at: Some(Time(row.published_at)),
        },
    })
}

/// Jobs of kind `index`: `{feed, rebuild}`.
pub struct IndexJob;

impl Handler for IndexJob {
    fn kind(&self) -> &'static str {
        "index"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(index(job))
    }
}

async fn index(job: &Running) -> Result<Value, Fault> {
    let feed = job.payload["feed"].as_str().unwrap_or_default().to_owned();
    let state = job.ctx.app.room::<State>();
    let _one_writer_here = state.writers.of(&feed).await;
    let head = match sql::find_head(job.ctx.db(), &feed).await? {
        Some(generation) => sql::find_manifest(job.ctx.db(), &feed, generation).await?,
        None => None,
    };
    let rebuild = job.payload["rebuild"].as_bool() == Some(true)
        || head.as_ref().is_none_or(|row| row.layout_version != i64::from(LAYOUT_VERSION));
    if let Some(base) = head.filter(|_| !rebuild) {
        let (changes, last) = pending(job, &feed, base.changes_indexed).await?;
        if changes.is_empty() {
            return Ok(json!({ "changes": 0, "unchanged": true }));
        }
        let work = WorkFolder::new(&state, &job.ctx)?;
        match lay_out(job, &state, &base, &work.0).await {
            Ok(old) => return write(job, &state, &feed, work, old, changes, last).await,
            Err(Unreadable::Away(fault)) => return Err(fault),
            Err(Unreadable::Damaged(fault)) => {
                tracing::warn!(%feed, %fault, "the search index is damaged or missing; it is rebuilt from the catalog");
            }
        }
    }
    let (changes, last) = pending(job, &feed, 0).await?;
    let work = WorkFolder::new(&state, &job.ctx)?;
    write(job, &state, &feed, work, Manifest::default(), changes, last).await
}

/// Writes the next generation over `old`, which lies in the folder, and publishes it.
async fn write(
    job: &Running,
    state: &State,
    feed: &str,
    work: WorkFolder,
    old: Manifest,
    changes: Vec<Change>,
    last: i64,
) -> Result<Value, Fault> {
    let (documents, files) = write_documents(job, feed, &work.0, changes).await?;
    publish(job, state, feed, &work.0, old, files, last).await?;
    Ok(json!({ "documents": documents, "changes_indexed": last }))
}

async fn lay_out(job: &Running, state: &State, row: &ManifestRow, folder: &Path) -> Result<Manifest, Unreadable> {
    let objects = &job.ctx.app.objects;
    let manifest = Manifest::load(objects, &row.manifest_key).await?;
    manifest.lay_out(objects, &state.cache, folder).await?;
    Ok(manifest)
}

/// A private folder that goes when the job ends.
struct WorkFolder(PathBuf);

impl WorkFolder {
    fn new(state: &State, ctx: &Ctx) -> Result<WorkFolder, Fault> {
        let folder = state.cache.join("writers").join(ctx.app.ids.uuid().to_string());
        std::fs::create_dir_all(&folder).map_err(|e| Fault::internal("making a folder for the index writer", e))?;
        Ok(WorkFolder(folder))
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, "an index writer's folder stays");
        }
    }
}

/// What changed since `from`, the last change of each thing only, and the number of the newest. Changes are never
/// forgotten, so a rebuild reads them from the first.
async fn pending(job: &Running, feed: &str, from: i64) -> Result<(Vec<Change>, i64), Fault> {
    let (mut after, mut newest) = (from, BTreeMap::new());
    loop {
        let changes = catalog::changes_after(&job.ctx.app, feed, after, CHANGES).await?;
        let Some(last) = changes.last() else { break };
        after = last.seq;
        newest.extend(changes.into_iter().map(|change| ((change.organization, change.id), change)));
    }
    Ok((newest.into_values().collect(), after))
}

/// What the writer's thread is told.
pub enum Step {
    Put(Vec<Doc>),
    Remove(Kind, String),
}

/// Streams documents from the catalog to the writer's thread, and commits.
async fn write_documents(
    job: &Running,
    feed: &str,
    folder: &Path,
    changes: Vec<Change>,
) -> Result<(u64, Files), Fault> {
    let (send, mut steps) = mpsc::channel::<Step>(BATCHES_WAITING);
    let (folder, stop) = (folder.to_path_buf(), job.stop.clone());
    let writer = job.blocking(move || -> Result<(u64, Files), Fault> {
        let broken = |fault| Fault::internal("writing the search index", fault);
        let mut writer = Writer::open(&folder, &layout(), WRITER_MEMORY_BYTES).map_err(broken)?;
        let mut documents = 0;
        while let Some(step) = steps.blocking_recv() {
            stop.check()?;
            match step {
                Step::Remove(kind, id) => writer.delete(kind, &id),
                Step::Put(batch) => {
                    documents += batch.len() as u64;
                    for doc in &batch {
                        // A sample of several datasets comes once for each: only an upsert keeps it single.
                        writer.upsert(doc).map_err(broken)?;
                    }
                }
            }
        }
        let files = writer.commit().map_err(broken)?;
        Ok((documents, files))
    });
    let reading = documents::send_all(job, feed, changes, send);
    let (written, read) = futures::join!(writer, reading);
    read?;
    written?
}

async fn publish(
    job: &Running,
    state: &State,
    feed: &str,
    folder: &Path,
    old: Manifest,
    files: Files,
    last: i64,
) -> Result<(), Fault> {
    let mut manifest = Manifest { files: Vec::new(), documents: files.documents };
    let (ctx, objects) = (&job.ctx, &job.ctx.app.objects);
    for file in files.files {
        let same = old
            .files
            .iter()
            .find(|known| known.name == file.name && known.size_bytes == file.size_bytes && !is_rewritten(&file.name));
        if let Some(known) = same {
            manifest.files.push(known.clone());
            continue;
        }
        let key = Key::search(feed, ctx.app.ids.uuid());
        let path = folder.join(&file.name);
        objects.put_file(&key, &path).await?;
        keep_in_cache(&path, &cached_path(&state.cache, key.as_str()));
        manifest.files.push(ManifestFile { name: file.name, size_bytes: file.size_bytes, key: key.to_string() });
        job.stop.check()?;
    }
    let key = Key::search(feed, ctx.app.ids.uuid());
    manifest.store(objects, &key).await?;
    let generation = sql::find_head(ctx.db(), feed).await?.unwrap_or(0) + 1;
    let row = ManifestRow {
        generation,
        layout_version: i64::from(LAYOUT_VERSION),
        manifest_key: key.to_string(),
        changes_indexed: last,
        documents: i64::try_from(manifest.documents).unwrap_or(i64::MAX),
        size_bytes: i64::try_from(manifest.size_bytes()).unwrap_or(i64::MAX),
        published_at: ctx.now().0,
    };
    let feed_ = feed.to_owned();
    let moved = job.write(move |tx| Box::pin(async move { sql::publish(tx, &feed_, &row).await })).await?;
    if !moved {
        return Err(Fault::busy("another worker published this search index first; it is tried again"));
    }
    state.readers.expire(feed);
    // Open it now, so that the first search after an import does not wait for it.
    reader(ctx, feed, None).await.map(|_opened| ())
}

/// `meta.json` and deletions keep their name while their bytes change.
fn is_rewritten(name: &str) -> bool {
    name == "meta.json" || name.ends_with(".del")
}

/// A link into the cache saves the download; without it the file is fetched when it is needed.
fn keep_in_cache(path: &Path, cached: &Path) {
    let linked =
        cached.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::hard_link(path, cached));
    if let Err(error) = linked {
        tracing::debug!(%error, "a search file is not cached yet");
    }
}

/// Enqueues indexing for every feed that is behind: at the start of a worker, after a restore. How many there were.
pub async fn repair(app: &Arc<Deployment>) -> Result<usize, Fault> {
    let ctx = Ctx::system(app.clone(), None);
    let mut behind = 0;
    for feed in catalog::feeds(app).await? {
        let state = feed_state(&ctx, &feed).await?;
        if state.changes_indexed < state.changes_total {
            let (inner, feed) = (ctx.clone(), feed.clone());
            ctx.db()
                .write(move |tx| Box::pin(async move { enqueue_index(tx, &inner, &feed, false).await.map(|_job| ()) }))
                .await?;
            behind += 1;
        }
    }
    Ok(behind)
}
