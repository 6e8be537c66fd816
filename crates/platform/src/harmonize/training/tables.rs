//! Tables of samples and of labels: tab-separated, plain or gzip, with a head. A fault names the file, the line and the
//! column. The text table's columns are GEO's attributes (`characteristics_ch1` holds several as `key: value|key: value`);
//! the gold table is long: `accession attribute term_id term_name ecode source`, more columns are passed over.

use chorale_annotate::Item;
use chorale_model::Fault;
use flate2::read::MultiGzDecoder;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Longest line.
const MOST_LINE_BYTES: u64 = 8 << 20;
/// Rows of a table: some gigabytes in memory.
const MOST_ROWS: usize = 5_000_000;

/// A sample of the text table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub accession: String,
    pub attributes: Vec<(String, String)>,
}

impl chorale_annotate::learned::Row for Row {
    fn accession(&self) -> &str {
        &self.accession
    }

    fn item(&self) -> Item<'_> {
        Item { attributes: self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect() }
    }
}

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub accession: String,
    /// `tissue`, `disease`, `sex`, `age`.
    pub field: String,
    pub term: String,
    pub source: String,
}

/// Samples with their texts, one to a line.
pub fn read_texts(path: &Path) -> Result<Vec<Row>, Fault> {
    let mut table = Table::open(path, "text")?;
    let accession = table.column("accession")?;
    let mut rows: Vec<Row> = Vec::new();
    let mut known = HashSet::new();
    while let Some(cells) = table.next()? {
        let mut row = Row { accession: cells[accession].clone(), attributes: Vec::new() };
        if row.accession.is_empty() {
            return Err(table.fault("accession", "is empty"));
        }
        if !known.insert(row.accession.clone()) {
            return Err(table.fault("accession", &format!("\"{}\" stands on an earlier line too", row.accession)));
        }
        for (column, cell) in table.head.iter().zip(cells) {
            match column.as_str() {
                "accession" => {}
                _ if cell.is_empty() || cell == "NA" => {}
                name if name.starts_with("characteristics") => {
                    row.attributes.extend(cell.split('|').map(|part| (name.to_owned(), part.trim().to_owned())));
                }
                name => row.attributes.push((name.to_owned(), cell)),
            }
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(Fault::field("text", format!("{} has no rows below its head", path.display())));
    }
    Ok(rows)
}

/// Labels of samples, one to a line.
pub fn read_labels(path: &Path) -> Result<Vec<Label>, Fault> {
    let mut table = Table::open(path, "gold")?;
    let places =
        [table.column("accession")?, table.column("attribute")?, table.column("term_id")?, table.column("source")?];
    let mut labels = Vec::new();
    while let Some(cells) = table.next()? {
        let [accession, field, term, source] = places.map(|place| cells[place].clone());
        for (column, cell) in [("accession", &accession), ("attribute", &field), ("term_id", &term)] {
            if cell.is_empty() {
                return Err(table.fault(column, "is empty"));
            }
        }
        labels.push(Label { accession, field, term, source });
    }
    if labels.is_empty() {
        return Err(Fault::field("gold", format!("{} has no rows below its head", path.display())));
    }
    Ok(labels)
}

struct Table {
    /// Which of the two it is, for faults.
    what: &'static str,
    shown: String,
    lines: BufReader<Box<dyn Read>>,
    head: Vec<String>,
    line: usize,
}

impl Table {
    fn open(path: &Path, what: &'static str) -> Result<Table, Fault> {
        let shown = path.display().to_string();
        let refuse = |e: std::io::Error| Fault::field(what, format!("{shown} cannot be read: {e}"));
        let mut file = File::open(path).map_err(refuse)?;
        let mut magic = [0; 2];
        let read = file.read(&mut magic).map_err(refuse)?;
        let whole = std::io::Cursor::new(magic[..read].to_vec()).chain(file);
        let whole: Box<dyn Read> =
            if magic == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        let mut table = Table { what, shown, lines: BufReader::new(whole), head: Vec::new(), line: 0 };
        table.head = table.cells()?.unwrap_or_default();
        Ok(table)
    }

    fn column(&self, name: &str) -> Result<usize, Fault> {
        self.head.iter().position(|column| column == name).ok_or_else(|| {
            let head: String = self.head.join(", ").chars().take(200).collect();
            let why = format!("{} has no column \"{name}\"; its first line names {head}", self.shown);
            Fault::field(self.what, why)
        })
    }

    /// The next row, with as many cells as the head; blank lines are passed over.
    fn next(&mut self) -> Result<Option<Vec<String>>, Fault> {
        loop {
            let Some(cells) = self.cells()? else { return Ok(None) };
            if cells.iter().all(String::is_empty) {
                continue;
            }
            if cells.len() != self.head.len() {
                let why = format!(
                    "{} line {} has {} columns, its head has {}; a tab inside a text would do that",
                    self.shown,
                    self.line,
                    cells.len(),
                    self.head.len()
                );
                return Err(Fault::field(self.what, why));
            }
            if self.line > MOST_ROWS {
                return Err(Fault::field(
                    self.what,
                    format!("{} has more than {MOST_ROWS} lines; split it", self.shown),
                ));
            }
            return Ok(Some(cells));
        }
    }

    fn cells(&mut self) -> Result<Option<Vec<String>>, Fault> {
        let mut bytes = Vec::new();
        let limited = (&mut self.lines).take(MOST_LINE_BYTES).read_until(b'\n', &mut bytes);
        self.line += 1;
        let place = format!("{} line {}", self.shown, self.line);
        let read = limited.map_err(|e| Fault::field(self.what, format!("{place} cannot be read: {e}")))?;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 == MOST_LINE_BYTES {
            return Err(Fault::field(self.what, format!("{place} is longer than 8 MiB; is it a table of text?")));
        }
        let text = String::from_utf8(bytes).map_err(|_| Fault::field(self.what, format!("{place} is not UTF-8")))?;
        Ok(Some(text.trim_end_matches(['\n', '\r']).split('\t').map(unquoted).collect()))
    }

    fn fault(&self, column: &str, why: &str) -> Fault {
        Fault::field(self.what, format!("{} line {}, column {column}: {why}", self.shown, self.line))
    }
}

/// R and spreadsheets put quotes around texts.
fn unquoted(cell: &str) -> String {
    match cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        file
    }

    #[test]
    fn a_table_is_read_plain_and_packed() {
        let text =
            b"accession\ttitle\tcharacteristics_ch1\nGSM1\t\"a \"\"b\"\"\"\ttissue: liver|sex: male\nGSM2\tNA\t\n";
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text).unwrap();
        for bytes in [text.to_vec(), packed.finish().unwrap()] {
            let rows = read_texts(file(&bytes).path()).unwrap();
            let attribute = |key: &str, value: &str| (key.to_owned(), value.to_owned());
            assert_eq!(
                rows[0].attributes,
                [
                    attribute("title", "a \"b\""),
                    attribute("characteristics_ch1", "tissue: liver"),
                    attribute("characteristics_ch1", "sex: male"),
                ]
            );
            assert_eq!((rows[1].accession.as_str(), rows[1].attributes.len()), ("GSM2", 0));
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let refused = |text: &str, wanted: &[&str]| {
            let fault = read_texts(file(text.as_bytes()).path()).unwrap_err();
            assert_eq!(fault.fields[0].field, "text", "{fault}");
            for part in wanted {
                assert!(fault.message.contains(part), "{part:?} is not in {fault}");
            }
        };
        refused("id\ttitle\n1\ta\n", &["no column \"accession\"", "id, title"]);
        refused("accession\ttitle\nGSM1\ta\nGSM2\n", &["line 3", "1 columns", "head has 2"]);
        refused("accession\ttitle\nGSM1\ta\nGSM1\tb\n", &["line 3, column accession", "GSM1"]);
        refused("accession\ttitle\n\tb\n", &["line 2, column accession: is empty"]);
        refused("accession\n", &["no rows"]);
        let gold = file(b"accession\tattribute\tterm_id\tsource\nGSM1\ttissue\t\tale\n");
        let fault = read_labels(gold.path()).unwrap_err();
        assert!(fault.message.contains("line 2, column term_id"), "{fault}");
        let fault = read_labels(Path::new("/nowhere/at/all.tsv")).unwrap_err();
        assert!(fault.message.contains("/nowhere/at/all.tsv cannot be read"), "{fault}");
    }
}
