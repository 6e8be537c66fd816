//! Why a hit matched: the field that says most, and the passage in it, with what matched marked.
//!
//! It reads the stored document with the same words and the same phrase graph as the search, so
//! whatever made a document match is what is marked: `Hep-G2` for `hepg2`, a phrase as a whole.

mod passage;

use compact_str::CompactString;

use crate::document::Doc;
use crate::plan::phrase_edges;
use crate::query::{Node, Query, Text};
use crate::request::Snippet;
use crate::words::{MAX_JOINED_PARTS, Word, field_name, joined, words};

/// Longest text that is looked through, in bytes: a hit is shown, not read.
const MAX_TEXT_BYTES: usize = 20_000;

/// What a query looks for, ready to be found in texts.
pub(crate) struct Highlighter {
    needles: Vec<Needle>,
}

struct Needle {
    field: Option<String>,
    length: usize,
    /// From word to word: the tokens that may stand there, by their first word.
    edges: Vec<(usize, usize, CompactString)>,
    prefix: bool,
}

/// A token of a text, and where it stands.
struct Spot {
    token: CompactString,
    position: u32,
    start: usize,
    end: usize,
}

impl Highlighter {
    pub fn new(query: &Query) -> Highlighter {
        let mut needles = Vec::new();
        collect(&query.root, &mut needles);
        Highlighter { needles }
    }

    /// None when nothing that is shown matched: an empty query, or a negation alone.
    pub fn snippet(&self, doc: &Doc) -> Option<Snippet> {
        if self.needles.is_empty() {
            return None;
        }
        let named = |name: &'static str| move |text| (name, text);
        let fields = [("title", doc.title.as_str())].into_iter();
        let fields = fields.chain([("accession", doc.accession.as_str())]);
        let fields = fields.chain(doc.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let fields = fields.chain([("summary", doc.summary.as_str())]);
        let fields = fields.chain(doc.links.iter().map(String::as_str).map(named("accession")));
        let fields = fields.chain(doc.facets.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let mut best: Option<(usize, &str, &str, Vec<(usize, usize)>)> = None;
        for (name, text) in fields {
            let text = passage::start_of(text, MAX_TEXT_BYTES);
            let (found, marks) = self.marks(name, text);
            // Of two fields that say as much, the first is shown.
            if found > best.as_ref().map_or(0, |(found, ..)| *found) {
                best = Some((found, name, text, marks));
            }
            if found == self.needles.len() {
                break;
            }
        }
        let (_, name, text, marks) = best?;
        Some(Snippet { field: name.to_string(), fragments: passage::fragments(text, &marks) })
    }

    /// How many needles are in a text, and where, as byte ranges.
    fn marks(&self, name: &str, text: &str) -> (usize, Vec<(usize, usize)>) {
        let scope = self.needles.iter().any(|needle| needle.field.is_some()).then(|| field_name(name));
        let spots = spots(text);
        let mut found = 0;
        let mut marks = Vec::new();
        for needle in &self.needles {
            if needle.field.is_some() && needle.field != scope {
                continue;
            }
            let before = marks.len();
            needle.find(&spots, &mut marks);
            found += usize::from(marks.len() > before);
        }
        (found, marks)
    }
}

/// Everything that is not negated.
fn collect(node: &Node, needles: &mut Vec<Needle>) {
    match node {
        Node::All | Node::Exact { .. } | Node::Not(_) => {}
        Node::Text(text) => needles.push(Needle::new(text)),
        Node::And(children) | Node::Or(children) => {
            children.iter().for_each(|child| collect(child, needles));
            for pair in children.windows(2) {
                if let Some((field, token)) = crate::plan::spaced_compound(&pair[0], &pair[1])
                    && matches!(node, Node::And(_))
                {
                    needles.push(Needle { field, length: 1, edges: vec![(0, 1, token)], prefix: false });
                }
            }
        }
    }
}

impl Needle {
    fn new(text: &Text) -> Needle {
        let parts = words(&text.text, 0);
        let field = text.field.clone();
        if text.prefix {
            let stem = if let [word] = parts.as_slice() { word.raw.clone() } else { joined(&parts) };
            return Needle { field, length: 1, edges: vec![(0, 1, stem)], prefix: true };
        }
        Needle { field, length: parts.len(), edges: phrase_edges(&parts).collect(), prefix: false }
    }

    /// Adds the range of every occurrence. One way to each word and position is enough.
    fn find(&self, spots: &[Spot], marks: &mut Vec<(usize, usize)>) {
        let mut position = 0;
        // By word: where a way began that goes on at this position, or at the next one.
        let mut here: Vec<Option<usize>> = vec![None; self.length + 1];
        let mut next = here.clone();
        for spot in spots {
            if spot.position != position {
                position = spot.position;
                std::mem::swap(&mut here, &mut next);
                next.fill(None);
            }
            for (from, to, token) in &self.edges {
                let start = if *from == 0 { Some(spot.start) } else { here[*from] };
                let same = || if self.prefix { spot.token.starts_with(token.as_str()) } else { spot.token == *token };
                match start.filter(|_| same()) {
                    Some(start) if *to == self.length => marks.push((start, spot.end)),
                    Some(start) => next[*to] = next[*to].or(Some(start)),
                    None => {}
                }
            }
        }
    }
}

/// Every token of a text, as it is indexed.
fn spots(text: &str) -> Vec<Spot> {
    let words = words(text, 0);
    let mut spots = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        spots.push(Spot::new(word.token(), word, word));
        for parts in 2..=MAX_JOINED_PARTS {
            let Some(compound) = words.get(index..index + parts) else { break };
            let last = &compound[parts - 1];
            if last.position != word.position {
                break;
            }
            spots.push(Spot::new(joined(compound), word, last));
        }
    }
    spots
}

impl Spot {
    fn new(token: CompactString, first: &Word, last: &Word) -> Spot {
        Spot { token, position: first.position, start: first.start, end: last.end }
    }
}
