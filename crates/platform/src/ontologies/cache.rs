//! Local copies of prepared sets: fetched once, named by their hash, one kept. Losing the folder loses nothing.

use super::sql::PreparedSet;
use crate::Deployment;
use chorale_model::{Fault, FaultKind};
use chorale_ontology::Library;
use std::io;
use std::path::{Path, PathBuf};

/// Why a prepared set gives no library.
#[derive(Debug)]
pub enum Unreadable {
    /// Its object is gone or damaged: it is to be prepared again.
    Lost(Fault),
    /// The store or the disk does not answer now.
    Away(Fault),
}

const ENDING: &str = "library";

fn path_of(folder: &Path, set: &PreparedSet) -> PathBuf {
    folder.join(&set.sha256).with_extension(ENDING)
}

/// The library of a prepared set.
pub async fn open(app: &Deployment, folder: &Path, set: &PreparedSet) -> Result<Library, Unreadable> {
    let path = path_of(folder, set);
    if let Some(library) = blocking(read(path.clone())).await? {
        return Ok(library);
    }
    let (folder_, away) = (folder.to_owned(), |e: io::Error| Unreadable::Away(broken(e)));
    let temporary = blocking(move || {
        std::fs::create_dir_all(&folder_)?;
        tempfile::NamedTempFile::new_in(&folder_)
    })
    .await?
    .map_err(away)?
    .into_temp_path();
    match app.objects.fetch(&set.object_key, &temporary).await {
        Ok(_) => {}
        Err(fault) if fault.kind == FaultKind::Missing => return Err(Unreadable::Lost(fault)),
        Err(fault) => return Err(Unreadable::Away(fault)),
    }
    let library = blocking(read(temporary.to_path_buf())).await?;
    let damaged = || {
        let why = format!("the object \"{}\" is damaged or of another layout", set.object_key);
        Unreadable::Lost(Fault::internal("reading the prepared ontologies", why))
    };
    let library = library.ok_or_else(damaged)?;
    keep(temporary, folder.to_owned(), set.clone()).await.map_err(Unreadable::Away)?;
    Ok(library)
}

/// None: it is not there, or it cannot be used.
fn read(path: PathBuf) -> impl FnOnce() -> Option<Library> + Send + 'static {
    move || {
        let bytes = std::fs::read(&path).ok()?;
        match Library::read(&bytes) {
            Ok(library) => Some(library),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "a local copy of the ontologies cannot be used");
                None
            }
        }
    }
}

/// Makes a file the local copy of a set, in the place of all others: one set is in use at a time.
pub async fn keep(file: tempfile::TempPath, folder: PathBuf, set: PreparedSet) -> Result<(), Fault> {
    let kept = tokio::task::spawn_blocking(move || -> io::Result<()> {
        let path = path_of(&folder, &set);
        file.persist(&path).map_err(|e| e.error)?;
        for entry in std::fs::read_dir(&folder)? {
            let other = entry?.path();
            if other != path && other.extension().is_some_and(|ending| ending == ENDING) {
                match std::fs::remove_file(&other) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    });
    kept.await.map_err(|e| Fault::internal("keeping a copy of the ontologies", e))?.map_err(broken)
}

fn broken(error: io::Error) -> Fault {
    Fault::internal("writing into the cache folder", error)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unreadable> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Unreadable::Away(Fault::internal("reading the prepared ontologies", e)))
}
