//! Which n-grams have a column, and how often a text says each.

use super::Analyzer;
use crate::artifact::{Damaged, Reader, Writer};
use rustc_hash::FxHashMap;

/// How n-grams are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub analyzer: Analyzer,
    /// N-grams in fewer texts are left out.
    pub min_documents: u32,
    /// `1 + ln(count)` instead of the count.
    pub sublinear: bool,
}

/// The n-grams of some texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Vocabulary {
    options: Options,
    /// Hash of an n-gram to its column; columns are given by ascending hash.
    columns: FxHashMap<u64, u32>,
}

impl Vocabulary {
    /// Learns which n-grams there are.
    pub fn fit<'a>(options: Options, texts: impl IntoIterator<Item = &'a str>) -> Vocabulary {
        Vocabulary::with_frequencies(options, texts).0
    }

    /// With the number of texts, and that of texts with each n-gram.
    pub(super) fn with_frequencies<'a>(
        options: Options,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> (Vocabulary, u32, Vec<u32>) {
        let mut frequency: FxHashMap<u64, u32> = FxHashMap::default();
        let mut documents = 0_u32;
        let mut ngrams = Vec::new();
        for text in texts {
            documents += 1;
            ngrams.clear();
            options.analyzer.each(text, |ngram| ngrams.push(ngram));
            ngrams.sort_unstable();
            ngrams.dedup();
            for ngram in &ngrams {
                *frequency.entry(*ngram).or_default() += 1;
            }
        }
        let mut kept: Vec<(u64, u32)> = frequency.into_iter().filter(|(_, df)| *df >= options.min_documents).collect();
        kept.sort_unstable();
        let columns = kept.iter().enumerate().map(|(column, (ngram, _))| (*ngram, column as u32)).collect();
        let frequencies = kept.into_iter().map(|(_, df)| df).collect();
        (Vocabulary { options, columns }, documents, frequencies)
    }

    /// How many columns its rows have.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The column of an n-gram, as it is written after lower-casing.
    pub fn column(&self, ngram: &str) -> Option<u32> {
        self.columns.get(&super::hash(ngram)).copied()
    }

    /// Appends the text's term frequencies to `entries`, columns ascending and shifted by `offset`; `scratch` is memory to
    /// work in.
    pub fn count(&self, text: &str, offset: u32, scratch: &mut Vec<u32>, entries: &mut Vec<(u32, f32)>) {
        scratch.clear();
        self.options.analyzer.each(text, |ngram| scratch.extend(self.columns.get(&ngram)));
        scratch.sort_unstable();
        for run in scratch.chunk_by(|a, b| a == b) {
            let count = run.len() as f32;
            let frequency = if self.options.sublinear { 1.0 + count.ln() } else { count };
            entries.push((run[0] + offset, frequency));
        }
    }

    pub fn write(&self, to: &mut Writer) {
        let (kind, sizes) = match &self.options.analyzer {
            Analyzer::Words(sizes) => (0, sizes),
            Analyzer::Characters(sizes) => (1, sizes),
            Analyzer::CharactersInWords(sizes) => (2, sizes),
        };
        for number in [kind, *sizes.start() as u32, *sizes.end() as u32] {
            to.u32(number);
        }
        to.u32(self.options.min_documents);
        to.u32(self.options.sublinear.into());
        let mut ngrams: Vec<(u32, u64)> = self.columns.iter().map(|(ngram, column)| (*column, *ngram)).collect();
        ngrams.sort_unstable();
        to.list(&ngrams, |to, (_, ngram)| to.u64(*ngram));
    }

    /// # Errors
    /// When the bytes are not what [`Vocabulary::write`] wrote.
    pub fn read(from: &mut Reader<'_>) -> Result<Vocabulary, Damaged> {
        let (kind, first, last) = (from.u32()?, from.u32()? as usize, from.u32()? as usize);
        let analyzer = match kind {
            0 => Analyzer::Words(first..=last),
            1 => Analyzer::Characters(first..=last),
            2 => Analyzer::CharactersInWords(first..=last),
            other => return Err(Damaged(format!("the vocabulary has an unknown kind of n-gram, {other}"))),
        };
        let options = Options { analyzer, min_documents: from.u32()?, sublinear: from.u32()? != 0 };
        let ngrams = from.list(|from| from.u64())?;
        let columns: FxHashMap<u64, u32> =
            ngrams.iter().enumerate().map(|(column, ngram)| (*ngram, column as u32)).collect();
        if columns.len() != ngrams.len() || first == 0 || first > last {
            return Err(Damaged("the vocabulary names an n-gram twice, or n-grams of no length".into()));
        }
        Ok(Vocabulary { options, columns })
    }
}
