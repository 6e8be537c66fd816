//! Training an annotator from labelled samples, and judging the one that is promoted. Training keeps what it makes in the
//! registry, with its figures on samples that it was not trained on; judging never trains.

mod quality;
mod tables;

pub use quality::evaluate;

use super::engine::{ARTIFACT, MODEL, engine};
use crate::registry::{self, CHAMPION, NewArtifact, NewVersion};
use crate::{Ctx, ontologies};
use chorale_annotate::Annotator;
use chorale_annotate::evaluate::{self as judging, GoldRow, Predicted};
use chorale_annotate::learned::{self, Corpus, Learned, TrainOptions, labels};
use chorale_model::registry::{Evaluation, ModelVersion, Promote};
use chorale_model::{Fault, Role, Time};
use chorale_ontology::Library;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tables::{Label, Row};

/// A fifth of the blocks of accession numbers is held out for the figures.
const FOLDS: usize = 5;
const SEED: u64 = 20;
/// Trains an annotator on all labels, registers it as the next version of `harmonize` and promotes it to `champion`; every
/// sample of the organization is then annotated again. `say` hears of each step. The same tables and ontologies give the
/// same annotator.
pub async fn train(ctx: &Ctx, text: &Path, gold: &Path, say: impl Fn(&str)) -> Result<ModelVersion, Fault> {
    ctx.require(Role::Admin)?;
    let library = ontologies::library(&ctx.app).await?;
    if library.pins().is_empty() {
        return Err(Fault::conflict(
            "no ontology is in use, and labels are terms of ontologies; install them first: chorale ontology install MONDO",
        ));
    }
    say("reading the tables");
    let (texts, labels) = read(text.to_owned(), gold.to_owned()).await?;
    let shown = (text.display().to_string(), gold.display().to_string());
    let params = vec![
        ("text".to_owned(), shown.0),
        ("gold".to_owned(), shown.1.clone()),
        ("samples".to_owned(), texts.len().to_string()),
        ("labels".to_owned(), labels.len().to_string()),
        ("ontologies".to_owned(), pins(&library)),
        ("rules".to_owned(), chorale_annotate::RULES.to_owned()),
    ];
    say(&format!("training on {} labels of {} samples", labels.len(), texts.len()));
    let trained = tokio::task::spawn_blocking(move || Ground::new(library, texts, labels)?.train());
    let trained = trained.await.map_err(|e| Fault::internal("training the annotator", e))??;
    say("registering the annotator");
    let version = registry::create_version(
        ctx,
        NewVersion {
            name: MODEL.to_owned(),
            kind: "annotator".to_owned(),
            description:
                "Annotates samples with terms: the dictionary's readings weighed by what labelled samples teach."
                    .to_owned(),
            params,
            artifacts: vec![NewArtifact::bytes(ARTIFACT, trained.bytes)],
        },
    )
    .await?
    .version;
    let dataset = format!("{}: a fifth of its blocks of {} accession numbers, held out", shown.1, judging::BLOCK);
    let evaluation = Evaluation { dataset, metrics: trained.metrics, created_at: Time(0) };
    registry::record_evaluation(ctx, MODEL, version, evaluation).await?;
    registry::promote(ctx, MODEL, Promote { version, alias: CHAMPION.to_owned() }).await
}

async fn read(text: PathBuf, gold: PathBuf) -> Result<(Vec<Row>, Vec<Label>), Fault> {
    let read = tokio::task::spawn_blocking(move || Ok((tables::read_texts(&text)?, tables::read_labels(&gold)?)));
    read.await.map_err(|e| Fault::internal("reading the tables", e))?
}

fn pins(library: &Library) -> String {
    let pins = library.pins().iter().map(|pin| format!("{} {}", pin.name, pin.version));
    pins.collect::<Vec<_>>().join(", ")
}

struct Trained {
    bytes: Vec<u8>,
    /// Of an annotator that was trained without a fifth of the blocks, on that fifth.
    metrics: Vec<(String, f64)>,
}

/// What both trainings share.
struct Ground {
    library: Arc<Library>,
    rows: Vec<Row>,
    labels: Vec<Label>,
}

