//! Drugs as a table with a head: the Drug Repurposing Hub's columns (`name`, `clinical_phase`, `moa`, `target`,
//! `smiles`, `inchikey`, `pubchem_cid`). Its rows have no ids of their own: the InChIKey names a structure, PubChem's
//! number where there is none.

use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Fact, FactKind, Term};

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    let mut table = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).quoting(false).from_reader(text);
    let head =
        table.headers().map_err(|e| Error::new(1, format!("the head of the table cannot be read: {e}")))?.clone();
    let column = |name: &str| head.iter().position(|cell| cell == name);
    let name = column("name").ok_or_else(|| Error::new(1, "the table has no column \"name\""))?;
    let id = [("inchikey", "InChIKey:"), ("pubchem_cid", "PUBCHEM:")].map(|(name, prefix)| (column(name), prefix));
    let facts = [
        ("smiles", FactKind::Structure),
        ("inchikey", FactKind::InchiKey),
        ("clinical_phase", FactKind::Phase),
        ("moa", FactKind::Mechanism),
    ]
    .map(|(name, kind)| (column(name), kind));
    for row in table.byte_records() {
        let row = row.map_err(|e| Error::new(e.position().map_or(0, csv::Position::line), e.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: Option<usize>| {
            at.and_then(|at| row.get(at))
                .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
                .filter(|cell| !cell.is_empty())
        };
        let Some(label) = cell(Some(name)) else {
            draft.problems.push(line, "a row without a name; it was left out");
            continue;
        };
        let known = id.iter().find_map(|(at, prefix)| cell(*at).map(|value| format!("{prefix}{value}")));
        let Some(id) = known else {
            draft.problems.push(line, format!("{label} has neither an InChIKey nor a PubChem number; it was left out"));
            continue;
        };
        let facts = facts.iter().filter_map(|(at, kind)| cell(*at).map(|value| Fact { kind: *kind, value })).collect();
        draft.terms.push((line, Term { id, label, facts, ..Term::default() }));
    }
    Ok(draft)
}
