//! From a query to what is looked up: leaves with their weights, and how they combine.
//!
//! Statistics are common to all snapshots of a request, so that their hits can be merged by score.
//! A score is a whole number: sums do not depend on the order of their parts, and one index and the
//! same documents spread over several give the same ranking.

mod phrase;

use compact_str::CompactString;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{SegmentReader, Term};

pub(crate) use phrase::{Edge, Phrase, edges as phrase_edges};

use crate::fault::Fault;
use crate::known_fields;
use crate::query::{Node, Text};
use crate::request::Request;
use crate::snapshot::Snapshot;
use crate::words::{SCOPE_END, Word, exact, is_spaced_compound, joined, unfolded, words};

/// One unit of score.
pub(crate) const SCORE_SCALE: f32 = 65_536.0;
/// BM25's saturation and length normalization, as Lucene has them.
pub(crate) const K1: f32 = 1.2;
pub(crate) const B: f32 = 0.75;
/// What any word that begins with a prefix adds: there is no telling which one was meant.
const PREFIX_WEIGHT: f32 = 1.0;

/// How leaves combine. Each leaf stands in the tree once.
#[derive(Debug)]
pub(crate) enum Step {
    All,
    Nothing,
    Leaf(usize),
    And(Vec<Step>),
    Or(Vec<Step>),
    Not(Box<Step>),
}

/// Something to look up.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub lookup: Lookup,
    /// Inverse document frequency; 0 where a match adds nothing to the score.
    pub weight: f32,
    /// Documents that it may match, at most.
    pub documents: u64,
}

#[derive(Debug)]
pub(crate) enum Lookup {
    Word(Token),
    Phrase(Phrase),
    /// In each segment, all terms that begin with it.
    Prefix {
        field: Field,
        prefix: String,
    },
}

/// One term, and where each segment keeps it (in the order of all segments of all snapshots).
#[derive(Debug)]
pub(crate) struct Token {
    pub field: Field,
    pub found: Vec<Option<TermInfo>>,
    pub documents: u64,
}

/// A query that is ready to run on every segment.
pub(crate) struct Plan {
    pub root: Step,
    pub leaves: Vec<Leaf>,
    /// Mean length of a document in words, for each of the two text fields.
    pub mean_words: Vec<(Field, f32)>,
}

/// Plans a request's query for these snapshots. Fails when it names a field that nothing has which may be seen.
pub(crate) fn plan(snapshots: &[&Snapshot], request: &Request) -> Result<Plan, Fault> {
    let Some(first) = snapshots.first() else {
        return Ok(Plan { root: Step::Nothing, leaves: Vec::new(), mean_words: Vec::new() });
    };
    let segments: Vec<&SegmentReader> =
        snapshots.iter().flat_map(|snapshot| &snapshot.segments).map(|segment| &segment.reader).collect();
    let documents = segments.iter().map(|segment| u64::from(segment.max_doc())).sum();
    let mut planner = Planner { snapshots, request, segments, documents, leaves: Vec::new() };
    let root = planner.step(&request.query.root, true)?;
    let mut mean_words = Vec::new();
    for field in [first.fields.text, first.fields.scoped] {
        let mut total = 0;
        for segment in &planner.segments {
            let index = segment.inverted_index(field).map_err(Fault::index("reading word counts"))?;
            total += index.total_num_tokens();
        }
        mean_words.push((field, (total as f32 / documents.max(1) as f32).max(1.0)));
    }
    Ok(Plan { root, leaves: planner.leaves, mean_words })
}

struct Planner<'a> {
    snapshots: &'a [&'a Snapshot],
    request: &'a Request,
    segments: Vec<&'a SegmentReader>,
    documents: u64,
    leaves: Vec<Leaf>,
}

