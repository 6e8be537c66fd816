//! What keys and texts of clients may be: how long, and without what is lost or read otherwise somewhere.

use chorale_model::Fault;
use chorale_model::experiments::KeyValue;
use std::collections::HashSet;

const LONGEST_KEY: usize = 250;

/// A key of a param, a metric or a tag, as its `field` is called in the request: MLflow's rule
/// (`mlflow/utils/validation.py`).
pub fn key(field: &str, key: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '-' | ' ' | ':');
    if key.is_empty() {
        return Err(Fault::field(field, "is empty; write a name"));
    }
    if let Some(at) = key.chars().position(|c| !allowed(c)) {
        let why = format!(
            "\"{key}\" has a character that names may not have; write letters, digits and _ - . : / and spaces"
        );
        return Err(Fault::field_at(field, Some(at as u64), why));
    }
    let parts: Vec<&str> = key.split('/').collect();
    if parts.iter().any(|part| part.is_empty() || *part == "." || *part == "..") {
        let why = format!(
            "\"{key}\" names another key when it is read as a path; leave out \"//\", \".\", \"..\" and / at the ends"
        );
        return Err(Fault::field(field, why));
    }
    fits(field, key, LONGEST_KEY)
}

/// A text of at most `most` characters, none of them U+0000, which PostgreSQL does not keep and SQLite's functions stop at.
pub fn fits(field: &str, text: &str, most: usize) -> Result<(), Fault> {
    if let Some(at) = text.chars().position(|c| c == '\0') {
        return Err(Fault::field_at(
            field,
            Some(at as u64),
            "has the character U+0000, which is not kept; leave it out",
        ));
    }
    match text.len() > most && text.chars().count() > most {
        true => Err(Fault::field(field, format!("has {} characters; at most {most} fit", text.chars().count()))),
        false => Ok(()),
    }
}

/// No key comes twice.
pub fn once(field: &str, pairs: &[KeyValue]) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    match pairs.iter().find(|one| !seen.insert(&one.key)) {
        Some(twice) => Err(Fault::field(field, format!("\"{}\" comes twice; it has one value", twice.key))),
        None => Ok(()),
    }
}

/// Of what a request lists.
pub fn few(field: &str, found: usize, most: usize) -> Result<(), Fault> {
    match found > most {
        true => Err(Fault::field(field, format!("are {found}; at most {most} fit into one request: send several"))),
        false => Ok(()),
    }
}
