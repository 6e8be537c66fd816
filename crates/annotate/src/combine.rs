//! The dictionary and the learned annotator together: what the learned one proposes for the fields that it was trained on,
//! with the place where the dictionary read it, and the dictionary's own suggestions for the others.

use crate::candidate::{Candidate, Fit, Meaning};
use crate::choose;
use crate::field::Field;
use crate::item::Item;
use crate::learned::{Learned, Proposal, Sample, Terms, labels};
use crate::project::CONTROL;
use crate::suggestion::{Method, State, Suggestion};
use chorale_ontology::Library;

/// Less sure than this, a proposal is none.
const LEAST: f32 = 0.05;
/// Less likely than this, nobody looks at it.
const LEAST_RANKED: f32 = 0.005;
/// What no text says is proposed where a value of its ontology is this likely at all: every cell has a type, but who
/// labels a piece of liver does not name one.
const LEAST_APPLIES: f32 = 0.5;
/// More likely than not of a control: a disease that was only read is then the other arm's.
const CONTROL_ARM: f32 = 0.5;

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

    /// What one of the items of a study may be in a field, the likeliest first; none where the field is not trained.
    pub fn rank(
        &self,
        library: &Library,
        (number, items): (usize, &[Item]),
        candidates: &[Vec<Candidate>],
        field: Field,
    ) -> Option<Vec<Suggestion>> {
        let each = items.iter().zip(candidates);
        let samples: Vec<Sample> = each.map(|(item, own)| Sample::of(item, own, library, &self.terms)).collect();
        let ranked = self.learned.rank(number, &samples, trained(field), &self.terms)?;
        let own = ranked.into_iter().filter_map(|(term, score)| {
            let (of, term) = meaning(self.terms.id(term))?;
            (of == field && score >= LEAST_RANKED)
                .then(|| self.said(library, &items[number], &candidates[number], (field, term, score)))
        });
        Some(own.collect())
    }

    /// A learned value, with the place where the dictionary read it.
    fn said(
        &self,
        library: &Library,
        item: &Item,
        candidates: &[Candidate],
        (field, term, score): (Field, &str, f32),
    ) -> Suggestion {
        let read = candidates.iter().find(|one| one.field == field && is(library, one, term));
        let suggestion = match read {
            Some(read) => choose::suggestion(library, item, read, None),
            None => unread(library, field, term),
        };
        let method = if read.is_some() { Method::Both } else { Method::Learned };
        Suggestion { score, method, ..suggestion }
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
            if proposal.hit.is_none() && (labels::is_only_said(field.name()) || proposal.applies < LEAST_APPLIES) {
                continue;
            }
            let mut suggestion = self.said(library, item, candidates, (field, term, proposal.score));
            suggestion.runner_up = proposal.runner_up.and_then(|(next, score)| {
                let (_, next) = meaning(self.terms.id(next))?;
                Some((next.to_owned(), label(library, next), score))
            });
            learned.push(suggestion);
        }
        // What was learned of a field replaces what was read; that somebody is healthy stays said, and so does the donor's
        // disease under a key of its own: a control need not be healthy.
        let is_control =
            learned.iter().any(|one| one.field == Field::StudyArm && one.term == "control" && one.score >= CONTROL_ARM);
        all.retain(|one| {
            let is_replaced = learned.iter().any(|other| other.field == one.field);
            let is_other_arm =
                is_control && one.field == Field::Disease && !has_own_key(library, candidates, &one.term);
            one.state == State::Healthy || !(is_replaced || is_other_arm)
        });
        all.append(&mut learned);
        all.sort_by(|a, b| a.field.cmp(&b.field).then(b.score.total_cmp(&a.score)));
        all
    }
}

fn has_own_key(library: &Library, candidates: &[Candidate], disease: &str) -> bool {
    let asked = |one: &&Candidate| one.field == Field::Disease && one.features.fit == Fit::Strong;
    candidates.iter().filter(asked).any(|one| is(library, one, disease))
}

