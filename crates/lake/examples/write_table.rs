//! Writes a value table from lines on standard input: the Rust half of `bench/parquet_in_pandas.py`.
//!
//! `write_table samples OUT` takes `sample TAB feature TAB value`, sample after sample;
//! `write_table rows OUT` takes a header line and then `feature TAB value TAB value …`.

use chorale_lake::{Builder, Meta};
use std::error::Error;
use std::io::BufRead;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, out] = arguments.as_slice() else { return Err("say samples or rows, then the file to write".into()) };
    let out = Path::new(out);
    let meta = Meta { accession: "GSE0".into(), platform: "GPL0".into(), ..Meta::default() };
    let mut table = Builder::new(out.parent().ok_or("a file in a folder")?, meta)?;
    let lines = std::io::stdin().lock().lines();
    match mode.as_str() {
        "samples" => by_samples(&mut table, lines)?,
        "rows" => by_rows(&mut table, lines)?,
        _ => return Err("say samples or rows".into()),
    }
    let summary = table.finish(out)?;
    println!(
        "{{\"rows\": {}, \"samples\": {}, \"numeric_samples\": {}, \"size_bytes\": {}, \"repeated_features\": {}, \"peak_kb\": {}}}",
        summary.rows,
        summary.samples,
        summary.numeric_samples,
        summary.size_bytes,
        summary.repeated_features,
        peak_kb()?
    );
    Ok(())
}

/// The most memory this process held. The kernel's answer to the parent would count the parent's own.
fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn by_samples(table: &mut Builder, lines: impl Iterator<Item = std::io::Result<String>>) -> Result<(), Box<dyn Error>> {
    let mut open = String::new();
    for line in lines {
        let line = line?;
        let mut cells = line.splitn(3, '\t');
        let (Some(sample), Some(feature), Some(value)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(format!("{line:?} has not three cells").into());
        };
        if sample != open {
            if !open.is_empty() {
                table.finish_sample()?;
            }
            table.begin_sample(sample)?;
            sample.clone_into(&mut open);
        }
        table.value(feature, value)?;
    }
    Ok(table.finish_sample()?)
}

fn by_rows(
    table: &mut Builder,
    mut lines: impl Iterator<Item = std::io::Result<String>>,
) -> Result<(), Box<dyn Error>> {
    let header = lines.next().ok_or("no header")??;
    table.begin_rows(&header.split('\t').skip(1).collect::<Vec<_>>())?;
    for line in lines {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        table.row(cells[0], &cells[1..])?;
    }
    Ok(())
}
