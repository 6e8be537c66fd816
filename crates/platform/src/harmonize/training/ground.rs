//! Material that the dictionary has read once: what several annotators are trained on, and judged on.

use super::material::{Material, TaughtLabel, TaughtRow, TaughtStudy};
use chorale_annotate::evaluate::{GoldRow, Predicted};
use chorale_annotate::learned::{Corpus, FieldSpec, Learned, Terms, TrainOptions, Verdict, labels};
use chorale_annotate::{Annotator, project};
use chorale_ontology::Library;
use std::sync::Arc;

/// Where the labels of a study come from, for figures: tables of labels have sources of their own.
pub const DECISIONS: &str = "decisions";

pub struct Ground<'m> {
    pub material: &'m Material,
    corpus: Corpus<'m>,
    fields: Vec<FieldSpec>,
    /// What the dictionary alone says of each row.
    read: Vec<Vec<Predicted>>,
}

impl<'m> Ground<'m> {
    pub fn read(library: Arc<Library>, material: &'m Material) -> Ground<'m> {
        let annotator = Annotator::new(library.clone());
        let studies = material.studies.iter().map(|study| (study.group, study.rows.clone())).collect();
        let labels = material.rows.iter().flat_map(|row| row.labels.iter().map(|label| row.taught(label)));
        let mut read = Vec::with_capacity(material.rows.len());
        let corpus = Corpus::of_studies(&annotator, &material.rows, studies, labels, |row, item, candidates| {
            let suggested = project(&chorale_annotate::suggestions(&library, item, candidates));
            read.push(suggested.into_iter().map(|one| predicted(row, one.field, one.term, one.score)).collect());
        });
        Ground { material, corpus, fields: labels::fields(), read }
    }

    /// Trains on the labels that are wanted. None: none is, or `goes_on` said no.
    pub fn learn(
        &mut self,
        wanted: impl Fn(&TaughtStudy, &TaughtLabel) -> bool,
        goes_on: &dyn Fn() -> bool,
    ) -> Option<Learned> {
        let material = self.material;
        let rows = material
            .studies
            .iter()
            .flat_map(|study| material.rows[study.rows.clone()].iter().map(move |row| (study, row)));
        let labels = rows.flat_map(|(study, row)| row.labels.iter().map(move |label| (study, row, label)));
        let labels = labels.filter(|(study, _, label)| wanted(study, label)).map(|(_, row, label)| row.taught(label));
        let gold = self.corpus.gold(&self.fields, labels);
        if !gold.iter().any(|gold| gold.verdict == Verdict::Is) {
            return None;
        }
        let options = TrainOptions::default();
        Learned::train_while(&self.corpus.studies, &gold, &self.fields, &mut self.corpus.terms, &options, goes_on)
    }

    /// What an annotator says of every sample of the studies that are wanted; without one, what the dictionary alone says.
    pub fn predict(&self, learned: Option<&Learned>, wanted: impl Fn(&TaughtStudy) -> bool) -> Vec<Predicted> {
        let mut all = Vec::new();
        for (place, study) in self.material.studies.iter().enumerate().filter(|(_, study)| wanted(study)) {
            let Some(learned) = learned else {
                all.extend(self.read[study.rows.clone()].iter().flatten().cloned());
                continue;
            };
            let proposed = learned.propose(&self.corpus.studies[place].samples, &self.corpus.terms);
            for (row, proposals) in self.material.rows[study.rows.clone()].iter().zip(proposed) {
                for one in proposals.iter().filter(|one| one.score >= learned.threshold(one.field)) {
                    let field = self.fields[one.field].name.as_str();
                    if labels::is_only_said(field) && one.hit.is_none() {
                        continue;
                    }
                    let term = labels::value_of(field, self.corpus.terms.id(one.term)).to_owned();
                    all.push(predicted(row, field, term, one.score));
                }
            }
        }
        all
    }

    /// The values that hold in the studies that are wanted.
    pub fn gold(&self, wanted: impl Fn(&TaughtStudy) -> bool) -> Vec<GoldRow> {
        let studies = self.material.studies.iter().filter(|study| wanted(study));
        let rows = studies.flat_map(|study| &self.material.rows[study.rows.clone()]);
        let labels = rows.flat_map(|row| row.labels.iter().map(move |label| (row, label)));
        let holds = labels.filter(|(_, label)| label.verdict == Verdict::Is);
        let gold = |(row, label): (&TaughtRow, &TaughtLabel)| GoldRow {
            accession: row.id.clone(),
            source: label.source.clone(),
            field: label.field.clone(),
            term: label.term.clone(),
        };
        holds.map(gold).collect()
    }

    pub fn terms(&self) -> &Terms {
        &self.corpus.terms
    }

    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// An annotator as its artifact.
    pub fn write(&self, learned: &Learned) -> Vec<u8> {
        learned.write(&self.corpus.terms)
    }
}

fn predicted(row: &TaughtRow, field: &str, term: String, score: f32) -> Predicted {
    Predicted { accession: row.id.clone(), field: field.to_owned(), term, score }
}
