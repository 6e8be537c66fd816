//! Prints how fast all ontologies are prepared, loaded, found in real samples' texts and searched by a few letters:
//! `cargo bench -p chorale-ontology`. One thread, whose processor time counts: the machine may be busy. Loading and its memory are measured in a process of their own.

use chorale_ontology::dictionary::Match;
use chorale_ontology::{Library, Release, Words, read};
use cpu_time::ProcessTime;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The name that a release is installed under, and its file.
const RELEASES: [(&str, &str); 11] = [
    ("MONDO", "czi_json/MONDO-ontology-v2026-05-05.json.zst"),
    ("UBERON", "czi_json/UBERON-ontology-v2026-04-01.json.zst"),
    ("CL", "czi_json/CL-ontology-v2026-03-26.json.zst"),
    ("EFO", "czi_json/EFO-ontology-v3.90.0.json.zst"),
    ("HANCESTRO", "czi_json/HANCESTRO-ontology-v2025-10-14.json.zst"),
    ("PATO", "czi_json/PATO-ontology-v2025-05-14.json.zst"),
    ("CVCL", "czi_json/CVCL-ontology-55.0.json.zst"),
    ("drugs", "drugs/repurposing_hub_drugs.tsv.gz"),
    ("genes_human", "genes/genes_homo_sapiens.csv.gz"),
    ("genes_mouse", "genes/genes_mus_musculus.csv.gz"),
    ("genes_rat", "genes/genes_rattus_norvegicus.csv.gz"),
];
const LOAD: &str = "--load-only";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, argument, path, ..] = &arguments[..]
        && argument == LOAD
    {
        return load(Path::new(path));
    }
    // `cargo test --benches` runs this with other arguments; there is nothing to test here.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let artifact = prepare();
    let program = std::env::current_exe().expect("a program knows its own path");
    for _ in 0..3 {
        std::process::Command::new(&program).arg(LOAD).arg(&artifact).status().expect("the program starts again");
    }
    let library = Library::open(&artifact).expect("it is whole");
    scan(&library);
    search(&library);
    std::fs::remove_file(&artifact).expect("the artifact is ours");
}

fn prepare() -> PathBuf {
    let started = Instant::now();
    let release = |path: &str| -> Release {
        read(&shared(&format!("ontologies/{path}"))).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let releases = RELEASES.map(|(name, path)| (name.to_owned(), release(path)));
    let reading = started.elapsed();
    let started = Instant::now();
    let library = Library::build(releases.into()).expect("every release has its name");
    let building = started.elapsed();
    let started = Instant::now();
    let mut bytes = Vec::new();
    library.write(&mut bytes).expect("memory can be written to");
    let writing = started.elapsed();
    let (terms, names) =
        library.pins().iter().fold((0, 0), |(terms, names), pin| (terms + pin.terms, names + pin.names));
    println!(
        "prepare: {} releases, {terms} terms, {names} names: read {:.0} ms, build {:.0} ms, write {:.0} ms, {:.1} MB",
        RELEASES.len(),
        ms(reading),
        ms(building),
        ms(writing),
        bytes.len() as f64 / 1e6
    );
    let path = std::env::temp_dir().join(format!("chorale-ontology-bench-{}", std::process::id()));
    std::fs::write(&path, bytes).expect("the temporary folder can be written to");
    path
}

fn load(path: &Path) {
    let (started, cpu) = (Instant::now(), ProcessTime::now());
    let library = Library::open(path).expect("it is whole");
    println!(
        "load: {:.0} ms ({:.0} ms of the processor); {} MB anonymous, {} MB at most",
        ms(started.elapsed()),
        ms(cpu.elapsed()),
        status("RssAnon:") / 1024,
        status("VmHWM:") / 1024
    );
    assert!(library.find("MONDO:0000001").is_some());
}

/// Every column of every sample, as the annotator sees it: text that is read into words, then what stands in it.
fn scan(library: &Library) {
    let table = shared("metadata/geo_samples/geo_sample_text.tsv.gz");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(&table[..]).read_to_string(&mut text).expect("the table is text");
    let samples: Vec<&str> = text.lines().skip(1).collect();
    let (mut words, mut found) = (Words::default(), Vec::<Match>::new());
    let (mut best, mut alone, mut matches, mut total) = (Duration::MAX, Duration::MAX, 0, 0);
    for _ in 0..5 {
        let started = ProcessTime::now();
        total = 0;
        for column in samples.iter().flat_map(|sample| sample.split('\t').skip(1)) {
            words.read(column);
            total += words.len();
        }
        alone = alone.min(started.elapsed());
        let started = ProcessTime::now();
        matches = 0;
        for column in samples.iter().flat_map(|sample| sample.split('\t').skip(1)) {
            words.read(column);
            library.dictionary().find(&words, &mut found);
            matches += found.len();
        }
        best = best.min(started.elapsed());
    }
    let rate = |time: Duration| samples.len() as f64 / time.as_secs_f64();
    println!(
        "scan: {:.0} samples/s on one core, {:.1} MB/s, {total} words, {matches} matches (words alone: {:.0} samples/s)",
        rate(best),
        text.len() as f64 / 1e6 / best.as_secs_f64(),
        rate(alone)
    );
}

/// What people have typed when the third letter and the next ones come: the beginnings of a thousand names.
fn search(library: &Library) {
    let names: Vec<&str> = (library.pins().iter().zip(0..))
        .flat_map(|(pin, release)| (0..pin.terms).map(move |place| chorale_ontology::TermRef { release, place }))
        .filter(|term| !library.is_obsolete(*term))
        .map(|term| library.label(term))
        .collect();
    let every = names.len() / 1_000;
    let typed: Vec<String> = (names.iter().step_by(every).take(1_000).enumerate())
        .map(|(number, name)| name.chars().take(3 + number % 8).collect())
        .collect();
    let mut times: Vec<Duration> = Vec::new();
    let mut hits = 0;
    for typed in &typed {
        let started = ProcessTime::now();
        hits += library.search(typed, 10, |_| true, |_| 0, 0).len();
        times.push(started.elapsed());
    }
    let slowest = times.iter().zip(&typed).max().map_or("", |(_, typed)| typed);
    println!("search: {slowest:?} takes longest");
    times.sort_unstable();
    let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
    println!(
        "search: {} beginnings of three letters and more, {hits} hits: median {:.2} ms, p99 {:.2} ms, slowest {:.2} ms",
        typed.len(),
        at(50),
        at(99),
        at(100)
    );
    let ids: Vec<&str> =
        typed.iter().map(String::as_str).chain(["MONDO:0007256", "CVCL:0027", "UBERON_0002107"]).collect();
    let started = ProcessTime::now();
    let found = (0..1_000).flat_map(|_| &ids).filter(|id| library.find(id).is_some()).count();
    println!(
        "find: {found} ids found, {:.0} ns each",
        started.elapsed().as_nanos() as f64 / (1_000 * ids.len()) as f64
    );
}

fn shared(path: &str) -> Vec<u8> {
    let root = std::env::var_os("CHORALE_SHARED_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let path = root.join(path);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; set CHORALE_SHARED_DATA", path.display()))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A line of `/proc/self/status` in kB.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
