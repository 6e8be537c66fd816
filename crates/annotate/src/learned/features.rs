//! A sample as a row of weighted features: words and pairs of words, short values together with their key, parts of words
//! where they are wanted, and the concepts that the dictionary read, with all their ancestors — so that what is learned
//! of one liver cancer holds for the next. They are counted once for all fields, and weighed by each field's own rows:
//! what is rare among samples with a tissue may be everywhere among those with a disease.

use super::sample::Sample;
use super::terms::{TermNumber, Terms};
use chorale_learn::artifact::{Damaged, Reader, Writer};
use chorale_learn::tfidf::{Analyzer, Options, Vocabulary, Weights};

/// Longer texts are cut: the head of a protocol says what is in a sample.
const MOST_CHARS: usize = 4000;
/// A value of at most so many words is also a feature with its key.
const SHORT_VALUE_WORDS: usize = 4;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Featurizer {
    words: Vocabulary,
    pieces: Option<Vocabulary>,
    concepts: Vocabulary,
    min_documents: u32,
}

/// How often a sample says each feature, columns ascending.
pub(super) type Counts = Vec<(u32, f32)>;

/// Memory to work in.
#[derive(Default)]
pub(super) struct Scratch {
    text: String,
    concepts: String,
    columns: Vec<u32>,
    marked: Vec<TermNumber>,
}

/// What features are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureOptions {
    /// N-grams in fewer samples are left out.
    pub min_documents: u32,
    /// Characters inside words, 3 to 5: finds what is written unlike any name, and costs most of the time.
    pub pieces: bool,
}

impl Featurizer {
    pub fn fit<'a>(
        samples: impl Iterator<Item = &'a Sample<'a>> + Clone,
        terms: &Terms,
        options: FeatureOptions,
    ) -> Featurizer {
        let fit = |analyzer, texts: &[String]| {
            let options = Options { analyzer, min_documents: options.min_documents, sublinear: true };
            Vocabulary::fit(options, texts.iter().map(String::as_str))
        };
        let mut scratch = Scratch::default();
        let texts: Vec<String> = samples
            .clone()
            .map(|sample| {
                text(sample, &mut scratch.text);
                scratch.text.clone()
            })
            .collect();
        let concepts: Vec<String> = samples
            .map(|sample| {
                concepts(sample, terms, &mut scratch);
                scratch.concepts.clone()
            })
            .collect();
        Featurizer {
            words: fit(Analyzer::Words(1..=2), &texts),
            pieces: options.pieces.then(|| fit(Analyzer::CharactersInWords(3..=5), &texts)),
            concepts: fit(Analyzer::Words(1..=1), &concepts),
            min_documents: options.min_documents,
        }
    }

    pub fn columns(&self) -> usize {
        self.words.columns() + self.concepts.columns() + self.pieces.as_ref().map_or(0, Vocabulary::columns)
    }

    /// What a sample says.
    pub fn counts(&self, sample: &Sample, terms: &Terms, scratch: &mut Scratch) -> Counts {
        let mut counts = Vec::new();
        text(sample, &mut scratch.text);
        self.words.count(&scratch.text, 0, &mut scratch.columns, &mut counts);
        let mut offset = self.words.columns() as u32;
        concepts(sample, terms, scratch);
        self.concepts.count(&scratch.concepts, offset, &mut scratch.columns, &mut counts);
        offset += self.concepts.columns() as u32;
        if let Some(pieces) = &self.pieces {
            pieces.count(&scratch.text, offset, &mut scratch.columns, &mut counts);
        }
        counts
    }

    /// What each feature weighs among some samples.
    pub fn weights<'a>(&self, rows: impl IntoIterator<Item = &'a Counts>) -> Weights {
        Weights::fit(self.columns(), self.min_documents, rows.into_iter().map(Vec::as_slice))
    }

    /// The row of a sample, columns ascending: words, concepts and pieces of length 1 each.
    pub fn weigh(&self, counts: &Counts, weights: &Weights, row: &mut Vec<(u32, f32)>) {
        row.clear();
        let words = counts.partition_point(|(column, _)| (*column as usize) < self.words.columns());
        let concepts = self.words.columns() + self.concepts.columns();
        let concepts = counts.partition_point(|(column, _)| (*column as usize) < concepts);
        for part in [&counts[..words], &counts[words..concepts], &counts[concepts..]] {
            weights.weigh(part, row);
        }
    }

    pub fn write(&self, to: &mut Writer) {
        self.words.write(to);
        self.concepts.write(to);
        to.u32(self.pieces.is_some().into());
        if let Some(pieces) = &self.pieces {
            pieces.write(to);
        }
        to.u32(self.min_documents);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Featurizer, Damaged> {
        let (words, concepts) = (Vocabulary::read(from)?, Vocabulary::read(from)?);
        let pieces = if from.u32()? == 0 { None } else { Some(Vocabulary::read(from)?) };
        Ok(Featurizer { words, pieces, concepts, min_documents: from.u32()? })
    }
}

/// The values, and short ones again as one word with their key: `tissue_whole_blood`.
fn text(sample: &Sample, to: &mut String) {
    to.clear();
    for (key, value) in &sample.attributes {
        if to.len() + value.len() > MOST_CHARS {
            let end =
                (0..=MOST_CHARS.saturating_sub(to.len()).min(value.len())).rev().find(|at| value.is_char_boundary(*at));
            to.push_str(&value[..end.unwrap_or(0)]);
            break;
        }
        to.push_str(value);
        to.push_str(" | ");
        if value.split_whitespace().nth(SHORT_VALUE_WORDS).is_none() && !key.is_empty() {
            for word in key.split_whitespace().chain(value.split_whitespace()) {
                to.extend(word.chars().filter(|c| c.is_alphanumeric()));
                to.push('_');
            }
            to.push_str(" | ");
        }
    }
}

/// The ids of what was read and of everything above it, each once.
fn concepts(sample: &Sample, terms: &Terms, scratch: &mut Scratch) {
    scratch.marked.clear();
    for hit in &sample.hits {
        scratch.marked.push(hit.term);
        scratch.marked.extend(terms.ancestors(hit.term).iter().map(|(up, _)| *up));
    }
    scratch.marked.sort_unstable();
    scratch.marked.dedup();
    scratch.concepts.clear();
    for term in &scratch.marked {
        scratch.concepts.extend(terms.id(*term).chars().map(|c| if c.is_alphanumeric() { c } else { '_' }));
        scratch.concepts.push(' ');
    }
}
