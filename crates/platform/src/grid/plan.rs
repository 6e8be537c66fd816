//! From a change to cells: which samples, which fields, which texts.

use crate::{Ctx, catalog};
use chorale_model::grid::{CellEdit, GridChange, PartReads};
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use std::collections::{HashMap, HashSet};

/// Samples that are read at once.
const SAMPLES: i64 = 5_000;
/// Cells of one change.
const CELLS: usize = 200_000;
/// Bytes of a block.
pub const TEXT: usize = 4 * 1024 * 1024;

/// A sample of the study, in its order.
pub struct Row {
    pub id: SampleId,
    pub accession: String,
    pub title: String,
}

/// The cells of a change, and how many of a block lie outside of the study.
pub struct Plan {
    pub cells: Vec<CellEdit>,
    pub outside: i64,
    /// For the title of the batch.
    pub words: String,
}

pub async fn rows(ctx: &Ctx, owner: OrganizationId, dataset: DatasetId) -> Result<Vec<Row>, Fault> {
    let (mut all, mut after) = (Vec::new(), -1);
    loop {
        let samples = catalog::samples_for_index(&ctx.app, owner, dataset, after, SAMPLES).await?;
        let Some(last) = samples.last() else { return Ok(all) };
        after = last.position;
        all.extend(samples.into_iter().map(|one| Row { id: one.id, accession: one.accession, title: one.title }));
    }
}

pub fn plan(change: &GridChange, rows: &[Row]) -> Result<Plan, Fault> {
    let place = |name: &str, sample: SampleId| {
        let found = rows.iter().position(|row| row.id == sample);
        found.ok_or_else(|| Fault::field(name, "is no sample of this study; load the grid again"))
    };
    let plan = match change {
        GridChange::Cells { cells } => {
            let known: HashSet<SampleId> = rows.iter().map(|row| row.id).collect();
            if let Some(at) = cells.iter().position(|cell| !known.contains(&cell.sample)) {
                let why = "is no sample of this study; load the grid again";
                return Err(Fault::field(&format!("cells[{at}].sample"), why));
            }
            Plan { cells: cells.clone(), outside: 0, words: "Edit".to_owned() }
        }
        GridChange::Paste { sample, fields, text } => paste(&rows[place("sample", *sample)?..], fields, text)?,
        GridChange::Fill { from, to, fields, text } => {
            let (one, other) = (place("from", *from)?, place("to", *to)?);
            let rows = &rows[one.min(other)..=one.max(other)];
            let cell = |row: &Row, field: &String| edit(row, field, text);
            let cells = rows.iter().flat_map(|row| fields.iter().map(move |field| cell(row, field))).collect();
            Plan { cells, outside: 0, words: format!("Fill in \"{}\"", text.trim()) }
        }
        GridChange::Titles { separators, parts } => of_titles(rows, separators, parts)?,
    };
    match plan.cells.len() {
        0 => Err(Fault::field("change", "names no cell; pick one, paste something or name a part of the titles")),
        n if n > CELLS => Err(Fault::field("change", format!("has {n} cells; change at most {CELLS} at a time"))),
        _ => Ok(plan),
    }
}

fn edit(row: &Row, field: &str, text: &str) -> CellEdit {
    CellEdit { sample: row.id, field: field.to_owned(), text: text.to_owned(), before: None }
}

/// A block as spreadsheets copy it: tabs and line ends; a cell with either of them stands in quotes.
fn paste(rows: &[Row], fields: &[String], text: &str) -> Result<Plan, Fault> {
    if text.len() > TEXT {
        return Err(Fault::field("text", format!("has {} bytes; paste at most {TEXT} at a time", text.len())));
    }
    if fields.is_empty() {
        return Err(Fault::field("fields", "are none; say which columns the block goes into"));
    }
    let (mut cells, mut outside) = (Vec::new(), 0);
    for (down, line) in block(text).into_iter().enumerate() {
        for (right, text) in line.into_iter().enumerate() {
            match (rows.get(down), fields.get(right)) {
                (Some(row), Some(field)) => cells.push(edit(row, field, &text)),
                _ if text.trim().is_empty() => {}
                _ => outside += 1,
            }
        }
    }
    Ok(Plan { cells, outside, words: "Paste".to_owned() })
}

/// Lines of cells.
pub fn block(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut signs = text.chars().peekable();
    let mut quoted = false;
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\t' if !quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !quoted && signs.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            _ => cell.push(sign),
        }
    }
    // A spreadsheet ends its last line, a person does not.
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

fn of_titles(rows: &[Row], separators: &str, parts: &[PartReads]) -> Result<Plan, Fault> {
    if separators.is_empty() || separators.chars().count() > 8 {
        return Err(Fault::field("separators", "are none or too many; name the sign between the parts"));
    }
    if parts.is_empty() {
        return Err(Fault::field("parts", "are none; name the field of at least one"));
    }
    let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    let split = chorale_annotate::titles::split(&titles, separators).ok_or_else(|| {
        Fault::field("separators", format!("\"{separators}\" does not take most titles into equally many parts"))
    })?;
    if let Some(wrong) = parts.iter().find(|part| part.part as usize >= split.parts.len()) {
        let why = format!("{} is too high; these titles have {} parts", wrong.part, split.parts.len());
        return Err(Fault::field("parts", why));
    }
    let maps: Vec<HashMap<&str, &str>> = parts
        .iter()
        .map(|part| part.values.iter().map(|one| (one.value.as_str(), one.becomes.as_str())).collect())
        .collect();
    let mut cells = Vec::new();
    for row in rows {
        let of_row = chorale_annotate::titles::parts(&row.title, separators);
        if of_row.len() != split.parts.len() {
            continue;
        }
        for (part, map) in parts.iter().zip(&maps) {
            let said = of_row[part.part as usize];
            cells.push(edit(row, &part.field, map.get(said).copied().unwrap_or(said)));
        }
    }
    Ok(Plan { cells, outside: 0, words: "Read titles".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_as_spreadsheets_copy_it() {
        let of = |text: &str| block(text).into_iter().map(|line| line.join("¦")).collect::<Vec<_>>();
        assert_eq!(of("a\tb\r\nc\td\r\n"), ["a¦b", "c¦d"]);
        assert_eq!(of("a\t\"two\nlines, \"\"so\"\"\"\nc"), ["a¦two\nlines, \"so\"", "c"]);
        assert_eq!(of("\t\n\tx"), ["¦", "¦x"]);
        assert_eq!(of("5\" pipe"), ["5\" pipe"]);
        assert_eq!(of(""), Vec::<String>::new());
    }

    proptest::proptest! {
        #[test]
        fn what_a_spreadsheet_writes_is_read_back(lines in proptest::collection::vec(proptest::collection::vec("[a-z\t\n\" ]{1,8}", 1..4), 1..5)) {
            let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
            let text: Vec<String> = lines.iter().map(|line| line.iter().map(cell).collect::<Vec<_>>().join("\t")).collect();
            proptest::prop_assert_eq!(block(&text.join("\n")), lines);
        }
    }
}
