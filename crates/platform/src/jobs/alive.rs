//! Signs of life. A worker process holds a lock on a file of its own in the cache folder; the system frees it when the
//! process ends, however it ends. The next process on this machine so knows at once whose jobs were abandoned.
//! Workers of other machines, and those whose file was lost, show by their lease alone.

use std::fs::{File, TryLockError, create_dir_all, read_dir, remove_file};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// The lock of this process, for as long as the value lives.
pub(super) struct SignOfLife {
    path: PathBuf,
    _held: File,
}

impl SignOfLife {
    /// # Errors
    /// The folder cannot be written, or somebody else holds a lock of this name.
    pub(super) fn show(cache: &Path, worker: &str) -> Result<Self, Error> {
        let folder = folder(cache);
        create_dir_all(&folder)?;
        let path = folder.join(worker);
        let held = File::create(&path)?;
        held.try_lock().map_err(Error::from)?;
        Ok(SignOfLife { path, _held: held })
    }
}

/// An orderly end takes the file along; after any other the next [`ended`] finds it.
impl Drop for SignOfLife {
    fn drop(&mut self) {
        if let Err(error) = remove_file(&self.path)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::debug!(%error, path = %self.path.display(), "a sign of life stays behind");
        }
    }
}

/// Workers of this machine that have ended without a word: their file is there and nobody holds it.
pub(super) fn ended(cache: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let entries = match read_dir(folder(cache)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let file = match File::open(entry.path()) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue, // ended in order just now
            file => file?,
        };
        match file.try_lock() {
            Ok(()) => names.extend(entry.file_name().into_string()),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(names)
}

/// Once their jobs are back in the queue.
pub(super) fn forget(cache: &Path, workers: &[String]) -> Result<(), Error> {
    for worker in workers {
        match remove_file(folder(cache).join(worker)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn folder(cache: &Path) -> PathBuf {
    cache.join("workers")
}
