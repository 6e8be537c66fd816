//! Reads files and prints what that cost, one JSON object per line: the Rust half of
//! `bench/soft_vs_geoparse.py`.
//!
//! `read_soft stream FILE…` looks at every cell and keeps none. `read_soft hold FILE…` keeps each file
//! whole, as GEOparse does: all metadata, each column as numbers where it has only such, else as texts.

use chorale_formats::{Column, Entity, Flow, Limits, Sink, TableOf, Warning, detect, open, read};
use cpu_time::ThreadTime;
use std::error::Error;
use std::fs::File;
use std::ops::ControlFlow::Continue;
use std::time::Instant;

/// The product's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
        let (begun, cpu) = (Instant::now(), ThreadTime::now());
        let mut input = open(&path, file, &limits)?;
        let kind = detect(&path, input.head()?);
        let mut seen = Seen { hold, ..Seen::default() };
        let report = read(&kind, input, &limits, &mut seen).map_err(|error| format!("{path}: {error}"))?;
        let (cpu, seconds) = (cpu.elapsed().as_secs_f64(), begun.elapsed().as_secs_f64());
        let (cells, kept) = (seen.cells, seen.kept.len() + seen.entities.len());
        let samples = report.samples;
        let rows = report.rows;
        println!(
            "{{\"file\": {path:?}, \"seconds\": {seconds:.6}, \"cpu_seconds\": {cpu:.6}, \"compressed_bytes\": {compressed}, \
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

/// A table that is kept: its cells in one buffer, row by row, until it ends; then a column is numbers where it
/// has only such.
struct Kept {
    columns: usize,
    text: String,
    ends: Vec<usize>,
    numbers: Vec<Option<Vec<f64>>>,
}

#[derive(Default)]
struct Seen {
    hold: bool,
    cells: u64,
    cell_bytes: u64,
    entities: Vec<Entity>,
    kept: Vec<Kept>,
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
            // The samples of a file have tables of about one size.
            let (bytes, cells) = self.kept.last().map_or((0, 0), |before| (before.text.len(), before.ends.len()));
            self.kept.push(Kept {
                columns: columns.len(),
                text: String::with_capacity(bytes + bytes / 8),
                ends: Vec::with_capacity(cells + cells / 8),
                numbers: Vec::new(),
            });
        }
        Continue(())
    }

    fn row(&mut self, cells: &[&str]) -> Flow {
        self.cells += cells.len() as u64;
        self.cell_bytes += cells.iter().map(|cell| cell.len() as u64).sum::<u64>();
        if let Some(table) = self.kept.last_mut() {
            for cell in cells {
                table.text.push_str(cell);
                table.ends.push(table.text.len());
            }
        }
        Continue(())
    }

    fn table_end(&mut self, _: u64) -> Flow {
        self.kept.last_mut().into_iter().for_each(Kept::finish);
        Continue(())
    }

    fn warning(&mut self, _: Warning) {}

    fn progress(&mut self, _: u64, _: u64) -> Flow {
        Continue(())
    }
}

impl Kept {
    fn finish(&mut self) {
        let cell = |at: usize| &self.text[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]];
        let number = |cell: &str| if cell.is_empty() || cell == "null" { Some(f64::NAN) } else { cell.parse().ok() };
        let column = |first: usize| (first..self.ends.len()).step_by(self.columns).map(|at| number(cell(at))).collect();
        self.numbers = (0..self.columns).map(column).collect();
    }
}
