//! Tables: the platform's own rows, one for each decision, or last year's spreadsheet with a column for each field.

use super::{Broken, Each, Item, Named, Said, Told, broken, is_empty, said};
use chorale_model::curation::{BatchKind, Beneath, Curation, Reverted};
use chorale_model::harmonize::ValueState;
use chorale_model::{BatchId, Time};
use serde::de::DeserializeOwned;
use std::io::BufRead;

/// Names of the column that names the samples, in small letters without signs.
const SAMPLE: [&str; 9] =
    ["sample", "accession", "sampleaccession", "sampleid", "gsm", "geoaccession", "gsmid", "samplename", "biosample"];
const DATASET: [&str; 7] =
    ["dataset", "series", "gse", "study", "datasetaccession", "seriesaccession", "studyaccession"];
const MOST_COLUMNS: usize = 2_000;

/// What a table's columns are.
enum Columns {
    /// Place and field of each column that is one.
    Wide(Vec<(usize, Named)>),
    /// Places of the columns by their names.
    Rows(Vec<String>),
}

struct Header {
    sample: usize,
    dataset: Option<usize>,
    columns: Columns,
}

pub fn read(mut input: impl BufRead, fields: &[Named], each: Each<'_>) -> Result<(), Broken> {
    let head = input.fill_buf().map_err(|e| super::unreadable(&e))?;
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        // Lines end with it whatever stands before it: a return goes with the blanks around a cell, and lines are counted right.
        .terminator(csv::Terminator::Any(b'\n'))
        .flexible(true)
        .has_headers(true)
        .from_reader(input);
    let names = reader.headers().map_err(|e| of_csv(&e))?.clone();
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    let (header, left) = header(&names, fields)?;
    for message in left {
        if !each(Item::Left { line: 1, message }) {
            return Ok(());
        }
    }
    // Rows of one sample that follow each other are one.
    let mut held: Option<Told> = None;
    let mut row = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => return Err(of_csv(&error)),
        }
        let line = row.position().map_or(0, |place| i64::try_from(place.line()).unwrap_or(i64::MAX));
        let told = match told(&row, line, &header) {
            Ok(None) => continue,
            Ok(Some(told)) => told,
            Err(message) => {
                if !each(Item::Left { line, message }) {
                    return Ok(());
                }
                continue;
            }
        };
        match &mut held {
            Some(before) if before.sample == told.sample && before.dataset == told.dataset => {
                before.said.extend(told.said);
            }
            _ => {
                if let Some(before) = held.replace(told)
                    && !each(Item::Told(before))
                {
                    return Ok(());
                }
            }
        }
    }
    if let Some(last) = held {
        each(Item::Told(last));
    }
    Ok(())
}

fn of_csv(error: &csv::Error) -> Broken {
    let line = error.position().map_or(0, |place| i64::try_from(place.line()).unwrap_or(i64::MAX));
    let message = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not written in UTF-8; save it as \"CSV UTF-8\"".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    broken(line, message)
}

/// A name without signs, in small letters.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the columns mean, and a word on each that means nothing.
fn header(names: &[String], fields: &[Named]) -> Result<(Header, Vec<String>), Broken> {
    if names.len() > MOST_COLUMNS {
        return Err(broken(1, format!("has {} columns; at most {MOST_COLUMNS} are read", names.len())));
    }
    let place = |known: &[&str]| known.iter().find_map(|one| names.iter().position(|name| plain(name) == **one));
    let Some(sample) = place(&SAMPLE) else {
        let found: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
        let message = format!(
            "no column names the samples: call one \"sample\" or \"accession\"; there are {}",
            found.join(", ")
        );
        return Err(broken(1, message));
    };
    let dataset = place(&DATASET).filter(|dataset| *dataset != sample);
    let has = |name: &str| names.iter().any(|one| one == name);
    if has("field") && (has("term") || has("value")) {
        return Ok((Header { sample, dataset, columns: Columns::Rows(names.to_vec()) }, Vec::new()));
    }
    let (mut wide, mut left) = (Vec::new(), Vec::new());
    for (at, name) in names.iter().enumerate().filter(|(at, _)| *at != sample && Some(*at) != dataset) {
        let field = fields.iter().find(|field| plain(&field.name) == plain(name) || plain(&field.label) == plain(name));
        match field {
            Some(field) if wide.iter().any(|(_, known): &(usize, Named)| known.name == field.name) => {
                left.push(format!("column \"{name}\" is a second one of {}; it is left out", field.name));
            }
            Some(field) => wide.push((at, field.clone())),
            None => left.push(format!("column \"{name}\" is no field of the collection; it is left out")),
        }
    }
    if wide.is_empty() {
        let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        return Err(broken(1, format!("no column is a field of the collection, which has {}", known.join(", "))));
    }
    Ok((Header { sample, dataset, columns: Columns::Wide(wide) }, left))
}

