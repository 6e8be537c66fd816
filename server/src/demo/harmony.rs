//! The demo's ontologies and its annotator, from the same folder as its studies. A folder without them makes a demo
//! whose samples are searched by what their sources said.

use chorale_model::{Fault, FaultKind};
use chorale_platform::{Ctx, harmonize, ontologies};
use std::path::{Path, PathBuf};

/// Installs CELLxGENE's ontologies of the folder, unless some are in use: `MONDO-ontology-v2026-05-05.json.zst` is MONDO.
pub async fn install(ctx: &Ctx, folder: &Path, say: impl Fn(&str)) -> Result<(), Fault> {
    if ontologies::list_releases(ctx).await?.items.iter().any(|release| release.in_use) {
        return Ok(());
    }
    for (name, path) in found(&folder.join("ontologies/czi_json"))? {
        say(&format!("installing {name}"));
        match ontologies::install_file(ctx, &name, &path).await {
            Ok(_) => {}
            // Installed by a run that was interrupted.
            Err(fault) if fault.kind == FaultKind::Conflict => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// Trains the organization's annotator on the folder's labelled samples, unless it has one.
pub async fn train(ctx: &Ctx, folder: &Path, say: impl Fn(&str)) -> Result<(), Fault> {
    let labelled = folder.join("metadata/geo_samples");
    let (text, gold) = (labelled.join("geo_sample_text.tsv.gz"), labelled.join("geo_sample_gold.tsv.gz"));
    let nothing_to_read = ontologies::list_releases(ctx).await?.items.is_empty();
    let is_trained = match chorale_platform::registry::load_model(ctx, harmonize::MODEL).await {
        Ok(_) => true,
        Err(fault) if fault.kind == FaultKind::Missing => false,
        Err(fault) => return Err(fault),
    };
    if is_trained || nothing_to_read || !text.is_file() || !gold.is_file() {
        return Ok(());
    }
    harmonize::train(ctx, &text, &gold, say).await.map(|_version| ())
}

fn found(folder: &Path) -> Result<Vec<(String, PathBuf)>, Fault> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = |e: std::io::Error| Fault::field("demo_data", format!("{} cannot be read: {e}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some((name, _)) = file.split_once("-ontology-").filter(|_| file.ends_with(".json.zst")) {
            found.push((name.to_owned(), path));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ontologies_are_named_by_their_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["UBERON-ontology-v1.json.zst", "CVCL-ontology-55.0.json.zst", "notes.txt", "MONDO.obo.gz"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<String> = found(folder.path()).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["CVCL", "UBERON"]);
        assert!(found(&folder.path().join("missing")).unwrap().is_empty());
    }
}