impl Planner<'_> {
    fn step(&mut self, node: &Node, scored: bool) -> Result<Step, Fault> {
        Ok(match node {
            Node::All => Step::All,
            Node::Text(text) => self.text(text, scored)?,
            Node::Exact { field, value } => self.exact(field, value)?,
            Node::And(children) => self.conjunction(children, scored)?,
            Node::Or(children) => {
                let steps = children.iter().map(|child| self.step(child, scored));
                Step::Or(steps.collect::<Result<_, _>>()?)
            }
            Node::Not(child) => Step::Not(Box::new(self.step(child, false)?)),
        })
    }

    /// Neighbours like `hep g2` may each be met by the compound `hepg2` as well.
    fn conjunction(&mut self, children: &[Node], scored: bool) -> Result<Step, Fault> {
        let mut steps = Vec::new();
        for (index, child) in children.iter().enumerate() {
            let step = self.step(child, scored)?;
            let before = index.checked_sub(1).and_then(|before| spaced_compound(&children[before], child));
            let after = children.get(index + 1).and_then(|after| spaced_compound(child, after));
            let mut ways = vec![step];
            // The compound counts once in the score: with its second half.
            for (compound, scored) in [(before, scored), (after, false)] {
                let Some((field, text)) = compound else { continue };
                let token = self.token(field.as_deref(), &text)?;
                if token.documents > 0 {
                    ways.push(self.word(token, scored));
                }
            }
            steps.push(if ways.len() > 1 { Step::Or(ways) } else { ways.remove(0) });
        }
        // What rules out most comes first; the rest is only looked at where it can matter.
        steps.sort_by_key(|step| self.documents_of(step));
        Ok(Step::And(steps))
    }

    /// How many documents a step may match, at most.
    fn documents_of(&self, step: &Step) -> u64 {
        match step {
            Step::All | Step::Not(_) => self.documents,
            Step::Nothing => 0,
            Step::Leaf(leaf) => self.leaves[*leaf].documents,
            Step::And(steps) => steps.iter().map(|step| self.documents_of(step)).min().unwrap_or(0),
            Step::Or(steps) => steps.iter().map(|step| self.documents_of(step)).sum(),
        }
    }

    fn text(&mut self, text: &Text, scored: bool) -> Result<Step, Fault> {
        if let Some(field) = &text.field {
            known_fields::check(self.snapshots, self.request, field, text.at)?;
        }
        let parts = words(&text.text, 0);
        let scope = text.field.as_deref();
        if text.prefix {
            return self.prefix(scope, &parts, scored);
        }
        if let [word] = parts.as_slice() {
            let token = self.token(scope, &word.token())?;
            return Ok(if token.documents > 0 { self.word(token, scored) } else { Step::Nothing });
        }
        self.phrase(scope, &parts, scored)
    }

    fn prefix(&mut self, scope: Option<&str>, parts: &[Word], scored: bool) -> Result<Step, Fault> {
        let (field, prefix) = self.term(scope, &unfolded(parts));
        let weight = if scored { PREFIX_WEIGHT } else { 0.0 };
        let lookup = Lookup::Prefix { field, prefix };
        let step = self.leaf(Leaf { lookup, weight, documents: self.documents });
        // `biopsies*` must find what `biopsies` was folded to.
        let whole = joined(parts);
        if whole == unfolded(parts) {
            return Ok(step);
        }
        let token = self.token(scope, &whole)?;
        Ok(if token.documents > 0 { Step::Or(vec![step, self.word(token, scored)]) } else { step })
    }

    fn phrase(&mut self, scope: Option<&str>, parts: &[Word], scored: bool) -> Result<Step, Fault> {
        let mut edges = Vec::new();
        for (from, to, token) in phrase_edges(parts) {
            let token = self.token(scope, &token)?;
            if token.documents > 0 {
                edges.push(Edge { from, to, token });
            }
        }
        let Some(phrase) = Phrase::new(parts.len(), edges) else { return Ok(Step::Nothing) };
        if let [edge] = phrase.edges.as_slice() {
            let found = edge.token.found.clone();
            let token = Token { found, ..edge.token };
            return Ok(self.word(token, scored));
        }
        let weight = if scored { phrase.weight(|documents| idf(documents, self.documents)) } else { 0.0 };
        let documents = phrase.documents();
        Ok(self.leaf(Leaf { lookup: Lookup::Phrase(phrase), weight, documents }))
    }

    fn word(&mut self, token: Token, scored: bool) -> Step {
        let weight = if scored { idf(token.documents, self.documents) } else { 0.0 };
        let documents = token.documents;
        self.leaf(Leaf { lookup: Lookup::Word(token), weight, documents })
    }

    fn leaf(&mut self, leaf: Leaf) -> Step {
        self.leaves.push(leaf);
        Step::Leaf(self.leaves.len() - 1)
    }

    fn exact(&mut self, field: &str, value: &str) -> Result<Step, Fault> {
        let token = self.look_up(self.snapshots[0].fields.exact, &exact(field, value))?;
        Ok(if token.documents > 0 { self.word(token, false) } else { Step::Nothing })
    }

    fn token(&self, scope: Option<&str>, word: &str) -> Result<Token, Fault> {
        let (field, text) = self.term(scope, word);
        self.look_up(field, &text)
    }

    fn look_up(&self, field: Field, text: &str) -> Result<Token, Fault> {
        let term = Term::from_field_text(field, text);
        let mut token = Token { field, found: Vec::with_capacity(self.segments.len()), documents: 0 };
        for segment in &self.segments {
            let found = segment
                .inverted_index(field)
                .and_then(|index| index.get_term_info(&term).map_err(tantivy::TantivyError::from))
                .map_err(Fault::index("looking up a word"))?;
            token.documents += found.as_ref().map_or(0, |info| u64::from(info.doc_freq));
            token.found.push(found);
        }
        Ok(token)
    }

    /// The text field and the term of a word.
    fn term(&self, scope: Option<&str>, word: &str) -> (Field, String) {
        let fields = &self.snapshots[0].fields;
        match scope {
            Some(name) => (fields.scoped, format!("{name}{SCOPE_END}{word}")),
            None => (fields.text, word.to_string()),
        }
    }
}

/// The token of two neighbours that make a compound, and their common field.
pub(crate) fn spaced_compound(first: &Node, second: &Node) -> Option<(Option<String>, CompactString)> {
    let (Node::Text(first), Node::Text(second)) = (first, second) else { return None };
    if first.field != second.field || first.prefix || second.prefix {
        return None;
    }
    let parts = [words(&first.text, 0), words(&second.text, 0)].concat();
    match parts.as_slice() {
        [one, two] if is_spaced_compound(&one.raw, &two.raw) => Some((first.field.clone(), joined(&parts))),
        _ => None,
    }
}

/// Rarer words weigh more (Robertson and Spärck Jones, in Lucene's form that is never negative).
fn idf(documents: u64, of: u64) -> f32 {
    let (documents, of) = (documents as f32, of as f32);
    (1.0 + (of - documents + 0.5).max(0.0) / (documents + 0.5)).ln()
}
