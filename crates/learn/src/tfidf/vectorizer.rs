//! A vocabulary with its weights: texts as rows.

use super::{Options, Vocabulary, Weights};
use crate::artifact::{Damaged, Reader, Writer};

/// A fitted vocabulary, weighed by the texts it was learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectorizer {
    vocabulary: Vocabulary,
    weights: Weights,
}

impl Vectorizer {
    /// Learns the vocabulary and the document frequencies.
    pub fn fit<'a>(options: Options, texts: impl IntoIterator<Item = &'a str>) -> Vectorizer {
        let (vocabulary, documents, frequencies) = Vocabulary::with_frequencies(options, texts);
        Vectorizer { vocabulary, weights: Weights::of(documents, frequencies, 0) }
    }

    /// How many columns its rows have.
    pub fn columns(&self) -> usize {
        self.vocabulary.columns()
    }

    /// The column of an n-gram, as it is written after lower-casing.
    pub fn column(&self, ngram: &str) -> Option<u32> {
        self.vocabulary.column(ngram)
    }

    /// Appends the text's row to `entries`, columns ascending and shifted by `offset`; `scratch` is memory to work in.
    pub fn transform(&self, text: &str, offset: u32, scratch: &mut Vec<u32>, entries: &mut Vec<(u32, f32)>) {
        let begin = entries.len();
        self.vocabulary.count(text, offset, scratch, entries);
        self.weights.apply(offset, &mut entries[begin..]);
    }

    pub fn write(&self, to: &mut Writer) {
        self.vocabulary.write(to);
        self.weights.write(to);
    }

    /// # Errors
    /// When the bytes are not what [`Vectorizer::write`] wrote.
    pub fn read(from: &mut Reader<'_>) -> Result<Vectorizer, Damaged> {
        let (vocabulary, weights) = (Vocabulary::read(from)?, Weights::read(from)?);
        if vocabulary.columns() != weights.columns() {
            return Err(Damaged("the vocabulary does not agree with its weights".into()));
        }
        Ok(Vectorizer { vocabulary, weights })
    }
}
