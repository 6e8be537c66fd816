//! Reads ontologies and says what they hold, then what stands in the lines of standard input:
//! `cargo run --release -p chorale-ontology --example look FILE… < TEXT`. A release is called by its file's name.

use chorale_ontology::dictionary::Match;
use chorale_ontology::{Library, TermRef, Words, read};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut releases = Vec::new();
    for path in std::env::args().skip(1) {
        let release = read(&std::fs::read(&path)?).map_err(|e| format!("{path}: {e}"))?;
        let (terms, problems) = (release.terms.len(), release.problems.total);
        println!(
            "{path}: {}, version {:?}, {terms} terms, {problems} problems",
            release.format.name(),
            release.version
        );
        for problem in release.problems.kept.iter().take(5) {
            println!("  line {}: {}", problem.line, problem.message);
        }
        let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        releases.push((name, release));
    }
    let library = Library::build(releases)?;
    let (mut words, mut found) = (Words::default(), Vec::<Match>::new());
    for line in std::io::stdin().lines() {
        let line = line?;
        words.read(&line);
        library.dictionary().find(&words, &mut found);
        println!("{line}");
        for one in &found {
            let text: String = line.chars().skip(one.start as usize).take((one.end - one.start) as usize).collect();
            let names = library.dictionary().names(one);
            let terms = names.map(|name| TermRef { release: name.release, place: name.term });
            let shown: Vec<String> =
                terms.map(|term| format!("{} {}", library.id(term), library.label(term))).collect();
            println!("\t{text}\t{}", shown.join(", "));
        }
    }
    Ok(())
}
