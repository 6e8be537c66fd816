//! Which names stand before a colon: the ones that always exist, facets, and the attribute keys
//! that some document has.

use tantivy::SegmentReader;

use crate::fault::Fault;
use crate::query::SyntaxError;
use crate::snapshot::Snapshot;
use crate::words::{SCOPE_END, field_name};

/// Fields that exist even in an empty index.
const ALWAYS: [&str; 5] = ["accession", "title", "summary", "platform", "organism"];

/// Fails, pointing at the field, when no snapshot has it.
pub(crate) fn check(snapshots: &[&Snapshot], name: &str, at: usize) -> Result<(), Fault> {
    let mut named: Vec<String> = ALWAYS.map(str::to_string).to_vec();
    for snapshot in snapshots {
        named.extend(snapshot.layout.facets.iter().map(|facet| field_name(facet)));
    }
    if named.iter().any(|known| known == name) {
        return Ok(());
    }
    for snapshot in snapshots {
        for segment in &snapshot.segments {
            if has(&segment.reader, snapshot, name).map_err(Fault::index("looking up a field"))? {
                return Ok(());
            }
        }
    }
    let remedy = match named.iter().min_by_key(|known| distance(known, name)) {
        Some(near) if distance(near, name) <= 2 => format!("did you mean {near}:?"),
        _ => "put it in quotes to search for the text".to_string(),
    };
    let message = format!("there is no field {name:?}: a facet or the key of an attribute was expected");
    Err(Fault::Syntax(SyntaxError::new(at, message, remedy)))
}

fn has(segment: &SegmentReader, snapshot: &Snapshot, name: &str) -> tantivy::Result<bool> {
    let prefix = format!("{name}{SCOPE_END}");
    let index = segment.inverted_index(snapshot.fields.scoped)?;
    let mut terms = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
    Ok(terms.advance() && terms.key().starts_with(prefix.as_bytes()))
}

/// Edits between two names (Levenshtein, 1966).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
