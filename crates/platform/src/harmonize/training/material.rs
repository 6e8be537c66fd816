//! What an annotator is taught: samples, study by study, with what was decided about them. It is kept with the version
//! that it taught, so that the next one can be taught the same and more.

use super::tables::{Label, Row};
use chorale_annotate::Item;
use chorale_annotate::evaluate::block;
use chorale_annotate::learned::{self, Corpus, Verdict, labels};
use chorale_model::Fault;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;

/// The artifact of a version.
pub const TAUGHT: &str = "taught.jsonl.gz";

/// Samples that teach; the rows of a study stand together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Material {
    pub studies: Vec<TaughtStudy>,
    pub rows: Vec<TaughtRow>,
}

/// Samples of one hand.
#[derive(Clone, Debug, PartialEq)]
pub struct TaughtStudy {
    /// Stands on one side of every split.
    pub group: u64,
    /// An accession, where one is known.
    pub series: String,
    /// By curators of the organization; else the labels came with a table.
    pub decided: bool,
    pub rows: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaughtRow {
    /// Of the sample, where curators decided about it; else its accession.
    pub id: String,
    pub accession: String,
    pub attributes: Vec<(String, String)>,
    /// Siblings may have none: they say something too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<TaughtLabel>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaughtLabel {
    /// `tissue`, `disease`, `sex`, `age`.
    pub field: String,
    /// Empty where there is none.
    pub term: String,
    #[serde(default, skip_serializing_if = "is_plain")]
    pub verdict: Verdict,
    /// Who says it: a set of labels, or `decisions`.
    pub source: String,
    /// When it was decided, in microseconds; 0 for what came with a table.
    #[serde(default)]
    pub at: i64,
}

fn is_plain(verdict: &Verdict) -> bool {
    *verdict == Verdict::Is
}

/// A study as a line of the artifact.
#[derive(Serialize, Deserialize)]
struct Line {
    group: u64,
    series: String,
    decided: bool,
    samples: Vec<TaughtRow>,
}

impl learned::Row for TaughtRow {
    #[allow(clippy::misnamed_getters, reason = "two samples of one organization may have the same accession")]
    fn accession(&self) -> &str {
        &self.id
    }

    fn item(&self) -> Item<'_> {
        Item { attributes: self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect() }
    }
}

impl TaughtRow {
    /// As training takes what was decided about it.
    pub(super) fn taught<'a>(&'a self, label: &'a TaughtLabel) -> learned::Label<'a> {
        let TaughtLabel { field, term, verdict, .. } = label;
        learned::Label { accession: &self.id, field, value: term, verdict: *verdict }
    }
}

impl Material {
    /// Labelled studies of tables without series; what has no label in any of its samples teaches nothing.
    pub(super) fn of_tables(mut rows: Vec<Row>, labels: Vec<Label>) -> Material {
        Corpus::order(&mut rows);
        let mut by_sample: HashMap<String, Vec<TaughtLabel>> = HashMap::new();
        for Label { accession, field, term, source } in labels {
            let label = TaughtLabel { field, term, verdict: Verdict::Is, source, at: 0 };
            by_sample.entry(accession).or_default().push(label);
        }
        let mut material = Material::default();
        for range in labels::studies(&rows) {
            let of_study = &rows[range];
            if !of_study.iter().any(|row| by_sample.contains_key(&row.accession)) {
                continue;
            }
            let group = block(&of_study[0].accession);
            let taught = of_study.iter().map(|row| TaughtRow {
                id: row.accession.clone(),
                accession: row.accession.clone(),
                attributes: row.attributes.clone(),
                labels: by_sample.remove(&row.accession).unwrap_or_default(),
            });
            material.push(group, String::new(), false, taught.collect());
        }
        material
    }

    pub fn push(&mut self, group: u64, series: String, decided: bool, rows: Vec<TaughtRow>) {
        let first = self.rows.len();
        self.rows.extend(rows);
        self.studies.push(TaughtStudy { group, series, decided, rows: first..self.rows.len() });
    }

    /// The same without what curators decided.
    #[must_use]
    pub fn without_decisions(&self) -> Material {
        let mut kept = Material::default();
        for study in self.studies.iter().filter(|study| !study.decided) {
            kept.push(study.group, study.series.clone(), false, self.rows[study.rows.clone()].to_vec());
        }
        kept
    }

    pub fn labels(&self, decided: bool) -> usize {
        let studies = self.studies.iter().filter(|study| study.decided == decided);
        studies.flat_map(|study| &self.rows[study.rows.clone()]).map(|row| row.labels.len()).sum()
    }

    /// Packed lines, a study each; the same material gives the same bytes.
    pub fn write(&self) -> Result<Vec<u8>, Fault> {
        let refuse = |e: std::io::Error| Fault::internal("writing what an annotator was taught", e);
        let mut to = GzEncoder::new(Vec::new(), Compression::default());
        for study in &self.studies {
            let samples = self.rows[study.rows.clone()].to_vec();
            let line = Line { group: study.group, series: study.series.clone(), decided: study.decided, samples };
            serde_json::to_writer(&mut to, &line).map_err(|e| refuse(e.into()))?;
            to.write_all(b"\n").map_err(refuse)?;
        }
        to.finish().map_err(refuse)
    }

    /// Reads what [`Material::write`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Material, Fault> {
        let refuse = |e: std::io::Error| Fault::internal("reading what an annotator was taught", e);
        let mut material = Material::default();
        for line in BufReader::new(GzDecoder::new(bytes)).lines() {
            let line: Line = serde_json::from_str(&line.map_err(refuse)?).map_err(|e| refuse(e.into()))?;
            material.push(line.group, line.series, line.decided, line.samples);
        }
        Ok(material)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_comes_back_as_it_was_and_unlabelled_studies_stay_away() {
        let row = |accession: &str, title: &str| Row {
            accession: accession.into(),
            attributes: vec![("title".into(), title.into())],
        };
        let rows = vec![row("GSM2001", "liver b"), row("GSM2000", "liver a"), row("GSM9000", "yeast")];
        let label = |accession: &str, term: &str| Label {
            accession: accession.into(),
            field: "tissue".into(),
            term: term.into(),
            source: "made".into(),
        };
        let mut material = Material::of_tables(rows, vec![label("GSM2001", "UBERON:0002107"), label("GSM7", "x")]);
        assert_eq!((material.studies.len(), material.rows.len(), material.labels(false)), (1, 2, 1));
        assert_eq!((material.studies[0].group, material.rows[0].accession.as_str()), (1, "GSM2000"));
        let decided = TaughtLabel {
            field: "sex".into(),
            term: String::new(),
            verdict: Verdict::Nothing,
            source: "decisions".into(),
            at: 7,
        };
        let (id, accession) = ("0b".to_owned(), "S1".to_owned());
        let rows = vec![TaughtRow { id, accession, attributes: Vec::new(), labels: vec![decided] }];
        material.push(9, "GSE1".into(), true, rows);
        let bytes = material.write().unwrap();
        assert_eq!(bytes, material.write().unwrap());
        assert_eq!(Material::read(&bytes).unwrap(), material);
        assert_eq!(material.labels(true), 1);
        let kept = material.without_decisions();
        assert_eq!((kept.studies.len(), kept.labels(true), kept.labels(false)), (1, 0, 1));
        assert!(Material::read(&bytes[..bytes.len() / 2]).is_err());
    }
}
