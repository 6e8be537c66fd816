//! How good the annotators are on samples with gold labels, as a table on standard output.
//!
//! usage: quality TEXT.tsv.gz GOLD.tsv.gz ONTOLOGY_DIR [PREDICTIONS.jsonl…]
//!
//! The dictionary alone, the learned annotator alone and both together, on the same five folds of blocks of 2,000
//! accession numbers, then both held out by sample. Other systems' predictions are judged on the same rows; a line that
//! has a `source` is only used for that source. `difference` is how much greater the close F1 of both together is.
//! `SOURCE, stated` judges sex and age on those samples alone whose text states one (`evaluate::states`). Lines that begin
//! with `!` say how often a system suggests something where a source has no label, and how many such samples there are.
//! `QUALITY_SYSTEMS=both,learned,sample` chooses parts of it, `QUALITY_SEED` other folds: what is tried is chosen on those.
//! `QUALITY_FIELDS=disease` trains some of the fields only. With `QUALITY_ERRORS=1` the commonest mistakes follow; with `QUALITY_PREDICTIONS=FOLDER` the predictions of both
//! together and of the dictionary are written as the reference judge reads them.

mod labelled;

use chorale_annotate::evaluate::{self, Blocks, Figures, GoldRow, Predicted};
use chorale_annotate::learned::{Corpus, Learned, Row as _, Terms, TrainOptions, labels};
use chorale_annotate::{Annotator, project};
use chorale_learn::folds;
use labelled::{Failure, Row, World, label, read};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::Write;
use std::time::Instant;

const FOLDS: usize = 5;
const ROUNDS: usize = 1000;
/// Of the folds that are reported.
const SEED: u64 = 20;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [text, gold, folder, others @ ..] = arguments.as_slice() else {
        return Err("usage: quality TEXT.tsv.gz GOLD.tsv.gz ONTOLOGY_DIR [PREDICTIONS.jsonl…]".into());
    };
    let (world, terms) = read(text, gold, folder)?;
    let annotator = Annotator::new(world.library.clone());
    let mut dictionary = Vec::new();
    let started = Instant::now();
    let labels = world.gold.iter().map(label);
    let mut corpus = Corpus::read(&annotator, &world.rows, labels, |row, item, candidates| {
        for one in project(&chorale_annotate::suggestions(&world.library, item, candidates)) {
            dictionary.push(predicted(&row.accession, one.field, &one.term, one.score));
        }
    });
    let read = (world.rows.len(), corpus.studies.len());
    eprintln!("{} samples of {} studies read by the dictionary in {:?}", read.0, read.1, started.elapsed());

    let wanted: BTreeSet<String> = std::env::var("QUALITY_SYSTEMS")
        .unwrap_or("both,learned,sample".into())
        .split(',')
        .map(str::to_owned)
        .collect();
    let seed = std::env::var("QUALITY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let by_block = |accession: &str| folds::fold_of(evaluate::block(accession), FOLDS, seed);
    let by_sample = |accession: &str| folds::fold_of(evaluate::number(accession).unwrap_or(0), FOLDS, seed);
    let folder = std::env::var("QUALITY_PREDICTIONS").ok();
    let mut table = Table::new((&world, &terms), by_block);
    println!("{}", Table::HEAD);
    if wanted.contains("both") {
        let both = cross_validate(&world, &mut corpus, by_block, FOLDS)?;
        table.print("both", &both.taken, None);
        table.print("both, never abstaining", &both.all, None);
        table.unlabelled("both", &both.taken);
        if let Some(folder) = &folder {
            write(&format!("{folder}/both.jsonl"), &both.taken)?;
        }
        if std::env::var("QUALITY_ERRORS").is_ok() {
            table.mistakes(&both.taken);
        }
    }
    table.print("dictionary", &dictionary, None);
    table.unlabelled("dictionary", &dictionary);
    if let Some(folder) = &folder {
        write(&format!("{folder}/dictionary.jsonl"), &dictionary)?;
    }
    if wanted.contains("learned") {
        let studies = corpus.studies.clone();
        corpus.studies.iter_mut().flat_map(|study| &mut study.samples).for_each(|sample| sample.hits.clear());
        table.print("learned", &cross_validate(&world, &mut corpus, by_block, FOLDS)?.taken, None);
        corpus.studies = studies;
    }
    for path in others {
        for (source, list) in read_predictions(path)? {
            table.print(path.rsplit('/').next().unwrap_or(path), &list, source.as_deref());
        }
    }
    if wanted.contains("sample") {
        let mut table = Table::new((&world, &terms), by_sample);
        table.gold.retain(|row| by_sample(&row.accession) == 0);
        table.print(
            "both, one fifth of the samples held out",
            &cross_validate(&world, &mut corpus, by_sample, 1)?.taken,
            None,
        );
    }
    Ok(())
}

