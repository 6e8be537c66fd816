//! Terms as a reader brings them: what is too long for any use is cut and told, and what is defined twice becomes one.

use crate::problem::Problems;
use crate::term::{Scope, Synonym, Term};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

/// The longest id of a real ontology has 60 bytes (an IRI).
const LONGEST_ID: usize = 512;
/// The longest real name has 500 bytes.
const LONGEST_NAME: usize = 4 << 10;
/// The longest real definition has 6 kB.
const LONGEST_DEFINITION: usize = 64 << 10;

/// With the line on which each term began.
#[derive(Default)]
pub struct Draft {
    pub version: String,
    /// The prefix of the ontology's own ids, in any case; the commonest where the file does not say.
    pub prefix: Option<String>,
    pub terms: Vec<(u64, Term)>,
    pub problems: Problems,
}

impl Draft {
    /// Cuts what is too long; a term whose id is goes.
    pub fn trim(&mut self) {
        let problems = &mut self.problems;
        self.terms.retain_mut(|(line, term)| {
            if term.id.is_empty() || term.id.len() > LONGEST_ID {
                problems.push(*line, format!("an id of {} bytes; the term was left out", term.id.len()));
                return false;
            }
            cut(&mut term.definition, LONGEST_DEFINITION, *line, "definition", problems);
            cut(&mut term.label, LONGEST_NAME, *line, "name", problems);
            for synonym in &mut term.synonyms {
                cut(&mut synonym.text, LONGEST_NAME, *line, "synonym", problems);
            }
            true
        });
    }

    /// The terms with their lines, each id once: later definitions are added to the first.
    pub fn merge(&mut self) -> (Vec<u64>, Vec<Term>) {
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let mut merged: FxHashSet<usize> = FxHashSet::default();
        let (mut lines, mut terms) = (Vec::with_capacity(self.terms.len()), Vec::with_capacity(self.terms.len()));
        for (line, term) in self.terms.drain(..) {
            let Some(first) = places.get(&term.id).copied() else {
                places.insert(term.id.clone(), terms.len());
                lines.push(line);
                terms.push(term);
                continue;
            };
            let told = format!(
                "{} is already defined on line {}; its names and parents were added there",
                term.id, lines[first]
            );
            self.problems.push(line, told);
            add(&mut terms[first], term);
            merged.insert(first);
        }
        merged.into_iter().for_each(|at| once(&mut terms[at]));
        (lines, terms)
    }
}

fn cut(text: &mut String, longest: usize, line: u64, what: &str, problems: &mut Problems) {
    if text.len() > longest {
        problems.push(line, format!("a {what} of {} bytes; its first {} KiB were kept", text.len(), longest >> 10));
        text.truncate(text.floor_char_boundary(longest));
        text.shrink_to_fit();
    }
}

fn add(first: &mut Term, again: Term) {
    if first.label.is_empty() {
        first.label = again.label;
    } else if !again.label.is_empty() && again.label != first.label {
        first.synonyms.push(Synonym { text: again.label, scope: Scope::Exact });
    }
    if first.definition.is_empty() {
        first.definition = again.definition;
    }
    first.synonyms.extend(again.synonyms);
    first.xrefs.extend(again.xrefs);
    first.parents.extend(again.parents);
    first.alternatives.extend(again.alternatives);
    first.facts.extend(again.facts);
}

fn once(term: &mut Term) {
    keep_first(&mut term.synonyms);
    keep_first(&mut term.xrefs);
    keep_first(&mut term.parents);
    keep_first(&mut term.alternatives);
    keep_first(&mut term.facts);
}

fn keep_first<T: Clone + Eq + Hash>(list: &mut Vec<T>) {
    let mut seen = FxHashSet::default();
    list.retain(|item| seen.insert(item.clone()));
}
