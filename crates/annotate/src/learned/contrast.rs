//! What sets a sample apart from its siblings, and whether that is how the other arm of a comparison is written: `control`,
//! `normal`, `N` beside `T`. Words that all siblings share are left out, so that what one study teaches holds for the next,
//! whatever it is about.

use super::candidates::logit;
use super::implied::kind;
use super::sample::{FieldSpec, Sample};
use super::terms::{TermNumber, Terms};
use chorale_learn::Matrix;
use chorale_learn::artifact::{Damaged, Reader, Writer};
use chorale_learn::linear::{self, Classifier, sigmoid};
use chorale_learn::tfidf::{Analyzer, Options, Vectorizer};
use rustc_hash::{FxHashMap, FxHashSet};

/// Fewer samples than this have nothing in common that means something.
const FEWEST_SIBLINGS: usize = 3;
/// A word of more than this share of the samples is all siblings'.
const MOST_SHARED: f32 = 0.9;
/// So many words of a sample are looked at: what sets it apart stands in short texts.
const MOST_WORDS: usize = 120;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Contrast {
    words: Vectorizer,
    pieces: Vectorizer,
    model: Classifier,
}

/// What speaks for a sample being of the other arm; greater is more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arm([f32; Arm::COUNT]);

impl Arm {
    pub const COUNT: usize = 4;

    /// As it speaks for the value that stands for the other arm, or against another one.
    pub fn numbers(&self, is_exclusive: bool) -> [f32; Arm::COUNT] {
        if is_exclusive { self.0 } else { self.0.map(|number| -number) }
    }
}

/// The words of each sample that set it apart: letters only, single ones marked, because numbers only count siblings.
pub(super) fn texts(samples: &[Sample]) -> Vec<String> {
    let words: Vec<Vec<String>> = samples.iter().map(words).collect();
    let mut counts: FxHashMap<&str, f32> = FxHashMap::default();
    for of_sample in &words {
        for word in of_sample.iter().collect::<FxHashSet<_>>() {
            *counts.entry(word).or_default() += 1.0;
        }
    }
    let most = if samples.len() < FEWEST_SIBLINGS { f32::MAX } else { MOST_SHARED * samples.len() as f32 };
    words
        .iter()
        .map(|own| own.iter().map(String::as_str).filter(|word| counts[word] <= most).fold(String::new(), joined))
        .collect()
}

fn joined(mut text: String, word: &str) -> String {
    text.push_str(word);
    text.push(' ');
    text
}

fn words(sample: &Sample) -> Vec<String> {
    let values = sample.attributes.iter().map(|(_, value)| *value);
    let words = values.flat_map(|value| value.split(|c: char| !c.is_alphabetic())).filter(|word| !word.is_empty());
    let word = |word: &str| if word.len() == 1 { format!("1{}", word.to_lowercase()) } else { word.to_lowercase() };
    words.take(MOST_WORDS).map(word).collect()
}

/// The vocabulary, and the rows of the samples that are learned from.
pub(super) struct Rows {
    words: Vectorizer,
    pieces: Vectorizer,
    matrix: Matrix,
}

impl Rows {
    pub fn new(texts: &[&str], min_documents: u32) -> Rows {
        let fit =
            |analyzer| Vectorizer::fit(Options { analyzer, min_documents, sublinear: true }, texts.iter().copied());
        let (words, pieces) = (fit(Analyzer::Words(1..=2)), fit(Analyzer::CharactersInWords(3..=5)));
        let mut matrix = Matrix::new(words.columns() + pieces.columns());
        let (mut scratch, mut row) = (Vec::new(), Vec::new());
        for text in texts {
            row.clear();
            transform(&words, &pieces, text, &mut scratch, &mut row);
            matrix.push(&mut row);
        }
        Rows { words, pieces, matrix }
    }

    /// Learns from the rows that have a weight which of them are of the other arm.
    pub fn train(&self, others: Vec<u32>, weights: &[f32], options: &linear::Options, drop_below: f32) -> Contrast {
        let model = linear::train(&self.matrix, &[others], weights, options, drop_below);
        Contrast { words: self.words.clone(), pieces: self.pieces.clone(), model }
    }
}

fn transform(words: &Vectorizer, pieces: &Vectorizer, text: &str, scratch: &mut Vec<u32>, row: &mut Vec<(u32, f32)>) {
    words.transform(text, 0, scratch, row);
    pieces.transform(text, words.columns() as u32, scratch, row);
}

impl Contrast {
    /// One for each sample of a study; `texts` are theirs.
    pub fn arms(&self, samples: &[Sample], texts: &[String], spec: &FieldSpec, terms: &Terms) -> Vec<Arm> {
        let exclusive = spec.exclusive.as_ref().and_then(|id| terms.find(id));
        let (mut scratch, mut row, mut scores) = (Vec::new(), Vec::new(), Vec::new());
        let mut each = Vec::with_capacity(samples.len());
        for (sample, text) in samples.iter().zip(texts) {
            row.clear();
            scores.clear();
            transform(&self.words, &self.pieces, text, &mut scratch, &mut row);
            self.model.decide(&row, &mut scores);
            let odds = logit(sigmoid(scores[0]));
            let (control, value) = said(sample, exclusive, spec, terms);
            each.push([odds, control, value]);
        }
        let mean = |at: usize| each.iter().map(|numbers| numbers[at]).sum::<f32>() / each.len().max(1) as f32;
        let (odds_mean, control_mean, value_mean) = (mean(0), mean(1), mean(2));
        each.iter()
            .map(|[odds, control, value]| Arm([*odds, odds - odds_mean, control - control_mean, value_mean - value]))
            .collect()
    }

    pub fn write(&self, to: &mut Writer) {
        self.words.write(to);
        self.pieces.write(to);
        self.model.write(to);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Contrast, Damaged> {
        let (words, pieces, model) = (Vectorizer::read(from)?, Vectorizer::read(from)?, Classifier::read(from)?);
        if model.classes() != 1 {
            return Err(Damaged(format!("there are two arms, and the model tells {} apart", model.classes() + 1)));
        }
        Ok(Contrast { words, pieces, model })
    }
}

/// How sure the dictionary is that it is of the other arm, and of the best other value.
fn said(sample: &Sample, exclusive: Option<TermNumber>, spec: &FieldSpec, terms: &Terms) -> (f32, f32) {
    let mut best = (0.0_f32, 0.0_f32);
    for hit in &sample.hits {
        if Some(hit.term) == exclusive {
            best.0 = best.0.max(hit.evidence.chosen);
        } else if kind(hit.term, &spec.prefixes, terms).is_some() {
            best.1 = best.1.max(hit.evidence.chosen);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(title: &str) -> Sample<'_> {
        Sample { attributes: vec![("title", title)], hits: Vec::new() }
    }

    #[test]
    fn what_all_siblings_share_is_left_out() {
        let samples = ["Liver, tumor 1", "Liver, tumor 2", "Liver, normal 1", "liver N12"].map(sample);
        assert_eq!(texts(&samples), ["tumor ", "tumor ", "normal ", "1n "]);
        assert_eq!(texts(&samples[..1]), ["liver tumor "], "one sample has no siblings to differ from");
    }
}
