//! Owns the column names that we know: those of GEO (`geo_accession`, `characteristics_ch1`, with or
//! without `Sample_`), and those of SRA and BioSample tables.

use super::Role;
use crate::entity::is_accession;

/// Columns that name a sample, the surest first. A table has one of them as its accession; the others stay
/// attributes.
const ACCESSIONS: [&str; 11] = [
    "geo_accession",
    "gsm",
    "accession",
    "sample_accession",
    "biosample",
    "biosample_accession",
    "run",
    "run_accession",
    "experiment_accession",
    "sample",
    "sample_id",
];

/// Whether a first row names columns: it holds no accession and no number.
pub(super) fn is_header(cells: &[String]) -> bool {
    let is_value = |cell: &String| is_long_accession(cell) || cell.parse::<f64>().is_ok();
    !cells.iter().any(is_value)
}

/// The role of each column, when one names the samples.
pub(super) fn roles(names: &[String], rows: &[Vec<String>]) -> Option<Vec<Role>> {
    let bare: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let named = ACCESSIONS
        .iter()
        .find_map(|known| bare.iter().position(|name| name == known).filter(|column| can_name_samples(rows, *column)));
    let accession = named.or_else(|| accessions_without_name(names, rows))?;
    let role = |(column, name): (usize, &String)| {
        if column == accession { Role::Accession } else { role_of(name, &examples(rows, column)) }
    };
    Some(bare.iter().enumerate().map(role).collect())
}

fn role_of(name: &str, examples: &[&str]) -> Role {
    let (word, channel) = match name.rsplit_once("_ch") {
        Some((word, channel)) => match channel.parse() {
            Ok(channel) => (word, channel),
            Err(_) => (name, 1),
        },
        None => (name, 1),
    };
    let all_start = |prefix: &str| !examples.is_empty() && examples.iter().all(|one| one.starts_with(prefix));
    match word {
        "title" => Role::Title,
        "description" => Role::Description,
        "source_name" => Role::SourceName { channel },
        "characteristics" | "attributes" => Role::Characteristics { channel, separator: separator(examples) },
        "organism" | "species" | "scientific_name" | "organism_name" => Role::Organism { channel },
        "platform_id" | "gpl" | "platform" if all_start("GPL") => Role::Platform,
        "series_id" | "gse" | "series" if all_start("GSE") => Role::Series,
        _ => Role::Attribute,
    }
}

/// `Sample_Title` and `sample title` are `title`.
fn bare(name: &str) -> String {
    let name = name.trim().trim_start_matches('!').to_ascii_lowercase().replace([' ', '.', '-'], "_");
    match name.strip_prefix("sample_") {
        Some("accession" | "id" | "name") | None => name,
        Some(rest) => rest.to_owned(),
    }
}

fn examples(rows: &[Vec<String>], column: usize) -> Vec<&str> {
    let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
    cells.filter(|cell| !cell.is_empty() && *cell != "NA").collect()
}

/// Names are short, present and no markup.
fn can_name_samples(rows: &[Vec<String>], column: usize) -> bool {
    let short = |row: &Vec<String>| {
        row.get(column).is_some_and(|cell| !cell.is_empty() && cell.len() <= 64 && !cell.contains('<'))
    };
    rows.iter().all(short)
}

/// In a table without header, a column that holds only GEO samples.
fn accessions_without_name(names: &[String], rows: &[Vec<String>]) -> Option<usize> {
    let holds = |column: &usize| {
        !rows.is_empty()
            && rows
                .iter()
                .all(|row| row.get(*column).is_some_and(|cell| cell.starts_with("GSM") && is_long_accession(cell)))
    };
    (0..names.len()).find(holds)
}

fn is_long_accession(cell: &str) -> bool {
    is_accession(cell) && cell.bytes().filter(u8::is_ascii_digit).count() >= 3
}

/// What stands between the pairs of a cell.
fn separator(examples: &[&str]) -> char {
    let count = |separator: char| examples.iter().filter(|cell| cell.contains(separator)).count();
    if count(';') > count('|') { ';' } else { '|' }
}
