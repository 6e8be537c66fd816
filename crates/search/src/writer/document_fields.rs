//! From a document to what tantivy indexes of it.

use std::collections::HashMap;

use super::Indexed;
use crate::document::Doc;
use crate::layout::{Fields, Layout};
use crate::words::{SCOPE_END, exact, field_name};

/// How often a title counts in the ranking, compared with the rest.
const TITLE_WEIGHT: usize = 2;

/// Names that are kept folded. A study has dozens of keys for thousands of samples; a hostile one has a key to a sample.
const KEPT_NAMES: usize = 10_000;

/// Names of fields, folded once.
#[derive(Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    fn folded(&mut self, name: &str) -> &str {
        if !self.0.contains_key(name) {
            if self.0.len() >= KEPT_NAMES {
                self.0.clear();
            }
            self.0.insert(name.to_string(), field_name(name));
        }
        self.0.get(name).map_or("", String::as_str)
    }
}

pub(super) fn make(fields: &Fields, layout: &Layout, names: &mut Names, doc: &Doc) -> Indexed {
    let mut indexed = Indexed::default();
    indexed.add_text(fields.key, Doc::key(doc.kind, &doc.id));
    indexed.add_text(fields.owner, &doc.owner);
    indexed.add_text(fields.collection, &doc.collection);
    for link in &doc.links {
        indexed.add_text(fields.link, link);
    }
    add_words(&mut indexed, fields, names, doc);
    add_columns(&mut indexed, fields, layout, doc);
    let stored = serde_json::to_vec(doc).expect("a document of strings and numbers is always JSON");
    indexed.add_bytes(fields.stored, &stored);
    indexed
}

fn add_words(indexed: &mut Indexed, fields: &Fields, names: &mut Names, doc: &Doc) {
    for _ in 0..TITLE_WEIGHT {
        indexed.add_text(fields.text, &doc.title);
    }
    let mut add = |name: &str, text: &str, everywhere: bool| {
        if everywhere {
            indexed.add_text(fields.text, text);
        }
        let name = names.folded(name);
        if !name.is_empty() {
            indexed.add_text(fields.scoped, format!("{name}{SCOPE_END}{text}"));
        }
    };
    add("title", &doc.title, false);
    add("accession", &doc.accession, true);
    add("summary", &doc.summary, true);
    for link in &doc.links {
        add("accession", link, true);
    }
    for (key, value) in doc.attributes.iter().chain(&doc.facets) {
        add(key, value, true);
    }
}

fn add_columns(indexed: &mut Indexed, fields: &Fields, layout: &Layout, doc: &Doc) {
    indexed.add_u64(fields.kind, doc.kind.code());
    indexed.add_u64(fields.rank, crate::order::rank(&doc.accession));
    indexed.add_u64(fields.identity, crate::order::identity(doc.kind, &doc.id));
    if let Some(date) = doc.date {
        indexed.add_i64(fields.date, date);
    }
    indexed.add_text(fields.accession_order, crate::order::natural(&doc.accession));
    indexed.add_text(fields.title_order, crate::order::natural(&doc.title));
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let column = |name: &str| layout.facets.iter().position(|facet| facet == name).map(|place| fields.facets[place]);
    for (name, value) in &doc.terms {
        indexed.add_text(fields.exact, exact(name, value));
        if let Some(column) = column(name) {
            indexed.add_text(column, value);
        }
    }
    for (name, value) in &doc.facets {
        // A value counts once for a document, however often it was given.
        let pair = (name.as_str(), value.as_str());
        if let Some(column) = column(name)
            && !value.is_empty()
            && !seen.contains(&pair)
        {
            seen.push(pair);
            indexed.add_text(column, value);
        }
    }
}
