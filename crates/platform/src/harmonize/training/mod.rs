//! Training an annotator from labelled samples, and judging the one that is promoted. Training keeps what it makes in the
//! registry, with its figures on samples that it was not trained on; judging never trains.

mod ground;
mod material;
mod quality;
mod tables;

pub use ground::{DECISIONS, Ground};
pub use material::{Material, TAUGHT, TaughtLabel, TaughtRow, TaughtStudy};
pub use quality::evaluate;

use super::engine::{ARTIFACT, MODEL, engine};
use crate::registry::{self, CHAMPION, NewArtifact, NewVersion};
use crate::{Ctx, ontologies};
use chorale_annotate::evaluate::{self as judging, GoldRow};
use chorale_annotate::learned::labels;
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
        ("ontologies".to_owned(), ontology_pins(&library)),
        ("rules".to_owned(), chorale_annotate::RULES.to_owned()),
    ];
    say(&format!("training on {} labels of {} samples", labels.len(), texts.len()));
    let trained = tokio::task::spawn_blocking(move || {
        let material = material(texts, labels)?;
        Ok::<_, Fault>((learn(library, &material)?, material.write()?))
    });
    let (trained, taught) = trained.await.map_err(|e| Fault::internal("training the annotator", e))??;
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
            artifacts: vec![NewArtifact::bytes(ARTIFACT, trained.bytes), NewArtifact::bytes(TAUGHT, taught)],
        },
    )
    .await?
    .version;
    let dataset = format!("{}: a fifth of its blocks of {} accession numbers, held out", shown.1, judging::BLOCK);
    let evaluation = Evaluation { dataset, metrics: trained.metrics, created_at: Time(0) };
    registry::record_evaluation(ctx, MODEL, version, evaluation).await?;
    registry::promote(ctx, MODEL, Promote { version, alias: CHAMPION.to_owned(), ..Promote::default() }).await
}

async fn read(text: PathBuf, gold: PathBuf) -> Result<(Vec<Row>, Vec<Label>), Fault> {
    let read = tokio::task::spawn_blocking(move || Ok((tables::read_texts(&text)?, tables::read_labels(&gold)?)));
    read.await.map_err(|e| Fault::internal("reading the tables", e))?
}

/// The releases of a library, for people.
pub fn ontology_pins(library: &Library) -> String {
    let pins = library.pins().iter().map(|pin| format!("{} {}", pin.name, pin.version));
    pins.collect::<Vec<_>>().join(", ")
}

struct Trained {
    bytes: Vec<u8>,
    /// Of an annotator that was trained without a fifth of the blocks, on that fifth.
    metrics: Vec<(String, f64)>,
}

/// The labels that can teach, of samples that are there.
fn material(rows: Vec<Row>, labels: Vec<Label>) -> Result<Material, Fault> {
    let known: HashSet<&str> = rows.iter().map(|row| row.accession.as_str()).collect();
    let (before, fields) = (labels.len(), labels::fields());
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
    Ok(Material::of_tables(rows, labels))
}

fn learn(library: Arc<Library>, material: &Material) -> Result<Trained, Fault> {
    let mut ground = Ground::read(library, material);
    let judged = ground.learn(|study, _| !is_held_out(study.group), &|| true).ok_or_else(|| {
        let why = "too few blocks of accession numbers have labels to hold some out; add samples of other series";
        Fault::field("gold", why)
    })?;
    let (gold, predicted) = (
        ground.gold(|study| is_held_out(study.group)),
        ground.predict(Some(&judged), |study| is_held_out(study.group)),
    );
    let rows = quality::rows(&gold, &predicted, ground.terms());
    let metric = |row: &chorale_model::harmonize::QualityRow| {
        let name = |what: &str| format!("{}/{}/{what}", row.source, row.field);
        [
            (name("samples"), row.samples as f64),
            (name("exact_f1"), row.exact_f1),
            (name("close_f1"), row.close_f1),
            (name("calibration_error"), row.calibration_error),
        ]
    };
    let metrics = rows.iter().flat_map(metric).collect();
    let all = ground.learn(|_, _| true, &|| true).ok_or_else(|| Fault::field("gold", "has no labels"))?;
    Ok(Trained { bytes: ground.write(&all), metrics })
}

/// Whether a group of studies judges and does not teach what is judged: a fifth of all.
pub fn is_held_out(group: u64) -> bool {
    chorale_learn::folds::fold_of(group, FOLDS, SEED) == 0
}

impl From<Label> for GoldRow {
    fn from(label: Label) -> GoldRow {
        GoldRow { accession: label.accession, source: label.source, field: label.field, term: label.term }
    }
}

#[cfg(test)]
mod tests;
