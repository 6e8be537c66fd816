//! HGNC's own file, `hgnc_complete_set.txt` (Seal et al. 2023, Nucleic Acids Res 51:D1003): a row for each human gene.
//! A gene is named by its Ensembl id, as in CELLxGENE's tables, so that both mean the same; by HGNC's where it has none.

use super::table::{Row, Table};
use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Fact, FactKind, Scope, Synonym, Term};

/// Columns without which it is another file.
const NEEDED: [&str; 3] = ["hgnc_id", "symbol", "ensembl_gene_id"];

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    let mut table = Table::open(text, &NEEDED, &mut draft.problems)?;
    let [hgnc, symbol, ensembl] = NEEDED.map(|name| table.column(name));
    // Alias and previous symbols are names of the gene itself; that others have them too is for the dictionary to weigh.
    let names = ["name", "alias_symbol", "alias_name", "prev_symbol", "prev_name"].map(|name| table.column(name));
    let (status, kind) = (table.column("status"), table.column("locus_type"));
    while let Some(row) = table.next(&mut draft.problems)? {
        let (own, label) = (row.cell(hgnc), row.cell(symbol));
        if label.is_empty() || !is_id(own) {
            draft.problems.push(row.line, "a gene without a symbol or an id such as HGNC:5; it was left out");
            continue;
        }
        let id = match row.cell(ensembl) {
            "" => own,
            ensembl => ensembl,
        };
        let fact = |value: &str| Fact { kind: FactKind::Biotype, value: value.to_owned() };
        let term = Term {
            id: id.to_owned(),
            label: label.to_owned(),
            synonyms: synonyms(&row, &names, label),
            xrefs: [own].into_iter().filter(|own| *own != id).map(str::to_owned).collect(),
            facts: [row.cell(kind)].into_iter().filter(|kind| !kind.is_empty()).map(fact).collect(),
            obsolete: row.cell(status).eq_ignore_ascii_case("entry withdrawn"),
            ..Term::default()
        };
        draft.terms.push((row.line, term));
    }
    Ok(draft)
}

fn is_id(text: &str) -> bool {
    let number = text.strip_prefix("HGNC:").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn synonyms(row: &Row, columns: &[Option<usize>], label: &str) -> Vec<Synonym> {
    let mut names: Vec<&str> = Vec::new();
    for name in columns.iter().flat_map(|column| row.list(*column)) {
        if name != label && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|text| Synonym { text: text.to_owned(), scope: Scope::Exact }).collect()
}
