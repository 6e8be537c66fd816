//! Files of a store that lie on this machine. Whoever wrote the store does not choose what is read: nothing outside of its
//! folder, whatever its links and addresses say.

use chorale_model::Fault;
use std::path::{Path, PathBuf};

/// Folders in folders.
const DEEPEST: usize = 64;

/// Every regular file below a folder, by its path there with slashes, with its size. A link is passed over unless
/// it leads to a file below; none where there is no folder.
pub fn files_below(folder: &Path) -> Result<Vec<(String, u64)>, Fault> {
    let mut found = Vec::new();
    if folder.is_dir() {
        let root = folder.canonicalize().map_err(|e| unread(folder, e))?;
        gather(&root, &root, "", 0, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn gather(root: &Path, folder: &Path, before: &str, deep: usize, found: &mut Vec<(String, u64)>) -> Result<(), Fault> {
    if deep > DEEPEST {
        return Err(unread(folder, format!("its folders are more than {DEEPEST} deep")));
    }
    for entry in std::fs::read_dir(folder).map_err(|e| unread(folder, e))? {
        let entry = entry.map_err(|e| unread(folder, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = if before.is_empty() { name } else { format!("{before}/{name}") };
        let path = entry.path();
        let kind = entry.file_type().map_err(|e| unread(&path, e))?;
        if kind.is_dir() {
            gather(root, &path, &below, deep + 1, found)?;
            continue;
        }
        let is_below = !kind.is_symlink() || path.canonicalize().is_ok_and(|real| real.starts_with(root));
        let meta = std::fs::metadata(&path).ok().filter(|meta| is_below && meta.is_file());
        found.extend(meta.map(|meta| (below, meta.len())));
    }
    Ok(())
}

/// The file itself, which lies below `root`.
pub fn within(root: &Path, path: &Path) -> Result<PathBuf, Fault> {
    let real = path.canonicalize().map_err(|e| unread(path, e))?;
    match real.starts_with(root) {
        true => Ok(real),
        false => Err(unread(path, format!("it leads out of {}", root.display()))),
    }
}

fn unread(path: &Path, why: impl std::fmt::Display) -> Fault {
    Fault::invalid(format!("{} cannot be read: {why}", path.display()))
}
