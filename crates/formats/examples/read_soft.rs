//! Reads files and prints what that cost, one JSON object per line: the Rust half of
//! `bench/soft_vs_geoparse.py`.
//!
//! `read_soft stream FILE…` looks at every cell and keeps none. `read_soft hold FILE…` keeps each file
//! whole, as GEOparse does: all metadata, each column as numbers where it has only such, else as texts.

use chorale_formats::{Column, Entity, Flow, Limits, Sink, TableOf, Warning, detect, open, read};
use std::error::Error;
use std::fs::File;
use std::ops::ControlFlow::Continue;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let hold = match arguments.next().as_deref() {
        Some("stream") => false,
        Some("hold") => true,
        _ => return Err("say stream or hold, then the files".into()),
    };
    for path in arguments {
        let file = File::open(&path)?;
        let compressed = file.metadata()?.len();
        let limits = Limits::default();
        let begun = Instant::now();
        let mut input = open(&path, file, &limits)?;
        let kind = detect(&path, input.head()?);
        let mut seen = Seen { hold, ..Seen::default() };
        let report = read(&kind, input, &limits, &mut seen).map_err(|error| format!("{path}: {error}"))?;
        let seconds = begun.elapsed().as_secs_f64();
        let (cells, kept) = (seen.cells, seen.kept.len() + seen.entities.len());
        let samples = report.samples;
        let rows = report.rows;
        println!(
            "{{\"file\": {path:?}, \"seconds\": {seconds:.6}, \"compressed_bytes\": {compressed}, \
             \"cell_bytes\": {}, \"cells\": {cells}, \"rows\": {rows}, \"samples\": {samples}, \"kept\": {kept}}}",
            seen.cell_bytes
        );
    }
    println!("{{\"peak_kb\": {}}}", peak_kb()?);
    Ok(())
}

/// The most memory this process held. The kernel's answer to the parent would count the parent's own.
fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// A column that is kept: numbers until the first that is none.
enum Kept {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

#[derive(Default)]
struct Seen {
    hold: bool,
    cells: u64,
    cell_bytes: u64,
    entities: Vec<Entity>,
    kept: Vec<Vec<Kept>>,
}

impl Sink for Seen {
    fn entity(&mut self, entity: Entity) -> Flow {
        if self.hold {
            self.entities.push(entity);
        }
        Continue(())
    }

    fn table(&mut self, _: &TableOf, columns: &[Column]) -> Flow {
        if self.hold {
            self.kept.push(columns.iter().map(|_| Kept::Numbers(Vec::new())).collect());
        }
        Continue(())
    }

    fn row(&mut self, cells: &[&str]) -> Flow {
        self.cells += cells.len() as u64;
        self.cell_bytes += cells.iter().map(|cell| cell.len() as u64).sum::<u64>();
        let table = self.kept.last_mut().into_iter().flatten();
        for (cell, column) in cells.iter().zip(table) {
            column.push(cell);
        }
        Continue(())
    }

    fn table_end(&mut self, _: u64) -> Flow {
        Continue(())
    }

    fn warning(&mut self, _: Warning) {}

    fn progress(&mut self, _: u64, _: u64) -> Flow {
        Continue(())
    }
}

impl Kept {
    fn push(&mut self, cell: &str) {
        match self {
            Self::Texts(texts) => texts.push(cell.to_owned()),
            Self::Numbers(numbers) => match cell.parse() {
                Ok(number) => numbers.push(number),
                Err(_) if cell.is_empty() || cell == "null" => numbers.push(f64::NAN),
                Err(_) => {
                    let mut texts: Vec<String> = numbers.iter().map(f64::to_string).collect();
                    texts.push(cell.to_owned());
                    *self = Self::Texts(texts);
                }
            },
        }
    }
}
