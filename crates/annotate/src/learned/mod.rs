//! The learned annotator: what a sample's text implies without saying it, and which of the dictionary's readings to trust.
//!
//! Two stages. The first has one sparse logistic model per term with enough examples, over words and the concepts that
//! were read. The second takes every candidate, read or implied, and weighs what speaks for it: the
//! first stage's probability for it and for its relatives, how it was read, how often such readings were right, what the
//! other samples of the study say. It speaks of evidence, never of a term itself, so that it also serves terms that no
//! training row had. Its scores are calibrated on studies held out of both stages.
//!
//! It knows no SQL and no files, and decides nothing: acceptance is for whoever asks. Start at [`Learned::train`].

mod candidates;
mod contrast;
mod corpus;
mod features;
mod field;
mod implied;
pub mod labels;
mod priors;
mod ranker;
mod readings;
mod sample;
mod terms;
#[cfg(test)]
mod tests;
mod train;

pub use corpus::{Corpus, Label, Row};
pub use features::FeatureOptions;
pub use field::Proposal;
pub use sample::{Evidence, FieldSpec, Gold, Hit, Sample, Study, Verdict};
pub use terms::{TermNumber, Terms};
pub use train::TrainOptions;

use chorale_learn::Damaged;
use chorale_learn::artifact::{Reader, Writer};
use features::{Counts, Featurizer, Scratch};
use field::FieldModel;

const KIND: &str = "learned annotator";
const LAYOUT: u32 = 5;

/// A trained annotator.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    featurizer: Featurizer,
    fields: Vec<FieldModel>,
}

impl Learned {
    /// Trains all fields. `gold` names samples of `studies`; samples without gold are siblings that say something too.
    /// The same arguments give the same model.
    pub fn train(
        studies: &[Study],
        gold: &[Gold],
        fields: &[FieldSpec],
        terms: &mut Terms,
        options: &TrainOptions,
    ) -> Learned {
        Learned::train_while(studies, gold, fields, terms, options, &|| true).expect("nothing stops it")
    }

    /// The same while `goes_on` says so, which is asked every few seconds; None once it did not.
    pub fn train_while(
        studies: &[Study],
        gold: &[Gold],
        fields: &[FieldSpec],
        terms: &mut Terms,
        options: &TrainOptions,
        goes_on: &dyn Fn() -> bool,
    ) -> Option<Learned> {
        train::train(studies, gold, fields, terms, options, goes_on)
    }

    /// The fields, in the order that [`Proposal::field`] counts in.
    pub fn fields(&self) -> impl Iterator<Item = &FieldSpec> {
        self.fields.iter().map(|field| &field.spec)
    }

    /// For each sample the best value of each field and ontology, whatever its score, and further ones where the field
    /// takes several and they are likely.
    pub fn propose(&self, samples: &[Sample], terms: &Terms) -> Vec<Vec<Proposal>> {
        let counts = self.counts(samples, terms);
        let mut proposals = vec![Vec::new(); samples.len()];
        for (field, model) in self.fields.iter().enumerate() {
            model.propose(field, samples, (&self.featurizer, &counts), terms, &mut proposals);
        }
        proposals
    }

    /// What one of the samples of a study may be in a trained field, with calibrated scores, the likeliest first; nothing
    /// where no such field was trained.
    pub fn rank(
        &self,
        number: usize,
        samples: &[Sample],
        field: &str,
        terms: &Terms,
    ) -> Option<Vec<(TermNumber, f32)>> {
        let model = self.fields.iter().find(|model| model.spec.name == field)?;
        let counts = self.counts(samples, terms);
        Some(model.rank(number, samples, (&self.featurizer, &counts), terms))
    }

    fn counts(&self, samples: &[Sample], terms: &Terms) -> Vec<Counts> {
        let mut scratch = Scratch::default();
        samples.iter().map(|sample| self.featurizer.counts(sample, terms, &mut scratch)).collect()
    }

    /// The score from which on proposals of a field are taken for the greatest F1 on held-out studies.
    pub fn threshold(&self, field: usize) -> f32 {
        self.fields[field].threshold
    }

    /// The lowest score from which on at least `precision` of the proposals of held-out studies were right, and the share
    /// of samples that it covers; none where no score reaches it.
    pub fn threshold_for(&self, field: usize, precision: f32) -> Option<(f32, f32)> {
        let falling = &self.fields[field].held_out;
        let all: f32 = falling.iter().map(|one| one.weight).sum();
        let (mut right, mut taken, mut found) = (0.0, 0.0, None);
        for (place, one) in falling.iter().enumerate() {
            right += if one.is_right { one.weight } else { 0.0 };
            taken += one.weight;
            let ends_tie = falling.get(place + 1).is_none_or(|next| next.score < one.score);
            if ends_tie && right >= precision * taken {
                found = Some((one.score, taken / all));
            }
        }
        found
    }

    /// The model as bytes; the same model gives the same bytes.
    pub fn write(&self, terms: &Terms) -> Vec<u8> {
        let mut to = Writer::default();
        self.featurizer.write(&mut to);
        to.list(&self.fields, |to, field| field.write(to, terms));
        to.finish(KIND, LAYOUT)
    }

    /// Reads what [`Learned::write`] wrote; terms that `terms` lacks are added to it.
    ///
    /// # Errors
    /// When the bytes are damaged or of another layout.
    pub fn read(bytes: &[u8], terms: &mut Terms) -> Result<Learned, Damaged> {
        let mut from = Reader::open(bytes, KIND, LAYOUT)?;
        let featurizer = Featurizer::read(&mut from)?;
        let fields = from.list(|from| FieldModel::read(from, &featurizer, terms))?;
        from.close()?;
        Ok(Learned { featurizer, fields })
    }
}
