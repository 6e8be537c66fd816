//! Genes as CELLxGENE's schema lists them: Ensembl id, symbol, version, length, biotype; no head.

use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Fact, FactKind, Term};

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    let mut table = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    for row in table.byte_records() {
        let row = row.map_err(|e| Error::new(e.position().map_or(0, csv::Position::line), e.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: usize| String::from_utf8_lossy(row.get(at).unwrap_or_default()).trim().to_owned();
        let (id, symbol, biotype) = (cell(0), cell(1), cell(4));
        if id.is_empty() || symbol.is_empty() {
            draft.problems.push(line, "a gene without an id or a symbol; it was left out");
            continue;
        }
        let facts = [biotype].into_iter().filter(|biotype| !biotype.is_empty());
        let facts = facts.map(|value| Fact { kind: FactKind::Biotype, value }).collect();
        draft.terms.push((line, Term { id, label: symbol, facts, ..Term::default() }));
    }
    Ok(draft)
}
