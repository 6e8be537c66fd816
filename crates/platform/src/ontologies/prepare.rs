//! Preparing the set in use: its releases are read from their files, put together, and stored as one artifact that
//! every process loads. The row that names the artifact makes it exist; of two processes that prepare the same set one
//! writes that row and the other's object goes.

use super::library::{self, State};
use super::sql::{self, InUse, PreparedSet};
use super::{Changed, cache, read, sets};
use crate::jobs::Running;
use crate::objects::{Key, sha256_hex};
use crate::{Actor, Ctx, Deployment, listeners};
use chorale_model::Fault;
use chorale_ontology::Library;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Prepares the set in use, where it is not, in this process and at once; the library of it.
pub async fn prepare(app: &Arc<Deployment>) -> Result<Arc<Library>, Fault> {
    let (fingerprint, library) = library::load(app).await?;
    app.room::<State>().hold(fingerprint, library.clone());
    Ok(library)
}

/// The set in use with its fingerprint; None when it was prepared meanwhile. `job` hears how far it is.
pub(super) async fn make(ctx: &Ctx, job: Option<&Running>) -> Result<Option<(String, Arc<Library>)>, Fault> {
    let state = ctx.app.room::<State>();
    let _one_at_a_time = state.preparing.lock().await;
    if sql::find_current(ctx.db()).await?.is_ready() {
        return Ok(None);
    }
    let in_use = sql::list_in_use(ctx.db()).await?;
    let fingerprint = sets::fingerprint(&in_use);
    let steps = i64::try_from(in_use.len()).unwrap_or(i64::MAX) + 2;
    let mut releases = Vec::with_capacity(in_use.len());
    for (step, one) in (0..).zip(&in_use) {
        say(job, step, steps, &format!("Reading {}", one.name)).await?;
        releases.push((one.name.clone(), read::release(&ctx.app, one).await?));
    }
    say(job, steps - 2, steps, "Putting the releases together").await?;
    let Built { library, mapped, packed, set } = built(ctx, &state.cache, releases).await?;
    say(job, steps - 1, steps, "Storing the library").await?;
    let key = Key::ontology_set(ctx.app.ids.uuid());
    ctx.app.objects.put_file(&key, &packed).await?;
    let set = PreparedSet { object_key: key.to_string(), ..set };
    publish(ctx, &in_use, &fingerprint, &set).await?;
    cache::keep(mapped, state.cache.clone(), set).await?;
    Ok(Some((fingerprint, Arc::new(library))))
}

async fn say(job: Option<&Running>, done: i64, total: i64, message: &str) -> Result<(), Fault> {
    match job {
        Some(job) => job.progress(done, total, "steps", message).await,
        None => Ok(()),
    }
}

/// A library, and its files in the cache folder: the one that it is mapped from, and the one that is stored.
struct Built {
    library: Library,
    mapped: tempfile::TempPath,
    packed: tempfile::TempPath,
    set: PreparedSet,
}

fn laid_out(library: &Library, folder: &Path) -> io::Result<Built> {
    std::fs::create_dir_all(folder)?;
    let (mapped, packed) = (tempfile::NamedTempFile::new_in(folder)?, tempfile::NamedTempFile::new_in(folder)?);
    library.write(&mut mapped.as_file())?;
    chorale_ontology::pack(mapped.reopen()?, packed.as_file())?;
    let bytes = std::fs::read(packed.path())?;
    let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let set = PreparedSet { object_key: String::new(), sha256: sha256_hex(&bytes), size_bytes };
    let library = Library::open(mapped.path()).map_err(io::Error::other)?;
    Ok(Built { library, mapped: mapped.into_temp_path(), packed: packed.into_temp_path(), set })
}

async fn built(ctx: &Ctx, folder: &Path, releases: Vec<(String, chorale_ontology::Release)>) -> Result<Built, Fault> {
    let (folder, doing) = (folder.to_owned(), "preparing the ontologies");
    let done = tokio::task::spawn_blocking(move || -> Result<Built, Fault> {
        let library = Library::build(releases).map_err(|error| Fault::invalid(error.to_string()))?;
        laid_out(&library, &folder).map_err(|e| Fault::internal(doing, e))
    });
    let built = done.await.map_err(|e| Fault::internal(doing, e))??;
    tracing::info!(bytes = built.set.size_bytes, request = %ctx.request_id, "the ontologies are prepared");
    Ok(built)
}

/// Writes the row of the set, and tells who waits for it when it is still the one in use.
async fn publish(ctx: &Ctx, in_use: &[InUse], fingerprint: &str, set: &PreparedSet) -> Result<(), Fault> {
    let (ctx_, fingerprint, inside) = (ctx.clone(), fingerprint.to_owned(), set.clone());
    let names = in_use.len();
    let published = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                sets::lock(tx).await?;
                if sql::find_set(&mut *tx, &fingerprint).await?.is_some() {
                    return Ok(false);
                }
                sql::insert_set(tx, &fingerprint, &inside, ctx_.now()).await?;
                if sql::current_fingerprint(tx).await? == fingerprint {
                    let system = Ctx { actor: Actor::System, ..ctx_ };
                    listeners::tell(tx, &system, &Changed).await?;
                }
                Ok(true)
            })
        })
        .await?;
    if published {
        tracing::info!(releases = names, "another set of ontologies is ready");
    } else {
        ctx.app.objects.delete(&set.object_key).await?;
    }
    Ok(())
}
