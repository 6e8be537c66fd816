//! Which names stand before a colon: the ones that always exist, facets, and the attribute keys
//! that some document has which may be seen. A key of other documents alone is answered like none.

use tantivy::schema::IndexRecordOption;

use crate::document::Kind;
use crate::fault::Fault;
use crate::query::SyntaxError;
use crate::request::Request;
use crate::snapshot::{Allowed, Segment, Snapshot};
use crate::words::{SCOPE_END, field_name};

/// Fields that exist even in an empty index.
const ALWAYS: [&str; 5] = ["accession", "title", "summary", "platform", "organism"];

/// Fails, pointing at the field, when no document that may be seen has it.
pub(crate) fn check(snapshots: &[&Snapshot], request: &Request, name: &str, at: usize) -> Result<(), Fault> {
    let mut named: Vec<String> = ALWAYS.map(str::to_string).to_vec();
    for snapshot in snapshots {
        named.extend(snapshot.layout.facets.iter().map(|facet| field_name(facet)));
    }
    if named.iter().any(|known| known == name) {
        return Ok(());
    }
    for (place, snapshot) in snapshots.iter().enumerate() {
        let Some(allowed) = request.allowed(place) else { continue };
        for segment in &snapshot.segments {
            if has(segment, snapshot, allowed, name)? {
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

/// Whether a document that may be seen has a word under this key; almost always the first one looked at.
fn has(segment: &Segment, snapshot: &Snapshot, allowed: Allowed<'_>, name: &str) -> Result<bool, Fault> {
    let doing = "looking up a field";
    let prefix = format!("{name}{SCOPE_END}");
    let index = segment.reader.inverted_index(snapshot.fields.scoped).map_err(Fault::index(doing))?;
    let mut terms = index.terms().range().ge(prefix.as_bytes()).into_stream().map_err(Fault::files(doing))?;
    while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
        let block = index.read_block_postings_from_terminfo(terms.value(), IndexRecordOption::Basic);
        let mut block = block.map_err(Fault::files(doing))?;
        while !block.docs().is_empty() {
            for doc in block.docs() {
                for kind in [Kind::Sample, Kind::Dataset] {
                    let visible = segment.visible(kind, allowed)?;
                    if visible[*doc as usize / 64] & (1 << (doc % 64)) != 0 {
                        return Ok(true);
                    }
                }
            }
            block.advance();
        }
    }
    Ok(false)
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
