//! What a search should answer, found by reading every document. Slow and plain on purpose: no
//! index, no statistics, no graph of edges.

use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

use crate::words::{Word, field_name, is_spaced_compound, joined, words};
use crate::{Doc, Node, Request, Text};

pub struct Answer<'a> {
    pub ids: BTreeSet<&'a str>,
    /// Most frequent first, then by value.
    pub facets: BTreeMap<String, Vec<(String, u64)>>,
}

pub fn answer<'a>(docs: &'a [Doc], request: &Request) -> Answer<'a> {
    let matching: Vec<&Doc> =
        docs.iter().filter(|doc| doc.kind == request.kind && matches(doc, &request.query.root)).collect();
    let passes = |doc: &Doc, but: Option<&str>| {
        request
            .chosen
            .iter()
            .filter(|(field, _)| Some(field.as_str()) != but)
            .all(|(field, values)| doc.facets.iter().any(|(of, value)| of == field && values.contains(value)))
    };
    let mut facets = BTreeMap::new();
    for field in &request.facets {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for doc in matching.iter().filter(|doc| passes(doc, Some(field))) {
            let values: BTreeSet<&String> =
                doc.facets.iter().filter(|(of, _)| of == field).map(|(_, value)| value).collect();
            values.into_iter().for_each(|value| *counts.entry(value.clone()).or_default() += 1);
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        facets.insert(field.clone(), counts);
    }
    let ids = matching.iter().filter(|doc| passes(doc, None)).map(|doc| doc.id.as_str()).collect();
    Answer { ids, facets }
}

fn matches(doc: &Doc, node: &Node) -> bool {
    match node {
        Node::All => true,
        Node::Text(text) => has_text(doc, text),
        Node::Exact { field, value } => doc.terms.iter().any(|(name, term)| (name, term) == (field, value)),
        Node::Or(children) => children.iter().any(|child| matches(doc, child)),
        Node::Not(child) => !matches(doc, child),
        Node::And(children) => children.iter().enumerate().all(|(index, child)| {
            let pair = |first: usize| spaced(children.get(first)?, children.get(first + 1)?);
            let compounds = [index.checked_sub(1).and_then(pair), pair(index)];
            matches(doc, child) || compounds.into_iter().flatten().any(|text| has_text(doc, &text))
        }),
    }
}

/// `hep g2` typed as two words also means the compound.
fn spaced(first: &Node, second: &Node) -> Option<Text> {
    let (Node::Text(first), Node::Text(second)) = (first, second) else { return None };
    let parts = [words(&first.text, 0), words(&second.text, 0)].concat();
    let [one, two] = parts.as_slice() else { return None };
    let pair = first.field == second.field && !first.prefix && !second.prefix && is_spaced_compound(&one.raw, &two.raw);
    pair.then(|| Text { text: joined(&parts).to_string(), ..first.clone() })
}

/// Every text of a document with the names under which it is asked for.
fn fields(doc: &Doc) -> Vec<(String, &str)> {
    let mut fields = vec![("title".to_string(), doc.title.as_str()), ("summary".to_string(), doc.summary.as_str())];
    fields.push(("accession".to_string(), &doc.accession));
    fields.extend(doc.links.iter().map(|link| ("accession".to_string(), link.as_str())));
    fields.extend(doc.attributes.iter().chain(&doc.facets).map(|(key, value)| (field_name(key), value.as_str())));
    fields
}

fn has_text(doc: &Doc, text: &Text) -> bool {
    let asked = words(&text.text, 0);
    fields(doc).into_iter().any(|(name, value)| {
        if text.field.as_ref().is_some_and(|field| *field != name) {
            return false;
        }
        let held = words(value, 0);
        let last = held.last().map_or(0, |word| word.position);
        if text.prefix {
            let stem = if let [word] = asked.as_slice() { word.raw.clone() } else { joined(&asked) };
            let begins = |token: &CompactString| token.starts_with(stem.as_str()) || *token == joined(&asked);
            return (0..=last).any(|position| tokens(&held, position).iter().any(begins));
        }
        (0..=last).any(|position| stands_at(&asked, &held, position))
    })
}

/// Whether the words asked for stand in the text from a position on: each position takes one, two
/// or three of them.
fn stands_at(asked: &[Word], held: &[Word], position: u32) -> bool {
    if asked.is_empty() {
        return true;
    }
    let tokens = tokens(held, position);
    (1..=asked.len().min(3)).any(|taken| {
        let token = if taken == 1 { asked[0].token() } else { joined(&asked[..taken]) };
        tokens.contains(&token) && stands_at(&asked[taken..], held, position + 1)
    })
}

/// The words and joined words at one position.
fn tokens(held: &[Word], position: u32) -> BTreeSet<CompactString> {
    let here: Vec<Word> = held.iter().filter(|word| word.position == position).cloned().collect();
    let mut tokens: BTreeSet<CompactString> = here.iter().map(Word::token).collect();
    for from in 0..here.len() {
        tokens.extend((from + 2..=here.len()).map(|to| joined(&here[from..to])));
    }
    tokens
}