/// The trained field whose values stand for those of a field.
fn trained(field: Field) -> &'static str {
    match field {
        Field::CellType => Field::Tissue.name(),
        Field::AgeGroup => Field::Age.name(),
        Field::StudyArm => Field::Disease.name(),
        other => other.name(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learned::{self, FieldSpec, Gold, TrainOptions};
    use crate::{Annotator, Study};
    use std::sync::Arc;

    const TERMS: &[(&str, &str)] = &[
        ("UBERON:0002107", "liver"),
        ("UBERON:0002048", "lung"),
        ("CL:0000236", "B cell"),
        ("CL:0000084", "T cell"),
        ("MONDO:0005083", "psoriasis"),
        ("MONDO:0009061", "cystic fibrosis"),
    ];

    fn library() -> Arc<Library> {
        let release = |prefix: &str| {
            let mut obo = format!("format-version: 1.2\n\n[Term]\nid: {prefix}:0000001\nname: root of {prefix}\n");
            for (id, name) in TERMS.iter().filter(|(id, _)| id.starts_with(prefix)) {
                obo += &format!("\n[Term]\nid: {id}\nname: {name}\nis_a: {prefix}:0000001\n");
            }
            (prefix.to_owned(), chorale_ontology::read(obo.as_bytes()).expect("sound"))
        };
        Arc::new(Library::build(["UBERON", "CL", "MONDO"].map(release).into()).expect("three releases"))
    }

    /// A piece of an organ has a tissue, a culture has a cell type; half of the patients' studies have samples of the
    /// arm that has not the disease which all samples name.
    fn annotator() -> Annotator {
        let library = library();
        let reader = Annotator::new(library.clone());
        let mut terms = Terms::default();
        terms.add_library(&library, &["UBERON", "CL", "MONDO"]);
        terms.add(CONTROL);
        let texts: Vec<[String; 3]> = (0..160)
            .map(|number| {
                let kind = if number % 2 == 0 { "biopsy" } else { "culture" };
                let disease = TERMS[4 + number / 2 % 2].1;
                let name = TERMS[number % 2 * 2 + number / 4 % 2].1;
                let arm = if number / 3 % 2 == 0 { "involved" } else { "untouched" };
                [format!("tissue: {name}"), format!("disease: {disease}"), format!("{kind} {arm}")]
            })
            .collect();
        let (mut studies, mut gold) = (Vec::new(), Vec::new());
        for (number, [name, disease, title]) in texts.iter().enumerate() {
            let items = [item(name, disease, title), item(name, disease, title)];
            let candidates = reader.candidates(&Study::default(), &items);
            let each = items.iter().zip(&candidates);
            let samples = each.map(|(item, own)| Sample::of(item, own, &library, &terms)).collect();
            studies.push(learned::Study { group: number as u64, samples });
            let is_control = title.ends_with("untouched");
            let disease = if is_control { CONTROL } else { TERMS[4 + number / 2 % 2].0 };
            let golds = [TERMS[number % 2 * 2 + number / 4 % 2].0, disease];
            for (field, id) in golds.into_iter().enumerate() {
                let term = terms.find(id).expect("all are known");
                gold.extend((0..2).map(|sample| Gold {
                    study: number,
                    sample,
                    field,
                    term,
                    verdict: learned::Verdict::Is,
                }));
            }
        }
        let field = |name: &str, prefixes: &[&str], exclusive: Option<&str>| FieldSpec {
            name: name.to_owned(),
            prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect(),
            several: false,
            exclusive: exclusive.map(str::to_owned),
        };
        let fields = [field("tissue", &["UBERON", "CL"], None), field("disease", &["MONDO"], Some(CONTROL))];
        let learned = Learned::train(&studies, &gold, &fields, &mut terms, &TrainOptions::default());
        Annotator::new(library).with_learned(learned, terms, "test")
    }

    fn item<'a>(name: &'a str, disease: &'a str, title: &'a str) -> Item<'a> {
        Item { attributes: vec![("title", title), ("characteristics_ch1", name), ("characteristics_ch1", disease)] }
    }

    #[test]
    fn a_piece_of_an_organ_gets_no_cell_type_and_a_control_only_the_disease_that_it_is_said_to_have() {
        let annotator = annotator();
        let items = [
            item("tissue: liver", "disease: psoriasis", "biopsy involved"),
            item("tissue: T cell", "psoriasis", "culture untouched"),
            item("tissue: T cell", "disease: psoriasis", "culture untouched"),
        ];
        let of = |item: &Item| -> Vec<(Field, String)> {
            let found = annotator.annotate(&Study::default(), std::slice::from_ref(item)).remove(0);
            assert!(found.is_sorted_by_key(|one| one.field), "{found:?}");
            let wanted = [Field::Tissue, Field::CellType, Field::Disease, Field::StudyArm];
            let mut best: Vec<(Field, String)> = Vec::new();
            for one in found.into_iter().filter(|one| wanted.contains(&one.field) && one.score >= 0.5) {
                best.push((one.field, one.label));
            }
            best.sort();
            best
        };
        let mut biopsy = vec![(Field::Tissue, "liver".to_owned()), (Field::Disease, "psoriasis".to_owned())];
        biopsy.sort();
        assert_eq!(of(&items[0]), biopsy);
        let mut culture = vec![(Field::CellType, "T cell".to_owned()), (Field::StudyArm, "control".to_owned())];
        culture.sort();
        assert_eq!(of(&items[1]), culture);
        let donor = of(&items[2]);
        assert!(donor.contains(&(Field::Disease, "psoriasis".to_owned())), "a control need not be healthy: {donor:?}");
        assert!(donor.contains(&(Field::StudyArm, "control".to_owned())), "{donor:?}");
    }
}
