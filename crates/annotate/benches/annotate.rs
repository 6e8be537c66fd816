//! Prints how fast samples are annotated with every ontology loaded, by the dictionary alone and by both annotators:
//! `cargo bench -p chorale-annotate`. It trains on all labels first, then measures in a process of its own, which loads
//! what a server loads. One thread, whose processor time counts: the machine may be busy.

#[path = "../tests/all/shared.rs"]
mod shared;

use chorale_annotate::learned::{Corpus, Label, Learned, Row as _, Terms, TrainOptions, Verdict, labels};
use chorale_annotate::{Annotator, Item};
use chorale_ontology::Library;
use cpu_time::ProcessTime;
use shared::{EVERY_RELEASE, NO_STUDY, Row, data, rows, studies};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const GENES: [(&str, &str); 3] = [
    ("HGNC", "ontologies/genes/genes_homo_sapiens.csv.gz"),
    ("MGI", "ontologies/genes/genes_mus_musculus.csv.gz"),
    ("RGD", "ontologies/genes/genes_rattus_norvegicus.csv.gz"),
];
const TEXT: &str = "metadata/geo_samples/geo_sample_text.tsv.gz";
const GOLD: &str = "metadata/geo_samples/geo_sample_gold.tsv.gz";
const MEASURE: &str = "--measure-only";
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, argument, folder, ..] = &arguments[..]
        && argument == MEASURE
    {
        return measure(Path::new(folder));
    }
    // `cargo test --benches` runs this with other arguments; there is nothing to test here.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("chorale-annotate-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written to");
    prepare(&folder);
    let program = std::env::current_exe().expect("a program knows its own path");
    let measured = std::process::Command::new(program).arg(MEASURE).arg(&folder).status();
    assert!(measured.expect("the program starts again").success(), "the measurement failed");
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// The library and an annotator that is trained on every label, as files.
fn prepare(folder: &Path) {
    let releases: Vec<(&str, &str)> = EVERY_RELEASE.into_iter().chain(GENES).collect();
    let library = Arc::new(shared::library(&releases));
    library.write(&mut std::fs::File::create(folder.join("library")).expect("it is ours")).expect("it can be written");
    let started = Instant::now();
    let (learned, terms, labels) = train(&library);
    let bytes = learned.write(&terms);
    println!("train: {labels} labels in {:.1} s, {:.1} MB", started.elapsed().as_secs_f64(), bytes.len() as f64 / 1e6);
    std::fs::write(folder.join("learned"), bytes).expect("it is ours");
}

fn train(library: &Arc<Library>) -> (Learned, Terms, usize) {
    let annotator = Annotator::new(library.clone());
    let mut rows = rows(&data(TEXT));
    Corpus::order(&mut rows);
    let labelled = read_labels();
    let labels =
        || labelled.iter().map(|(accession, field, value)| Label { accession, field, value, verdict: Verdict::Is });
    let mut corpus = Corpus::read(&annotator, &rows, labels(), |_, _, _| {});
    let fields = labels::fields();
    let gold = corpus.gold(&fields, labels());
    let learned = Learned::train(&corpus.studies, &gold, &fields, &mut corpus.terms, &TrainOptions::default());
    (learned, corpus.terms, gold.len())
}

/// Accession, field, value.
fn read_labels() -> Vec<(String, String, String)> {
    let mut text = String::new();
    let file = std::fs::File::open(data(GOLD)).expect("the labels lie beside the texts");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("a table of text");
    let row = |line: &str| {
        let mut cells = line.split('\t').map(|cell| cell.trim_matches('"').to_owned());
        Some((cells.next()?, cells.next()?, cells.next()?))
    };
    text.lines().skip(1).filter_map(row).collect()
}

fn measure(folder: &Path) {
    let (started, cpu) = (Instant::now(), ProcessTime::now());
    let library = Arc::new(Library::open(&folder.join("library")).expect("it is whole"));
    let mut terms = Terms::of(&library);
    let bytes = std::fs::read(folder.join("learned")).expect("it was written");
    let learned = Learned::read(&bytes, &mut terms).expect("it is whole");
    let dictionary = Annotator::new(library.clone());
    let both = Annotator::new(library.clone()).with_learned(learned, terms, "bench");
    drop(bytes);
    println!(
        "load: {:.0} ms ({:.0} ms of the processor); {} MB anonymous, {} names",
        started.elapsed().as_secs_f64() * 1e3,
        cpu.elapsed().as_secs_f64() * 1e3,
        anonymous_mb(),
        library.dictionary().len()
    );
    let rows = rows(&data(TEXT));
    for (name, annotator) in [("dictionary", &dictionary), ("both", &both)] {
        let (mut best, mut found) = (Duration::MAX, 0);
        for _ in 0..ROUNDS {
            let started = ProcessTime::now();
            found = 0;
            for study in studies(&rows) {
                let items: Vec<Item> = study.iter().map(Row::item).collect();
                found += annotator.annotate(&NO_STUDY, &items).iter().map(Vec::len).sum::<usize>();
            }
            best = best.min(started.elapsed());
        }
        println!(
            "{name}: {:.0} samples/s on one core, {} samples, {found} suggestions",
            rows.len() as f64 / best.as_secs_f64(),
            rows.len()
        );
    }
}

/// What this process holds of its own, on Linux; zero elsewhere.
fn anonymous_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}
