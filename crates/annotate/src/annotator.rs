//! The annotator: samples of a study in, candidates or suggestions out.

use crate::candidate::Candidate;
use crate::choose;
use crate::combine::Trained;
use crate::field::Field;
use crate::item::{Item, Study};
use crate::learned::{Learned, Terms};
use crate::lexicon::Lexicon;
use crate::pool::Pool;
use crate::reading::Reader;
use crate::study::Siblings;
use crate::suggestion::Suggestion;
use crate::terms::Roles;
use chorale_ontology::Library;
use std::sync::Arc;

/// Of this crate's rules and lists; the library's pins say which releases they are used with.
pub const RULES: &str = concat!("dictionary-", env!("CARGO_PKG_VERSION"), "-4");

/// Reads samples with a library's names and the built-in rules. Shared between threads; it never changes.
pub struct Annotator {
    library: Arc<Library>,
    lexicon: Lexicon,
    roles: Roles,
    trained: Option<Trained>,
    version: String,
}

impl Annotator {
    pub fn new(library: Arc<Library>) -> Annotator {
        let (lexicon, roles) = (Lexicon::new(&library), Roles::new(&library));
        Annotator { library, lexicon, roles, trained: None, version: RULES.to_owned() }
    }

    /// The same with a trained annotator beside the dictionary; `terms` are those that it was trained or read with, and
    /// `version` is its own.
    pub fn with_learned(self, learned: Learned, terms: Terms, version: &str) -> Annotator {
        let version = format!("{RULES}+{version}");
        Annotator { trained: Some(Trained { learned, terms }), version, ..self }
    }

    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// What suggestions are remembered under: another version may answer differently.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Suggestions for each item, by field. Give the samples of one study together: what they have in common and how they
    /// differ is read too.
    pub fn annotate(&self, study: &Study, items: &[Item]) -> Vec<Vec<Suggestion>> {
        if let Some(trained) = &self.trained {
            return trained.suggestions(&self.library, items, &self.candidates(study, items));
        }
        let mut all = Vec::with_capacity(items.len());
        self.each(study, items, |item, candidates| all.push(choose::suggestions(&self.library, item, &candidates)));
        all
    }

    /// What one item of a study may be in a field, the likeliest first, for a person who decides: more than is suggested,
    /// with the same scores.
    pub fn rank(&self, study: &Study, items: &[Item], number: usize, field: Field) -> Vec<Suggestion> {
        let candidates = self.candidates(study, items);
        let trained = self.trained.as_ref();
        let ranked = trained.and_then(|one| one.rank(&self.library, (number, items), &candidates, field));
        ranked.unwrap_or_else(|| choose::rank(&self.library, &items[number], &candidates[number], field))
    }

    /// Everything that was read of each item, for a re-ranker: by field, the strongest first.
    pub fn candidates(&self, study: &Study, items: &[Item]) -> Vec<Vec<Candidate>> {
        let mut all = Vec::with_capacity(items.len());
        self.each(study, items, |_, candidates| all.push(candidates));
        all
    }

    fn each(&self, study: &Study, items: &[Item], mut found: impl FnMut(&Item, Vec<Candidate>)) {
        let mut reader = Reader::new(&self.library, &self.lexicon, &self.roles);
        let siblings = Siblings::read(&mut reader, study, items);
        let pool = Pool { library: &self.library, lexicon: &self.lexicon };
        for (number, item) in items.iter().enumerate() {
            found(item, pool.candidates(&siblings, number, item));
        }
    }
}
