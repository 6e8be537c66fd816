//! What each column of a vocabulary weighs: the rarer, the more.

use crate::artifact::{Damaged, Reader, Writer};

/// One weight for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights(Vec<f32>);

impl Weights {
    /// From rows of term frequencies. Several tasks may weigh one vocabulary, each by its own rows: columns in fewer than
    /// `min_documents` of them weigh nothing, as if the vocabulary were learned from these rows alone.
    pub fn fit<'a>(columns: usize, min_documents: u32, rows: impl IntoIterator<Item = &'a [(u32, f32)]>) -> Weights {
        let (mut documents, mut frequencies) = (0, vec![0_u32; columns]);
        for row in rows {
            documents += 1;
            row.iter().for_each(|(column, _)| frequencies[*column as usize] += 1);
        }
        Weights::of(documents, frequencies, min_documents)
    }

    pub(super) fn of(documents: u32, frequencies: Vec<u32>, min_documents: u32) -> Weights {
        let idf = |df: u32| (f64::from(1 + documents) / f64::from(1 + df)).ln() as f32 + 1.0;
        Weights(frequencies.into_iter().map(|df| if df < min_documents { 0.0 } else { idf(df) }).collect())
    }

    pub fn columns(&self) -> usize {
        self.0.len()
    }

    /// Appends a row of term frequencies to `to`, weighed and of length 1, without what weighs nothing.
    pub fn weigh(&self, row: &[(u32, f32)], to: &mut Vec<(u32, f32)>) {
        let begin = to.len();
        let weighed = row.iter().map(|(column, frequency)| (*column, frequency * self.0[*column as usize]));
        to.extend(weighed.filter(|(_, weight)| *weight > 0.0));
        normalize(&mut to[begin..]);
    }

    /// The same in place, of columns that are shifted by `offset`.
    pub(super) fn apply(&self, offset: u32, row: &mut [(u32, f32)]) {
        row.iter_mut().for_each(|(column, value)| *value *= self.0[(*column - offset) as usize]);
        normalize(row);
    }

    pub fn write(&self, to: &mut Writer) {
        to.list(&self.0, |to, weight| to.f32(*weight));
    }

    /// # Errors
    /// When the bytes are not what [`Weights::write`] wrote.
    pub fn read(from: &mut Reader<'_>) -> Result<Weights, Damaged> {
        Ok(Weights(from.list(|from| from.f32())?))
    }
}

/// Divides by the Euclidean length.
fn normalize(entries: &mut [(u32, f32)]) {
    let length = entries.iter().map(|(_, value)| f64::from(*value) * f64::from(*value)).sum::<f64>().sqrt();
    if length > 0.0 {
        for (_, value) in entries {
            *value = (f64::from(*value) / length) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tfidf::{Analyzer, Options, Vectorizer, Vocabulary};

    #[test]
    fn weights_of_some_rows_are_those_of_a_vocabulary_of_their_own() {
        let texts = ["liver of a mouse", "liver cancer", "cancer of the lung", "lung of a mouse", "a mouse"];
        let options = |min_documents| Options { analyzer: Analyzer::Words(1..=2), min_documents, sublinear: true };
        let all = Vocabulary::fit(options(1), texts);
        let (mut scratch, mut counts) = (Vec::new(), Vec::new());
        for text in texts {
            let mut row = Vec::new();
            all.count(text, 0, &mut scratch, &mut row);
            counts.push(row);
        }
        let some = [0, 1, 2];
        let weights = Weights::fit(all.columns(), 2, some.iter().map(|at| counts[*at].as_slice()));
        let alone = Vectorizer::fit(options(2), some.iter().map(|at| texts[*at]));
        for (text, counts) in texts.iter().zip(&counts) {
            let (mut weighed, mut expected) = (Vec::new(), Vec::new());
            weights.weigh(counts, &mut weighed);
            alone.transform(text, 0, &mut scratch, &mut expected);
            // columns are given by ascending hash, so both have the same order
            let values = |row: &[(u32, f32)]| row.iter().map(|(_, value)| *value).collect::<Vec<_>>();
            assert_eq!(values(&weighed), values(&expected), "{text}");
        }
    }
}
