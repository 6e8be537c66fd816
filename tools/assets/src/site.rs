//! Writes `target/site`: names that carry a hash of the bytes, each file also as brotli, and the manifest last.
//! A file that already has its name is left alone, so a second run writes nothing and the server is not rebuilt.

use crate::Outcome;
use crate::wasm::Wasm;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Publishes the four files and says their names and sizes.
pub fn publish(site: &Path, css: &[u8], wasm: &Wasm, icon: &[u8], dev: bool) -> Outcome<String> {
    let pkg = site.join("pkg");
    fs::create_dir_all(&pkg).map_err(|error| format!("cannot create {}: {error}", pkg.display()))?;
    let mut kept = BTreeSet::new();
    let mut report = Vec::new();
    let mut put = |extension: &str, bytes: &[u8]| -> Outcome<String> {
        let name = format!("chorale-{}.{extension}", &hex::encode(Sha256::digest(bytes))[..16]);
        let packed_name = format!("{name}.br");
        write_new(&pkg.join(&name), || Ok(bytes.to_vec()))?;
        write_new(&pkg.join(&packed_name), || compress(bytes, dev))?;
        let packed =
            fs::metadata(pkg.join(&packed_name)).map_err(|error| format!("cannot stat {packed_name}: {error}"))?.len();
        report.push(format!("{extension} {} B, {packed} B brotli", bytes.len()));
        kept.extend([name.clone(), packed_name]);
        Ok(name)
    };
    let css = put("css", css)?;
    let wasm_name = put("wasm", &wasm.module)?;
    let js = put("js", wasm.js.as_bytes())?;
    let icon = put("svg", icon)?;
    let manifest =
        format!("{{\"css\": \"{css}\", \"js\": \"{js}\", \"wasm\": \"{wasm_name}\", \"icon\": \"{icon}\"}}\n");
    let path = site.join("manifest.json");
    if fs::read(&path).ok().as_deref() != Some(manifest.as_bytes()) {
        fs::write(&path, manifest).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    sweep(&pkg, &kept)?;
    Ok(report.join(", "))
}

fn write_new(path: &Path, bytes: impl FnOnce() -> Outcome<Vec<u8>>) -> Outcome<()> {
    if path.exists() {
        return Ok(());
    }
    // Under another name first: an interrupted run must not leave half a file under a name that promises its bytes.
    let half = path.with_extension("half");
    fs::write(&half, bytes()?)
        .and_then(|()| fs::rename(&half, path))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn compress(bytes: &[u8], dev: bool) -> Outcome<Vec<u8>> {
    let quality = if dev { 5 } else { 11 };
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 22);
    writer.write_all(bytes).map_err(|error| format!("cannot compress: {error}"))?;
    Ok(writer.into_inner())
}

/// Files of earlier runs go, because the server embeds everything that lies here.
fn sweep(pkg: &Path, kept: &BTreeSet<String>) -> Outcome<()> {
    let entries = fs::read_dir(pkg).map_err(|error| format!("cannot list {}: {error}", pkg.display()))?;
    for entry in entries.flatten() {
        if !kept.contains(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path())
                .map_err(|error| format!("cannot remove {}: {error}", entry.path().display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_changes_nothing_and_old_files_go() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let wasm = Wasm { module: b"\0asm".to_vec(), js: "export {}".to_owned() };
        publish(folder.path(), b"a{}", &wasm, b"<svg/>", true).expect("the first run");
        let names = || {
            let mut names: Vec<_> = fs::read_dir(folder.path().join("pkg"))
                .expect("the folder")
                .map(|entry| {
                    (
                        entry.as_ref().expect("an entry").file_name(),
                        entry.expect("an entry").metadata().and_then(|data| data.modified()).expect("a time"),
                    )
                })
                .collect();
            names.sort();
            names
        };
        let first = names();
        assert_eq!(first.len(), 8, "four files, each also as brotli");
        publish(folder.path(), b"a{}", &wasm, b"<svg/>", true).expect("the second run");
        assert_eq!(names(), first);
        publish(folder.path(), b"b{}", &wasm, b"<svg/>", true).expect("a changed stylesheet");
        let third = names();
        assert_eq!(third.len(), 8);
        assert_ne!(third, first);
    }
}