/// What a row says; None: nothing.
fn told(row: &csv::StringRecord, line: i64, header: &Header) -> Result<Option<Told>, String> {
    let cell = |at: usize| unguarded(row.get(at).unwrap_or_default());
    let sample = cell(header.sample).trim().to_owned();
    let said = match &header.columns {
        Columns::Wide(fields) => {
            let of = |(at, field): &(usize, Named)| {
                let text = cell(*at);
                let parts: Vec<String> = match field.many {
                    true => text.split('|').map(str::to_owned).collect(),
                    false => vec![text.to_owned()],
                };
                said(&field.name, parts)
            };
            fields.iter().filter_map(of).collect()
        }
        Columns::Rows(names) => Vec::from_iter(decision(names, row)?),
    };
    if said.is_empty() {
        return Ok(None);
    }
    if sample.is_empty() {
        return Err("names no sample; it is left out".to_owned());
    }
    let dataset = header.dataset.map(|at| cell(at).trim().to_owned()).filter(|dataset| !is_empty(dataset));
    Ok(Some(Told { line, sample, dataset, said }))
}

/// A row of the platform's own; without an action it says the field's value.
fn decision(names: &[String], row: &csv::StringRecord) -> Result<Option<Said>, String> {
    let cell = |name: &str| {
        let at = names.iter().position(|one| one == name);
        unguarded(at.and_then(|at| row.get(at)).unwrap_or_default()).trim()
    };
    let field = cell("field");
    if field.is_empty() {
        return Err("names no field; it is left out".to_owned());
    }
    if cell("action").is_empty() {
        let value = [cell("term"), cell("value"), cell("label")].into_iter().find(|text| !text.is_empty());
        return Ok(said(field, value.map(str::to_owned)));
    }
    let state = match cell("state") {
        "" => None,
        text => Some(word::<ValueState>("state", text)?),
    };
    let beneath = match cell("before_state") {
        "" => None,
        text => Some(Beneath {
            state: word("before_state", text)?,
            term: cell("before_term").to_owned(),
            label: cell("before_label").to_owned(),
            score: cell("before_score").parse().unwrap_or_default(),
            method: cell("before_method").to_owned(),
            version: cell("before_version").to_owned(),
        }),
    };
    let nil = BatchId(uuid::Uuid::nil());
    let at = cell("at").parse().unwrap_or(Time(0));
    let back = (!cell("taken_back").is_empty()).then(|| Reverted { by: String::new(), at, why: String::new() });
    Ok(Some(Said::Exact(Box::new(Curation {
        batch: cell("batch").parse().unwrap_or(nil),
        kind: word("kind", cell("kind")).unwrap_or(BatchKind::Decision),
        title: cell("title").to_owned(),
        why: cell("why").to_owned(),
        by: Some(cell("by").to_owned()).filter(|by| !by.is_empty()),
        at,
        reverted: back,
        field: field.to_owned(),
        action: word("action", cell("action"))?,
        state,
        term: cell("term").to_owned(),
        label: cell("label").to_owned(),
        note: cell("note").to_owned(),
        beneath,
    }))))
}

/// A word of an enumeration, as its JSON writes it.
fn word<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, String> {
    serde_json::from_value(text.into())
        .map_err(|_| format!("{column} \"{text}\" is none that is known; it is left out"))
}

/// Without the apostrophe that keeps a spreadsheet from running a cell.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}
