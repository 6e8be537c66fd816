//! The dictionary and the learned annotator together: what the learned one proposes for the fields that it was trained on,
//! with the place where the dictionary read it, and the dictionary's own suggestions for the others.

use crate::candidate::{Candidate, Meaning};
use crate::choose;
use crate::field::Field;
use crate::item::Item;
use crate::learned::{Learned, Proposal, Sample, Terms};
use crate::project::CONTROL;
use crate::suggestion::{Method, State, Suggestion};
use chorale_ontology::Library;

/// Less sure than this, a proposal is none.
const LEAST: f32 = 0.05;

/// A trained annotator with the terms that it knows.
pub(crate) struct Trained {
    pub learned: Learned,
    pub terms: Terms,
}

impl Trained {
    /// Suggestions for the items of one study from their candidates.
    pub fn suggestions(
        &self,
        library: &Library,
        items: &[Item],
        candidates: &[Vec<Candidate>],
    ) -> Vec<Vec<Suggestion>> {
        let each = items.iter().zip(candidates);
        let samples: Vec<Sample> = each.map(|(item, own)| Sample::of(item, own, library, &self.terms)).collect();
        let proposals = self.learned.propose(&samples, &self.terms);
        let each = items.iter().zip(candidates).zip(&proposals);
        each.map(|((item, own), proposals)| self.combine(library, item, own, proposals)).collect()
    }

    fn combine(
        &self,
        library: &Library,
        item: &Item,
        candidates: &[Candidate],
        proposals: &[Proposal],
    ) -> Vec<Suggestion> {
        let mut all = choose::suggestions(library, item, candidates);
        let mut learned: Vec<Suggestion> = Vec::new();
        for proposal in proposals.iter().filter(|proposal| proposal.score >= LEAST) {
            let Some((field, term)) = meaning(self.terms.id(proposal.term)) else { continue };
            let read = candidates.iter().find(|one| one.field == field && is(library, one, term));
            let mut suggestion = match read {
                Some(read) => choose::suggestion(library, item, read, None),
                None => unread(library, field, term),
            };
            suggestion.score = proposal.score;
            suggestion.method = if read.is_some() { Method::Both } else { Method::Learned };
            suggestion.runner_up = proposal.runner_up.and_then(|(next, score)| {
                let (_, next) = meaning(self.terms.id(next))?;
                Some((next.to_owned(), label(library, next), score))
            });
            learned.push(suggestion);
        }
        // What was learned of a field replaces what was read; that somebody is healthy stays said.
        all.retain(|one| one.state == State::Healthy || !learned.iter().any(|other| other.field == one.field));
        all.append(&mut learned);
        all.sort_by(|a, b| a.field.cmp(&b.field).then(b.score.total_cmp(&a.score)));
        all
    }
}

/// The field and the term that a trained value stands for.
fn meaning(id: &str) -> Option<(Field, &str)> {
    Some(match id {
        CONTROL => (Field::StudyArm, "control"),
        "sex:F" => (Field::Sex, "PATO:0000383"),
        "sex:M" => (Field::Sex, "PATO:0000384"),
        _ => match id.split_once(':')? {
            ("UBERON", _) => (Field::Tissue, id),
            ("CL", _) => (Field::CellType, id),
            ("CVCL", _) => (Field::CellLine, id),
            ("MONDO", _) => (Field::Disease, id),
            ("age", group) => (Field::AgeGroup, group),
            (field, value) => (Field::named(field)?, value),
        },
    })
}

fn is(library: &Library, candidate: &Candidate, term: &str) -> bool {
    match &candidate.meaning {
        Meaning::Term(own) => library.id(*own) == term,
        Meaning::Known { id, .. } => *id == term,
        Meaning::Text(text) => text == term,
    }
}

/// A value that the text implies and does not say.
fn unread(library: &Library, field: Field, term: &str) -> Suggestion {
    Suggestion {
        field,
        term: term.to_owned(),
        label: label(library, term),
        state: State::Present,
        score: 0.0,
        method: Method::Learned,
        evidence: None,
        runner_up: None,
        quantities: Vec::new(),
    }
}

fn label(library: &Library, term: &str) -> String {
    match (library.find(term), term) {
        (Some(term), _) => library.label(term).to_owned(),
        (None, "PATO:0000383") => "female".to_owned(),
        (None, "PATO:0000384") => "male".to_owned(),
        (None, other) => other.to_owned(),
    }
}
