//! Terms as numbers with their ancestors, over several releases at once: what the learned annotator knows of ontologies.

use chorale_ontology::{Library, TermRef};
use rustc_hash::FxHashMap;

/// The number of a term in [`Terms`].
pub type TermNumber = u32;

/// Ontologies whose terms are features of a text, beside those that fields have values of.
const ONTOLOGIES: [&str; 3] = ["UBERON", "CL", "MONDO"];
/// Ancestors at most so many steps up are still close to their descendant.
const CLOSE_STEPS: u16 = 2;

#[derive(Clone, Debug, Default)]
pub struct Terms {
    ids: Vec<String>,
    numbers: FxHashMap<String, TermNumber>,
    /// Ancestors with the number of steps, nearest first.
    up: Vec<Box<[(TermNumber, u16)]>>,
}

impl Terms {
    /// What a trained annotator knows of the library's terms: those of anatomy, cell types and diseases.
    pub fn of(library: &Library) -> Terms {
        let mut terms = Terms::default();
        terms.add_library(library, &ONTOLOGIES);
        terms
    }

    /// Adds the terms at home in the library whose ids have one of the prefixes, with their ancestors.
    pub fn add_library(&mut self, library: &Library, prefixes: &[&str]) {
        let is_wanted = |id: &str| prefixes.contains(&id.split(':').next().unwrap_or_default());
        for (release, pin) in library.pins().iter().enumerate() {
            for place in 0..pin.terms {
                let term = TermRef { release: release as u16, place };
                let id = library.id(term);
                if !is_wanted(id) || library.find(id) != Some(term) {
                    continue;
                }
                let number = self.add(id);
                let up = library.ancestors(term).map(|(up, steps)| (self.add(library.id(up)), steps));
                self.up[number as usize] = up.collect();
            }
        }
    }

    /// The number of an id; a new one if it is not known yet.
    pub fn add(&mut self, id: &str) -> TermNumber {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = TermNumber::try_from(self.ids.len()).expect("fewer than 2^32 terms");
        self.ids.push(id.to_owned());
        self.numbers.insert(id.to_owned(), number);
        self.up.push(Box::default());
        number
    }

    pub fn find(&self, id: &str) -> Option<TermNumber> {
        self.numbers.get(id).copied()
    }

    pub fn id(&self, term: TermNumber) -> &str {
        &self.ids[term as usize]
    }

    /// What stands before the colon: `MONDO`.
    pub fn prefix(&self, term: TermNumber) -> &str {
        self.id(term).split(':').next().unwrap_or_default()
    }

    pub fn ancestors(&self, term: TermNumber) -> &[(TermNumber, u16)] {
        &self.up[term as usize]
    }

    /// Ancestors that are [`CLOSE_STEPS`] up at most.
    pub(super) fn near_ancestors(&self, term: TermNumber) -> impl Iterator<Item = TermNumber> + '_ {
        self.ancestors(term).iter().filter(|(_, steps)| *steps <= CLOSE_STEPS).map(|(up, _)| *up)
    }

    pub fn is_ancestor(&self, ancestor: TermNumber, of: TermNumber) -> bool {
        self.ancestors(of).iter().any(|(up, _)| *up == ancestor)
    }

    /// The judge's rule: the same term, a descendant of the gold term, or its ancestor at most two steps up.
    pub fn is_close(&self, predicted: TermNumber, gold: TermNumber) -> bool {
        predicted == gold || self.is_ancestor(gold, predicted) || self.near_ancestors(gold).any(|up| up == predicted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_is_below_or_at_most_two_above() {
        let obo = "format-version: 1.2\n\n[Term]\nid: X:1\nname: body\n\n[Term]\nid: X:2\nname: trunk\nis_a: X:1\n\n\
                   [Term]\nid: X:3\nname: organ\nis_a: X:2\n\n[Term]\nid: X:4\nname: liver\nis_a: X:3\n\n\
                   [Term]\nid: X:5\nname: lobe\nrelationship: part_of X:4\n";
        let mut terms = Terms::default();
        let release = chorale_ontology::read(obo.as_bytes()).expect("a sound file");
        let library = Library::build(vec![("X".into(), release)]).expect("one release");
        terms.add_library(&library, &["X"]);
        let term = |n: u32| terms.find(&format!("X:{n}")).expect("defined");
        assert!(terms.is_close(term(4), term(4)));
        assert!(terms.is_close(term(5), term(1)), "a descendant, however far");
        assert!(terms.is_close(term(2), term(4)), "two steps up");
        assert!(!terms.is_close(term(1), term(4)), "three steps up");
        assert_eq!(terms.prefix(term(1)), "X");
    }
}