fn predicted(accession: &str, field: &str, term: &str, score: f32) -> Predicted {
    Predicted { accession: accession.into(), field: field.into(), term: term.into(), score }
}

struct Predictions {
    /// At each field's threshold.
    taken: Vec<Predicted>,
    all: Vec<Predicted>,
}

/// Trains without a fold and predicts it, for the first `folds` folds.
fn cross_validate(
    world: &World,
    corpus: &mut Corpus,
    fold_of: impl Fn(&str) -> usize,
    folds: usize,
) -> Result<Predictions, Failure> {
    let wanted = std::env::var("QUALITY_FIELDS").ok();
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.split(',').any(|one| one == name));
    let specs: Vec<_> = labels::fields().into_iter().filter(|spec| is_wanted(&spec.name)).collect();
    let mut found = Predictions { taken: Vec::new(), all: Vec::new() };
    for fold in 0..folds {
        let taught = world.gold.iter().filter(|row| fold_of(&row.accession) != fold);
        let gold = corpus.gold(&specs, taught.map(label));
        let started = Instant::now();
        let model = Learned::train(&corpus.studies, &gold, &specs, &mut corpus.terms, &TrainOptions::default());
        let terms = &corpus.terms;
        let (trained, started) = (started.elapsed(), Instant::now());
        let mut samples = 0;
        for (study, range) in corpus.studies.iter().zip(&corpus.rows) {
            let rows = &world.rows[range.clone()];
            if !rows.iter().any(|row| fold_of(&row.accession) == fold) {
                continue;
            }
            samples += rows.len();
            for (row, proposals) in rows.iter().zip(model.propose(&study.samples, terms)) {
                for proposal in proposals.iter().filter(|_| fold_of(&row.accession) == fold) {
                    let field = specs[proposal.field].name.as_str();
                    let id = labels::value_of(field, terms.id(proposal.term));
                    let one = predicted(&row.accession, field, id, proposal.score);
                    if labels::is_only_said(field) && proposal.hit.is_none() {
                        continue;
                    }
                    if proposal.score >= model.threshold(proposal.field) {
                        found.taken.push(one.clone());
                    }
                    found.all.push(one);
                }
            }
        }
        eprintln!(
            "fold {fold}: {} gold rows, {} bytes, trained in {trained:?}; {samples} samples in {:?}",
            gold.len(),
            model.write(terms).len(),
            started.elapsed()
        );
    }
    Ok(found)
}

/// The printed table with what all its lines share.
struct Table<'a> {
    world: &'a World,
    terms: &'a Terms,
    gold: Vec<GoldRow>,
    first: BTreeMap<(String, String), Blocks>,
}

impl<'a> Table<'a> {
    const HEAD: &'static str = "system\tsource\tfield\tsamples\tno_prediction\texact_p\texact_r\texact_f1\tclose_p\tclose_r\t\
        close_f1\tlow\thigh\tece\tdifference\tlow\thigh";

