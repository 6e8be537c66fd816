//! Local copies of prepared sets: fetched and unpacked once, named by their hash, mapped into memory by whoever looks a
//! term up, one kept. Losing the folder loses nothing.

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
    let (packed, mapped) = blocking(move || -> io::Result<_> {
        std::fs::create_dir_all(&folder_)?;
        Ok((tempfile::NamedTempFile::new_in(&folder_)?, tempfile::NamedTempFile::new_in(&folder_)?))
    })
    .await?
    .map_err(away)?;
    match app.objects.fetch(&set.object_key, packed.path()).await {
        Ok(_) => {}
        Err(fault) if fault.kind == FaultKind::Missing => return Err(Unreadable::Lost(fault)),
        Err(fault) => return Err(Unreadable::Away(fault)),
    }
    let damaged = |why: &dyn std::fmt::Display| {
        let why = format!("the object \"{}\" is damaged or of another layout: {why}", set.object_key);
        Unreadable::Lost(Fault::internal("reading the prepared ontologies", why))
    };
    let unpacked = blocking(move || -> io::Result<_> {
        chorale_ontology::unpack(std::fs::File::open(packed.path())?, mapped.as_file())?;
        Ok(mapped.into_temp_path())
    });
    let mapped = unpacked.await?.map_err(|e| damaged(&e))?;
    let library = blocking(read(mapped.to_path_buf())).await?.ok_or_else(|| damaged(&"it is not whole"))?;
    keep(mapped, folder.to_owned(), set.clone()).await.map_err(Unreadable::Away)?;
    Ok(library)
}

/// None: it is not there, or it cannot be used.
fn read(path: PathBuf) -> impl FnOnce() -> Option<Library> + Send + 'static {
    move || match Library::open(&path) {
        Ok(library) => Some(library),
        Err(_) if !path.exists() => None,
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a local copy of the ontologies cannot be used");
            None
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
