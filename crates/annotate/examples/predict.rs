//! Annotates a table in the form of `geo_sample_text` and writes predictions for the judge of annotations:
//! `predict TEXT.tsv.gz [--full | --named] > predictions.jsonl` with `{accession, field, term, score}` a line, projected;
//! `--full` writes every suggestion as it is instead, and `--named` every disease that the text names, which is what
//! corpora of abstracts ask for: of a sample one is suggested. Says on standard error how fast it was.

#[path = "../tests/all/shared.rs"]
mod shared;

use chorale_annotate::learned::Row as _;
use chorale_annotate::{Annotator, Candidate, Field, Item, Meaning, Method, State, project};
use serde_json::json;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Less sure than this, nothing is taken to be named. Chosen on the training part of NCBI's disease corpus.
const LEAST_NAMED: f32 = 0.2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("usage: predict TEXT.tsv.gz [--full | --named] > predictions.jsonl")?;
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let (full, named) = (has("--full"), has("--named"));
    let started = Instant::now();
    let annotator = Annotator::new(Arc::new(shared::library(&shared::EVERY_RELEASE)));
    eprintln!("{} names from the sources in {:?}", annotator.library().dictionary().len(), started.elapsed());
    let rows = shared::rows(Path::new(path));
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut spent = Duration::ZERO;
    let mut annotating = Duration::ZERO;
    for study in shared::studies(&rows) {
        let items: Vec<Item> = study.iter().map(shared::Row::item).collect();
        if named {
            for (row, candidates) in study.iter().zip(annotator.candidates(&shared::NO_STUDY, &items)) {
                for (id, score) in candidates.iter().filter_map(|one| named_disease(&annotator, one)) {
                    let line = json!({"accession": row.accession, "field": "disease", "term": id, "score": score});
                    writeln!(out, "{line}")?;
                }
            }
            continue;
        }
        let (started, on_processor) = (Instant::now(), processor_time());
        let suggestions = annotator.annotate(&shared::NO_STUDY, &items);
        spent += started.elapsed();
        annotating += processor_time().saturating_sub(on_processor);
        for (row, suggestions) in study.iter().zip(&suggestions) {
            if full {
                writeln!(out, "{}", json!({"accession": row.accession, "suggestions": suggestions}))?;
                continue;
            }
            for one in project(suggestions) {
                let line =
                    json!({"accession": row.accession, "field": one.field, "term": one.term, "score": one.score});
                writeln!(out, "{line}")?;
            }
        }
    }
    let a_second = |time: Duration| rows.len() as f64 / time.as_secs_f64();
    eprintln!("{} samples in {spent:?}, {:.0} a second", rows.len(), a_second(spent));
    if annotating > Duration::ZERO {
        eprintln!("{annotating:?} of one core's time, {:.0} a second of it", a_second(annotating));
    }
    Ok(())
}

/// A disease that is named somewhere, whoever has it, with how sure it is that the name means it.
fn named_disease<'a>(annotator: &'a Annotator, one: &Candidate) -> Option<(&'a str, f32)> {
    // The annotator takes a growth of no kind for a condition; a corpus takes it for a neoplasm.
    if one.field == Field::Condition && matches!(one.meaning, Meaning::Known { id: "tumor" | "primary tumor", .. }) {
        return Some(("MONDO:0005070", one.prior));
    }
    let Meaning::Term(term) = one.meaning else { return None };
    let is_read = one.field == Field::Disease && one.state == State::Present && one.method == Method::Dictionary;
    (is_read && one.prior >= LEAST_NAMED).then(|| (annotator.library().id(term), one.prior))
}

/// What this thread has had of a processor, on Linux: a busy machine does not change it much. Zero elsewhere.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
