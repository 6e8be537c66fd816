//! Both annotators together: the dictionary reads, the learned annotator decides the fields that it was trained on.

use super::Learned;
use super::field::Proposal;
use super::sample::Sample;
use super::terms::Terms;
use crate::candidate::{Candidate, Meaning};
use crate::choose;
use crate::field::Field;
use crate::item::Item;
use crate::project::CONTROL;
use crate::suggestion::{Method, State, Suggestion};
use chorale_ontology::Library;

/// What is implied without being read is suggested where the ontology is this likely to apply at all: every cell has a
/// type, but who labels a piece of liver does not name one.
const LEAST_APPLIES: f32 = 0.5;

impl Learned {
    /// Suggestions for the samples of a study from what the dictionary read of them: those of its own fields from this
    /// model, at the thresholds chosen in training, and the others as they are.
    pub fn suggest(
        &self,
        items: &[Item],
        candidates: &[Vec<Candidate>],
        library: &Library,
        terms: &Terms,
    ) -> Vec<Vec<Suggestion>> {
        let samples: Vec<Sample> = items
            .iter()
            .zip(candidates)
            .map(|(item, candidates)| Sample::of(item, candidates, library, terms))
            .collect();
        let proposals = self.propose(&samples, terms);
        let trained: Vec<Field> = self.fields().flat_map(|field| harmonized(&field.name)).copied().collect();
        let each = items.iter().zip(candidates).zip(proposals);
        each.map(|((item, candidates), proposals)| {
            let mut all = choose::suggestions(library, item, candidates);
            all.retain(|one| !trained.contains(&one.field) || !matches!(one.state, State::Present));
            for proposal in proposals.iter().filter(|one| one.score >= self.threshold(one.field)) {
                if proposal.hit.is_some() || proposal.applies >= LEAST_APPLIES {
                    let one = suggestion(proposal, item, candidates, library, terms);
                    all.retain(|other| other.field != one.field || matches!(other.state, State::Present));
                    all.push(one);
                }
            }
            all.sort_by(|a, b| a.field.cmp(&b.field).then(b.score.total_cmp(&a.score)));
            all
        })
        .collect()
    }
}

/// The fields that a field of the labels covers.
fn harmonized(name: &str) -> &'static [Field] {
    match name {
        "tissue" => &[Field::Tissue, Field::CellType],
        "disease" => &[Field::Disease],
        "sex" => &[Field::Sex],
        "age" => &[Field::AgeGroup],
        _ => &[],
    }
}

/// The field, the id and the label that a label of training stands for.
fn value(id: &str, library: &Library) -> (Field, String, String) {
    let term = |field, id: &str| {
        let label = library.find(id).map_or_else(|| id.to_owned(), |term| library.label(term).to_owned());
        (field, id.to_owned(), label)
    };
    match id.split_once(':') {
        _ if id == CONTROL => (Field::StudyArm, "control".to_owned(), "control".to_owned()),
        Some(("sex", "F")) => (Field::Sex, "PATO:0000383".to_owned(), "female".to_owned()),
        Some(("sex", "M")) => (Field::Sex, "PATO:0000384".to_owned(), "male".to_owned()),
        Some(("age", group)) => (Field::AgeGroup, group.to_owned(), group.to_owned()),
        Some(("CL", _)) => term(Field::CellType, id),
        Some(("UBERON", _)) => term(Field::Tissue, id),
        _ => term(Field::Disease, id),
    }
}

fn suggestion(
    proposal: &Proposal,
    item: &Item,
    candidates: &[Candidate],
    library: &Library,
    terms: &Terms,
) -> Suggestion {
    let (field, term, label) = value(terms.id(proposal.term), library);
    let names = |one: &&Candidate| match &one.meaning {
        Meaning::Term(of) => library.id(*of) == term,
        Meaning::Known { id, .. } => *id == term,
        Meaning::Text(text) => *text == term,
    };
    let read = candidates.iter().filter(|one| one.field == field || proposal.hit.is_some()).find(names);
    let read = read.map(|one| choose::suggestion(library, item, one, None));
    let runner_up = proposal.runner_up.map(|(term, score)| {
        let (_, id, label) = value(terms.id(term), library);
        (id, label, score)
    });
    let (evidence, quantities) = read.map(|one| (one.evidence, one.quantities)).unwrap_or_default();
    let method = if proposal.hit.is_some() { Method::Both } else { Method::Learned };
    Suggestion {
        field,
        term,
        label,
        state: State::Present,
        score: proposal.score,
        method,
        evidence,
        runner_up,
        quantities,
    }
}
