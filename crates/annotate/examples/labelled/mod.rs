//! The labelled samples of GEO as the examples read them: a table of texts, a table of labels, a folder of ontologies.

use chorale_annotate::Item;
use chorale_annotate::evaluate::GoldRow;
use chorale_annotate::learned::{self, Corpus, Label, Terms, Verdict, labels};
use chorale_ontology::Library;
use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

pub type Failure = Box<dyn std::error::Error>;

pub struct Row {
    pub accession: String,
    pub attributes: Vec<(String, String)>,
}

/// Everything that is read once.
pub struct World {
    pub rows: Vec<Row>,
    pub gold: Vec<GoldRow>,
    pub library: Arc<Library>,
}

/// The world, and the terms that its labels name.
pub fn read(text: &str, gold: &str, folder: &str) -> Result<(World, Terms), Failure> {
    let mut rows = read_rows(text)?;
    Corpus::order(&mut rows);
    let mut releases = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name =
            path.file_name().and_then(|name| name.to_str()).and_then(|name| name.split('-').next()).unwrap_or_default();
        releases.push((name.to_owned(), chorale_ontology::read(&std::fs::read(&path)?)?));
    }
    releases.sort_by(|a, b| a.0.cmp(&b.0));
    let library = Arc::new(Library::build(releases)?);
    let mut terms = Terms::of(&library);
    let known: HashSet<&str> = rows.iter().map(|row| row.accession.as_str()).collect();
    let mut labels = Vec::new();
    for line in unzip(gold)?.lines().skip(1) {
        let cells: Vec<String> = cells(line).collect();
        if let [accession, field, term, _, _, source, ..] = cells.as_slice()
            && known.contains(accession.as_str())
        {
            terms.add(&labels::value_id(field, term));
            let (accession, field, term, source) = (accession.clone(), field.clone(), term.clone(), source.clone());
            labels.push(GoldRow { accession, field, term, source });
        }
    }
    terms.add("MONDO:0000000");
    Ok((World { rows, gold: labels, library }, terms))
}

fn unzip(path: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|e| format!("{path}: {e}"))?;
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text)?;
    Ok(text)
}

fn cells(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('\t').map(|cell| match cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => cell.to_owned(),
    })
}

fn read_rows(path: &str) -> Result<Vec<Row>, Failure> {
    let text = unzip(path)?;
    let mut lines = text.lines();
    let head: Vec<String> = cells(lines.next().unwrap_or_default()).collect();
    let row = |line: &str| {
        let mut row = Row { accession: String::new(), attributes: Vec::new() };
        for (column, cell) in head.iter().zip(cells(line)) {
            match column.as_str() {
                "accession" => row.accession = cell,
                _ if cell.is_empty() || cell == "NA" => {}
                column if column.starts_with("characteristics") => {
                    row.attributes.extend(cell.split('|').map(|part| (column.to_owned(), part.trim().to_owned())));
                }
                column => row.attributes.push((column.to_owned(), cell)),
            }
        }
        row
    };
    Ok(lines.map(row).collect())
}

impl learned::Row for Row {
    fn accession(&self) -> &str {
        &self.accession
    }

    fn item(&self) -> Item<'_> {
        Item { attributes: self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect() }
    }
}

/// A label as training takes it.
pub fn label(row: &GoldRow) -> Label<'_> {
    Label { accession: &row.accession, field: &row.field, value: &row.term, verdict: Verdict::Is }
}