impl Ground {
    fn new(library: Arc<Library>, mut rows: Vec<Row>, labels: Vec<Label>) -> Result<Ground, Fault> {
        Corpus::order(&mut rows);
        let known: HashSet<&str> = rows.iter().map(|row| row.accession.as_str()).collect();
        let before = labels.len();
        let fields = labels::fields();
        let trained = |label: &Label| {
            known.contains(label.accession.as_str()) && fields.iter().any(|field| field.name == label.field)
        };
        let labels: Vec<Label> = labels.into_iter().filter(trained).collect();
        if labels.is_empty() {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            return Err(Fault::field(
                "gold",
                format!("none of its {before} labels is of a sample of the text table and of {}", names.join(", ")),
            ));
        }
        Ok(Ground { library, rows, labels })
    }

    fn train(&self) -> Result<Trained, Fault> {
        let annotator = Annotator::new(self.library.clone());
        let mut corpus = Corpus::read(&annotator, &self.rows, self.labels.iter().map(Label::taught), |_, _, _| {});
        let held_out = |accession: &str| chorale_learn::folds::fold_of(judging::block(accession), FOLDS, SEED) == 0;
        let judged = self.learn(&mut corpus, |label| !held_out(&label.accession))?;
        let metrics = self.judge(&judged, &corpus, held_out);
        let all = self.learn(&mut corpus, |_| true)?;
        Ok(Trained { bytes: all.write(&corpus.terms), metrics })
    }

    fn learn(&self, corpus: &mut Corpus, wanted: impl Fn(&Label) -> bool) -> Result<Learned, Fault> {
        let fields = labels::fields();
        let gold = corpus.gold(&fields, self.labels.iter().filter(|label| wanted(label)).map(Label::taught));
        if gold.is_empty() {
            let why = "too few blocks of accession numbers have labels to hold some out; add samples of other series";
            return Err(Fault::field("gold", why));
        }
        Ok(Learned::train(&corpus.studies, &gold, &fields, &mut corpus.terms, &TrainOptions::default()))
    }

    fn judge(&self, learned: &Learned, corpus: &Corpus, held_out: impl Fn(&str) -> bool) -> Vec<(String, f64)> {
        let fields: Vec<&str> = learned.fields().map(|field| field.name.as_str()).collect();
        let mut predicted = Vec::new();
        for (study, range) in corpus.studies.iter().zip(&corpus.rows) {
            let rows = &self.rows[range.clone()];
            if !rows.iter().any(|row| held_out(&row.accession)) {
                continue;
            }
            for (row, proposals) in rows.iter().zip(learned.propose(&study.samples, &corpus.terms)) {
                let taken = proposals.iter().filter(|one| one.score >= learned.threshold(one.field));
                for one in taken.filter(|_| held_out(&row.accession)) {
                    let field = fields[one.field];
                    predicted.push(Predicted {
                        accession: row.accession.clone(),
                        field: field.to_owned(),
                        term: labels::value_of(field, corpus.terms.id(one.term)).to_owned(),
                        score: one.score,
                    });
                }
            }
        }
        let gold: Vec<GoldRow> =
            self.labels.iter().filter(|label| held_out(&label.accession)).cloned().map(GoldRow::from).collect();
        let rows = quality::rows(&gold, &predicted, &corpus.terms);
        let metric = |row: &chorale_model::harmonize::QualityRow| {
            let name = |what: &str| format!("{}/{}/{what}", row.source, row.field);
            [
                (name("samples"), row.samples as f64),
                (name("exact_f1"), row.exact_f1),
                (name("close_f1"), row.close_f1),
                (name("calibration_error"), row.calibration_error),
            ]
        };
        rows.iter().flat_map(metric).collect()
    }
}

impl Label {
    /// As training takes it.
    fn taught(&self) -> learned::Label<'_> {
        learned::Label { accession: &self.accession, field: &self.field, value: &self.term }
    }
}

impl From<Label> for GoldRow {
    fn from(label: Label) -> GoldRow {
        GoldRow { accession: label.accession, source: label.source, field: label.field, term: label.term }
    }
}

#[cfg(test)]
mod tests;
