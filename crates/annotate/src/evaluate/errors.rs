//! Mistakes by kind, the commonest first, with samples to read.

use super::judge::{GoldRow, Predicted, is_close, judged};
use crate::learned::Terms;
use std::collections::BTreeMap;

/// So many samples of each mistake are named.
const EXAMPLES: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorClass {
    /// Nothing was predicted.
    Abstained,
    /// An ancestor of the gold term, more than two steps up.
    TooGeneral,
    /// Another term with a common ancestor two steps up at most.
    Sibling,
    /// A value that stands for none of a thing where there is one, or the other way round.
    Arm,
    Other,
}

/// One gold value taken for another.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    pub class: ErrorClass,
    pub gold: String,
    /// Empty where nothing was predicted.
    pub predicted: String,
    pub samples: usize,
    pub examples: Vec<String>,
}

/// Mistakes on samples none of whose predictions is close.
pub fn mistakes(gold: &[GoldRow], predicted: &[Predicted], source: &str, field: &str, terms: &Terms) -> Vec<Mistake> {
    let mut found: BTreeMap<(String, String), Mistake> = BTreeMap::new();
    for sample in judged(gold, predicted, source, field) {
        let best = sample.predictions.iter().max_by(|a, b| a.1.total_cmp(b.1)).map_or("", |(term, _)| *term);
        for gold in &sample.golds {
            if sample.predictions.keys().any(|predicted| is_close(predicted, gold, terms)) {
                continue;
            }
            let mistake = found.entry(((*gold).to_owned(), best.to_owned())).or_insert_with(|| Mistake {
                class: class(best, gold, terms),
                gold: (*gold).to_owned(),
                predicted: best.to_owned(),
                samples: 0,
                examples: Vec::new(),
            });
            mistake.samples += 1;
            if mistake.examples.len() < EXAMPLES {
                mistake.examples.push(sample.accession.to_owned());
            }
        }
    }
    let mut all: Vec<Mistake> = found.into_values().collect();
    all.sort_by_key(|mistake| std::cmp::Reverse(mistake.samples));
    all
}

/// Arms have no ancestors: control is in no release.
fn class(predicted: &str, gold: &str, terms: &Terms) -> ErrorClass {
    if predicted.is_empty() {
        return ErrorClass::Abstained;
    }
    let Some((predicted, gold)) = terms.find(predicted).zip(terms.find(gold)) else { return ErrorClass::Other };
    if terms.is_ancestor(predicted, gold) {
        return ErrorClass::TooGeneral;
    }
    if terms.ancestors(predicted).is_empty() || terms.ancestors(gold).is_empty() {
        return ErrorClass::Arm;
    }
    let near = |term| terms.ancestors(term).iter().filter(|(_, steps)| *steps <= 2).map(|(up, _)| *up);
    if near(predicted).any(|up| near(gold).any(|other| other == up)) { ErrorClass::Sibling } else { ErrorClass::Other }
}
