//! A table of labelled samples as training takes it. What trains and what measures make it by the same rules.

use super::labels;
use super::sample::{FieldSpec, Gold, Sample, Study, Verdict};
use super::terms::Terms;
use crate::annotator::Annotator;
use crate::candidate::Candidate;
use crate::evaluate::{block, number};
use crate::item::Item;
use crate::project::CONTROL;
use std::collections::HashMap;
use std::ops::Range;

/// Samples that the dictionary has read, by study.
pub struct Corpus<'a> {
    pub studies: Vec<Study<'a>>,
    /// Of the table's rows, one after another: the samples of each study.
    pub rows: Vec<Range<usize>>,
    pub terms: Terms,
    /// Study and sample by accession.
    places: HashMap<&'a str, (usize, usize)>,
}

/// What a source says of a sample.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    pub accession: &'a str,
    /// `tissue`, `disease`, `sex`, `age`.
    pub field: &'a str,
    /// The id of a term, or a value of the field's list; empty where the verdict is that there is none.
    pub value: &'a str,
    pub verdict: Verdict,
}

/// A row of a table of samples.
pub trait Row {
    fn accession(&self) -> &str;
    fn item(&self) -> Item<'_>;
}

impl<'a> Corpus<'a> {
    /// Puts rows into the order that [`Corpus::read`] needs: samples of one series stand together.
    pub fn order<R: Row>(rows: &mut [R]) {
        rows.sort_by(|a, b| (number(a.accession()), a.accession()).cmp(&(number(b.accession()), b.accession())));
    }

    /// Reads the rows of a table without series with the annotator's dictionary. Terms of `labels` are known even where no
    /// installed ontology has them. `each` hears of every row, in order, with what was read.
    pub fn read<R: Row>(
        annotator: &Annotator,
        rows: &'a [R],
        labels: impl IntoIterator<Item = Label<'a>>,
        each: impl FnMut(&'a R, &Item<'a>, &[Candidate]),
    ) -> Corpus<'a> {
        let ranges = labels::studies(rows).into_iter();
        let studies = ranges.map(|range| (block(rows[range.start].accession()), range)).collect();
        Corpus::of_studies(annotator, rows, studies, labels, each)
    }

    /// The same of rows whose studies are known: the group of each, which stands on one side of every split, and its rows.
    pub fn of_studies<R: Row>(
        annotator: &Annotator,
        rows: &'a [R],
        known: Vec<(u64, Range<usize>)>,
        labels: impl IntoIterator<Item = Label<'a>>,
        mut each: impl FnMut(&'a R, &Item<'a>, &[Candidate]),
    ) -> Corpus<'a> {
        let library = annotator.library();
        let mut terms = Terms::of(library);
        terms.add(CONTROL);
        labels.into_iter().for_each(|label| _ = terms.add(&labels::value_id(label.field, label.value)));
        let (mut studies, mut places) = (Vec::with_capacity(known.len()), HashMap::with_capacity(rows.len()));
        let mut ranges = Vec::with_capacity(known.len());
        for (study, (group, range)) in known.into_iter().enumerate() {
            ranges.push(range.clone());
            let rows = &rows[range];
            places.extend(rows.iter().enumerate().map(|(sample, row)| (row.accession(), (study, sample))));
            let items: Vec<Item> = rows.iter().map(Row::item).collect();
            let candidates = annotator.candidates(&crate::Study::default(), &items);
            let mut samples = Vec::with_capacity(rows.len());
            for ((row, item), candidates) in rows.iter().zip(&items).zip(&candidates) {
                each(row, item, candidates);
                samples.push(Sample::of(item, candidates, library, &terms));
            }
            studies.push(Study { group, samples });
        }
        Corpus { studies, rows: ranges, terms, places }
    }

    /// The labels that training can use: of samples that are here, in fields that are trained.
    pub fn gold<'l>(&self, fields: &[FieldSpec], labels: impl IntoIterator<Item = Label<'l>>) -> Vec<Gold> {
        let gold = |label: Label| {
            let (study, sample) = *self.places.get(label.accession)?;
            let field = fields.iter().position(|field| field.name == label.field)?;
            let term = self.terms.find(&labels::value_id(label.field, label.value))?;
            Some(Gold { study, sample, field, term, verdict: label.verdict })
        };
        labels.into_iter().filter_map(gold).collect()
    }
}
