//! How well an annotator agrees with labels: the judge's figures, by source and field.

use super::tables::Row;
use super::{engine, read};
use crate::Ctx;
use crate::harmonize::engine::Engine;
use chorale_annotate::evaluate::{Figures, GoldRow, Predicted, calibration, interval, judge};
use chorale_annotate::learned::labels::{studies, value_id};
use chorale_annotate::learned::{Corpus, Row as _, Terms};
use chorale_annotate::{Item, project};
use chorale_model::harmonize::{Quality, QualityRow};
use chorale_model::{Fault, Role};
use std::collections::BTreeSet;
use std::path::Path;

/// Draws of the bootstrap.
const ROUNDS: usize = 1_000;
const SEED: u64 = 20;

/// Judges the promoted annotator, or the dictionary alone where none is, on labelled samples. It never trains.
pub async fn evaluate(ctx: &Ctx, text: &Path, gold: &Path) -> Result<Quality, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let engine = engine(&ctx.app, organization).await?.ok_or_else(|| {
        Fault::conflict("no ontology is in use, so nothing can be annotated; chorale ontology install MONDO begins it")
    })?;
    let (rows, labels) = read(text.to_owned(), gold.to_owned()).await?;
    let judged = tokio::task::spawn_blocking(move || {
        let known: BTreeSet<String> = rows.iter().map(|row| row.accession.clone()).collect();
        let gold: Vec<GoldRow> =
            labels.into_iter().filter(|label| known.contains(&label.accession)).map(GoldRow::from).collect();
        if gold.is_empty() {
            return Err(Fault::field("gold", "none of its labels is of a sample of the text table"));
        }
        let mut terms = Terms::of(&engine.library);
        for row in &gold {
            terms.add(&value_id(&row.field, &row.term));
        }
        let predicted = predict(&engine, rows);
        Ok(Quality { version: engine.version.clone(), rows: self::rows(&gold, &predicted, &terms) })
    });
    judged.await.map_err(|e| Fault::internal("judging the annotator", e))?
}

/// What the annotator says of every sample, as labels count it.
fn predict(engine: &Engine, mut rows: Vec<Row>) -> Vec<Predicted> {
    let mut predicted = Vec::new();
    Corpus::order(&mut rows);
    for range in studies(&rows) {
        let of_study = &rows[range];
        let items: Vec<Item> = of_study.iter().map(|row| row.item()).collect();
        let suggested = engine.annotator.annotate(&chorale_annotate::Study::default(), &items);
        for (row, suggestions) in of_study.iter().zip(suggested) {
            for one in project(&suggestions) {
                let taken_from = engine.curves.get(one.field).map_or(0.0, |curve| curve.taken_from);
                if f64::from(one.score) >= taken_from {
                    predicted.push(Predicted {
                        accession: row.accession.clone(),
                        field: one.field.to_owned(),
                        term: one.term,
                        score: one.score,
                    });
                }
            }
        }
    }
    predicted
}

/// The figures of every source and field.
pub fn rows(gold: &[GoldRow], predicted: &[Predicted], terms: &Terms) -> Vec<QualityRow> {
    let pairs: BTreeSet<(&str, &str)> = gold.iter().map(|row| (row.source.as_str(), row.field.as_str())).collect();
    let row = |(source, field): (&str, &str)| {
        let blocks = judge(gold, predicted, source, field, terms);
        let figures = Figures::of(&blocks);
        let close = interval(&blocks, |figures| figures.close_f1, ROUNDS, SEED);
        QualityRow {
            source: source.to_owned(),
            field: field.to_owned(),
            samples: i64::from(figures.samples),
            no_prediction: figures.no_prediction,
            exact_precision: figures.exact_precision,
            exact_recall: figures.exact_recall,
            exact_f1: figures.exact_f1,
            close_precision: figures.close_precision,
            close_recall: figures.close_recall,
            close_f1: figures.close_f1,
            close_f1_low: close.low,
            close_f1_high: close.high,
            calibration_error: calibration(gold, predicted, source, field, terms).error,
        }
    };
    pairs.into_iter().map(row).collect()
}
