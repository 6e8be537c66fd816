//! ChEMBL's names (Zdrazil et al. 2024, Nucleic Acids Res 52:D1180) as a table: `chembl_id`, `pref_name`, `synonyms`
//! between bars; a `canonical_smiles`, a `standard_inchi_key` and a `max_phase` are taken along where they are there.
//! Compounds without any name are of no use in texts and are left out.

use super::table::Table;
use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Fact, FactKind, Scope, Synonym, Term};

/// Columns without which it is another file.
const NEEDED: [&str; 3] = ["chembl_id", "pref_name", "synonyms"];
const FACTS: [(&str, FactKind); 3] = [
    ("canonical_smiles", FactKind::Structure),
    ("standard_inchi_key", FactKind::InchiKey),
    ("max_phase", FactKind::Phase),
];

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    draft.prefix = Some("CHEMBL".to_owned());
    let mut table = Table::open(text, &NEEDED, &mut draft.problems)?;
    let [id, preferred, synonyms] = NEEDED.map(|name| table.column(name));
    let facts = FACTS.map(|(name, kind)| (table.column(name), kind));
    let mut nameless = 0_u64;
    while let Some(row) = table.next(&mut draft.problems)? {
        let own = row.cell(id);
        if !is_id(own) {
            draft.problems.push(row.line, "a compound without an id such as CHEMBL25; it was left out");
            continue;
        }
        let mut names: Vec<&str> = Vec::new();
        for name in row.list(preferred).chain(row.list(synonyms)) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        let Some((label, others)) = names.split_first() else {
            nameless += 1;
            continue;
        };
        let fact = |(column, kind): &(Option<usize>, FactKind)| {
            let value = row.cell(*column);
            (!value.is_empty()).then(|| Fact { kind: *kind, value: value.to_owned() })
        };
        let term = Term {
            id: format!("CHEMBL:{own}"),
            label: (*label).to_owned(),
            synonyms: others.iter().map(|text| Synonym { text: (*text).to_owned(), scope: Scope::Exact }).collect(),
            facts: facts.iter().filter_map(fact).collect(),
            ..Term::default()
        };
        draft.terms.push((row.line, term));
    }
    if nameless > 0 {
        draft.problems.push(0, format!("compounds without a name: {nameless}; they were left out"));
    }
    Ok(draft)
}

fn is_id(text: &str) -> bool {
    let number = text.strip_prefix("CHEMBL").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}
