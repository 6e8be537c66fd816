//! Prints how fast real samples are indexed and searched: `cargo bench -p chorale-search`.
//!
//! 107,863 real samples, then the same repeated under new accessions up to a million. One thread.
//! A search counts eight facets, and returns the best 20 hits with snippets.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chorale_search::*;

#[path = "../src/tests/samples.rs"]
mod samples;

/// One kind of query: its name, texts, and chosen facet values.
type Class = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

const CLASSES: [Class; 9] = [
    ("common word", &["cell", "human", "liver", "blood", "control", "rna", "tissue", "female"], &[]),
    ("rare word", &["HepG2", "tp-53", "glioblastoma", "GSM1002540", "IL-6", "TGF-β", "astrocyte", "rapamycin"], &[]),
    ("phrase", &["\"bone marrow\"", "\"breast cancer\"", "\"day 3\"", "\"wild type\"", "\"total RNA\""], &[]),
    (
        "boolean",
        &[
            "liver AND (cancer OR tumor) NOT mouse",
            "stem cells OR fibroblasts",
            "\"T cell\" -human",
            "(blood OR plasma) control",
            "breast cancer cell line",
        ],
        &[],
    ),
    ("prefix", &["hepat*", "neuro*", "lymph*", "carcino*", "fibro*"], &[]),
    ("field", &["tissue:liver", "\"cell line\":HepG2", "title:control", "sex:female", "summary:\"total RNA\""], &[]),
    ("word, one choice", &["blood", "cell", "tumor"], &[("sex", "female")]),
    ("word, two choices", &["blood", "cell", "control"], &[("sex", "male"), ("channels", "1")]),
    ("choice alone", &[""], &[("sex", "female")]),
];

fn main() {
    // `cargo test --benches` runs this with other arguments; there is nothing to test here.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let docs = samples::read(usize::MAX);
    for total in [docs.len(), 1_000_000] {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        index(folder.path(), &docs, total);
        let started = Instant::now();
        let snapshot = Snapshot::open(folder.path(), &samples::layout()).expect("the index opens");
        snapshot.warm().expect("the index is readable");
        println!("open and warm: {:.0} ms, {} MB anonymous", ms(started.elapsed()), anonymous_mb());
        measure(&snapshot);
        println!();
    }
}

fn index(folder: &std::path::Path, docs: &[Doc], total: usize) {
    let mut writer = Writer::open(folder, &samples::layout(), 256 << 20).expect("the index is made");
    let started = Instant::now();
    for number in 0..total {
        let (turn, doc) = (number / docs.len(), &docs[number % docs.len()]);
        if turn == 0 {
            writer.upsert(doc).expect("a document is indexed");
            continue;
        }
        let mut doc = doc.clone();
        doc.id = format!("{}x{turn}", doc.id);
        doc.accession = format!("{}{turn}", doc.accession);
        writer.upsert(&doc).expect("a document is indexed");
    }
    let added = started.elapsed();
    let files = writer.commit().expect("the index is committed");
    let bytes: u64 = files.files.iter().map(|file| file.size_bytes).sum();
    let seconds = started.elapsed().as_secs_f64();
    let cpu = cpu_seconds();
    println!(
        "{total} samples: indexed in {seconds:.1} s ({:.0}/s; {:.1} s before the commit, {cpu:.1} CPU s of the process so far), {} files, {} MB",
        total as f64 / seconds,
        added.as_secs_f64(),
        files.files.len(),
        bytes >> 20,
    );
}

fn measure(snapshot: &Snapshot) {
    let mut all = Vec::new();
    println!("{:<20} {:>9} {:>9} {:>9} {:>10}", "queries", "p50 ms", "p99 ms", "max ms", "mean hits");
    for (name, texts, chosen) in CLASSES {
        let (mut times, mut hits) = (Vec::new(), 0);
        for round in 0..30 {
            for text in texts {
                let (time, total) = time(snapshot, text, chosen);
                // The first rounds fill caches.
                if round >= 3 {
                    times.push(time);
                    hits += total;
                }
            }
        }
        let mean = hits / times.len() as u64;
        print(name, &mut times, mean);
        all.extend(times);
    }
    let seconds: f64 = all.iter().map(Duration::as_secs_f64).sum();
    let rate = all.len() as f64 / seconds;
    print("the whole mix", &mut all, 0);
    println!("{rate:.0} queries/s on one thread");
    let mut empty: Vec<Duration> = (0..20).map(|_| time(snapshot, "", &[]).0).collect();
    print("empty (cacheable)", &mut empty, snapshot.documents());
}

fn time(snapshot: &Snapshot, text: &str, chosen: &[(&str, &str)]) -> (Duration, u64) {
    let started = Instant::now();
    let query = parse(text).expect("the benchmark's queries are well formed");
    let mut request = Request::new(Kind::Sample, query);
    request.facets = samples::FACETS.map(str::to_string).to_vec();
    let mut choices: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (field, value) in chosen {
        choices.entry(field.to_string()).or_default().push(value.to_string());
    }
    request.chosen = choices;
    let response = search(&[snapshot], &request).expect("the search answers");
    (started.elapsed(), std::hint::black_box(response).total)
}

fn print(name: &str, times: &mut [Duration], hits: u64) {
    times.sort_unstable();
    let at = |share: f64| ms(times[((times.len() - 1) as f64 * share) as usize]);
    println!("{name:<20} {:>9.2} {:>9.2} {:>9.2} {hits:>10}", at(0.5), at(0.99), at(1.0));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Resident anonymous memory, where the system tells.
fn anonymous_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) >> 10
}

/// User and system time of this process, where the system tells (in hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after_name.split_whitespace().skip(11).take(2).filter_map(|x| x.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}