    /// Gold rows; again, under sources of their own, all of them and those of samples whose terms are in no other fold.
    fn new((world, terms): (&'a World, &'a Terms), fold_of: impl Fn(&str) -> usize) -> Table<'a> {
        let mut folds: HashMap<(&str, &str), HashSet<usize>> = HashMap::new();
        for row in &world.gold {
            folds.entry((&row.field, &row.term)).or_default().insert(fold_of(&row.accession));
        }
        let is_seen = |row: &GoldRow| folds[&(row.field.as_str(), row.term.as_str())].len() > 1;
        let seen: HashSet<(&str, &str)> = world
            .gold
            .iter()
            .filter(|row| is_seen(row))
            .map(|row| (row.field.as_str(), row.accession.as_str()))
            .collect();
        let unseen = world.gold.iter().filter(|row| !seen.contains(&(row.field.as_str(), row.accession.as_str())));
        let unseen = unseen.map(|row| GoldRow { source: "terms never seen in training".into(), ..row.clone() });
        let all = world.gold.iter().map(|row| GoldRow { source: "all".into(), ..row.clone() });
        let rows: HashMap<&str, &Row> = world.rows.iter().map(|row| (row.accession.as_str(), row)).collect();
        let is_stated = |row: &&GoldRow| {
            labels::is_only_said(&row.field) && evaluate::states(&rows[row.accession.as_str()].item(), &row.field)
        };
        let stated = world.gold.iter().filter(is_stated);
        let stated = stated.map(|row| GoldRow { source: format!("{}, stated", row.source), ..row.clone() });
        let gold = world.gold.iter().cloned().chain(unseen).chain(all).chain(stated).collect();
        Table { world, terms, gold, first: BTreeMap::new() }
    }

    /// By source and field: samples that the source labels, but not in this field, and on how many something is suggested;
    /// last those that no source labels. A control is no disease.
    fn unlabelled(&self, system: &str, predictions: &[Predicted]) {
        let gold = &self.world.gold;
        let sources: BTreeSet<&str> = gold.iter().map(|row| row.source.as_str()).collect();
        let of_source = |source: &str| -> HashSet<&str> {
            gold.iter().filter(|row| row.source == source).map(|row| row.accession.as_str()).collect()
        };
        let anywhere: HashSet<&str> = gold.iter().map(|row| row.accession.as_str()).collect();
        let rows = self.world.rows.iter().map(|row| row.accession.as_str());
        let nowhere: HashSet<&str> = rows.filter(|accession| !anywhere.contains(accession)).collect();
        for spec in labels::fields() {
            let field = spec.name.as_str();
            let is_value = |one: &&Predicted| one.field == field && Some(&one.term) != spec.exclusive.as_ref();
            let suggested: HashSet<&str> =
                predictions.iter().filter(is_value).map(|one| one.accession.as_str()).collect();
            let groups = sources.iter().map(|source| (*source, of_source(source)));
            for (source, samples) in groups.chain([("no source", nowhere.clone())]) {
                let labelled: HashSet<&str> = gold
                    .iter()
                    .filter(|row| row.source == source && row.field == field)
                    .map(|row| row.accession.as_str())
                    .collect();
                let without: Vec<&str> = samples.difference(&labelled).copied().collect();
                let false_ones = without.iter().filter(|accession| suggested.contains(*accession)).count();
                println!("! {system}\t{source}\t{field}\t{}\t{false_ones}", without.len());
            }
        }
    }

    fn print(&mut self, system: &str, predictions: &[Predicted], only: Option<&str>) {
        let pairs: BTreeSet<(String, String)> =
            self.gold.iter().map(|row| (row.source.clone(), row.field.clone())).collect();
        for (source, field) in pairs.into_iter().filter(|(source, _)| only.is_none_or(|only| only == source)) {
            let terms = self.terms;
            let blocks = evaluate::judge(&self.gold, predictions, &source, &field, terms);
            let f = Figures::of(&blocks);
            if f.no_prediction == 1.0 {
                continue;
            }
            let interval = evaluate::interval(&blocks, |f| f.close_f1, ROUNDS, SEED);
            let error = evaluate::calibration(&self.gold, predictions, &source, &field, terms).error;
            let first = self.first.entry((source.clone(), field.clone())).or_insert_with(|| blocks.clone());
            let d = evaluate::difference(first, &blocks, |f| f.close_f1, ROUNDS, SEED);
            println!(
                "{system}\t{source}\t{field}\t{}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{error:.3}\t{:.3}\t{:.3}\t{:.3}",
                f.samples,
                f.no_prediction,
                f.exact_precision,
                f.exact_recall,
                f.exact_f1,
                f.close_precision,
                f.close_recall,
                f.close_f1,
                interval.low,
                interval.high,
                d.value,
                d.low,
                d.high
            );
        }
    }

    fn mistakes(&self, predictions: &[Predicted]) {
        const MOST: usize = 25;
        let label = |id: &str| {
            self.world.library.find(id).map_or(id.to_owned(), |term| self.world.library.label(term).to_owned())
        };
        let commonest = [
            ("ale", "tissue"),
            ("golightly", "tissue"),
            ("creeds", "disease"),
            ("terms never seen in training", "tissue"),
            ("terms never seen in training", "disease"),
            ("ale", "sex"),
            ("ale", "age"),
        ];
        for (source, field) in commonest {
            for one in evaluate::mistakes(&self.gold, predictions, source, field, self.terms).iter().take(MOST) {
                let (gold, predicted) = (label(&one.gold), label(&one.predicted));
                println!(
                    "# {source}\t{field}\t{:?}\t{gold} → {predicted}\t{}\t{}",
                    one.class,
                    one.samples,
                    one.examples.join(" ")
                );
            }
        }
    }
}

/// By the source that a line names.
fn read_predictions(path: &str) -> Result<BTreeMap<Option<String>, Vec<Predicted>>, Failure> {
    let mut all: BTreeMap<Option<String>, Vec<Predicted>> = BTreeMap::new();
    for line in std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| value[key].as_str().unwrap_or_default();
        let one =
            predicted(text("accession"), text("field"), text("term"), value["score"].as_f64().unwrap_or(1.0) as f32);
        all.entry(value["source"].as_str().map(str::to_owned)).or_default().push(one);
    }
    Ok(all)
}

fn write(path: &str, predictions: &[Predicted]) -> Result<(), Failure> {
    let mut to = std::io::BufWriter::new(std::fs::File::create(path)?);
    for one in predictions {
        let line =
            serde_json::json!({"accession": one.accession, "field": one.field, "term": one.term, "score": one.score});
        writeln!(to, "{line}")?;
    }
    Ok(())
}
