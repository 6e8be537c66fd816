//! Whether a score holds what it says, on samples with gold.

use super::judge::{GoldRow, Predicted, is_close, judged};
use crate::learned::Terms;
use chorale_learn::calibrate::{Bin, expected_error, reliability};

const BINS: usize = 10;

#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    pub predictions: usize,
    /// Expected calibration error over ten intervals of one width, a close prediction counting as right.
    pub error: f64,
    pub table: Vec<Bin>,
}

pub fn calibration(gold: &[GoldRow], predicted: &[Predicted], source: &str, field: &str, terms: &Terms) -> Calibration {
    let mut examples = Vec::new();
    for sample in judged(gold, predicted, source, field) {
        for (term, score) in &sample.predictions {
            examples.push((*score, sample.golds.iter().any(|gold| is_close(term, gold, terms))));
        }
    }
    let (error, table) = (expected_error(&examples, BINS), reliability(&examples, BINS));
    Calibration { predictions: examples.len(), error, table }
}
