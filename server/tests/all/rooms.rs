//! The rooms of the platform in their order, read from the `use` lines: each uses only those to its left.

use std::path::{Path, PathBuf};

const ORDER: &[&str] = &[
    "db",
    "objects",
    "ctx",
    "audit",
    "jobs",
    "identity",
    "alerts",
    "metering",
    "registry",
    "ontologies",
    "catalog",
    "sources",
    "curation",
    "harmonize",
    "discovery",
    "review",
    "automatic",
    "projects",
    "rules",
    "grid",
    "reports",
    "exchange",
    "views",
    "webhooks",
    "retraining",
    "experiments",
    "moving",
    "care",
];

/// What everybody may use although it stands to the right: the context is made of the rooms before it, and the audit
/// log and jobs name the context.
const EVERYWHERE: &[&str] = &["ctx"];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, into);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            into.push(path);
        }
    }
}

#[test]
fn rooms_use_only_those_to_their_left() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/platform/src");
    let (mut checked, mut wrong) = (0, Vec::new());
    for (place, room) in ORDER.iter().enumerate() {
        let mut files = Vec::new();
        sources(&root.join(room), &mut files);
        assert!(!files.is_empty(), "there is no room {room}");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for (right, other) in ORDER.iter().enumerate() {
                checked += 1;
                let uses = uses(&text, other);
                if right > place && uses && !EVERYWHERE.contains(other) {
                    wrong.push(format!("{} uses {other}, which stands to the right of {room}", file.display()));
                }
            }
        }
    }
    assert!(checked > 500, "the rooms were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a text names `crate::room`, alone or in a list of `use crate::{…}`.
fn uses(text: &str, room: &str) -> bool {
    let direct = [format!("crate::{room}::"), format!("crate::{room};"), format!("crate::{room},")];
    if direct.iter().any(|form| text.contains(form)) {
        return true;
    }
    text.match_indices("use crate::{").any(|(at, head)| {
        let list = &text[at + head.len()..];
        let end = list.find(';').unwrap_or(list.len());
        list[..end]
            .split([',', '{', '}', ' ', '\n'])
            .any(|word| word.trim() == room || word.trim().starts_with(&format!("{room}::")))
    })
}

#[test]
fn a_wrong_arrow_is_seen() {
    assert!(uses("use crate::{Ctx, catalog};", "catalog"));
    assert!(uses("let x = crate::catalog::y();", "catalog"));
    assert!(!uses("use crate::{Ctx, jobs};", "catalog"));
}
